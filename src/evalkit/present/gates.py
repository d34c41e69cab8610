"""What must hold before a number may stand, all at once: passed, and not passed."""

from __future__ import annotations

from collections.abc import Callable

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.report import Report
from evalkit.present.content import Row
from evalkit.present.flow import rule, words
from evalkit.present.numbers import said_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.words import say


def gates_table(judged: Result | Refusal) -> Shown:
    """Return every requirement of a comparison: what was found, what is asked, how it came out.

    Parameters
    ----------
    judged : Result or Refusal
        From `recidivism.gates` or `reach.gates`.
    """
    if isinstance(judged, Refusal):
        return refusal(judged, "gates_table")
    report, estimates = judged.report, list(judged.estimates)
    states = [e.method.code for e in estimates if e.method is not None]
    passed, unknown = states.count("passed"), states.count("unknown")
    key = "gates_unknown" if unknown else "gates_table"

    def said(lang: str) -> str:
        # A table that nobody handed in stops nothing, and a reader must know.
        return say("note.gates", lang) + (say("note.gates_unknown", lang) if unknown else "")

    def title(lang: str) -> str:
        return say(f"exhibit.{key}", lang, n=passed, of=len(estimates), k=unknown)

    def foot(lang: str) -> str:
        return said(lang) + rule(report).text(lang)

    return gates_shown(report, "gates_table", estimates, title, foot)


def all_gates(judged: Result, name: str, key: str, foot: Callable[[str], str]) -> Shown:
    """Return requirements with a title of their own, which counts those that hold.

    Parameters
    ----------
    name : str
        Of the exhibit.
    key : str
        Under ``[exhibit]`` in the locale files.
    foot : callable
        What stands beneath, by language.
    """
    gates = list(judged.estimates)
    passed = sum(e.would_pass is None for e in gates)

    def title(lang: str) -> str:
        return say(f"exhibit.{key}", lang, n=passed, of=len(gates))

    return gates_shown(judged.report, name, gates, title, foot)


def gates_shown(
    report: Report,
    name: str,
    gates: list[Estimate],
    title: Callable[[str], str],
    foot: Callable[[str], str],
) -> Shown:
    """Return one table of requirements, whatever they are of."""

    def layout(lang: str) -> Layout:
        heads = ("condition", "found", "asked_for", "came_out", "would_pass")
        rows = [_row(e, lang) for e in gates]
        # What does not hold, or is not known to, is what a reader must see.
        hold = all(e.method is not None and e.method.code == "passed" for e in gates)
        return Layout(
            title=title(lang),
            note=foot(lang),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=rows,
            text_columns=(0, 1, 2, 3),
            folded=in_detail(rows) if hold else "",
        )

    return shown_table(report, name, layout, gates)


def _row(gate: Estimate, lang: str) -> Row:
    """Return one requirement: what was found, what is asked, how it came out, what would pass."""
    outcome = said_piece(gate, words(gate, "method", lang))
    found, asked, passes = (
        words(gate, field, lang) for field in ("population", "against", "would_pass")
    )
    return row_of(words(gate, "definition", lang), [found, asked, outcome, passes])
