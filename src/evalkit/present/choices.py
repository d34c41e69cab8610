"""The choices that decide a report, as the plan states them."""

from __future__ import annotations

from dataclasses import replace

from evalkit.estimate import Estimate
from evalkit.outcomes import Result
from evalkit.present.content import Row
from evalkit.present.flow import words
from evalkit.present.header import of_offices
from evalkit.present.numbers import said_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, in_detail, row_of, shown_table, written
from evalkit.protocol import DECLARED
from evalkit.words import phrase, say


def choices_table(chosen: Result) -> Shown:
    """Return every choice of the plan, beside the house's limit where there is one.

    Parameters
    ----------
    chosen : Result
        From `outcomes.choices`.
    """
    report, estimates = chosen.report, chosen.of("choice")
    alone = report.spec is None and not of_offices(report)
    if DECLARED[report.outcome].persons and alone:
        said = phrase("note.choices_no_data")
        return sentences(report, "choices_table", [said], estimates, frame="absent")

    def layout(lang: str) -> Layout:
        rows = [_row(e, lang) for e in estimates]
        return Layout(
            title=say("exhibit.choices_table", lang, n=len(rows)),
            note=say("note.choices", lang),
            heads=[say(f"head.{key}", lang) for key in ("choice", "planned", "house")],
            rows=rows,
            text_columns=(0, 1),
            folded=in_detail(rows),
        )

    return shown_table(report, "choices_table", layout, estimates)


# Choices that are conditions: their words are those of the office's tables.
CONDITIONS = ("subset", "register")


def _row(choice: Estimate, lang: str) -> Row:
    planned = said_piece(choice, words(choice, "population", lang))
    if choice.dim("choice") in CONDITIONS:
        planned = replace(planned, lang=written(planned.text))
    return row_of(words(choice, "definition", lang), [planned, words(choice, "against", lang)])
