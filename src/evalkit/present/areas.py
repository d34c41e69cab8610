"""Places before and after a service began, in one table whose title says what changed."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.recidivism import Villages
from evalkit.present.content import Part, Row
from evalkit.present.flow import rounded, words
from evalkit.present.gates import all_gates
from evalkit.present.numbers import (
    interval_piece,
    level_of,
    number,
    said_piece,
    value_piece,
    with_interval,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def area_gates_table(judged: Result | Refusal, drawn: Villages | Refusal) -> Shown:
    """Return every requirement of a comparison of places, and how it came out.

    Parameters
    ----------
    judged : Result or Refusal
        From `recidivism.area_gates`.
    drawn : Villages or Refusal
        From `recidivism.draw_areas`.
    """
    if isinstance(drawn, Refusal) or isinstance(judged, Refusal):
        return _nothing(drawn, "area_gates_table")
    counted = drawn

    def foot(lang: str) -> str:
        return say("note.gates", lang) + _rule(counted, lang)

    return all_gates(judged, "area_gates_table", "area_gates", foot)


def _rule(drawn: Villages, lang: str) -> str:
    """Return the disclosure rule of the table of counts, in words."""
    gate = drawn.report.gate(drawn.table)
    return (phrase("note.public") if gate.open else rounded(gate.policy)).text(lang)


def _nothing(drawn: Result | Villages | Refusal, name: str) -> Shown:
    """Return that the plan does not compare places; or why that is not possible here."""
    reason = drawn.estimate.reason if isinstance(drawn, Refusal) else None
    if isinstance(drawn, Refusal) and (reason is None or reason.code != "not_by_place"):
        return refusal(drawn, name)
    return sentences(drawn.report, name, [phrase("by_place.none")], [], frame="absent")


def areas_table(found: Result | Refusal, drawn: Villages | Refusal) -> Shown:
    """Return the cases before and after, where the service began and where it did not.

    Parameters
    ----------
    found : Result or Refusal
        From `recidivism.areas`.
    drawn : Villages or Refusal
        From `recidivism.draw_areas`.
    """
    if isinstance(drawn, Refusal):
        return _nothing(drawn, "areas_table")
    if isinstance(found, Refusal):
        return refusal(found, "areas_table")
    report = found.report
    rows = [e for e in found.estimates if e.unit != "p"]
    level = level_of(rows, report.plan.level)

    def layout(lang: str) -> Layout:
        foot = say("note.areas", lang, level=level)
        if drawn.lacking:
            foot += say("note.villages_lacking", lang, n=drawn.lacking)
        foot += say("note.source", lang, source=drawn.table.source)
        foot += _rule(drawn, lang)
        keys = ("places", "of_whom", "cases", "years_of_youth", "rate", "interval", "p")
        return Layout(
            title=_title(found, lang),
            note=foot,
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=[_row(found, e, lang) for e in rows] + _placebo(found, lang),
            text_columns=(0,),
        )

    return shown_table(report, "areas_table", layout, found.estimates)


def _title(found: Result, lang: str) -> str:
    gap = found.one("area_difference")
    if gap.value is None or gap.low is None or gap.high is None:
        return say("exhibit.areas_withheld", lang)
    clear = not gap.low <= 0 <= gap.high
    side = ("fewer" if gap.value < 0 else "more") if clear else "unclear"
    told = with_interval(gap, lang)
    return say(f"exhibit.areas_{side}", lang, gap=told)


def _row(found: Result, e: Estimate, lang: str) -> Row:
    dash = say("shown.none", lang)
    counts: list[Part] = [
        dash if x is None else said_piece(e, number(x, "int", lang), "number")
        for x in (e.events, e.denominator)
    ]
    ends: Part = interval_piece(e, lang) if e.low is not None else dash
    p = found.of(f"{e.estimand}_p")
    told = value_piece(p[0], lang) if p else dash
    places = words(e, "population", lang)
    cells: list[Part] = [places, *counts, value_piece(e, lang), ends, told]
    return row_of(words(e, "definition", lang), cells, strong=e.estimand == "area_difference")


def _placebo(found: Result, lang: str) -> list[Row]:
    """Return the test by other places as a row of its own."""
    dash = say("shown.none", lang)
    return [
        row_of(words(e, "definition", lang), [dash, dash, dash, dash, dash, value_piece(e, lang)])
        for e in found.of("area_placebo_p")
    ]
