"""Exhibits of the questions that make up a scale, and of groups' odds of a higher answer."""

from __future__ import annotations

import math
import textwrap

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Odds, Scaled
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.numbers import (
    interval_piece,
    interval_text,
    level_of,
    said_piece,
    value_piece,
    value_text,
    with_interval,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, INK, INK_2
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def scale_table(found: Result | Refusal) -> Shown:
    """Return each question of the scale, how they go together, and whether for all groups.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.scale`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "scale_table")
    report, items = found.report, found.of("item", what="rest")
    if not items:
        return sentences(report, "scale_table", [phrase("scale.none")], [], frame="absent")
    assert isinstance(found, Scaled)
    level = level_of(found.of("scale"), report.plan.level)

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = [_item_row(found, e, lang) for e in items]
        for e in found.of("scale"):
            ends: Part = interval_piece(e, lang) if e.low is not None else dash
            value: Part = value_piece(e, lang)
            if e.value is None and e.reason is not None and e.disclosure != "withheld":
                value, ends = dash, said_piece(e, words(e, "reason", lang))
            rows.append(row_of(words(e, "definition", lang), [dash, dash, value, ends]))
        for e in found.of("invariance"):
            told: Part = said_piece(e, words(e, "reason", lang)) if e.value is None else dash
            p: Part = _p(e, lang) if e.value is not None else dash
            rows.append(row_of(words(e, "definition", lang), [dash, dash, p, told]))
        heads = ("question", "unanswered", "ceiling", "together", "interval")
        return Layout(
            title=_title(found, lang),
            note=note(report, lang, "note.scale", level=level),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=rows,
        )

    return shown_table(report, "scale_table", layout, found.estimates)


def _p(e: Estimate, lang: str) -> Part:
    return said_piece(e, say("scale.p", lang, p=e.value), "number")


def _item_row(found: Result, rest: Estimate, lang: str) -> Row:
    item = rest.dim("item") or ""
    missing, ceiling = (found.one("item", item=item, what=w) for w in ("missing", "ceiling"))
    cells = [value_piece(e, lang) for e in (missing, ceiling, rest)]
    return row_of(words(rest, "definition", lang), [*cells, say("shown.none", lang)])


def _title(found: Scaled, lang: str) -> str:
    if found.against:
        return say("exhibit.scale_against", lang, names=list(found.against))
    together = [e for e in found.of("scale") if e.value is not None]
    if not together:
        return say("exhibit.scale_table", lang)
    first = together[0]
    told = {"n": len(found.of("item", what="rest")), "alpha": value_text(first, lang)}
    told["interval"] = interval_text(first, lang)
    key = {None: "scale", True: "scale_same", False: "scale_not_same"}[found.same]
    return say(f"exhibit.{key}", lang, **told)


def odds_figure(found: Result | Refusal) -> Shown:
    """Return the odds of a higher answer in each group, with intervals.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.odds`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "odds_figure")
    report, rows = found.report, found.of("odds_ratio")
    if not rows:
        return sentences(report, "odds_figure", [phrase("odds.none")], [], frame="absent")
    assert isinstance(found, Odds)
    drawn = [e for e in rows if e.value is not None and e.low and e.high]
    if not drawn:
        return sentences(report, "odds_figure", [phrase("agreement.withheld")], rows)
    level = level_of(drawn, report.plan.level)
    unlike = list(found.unlike)

    def picture(lang: str) -> Picture:
        clear = sum(not (e.low or 0) <= 1 <= (e.high or 0) for e in drawn)
        said = say("note.odds_unlike", lang, names=unlike) if unlike else ""
        # A name that an office wrote is not spoken in every language of the page.
        told = [with_interval(e, lang) for e in drawn]
        return Picture(
            title=say("exhibit.odds_figure", lang, n=clear, of=len(drawn)),
            note=said + note(report, lang, "note.odds", level=level),
            alt=say("alt.odds", lang, rows=told),
            draw=lambda drawing: _draw(drawing, drawn, lang),
            size=(8.5, 1.1 + 0.42 * len(drawn)),
            phone=(PHONE, 1.3 + 0.85 * len(drawn)),
        )

    return shown_figure(report, "odds_figure", picture, found.estimates)


def _name(e: Estimate, lang: str, wide: int) -> str:
    """Return a group beside the one it is compared with, and the cut where it has one."""
    name = say("odds.beside", lang, group=e.group, against=e.against)
    parts = [name] if e.dim("cut") == "all" else [name, f"({words(e, 'definition', lang)})"]
    return "\n".join(textwrap.fill(part, wide) for part in parts)


MARKS = (0.1, 0.2, 0.33, 0.5, 1, 2, 3, 5, 10)


def _draw(drawing: Figure, rows: list[Estimate], lang: str) -> None:
    axes, small = drawing.subplots(), slim(drawing)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_xscale("log")
    for place, e in enumerate(reversed(rows)):
        low, high = e.low or 0.0, e.high or 0.0
        clear = not low <= 1 <= high
        axes.hlines(place, low, high, color=ACCENT if clear else INK_2, linewidth=1.6)
        axes.plot(e.value or 0.0, place, "o", color=ACCENT, mfc=ACCENT if clear else "white")
        # On a phone there is room above a line, and none behind it.
        at, offset = (low, (0, 9)) if small else (high, (7, 0))
        axes.annotate(with_interval(e, lang), (at, place), offset, textcoords="offset points",
                      va="center", fontsize=8 if small else 8.5)  # fmt: skip
    axes.axvline(1, color=INK, linewidth=0.9)
    ends = [math.log(x) for e in rows for x in (e.low, e.high) if x]
    least, most = min([0.0, *ends]), max([0.0, *ends])
    # Room for the numbers behind the longest interval.
    spread = max(most - least, 0.5)
    axes.set_xlim(
        math.exp(least - 0.08 * spread), math.exp(most + (1.0 if small else 0.5) * spread)
    )
    marks = [x for x in MARKS if least - 0.1 <= math.log(x) <= most + 0.1]
    axes.set_xticks(marks, [f"{x:g}" for x in marks])
    axes.minorticks_off()
    axes.set_yticks(range(len(rows)), [_name(e, lang, 18 if small else 40) for e in reversed(rows)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    wide = language(lang).letters(22) if small else 90
    axes.set_xlabel(textwrap.fill(say("axis.odds", lang), wide))
