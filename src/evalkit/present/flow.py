"""Who is in, and why the others are not."""

from __future__ import annotations

from evalkit.disclosure import Gate, Policy
from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Report
from evalkit.outcomes.analysis import Drawn
from evalkit.present.numbers import value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import Phrase, phrase, say


def flow_table(drawn: Drawn | Refusal) -> Shown:
    """Return the flow of people: kept and left out at each step.

    Parameters
    ----------
    drawn : Followed, Answers, Target or Refusal
        From an outcome.
    """
    if isinstance(drawn, Refusal):
        return refusal(drawn, "flow_table")
    report, estimates = drawn.report, drawn.estimates
    kept = [e for e in estimates if e.dim("measure") == "kept"]
    left = [e for e in estimates if e.dim("measure") == "left_out"]

    def layout(lang: str) -> Layout:
        rows = [
            row_of(_definition(a, lang), (value_piece(b, lang), value_piece(a, lang)))
            for a, b in zip(kept, left, strict=True)
        ]
        return Layout(
            title=say("exhibit.flow_table", lang),
            note=note(report, lang, "note.people") + _rounded_apart(report, lang),
            heads=[say(f"head.{key}", lang) for key in ("step", "left_out", "kept")],
            rows=rows,
        )

    return shown_table(report, "flow_table", layout, estimates)


def _rounded_apart(report: Report, lang: str) -> str:
    gate = report.gate(report.table)
    if gate.open:
        return ""
    return say("note.rounded_apart", lang, rounding=gate.policy.rounding)


def note(report: Report, lang: str, key: str, **values: object) -> str:
    """Return the grey line under a title: unit, source and disclosure rule.

    Parameters
    ----------
    key : str
        The sentence that is special to this exhibit.
    """
    first = say(key, lang, **values)
    source = say("note.source", lang, source=report.table.source)
    return first + source + rule(report).text(lang)


def rule(report: Report) -> Phrase:
    """Return the disclosure rule that applies to the report's data, in words."""
    gate = report.gate(report.table)
    if gate.open:
        return phrase("note.public")
    return rounded(gate.policy)


def rounded(policy: Policy) -> Phrase:
    """Return how counts are withheld and rounded, in words."""
    values = {"threshold": policy.threshold, "rounding": policy.rounding}
    # The first count that is shown may be rounded to one that reads as if it were not.
    lowest = Gate(policy, "confidential", ()).count(policy.threshold + 1)
    if lowest > policy.threshold:
        return phrase("note.rounded", **values)
    most = lowest + (policy.rounding - 1) // 2
    return phrase(
        "note.rounded_down", **values, lowest=lowest, least=policy.threshold + 1, most=most
    )


def _definition(estimate: Estimate, lang: str) -> str:
    assert estimate.definition is not None
    return estimate.definition.text[lang]


def words(estimate: Estimate, field: str, lang: str) -> str:
    """Return one of an estimate's terms in words, or the word for none.

    Parameters
    ----------
    field : str
        Name of a field that holds a Term or None.
    """
    value = getattr(estimate, field)
    return value.text[lang] if value is not None else say("shown.none", lang)
