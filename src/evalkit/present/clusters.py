"""Errors that respect townships: a line where there are many, a table where there are few."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.by_place import FEW, Clustered
from evalkit.present.content import Row
from evalkit.present.flow import note, words
from evalkit.present.numbers import interval_piece, level_of, said_piece, value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.protocol.outcomes.reach import OUTCOME as REACH
from evalkit.words import phrase, say

OF_SIDES = {"agree": "sides_agree", "disagree": "sides_disagree", "none": "sides_none"}


def clusters_table(clustered: Result | Refusal) -> Shown:
    """Return the difference with errors that respect townships, and whether they agree.

    Parameters
    ----------
    clustered : Result or Refusal
        From `recidivism.few_clusters` or `reach.few_clusters`.
    """
    if isinstance(clustered, Refusal):
        reason = clustered.estimate.reason
        if reason is not None and reason.code == "no_townships":
            # Of a table that never had townships nothing is missing.
            return sentences(clustered.report, "clusters_table", [phrase("clusters.none")], [],
                             frame="absent")  # fmt: skip
        return refusal(clustered, "clusters_table")
    assert isinstance(clustered, Clustered)
    rows = clustered.of("clustered_difference")
    if len(rows) > 2:
        return _table(clustered, rows)
    if clustered.report.outcome == REACH.code:
        # With many places the difference has this error itself.
        said = [phrase("clusters.many")]
        return sentences(clustered.report, "clusters_table", said, [], frame="absent")
    return _line(clustered, rows[1])


def _line(clustered: Clustered, own: Estimate) -> Shown:
    report = clustered.report
    if own.value is None:
        said = [phrase("clusters.not_given", n=clustered.clusters, reason=own.reason)]
        return sentences(report, "clusters_table", said, clustered.estimates)
    ends = {"value": own.value, "low": own.low, "high": own.high}
    key = "agrees" if clustered.agree else "disagrees"
    told = phrase(f"clusters.{key}", n=clustered.clusters, level=own.level, **ends)
    return sentences(report, "clusters_table", [told], clustered.estimates)


def _table(clustered: Clustered, rows: list[Estimate]) -> Shown:
    report = clustered.report
    # The first is the error from persons, with which the others are compared.
    stand = [e for e in rows[1:] if e.value is not None]
    key = "disagree" if not clustered.agree else "agree" if stand else "none"

    level = level_of(rows, report.plan.level)
    # Of reach each side must be many, and the most cautious error decides.
    named, note_key = key, "note.clusters"
    if report.outcome == REACH.code:
        named, note_key = OF_SIDES[key], "note.clusters_sides"

    def layout(lang: str) -> Layout:
        return Layout(
            title=say(f"exhibit.clusters_{named}", lang, n=len(stand), clusters=clustered.clusters),
            note=note(report, lang, note_key, level=level, few=FEW),
            heads=[say(f"head.{name}", lang) for name in ("method", "value", "interval", "p")],
            rows=[_row(clustered, e, lang) for e in rows],
        )

    return shown_table(report, "clusters_table", layout, clustered.estimates)


def _row(clustered: Clustered, e: Estimate, lang: str) -> Row:
    name, dash = words(e, "method", lang), say("shown.none", lang)
    if e.value is None:
        return row_of(name, [dash, said_piece(e, words(e, "reason", lang)), dash])
    p = clustered.one("clustered_p", method=e.dim("method") or "")
    ends = interval_piece(e, lang) if e.low is not None else dash
    return row_of(name, [value_piece(e, lang), ends, value_piece(p, lang)])
