"""The difference by who had begun, beside that by the planned classes."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Row
from evalkit.present.flow import note, words
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    level_of,
    said_piece,
    value_piece,
    with_interval,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def starts_table(started: Result | Refusal) -> Shown:
    """Return the difference by assignment, from a landmark and over a sequence of starts.

    Parameters
    ----------
    started : Result or Refusal
        From `recidivism.starts`.
    """
    if isinstance(started, Refusal):
        return refusal(started, "starts_table")
    report, rows = started.report, started.of("started_difference")
    if not rows:
        said = [phrase("starts.none")]
        return sentences(report, "starts_table", said, [], frame="absent")
    level = level_of(rows, report.plan.level)
    heads = ("counted_by", "n", "value", "interval")

    def layout(lang: str) -> Layout:
        return Layout(
            title=_title(rows, lang),
            note=note(report, lang, "note.starts", level=level),
            heads=[say(f"head.{name}", lang) for name in heads],
            rows=[_row(e, lang) for e in rows],
        )

    return shown_table(report, "starts_table", layout, started.estimates)


def _title(rows: list[Estimate], lang: str) -> str:
    """Return the finding: what it is by who had begun, or that none can be given."""
    by_start = [e for e in rows[1:] if e.value is not None]
    if not by_start:
        return say("exhibit.starts_none", lang)
    told = [with_interval(e, lang) for e in by_start]
    return say(f"exhibit.starts_{len(by_start)}", lang, first=told[0], last=told[-1])


def _row(e: Estimate, lang: str) -> Row:
    name, dash = words(e, "method", lang), say("shown.none", lang)
    if e.value is None:
        return row_of(name, [dash, dash, said_piece(e, words(e, "reason", lang))])
    return row_of(name, [count_piece(e, "n", lang), value_piece(e, lang), interval_piece(e, lang)])
