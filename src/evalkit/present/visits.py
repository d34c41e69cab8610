"""Visits beside the people who made them, and how far they are those of a few."""

from __future__ import annotations

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Visits
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import foot, words
from evalkit.present.numbers import (
    interval_piece,
    level_of,
    value_piece,
    value_text,
    with_interval,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.style import ACCENT, GRID, INK_2, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def visits_table(found: Result | Refusal, drawn: Visits | Refusal) -> Shown:
    """Return the visits of those who signed in and of the others, and the people behind them.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.visits`.
    drawn : Visits or Refusal
        From `reach.draw_visits`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "visits_table", "no_attendance", "visits.none")
    report, bounds = found.report, found.one("people_bounds")
    people, each = found.one("people_count"), found.one("visits_each")

    def layout(lang: str) -> Layout:
        rows = [
            row_of(words(e, "definition", lang), [value_piece(e, lang), _no(lang)])
            for e in found.of("visit_count")
        ]
        rows += [
            row_of(say("visits.people", lang), [value_piece(people, lang), _no(lang)], strong=True),
            row_of(say("visits.each", lang), [value_piece(each, lang), _no(lang)]),
            row_of(say("visits.bounds", lang), [_no(lang), _ends(bounds, lang)]),
        ]
        rows += [_fault(e, lang) for e in found.of("visit_fault")]
        why = "" if bounds.reason is None else say("visits.unbounded", lang, reason=bounds.reason)
        return Layout(
            title=_title(found, lang),
            note=why + foot(drawn, lang, "note.visits"),
            heads=[say(f"head.{key}", lang) for key in ("counted", "amount", "between")],
            rows=rows,
        )

    return shown_table(report, "visits_table", layout, found.estimates)


def _title(found: Result, lang: str) -> str:
    made = found.one("visit_count", of="named")
    people, each = found.one("people_count"), found.one("visits_each")
    if made.value is None or people.value is None or each.value is None:
        return say("exhibit.visits_withheld", lang)
    return say(
        "exhibit.visits_table", lang, visits=made.value, people=people.value,
        each=value_text(each, lang),
    )  # fmt: skip


def _no(lang: str) -> str:
    return say("shown.none", lang)


def _ends(bounds: Estimate, lang: str) -> Part:
    return interval_piece(bounds, lang) if bounds.low is not None else value_piece(bounds, lang)


def _fault(e: Estimate, lang: str) -> Row:
    return row_of(words(e, "definition", lang), [value_piece(e, lang), _no(lang)])


def lorenz_figure(found: Result | Refusal, drawn: Visits | Refusal) -> Shown:
    """Return which share of the visits the people with the fewest made, as a curve.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.concentration`.
    drawn : Visits or Refusal
        From `reach.draw_visits`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "lorenz_figure", "no_attendance", "visits.none")
    report, curve = found.report, found.of("lorenz")
    if any(e.value is None for e in curve):
        return sentences(report, "lorenz_figure", [phrase("agreement.withheld")], found.estimates)
    tops = [e for e in found.of("top_visits") if e.value is not None]
    index = found.one("visits_gini")

    def picture(lang: str) -> Picture:
        told = [
            say("alt.share", lang, name=e.definition, value=with_interval(e, lang)) for e in tops
        ]
        level = level_of(tops, report.plan.level)
        gini = say("visits.gini", lang, gini=with_interval(index, lang))
        return Picture(
            title=_finding(tops, lang),
            note=gini + foot(drawn, lang, "note.lorenz", level=level),
            alt=say("alt.lorenz", lang, tops=told, gini=with_interval(index, lang)),
            draw=lambda drawing: _draw(drawing, curve, tops, lang),
            size=(8.5, 3.4),
            phone=(PHONE, 3.6),
        )

    return shown_figure(report, "lorenz_figure", picture, found.estimates)


def _finding(tops: list[Estimate], lang: str) -> str:
    if not tops:
        return say("exhibit.lorenz_figure", lang)
    first = tops[0]
    return say("exhibit.lorenz_finding", lang, top=first.definition, share=value_text(first, lang))


def _draw(drawing: Figure, curve: list[Estimate], tops: list[Estimate], lang: str) -> None:
    axes = drawing.subplots()
    x = [0.0, *(100 * float(e.dim("people") or 0) for e in curve), 100.0]
    y = [0.0, *(100 * (e.value or 0) for e in curve), 100.0]
    axes.plot([0, 100], [0, 100], color=GRID, linewidth=1.2)
    axes.fill_between(x, y, x, color=TINT)
    axes.plot(x, y, color=ACCENT, linewidth=1.8)
    for e in tops:
        share = 100 * float(e.dim("top") or 0)
        at = (100 - share, 100 - 100 * (e.value or 0))
        axes.plot(*at, "o", color=INK_2, markersize=4)
        name = say("visits.point", lang, top=e.definition, share=value_text(e, lang))
        axes.annotate(
            name, at, (-8, 4), textcoords="offset points", ha="right", va="bottom",
            fontsize=7.5 if slim(drawing) else 8.5,
        )  # fmt: skip
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel(say("axis.people_fewest", lang))
    axes.set_ylabel(say("axis.share_visits", lang))
