"""Villages with a title for having no cases, in one table whose title says what came after."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.recidivism import Counted, Villages
from evalkit.present.content import Part, Row
from evalkit.present.flow import rounded, words
from evalkit.present.numbers import interval_piece, number, said_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.protocol.outcomes.recidivism import AREA
from evalkit.words import phrase, say


def villages_table(found: Result | Refusal, drawn: Villages | Refusal) -> Shown:
    """Return the cases before and after the title, and what other villages had.

    Parameters
    ----------
    found : Result or Refusal
        From `recidivism.villages`.
    drawn : Villages or Refusal
        From `recidivism.draw_villages`.
    """
    if isinstance(drawn, Refusal):
        # Of what an area never counted nothing is missing in its report.
        said = [phrase("village.none")]
        return sentences(drawn.report, "villages_table", said, [], frame="absent")
    if isinstance(found, Refusal):
        return _refused(found)
    report, gate = found.report, found.report.gate(drawn.table)
    first = next(e for e in found.estimates if e.estimand == "village_rate")

    level = first.level if first.level is not None else report.plan.level

    def layout(lang: str) -> Layout:
        foot = say("note.villages", lang, level=level)
        if isinstance(found, Counted) and found.chosen:
            foot += say("note.villages_chosen", lang)
        if drawn.lacking:
            foot += say("note.villages_lacking", lang, n=drawn.lacking)
        foot += say("note.source", lang, source=drawn.table.source)
        foot += (phrase("note.public") if gate.open else rounded(gate.policy)).text(lang)
        keys = ("villages", "of_whom", "cases", "years_of_youth", "rate", "interval")
        return Layout(
            title=_title(found, lang),
            note=foot,
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=[_row(e, lang) for e in found.estimates],
            text_columns=(0,),
        )

    return shown_table(report, "villages_table", layout, found.estimates)


def _refused(found: Refusal) -> Shown:
    """Return why nothing can be told, also where the area has no case files."""
    if found.report.spec is not None:
        return refusal(found, "villages_table")
    e = found.estimate
    if found.report.plan.primary == AREA and e.reason is not None and e.reason.code == "no_title":
        # The counts are of places with a service, and none of them was ever given a title.
        said = [phrase("village.none")]
        return sentences(found.report, "villages_table", said, [], frame="absent")
    said = [phrase("village.refused", reason=e.reason, would_pass=e.would_pass)]
    return sentences(found.report, "villages_table", said, [e])


def _title(found: Result, lang: str) -> str:
    after = found.of("village_rate", villages="titled", period="after")
    others = found.of("village_rate", villages="others", period="after")
    if not after or after[0].value is None:
        return say("exhibit.villages_withheld", lang)
    own = after[0]
    if not own.events:
        return say("exhibit.villages_none", lang, high=number(own.high or 0.0, "num1", lang))
    if not others or others[0].value is None:
        return say("exhibit.villages_alone", lang, n=own.events, rate=value_text(own, lang))
    return say(
        "exhibit.villages_some",
        lang,
        n=own.events,
        rate=value_text(own, lang),
        other=value_text(others[0], lang),
    )


def _row(e: Estimate, lang: str) -> Row:
    dash = say("shown.none", lang)
    name = words(e, "definition", lang) if e.definition else say("village.difference", lang)
    if e.value is None and e.disclosure != "withheld":
        return row_of(name, [dash, dash, dash, dash, said_piece(e, words(e, "reason", lang))])
    counts: list[Part] = [
        dash if x is None else said_piece(e, number(x, "int", lang), "number")
        for x in (e.events, e.denominator)
    ]
    ends: Part = interval_piece(e, lang) if e.low is not None else dash
    return row_of(name, [words(e, "population", lang), *counts, value_piece(e, lang), ends])
