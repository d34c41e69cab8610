"""A picture of the claims audit: people, and the visits that a text sets beside them."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from evalkit.language import language
from evalkit.outcomes.claims import Audit
from evalkit.present.claims_figures import MOST_ROWS, label_of, line_of, of_more
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.style import ACCENT, INK_2, TINT
from evalkit.protocol import BEARS_ON
from evalkit.quantity import Quantity
from evalkit.words import Phrase, phrase, say

# Latin letters above a row on a narrow screen.
PHONE_ROW = 52
# People, and their visits.
KINDS = ("persons", "person_times")


def people_visits_figure(audited: Audit) -> Shown:
    """Draw numbers of people above the visits that a text sets beside them, on one scale.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    all_of_them = [_of_kind(audited, unit) for unit in KINDS]
    people, visits = (names[:MOST_ROWS] for names in all_of_them)
    # A scale of visits alone would set nothing beside anything.
    if not visits or not people:
        said = phrase("claims.no_visits")
        return sentences(audited.report, "people_visits_figure", [said], [], frame="absent")

    def picture(lang: str) -> Picture:
        lines = [line_of(audited, name, lang) for name in (*people, *visits)]
        return Picture(
            title=say("exhibit.people_visits_figure", lang),
            note=say("note.people_visits", lang)
            + of_more([*people, *visits], [*itertools.chain(*all_of_them)], lang)
            + say("note.ledger", lang),
            alt=say("alt.people_visits", lang, lines=lines),
            draw=lambda drawing: _draw_people(drawing, audited, people, visits, lang),
            size=(8.5, 1.1 + 0.36 * (len(people) + len(visits))),
            phone=(PHONE, 1.3 + 0.52 * (len(people) + len(visits))),
        )

    estimates = [audited.one("claim", claim=name) for name in (*people, *visits)]
    return shown_figure(audited.report, "people_visits_figure", picture, estimates)


def _of_kind(audited: Audit, unit: str) -> list[str]:
    """Return the figures of one unit that a text sets beside the other, once each."""
    book = audited.checked.book
    beside: set[str] = set()
    for finding in audited.checked.findings:
        if {*KINDS} <= {book.claims[name].unit.code for name in finding.claims}:
            beside.update(finding.claims)
    return [
        claim.claim_id
        for claim in audited.counted
        if claim.claim_id in beside
        and claim.unit.code == unit
        and not getattr(BEARS_ON.get(claim.outcome), "answers", True)
        and (quantity := book.quantities[claim.claim_id]) is not None
        and quantity.value >= 1
    ]


def _draw_people(
    drawing: Figure, audited: Audit, people: list[str], visits: list[str], lang: str
) -> None:
    groups = [(people, "people_panel", "o", INK_2), (visits, "visits_panel", "s", ACCENT)]
    shown = [group for group in groups if group[0]]
    panels = drawing.subplots(
        len(shown), 1, squeeze=False, sharex=True, height_ratios=[len(g[0]) for g in shown]
    )[:, 0]
    for axes, (names, title, marker, colour) in zip(panels, shown, strict=True):
        axes.set_title(say(f"claims.{title}", lang), fontsize=9, weight="bold", loc="left", pad=3)
        axes.set_xscale("log")
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        for row, name in enumerate(reversed(names)):
            _draw_count(axes, row, audited.checked.book.need(name), marker, colour, lang)
        if slim(drawing):
            _name_rows(axes, audited, names[::-1], lang)
        else:
            labels = [label_of(audited, name, lang) for name in reversed(names)]
            axes.set_yticks(range(len(names)), labels)
        axes.set_ylim(-0.6, len(names) - 0.4)
    panels[-1].set_xlabel(say("axis.count_log", lang))
    low, high = panels[-1].get_xlim()
    panels[-1].set_xlim(low, high * 6)
    panels[-1].xaxis.set_minor_formatter(NullFormatter())
    panels[-1].xaxis.set_major_formatter(
        lambda value, _: say("figure.plain", lang, x=Fraction(round(value)))
    )


def _name_rows(axes: Axes, audited: Audit, names: Sequence[str], lang: str) -> None:
    """Write what each row is above it: beside it there is no room."""
    axes.set_yticks([])
    for row, name in enumerate(names):
        words = line_of(audited, name, lang)
        words = textwrap.shorten(words, language(lang).letters(PHONE_ROW), placeholder="…")
        axes.text(0, row + 0.2, words, transform=axes.get_yaxis_transform(), ha="left",
                  va="bottom", fontsize=8)  # fmt: skip


def _draw_count(
    axes: Axes, row: int, quantity: Quantity, marker: str, colour: str, lang: str
) -> None:
    value = float(quantity.value)
    high = float(quantity.usual.high or quantity.value)
    low = float(quantity.usual.low or quantity.value)
    axes.plot([low, high], [row, row], color=TINT, linewidth=7, linestyle="-",
              solid_capstyle="butt")  # fmt: skip
    axes.plot([value], [row], marker=marker, color=colour, linestyle="none")
    text = Phrase("figure.plain", {"x": quantity.value}).text(lang)
    axes.annotate(text, (high, row), (8, 0), textcoords="offset points", va="center",
                  weight="bold")  # fmt: skip
