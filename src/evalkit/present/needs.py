"""Needs by what became of them: met, waiting, or matched to no project."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Needs
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import foot, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.style import ACCENT, AGAINST, INK, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

EVERY = "all"
SHADES = {"met": ACCENT, "waiting": TINT, "unmatched": AGAINST}
# A narrower part has no room for its number, which the table has; wide and on a phone.
LEAST = (6, 16)
LETTERS = (20, 10)


def _rows(found: Result) -> list[list[Estimate]]:
    """Return the states of each group, of which all are told or none is."""
    groups: dict[str | None, list[Estimate]] = {}
    for e in found.of("need_share"):
        groups.setdefault(e.dim("category"), []).append(e)
    return list(groups.values())


def needs_figure(found: Result | Refusal, drawn: Needs | Refusal) -> Shown:
    """Return what became of the needs of each category, as parts of a bar.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.needs`.
    drawn : Needs or Refusal
        From `reach.draw_needs`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "needs_figure", "no_needs", "needs.none")
    shares = found.of("need_share")
    rows = [row for row in _rows(found) if all(e.value is not None for e in row)]
    if not rows:
        return sentences(found.report, "needs_figure", [phrase("agreement.withheld")], shares)
    counted = drawn

    def picture(lang: str) -> Picture:
        told = [
            say("alt.share", lang, name=e.definition, value=value_text(e, lang)) for e in rows[0]
        ]
        return Picture(
            title=_title(rows[0], lang),
            note=foot(counted, lang, "note.needs"),
            alt=say("alt.needs", lang, group=rows[0][0].group, shares=told, n=len(rows) - 1),
            draw=lambda drawing: _draw(drawing, rows, lang),
            size=(8.5, 1.0 + 0.34 * len(rows)),
            phone=(PHONE, 1.8 + 0.5 * len(rows)),
        )

    return shown_figure(found.report, "needs_figure", picture, shares)


def _title(row: list[Estimate], lang: str) -> str:
    if row[0].dim("category") != EVERY:
        return say("exhibit.needs_figure", lang)
    met, _, unmatched = row
    return say("exhibit.needs_finding", lang, n=met.n, met=value_text(met, lang),
               unmatched=value_text(unmatched, lang))  # fmt: skip


def _draw(drawing: Figure, rows: list[list[Estimate]], lang: str) -> None:
    axes, small = drawing.subplots(), slim(drawing)
    axes.grid(False)
    for place, row in enumerate(reversed(rows)):
        left = 0.0
        for e in row:
            width = 100 * (e.value or 0.0)
            shade = SHADES[e.dim("state") or ""]
            axes.barh(place, width, left=left, color=shade, edgecolor="white", height=0.7)
            if width >= LEAST[small]:
                axes.text(left + width / 2, place, value_text(e, lang), ha="center", va="center",
                          color=INK if shade == TINT else "white")  # fmt: skip
            left += width
    wide = language(lang).letters(LETTERS[small])
    names = ["\n".join(textwrap.wrap(words(r[0], "group", lang), wide)) for r in reversed(rows)]
    axes.set_yticks(range(len(rows)), names)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(rows) - 0.4)
    axes.set_xlabel(say("axis.share_needs", lang))
    keys = [Patch(color=SHADES[e.dim("state") or ""], label=words(e, "definition", lang))
            for e in rows[0]]  # fmt: skip
    axes.legend(handles=keys, ncols=1 if small else 3, loc="lower left", bbox_to_anchor=(0, 1.0),
                frameon=False, borderaxespad=0)  # fmt: skip


def needs_table(found: Result | Refusal, drawn: Needs | Refusal) -> Shown:
    """Return how many needs of each category were raised, met, waiting and unmatched, and how soon.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.needs`.
    drawn : Needs or Refusal
        From `reach.draw_needs`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "needs_table", "no_needs", "needs.none")
    counted = drawn

    def layout(lang: str) -> Layout:
        rows = []
        for row in _rows(found):
            days = found.one("need_days", category=row[0].dim("category") or "")
            rows.append(
                row_of(
                    words(row[0], "group", lang),
                    [count_piece(row[0], "n", lang),
                     *(count_piece(e, "events", lang) for e in row), value_piece(days, lang)],
                    strong=row[0].dim("category") == EVERY,
                )
            )  # fmt: skip
        heads = ("category", "raised", "met", "waiting", "unmatched", "half_days")
        return Layout(
            title=say("exhibit.needs_table", lang),
            note=foot(counted, lang, "note.needs_table"),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=rows,
        )

    return shown_table(found.report, "needs_table", layout, found.estimates)
