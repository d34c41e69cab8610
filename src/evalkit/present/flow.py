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

MEASURES = ("left_out", "kept")


def flow_table(drawn: Drawn | Refusal) -> Shown:
    """Return the flow of people: kept and left out at each step.

    Parameters
    ----------
    drawn : Followed, Answers, Target or Refusal
        From an outcome.
    """
    if isinstance(drawn, Refusal):
        return refusal(drawn, "flow_table")
    report, all_of = drawn.report, drawn.estimates
    estimates = [e for e in all_of if e.estimand == "flow"]
    ever = {e.dim("group"): e for e in all_of if e.estimand == "events_ever"}
    groups = list(dict.fromkeys(e.dim("group") for e in estimates))
    found = {(e.dim("group"), e.dim("step"), e.dim("measure")): e for e in estimates}
    steps = list(dict.fromkeys(e.dim("step") for e in estimates))
    first = {group: next(e for e in estimates if e.dim("group") == group) for group in groups}

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                _definition(found[None, step, "kept"], lang),
                [value_piece(found[g, step, m], lang) for g in groups for m in MEASURES],
            )
            for step in steps
        ]
        if ever:
            dash = say("shown.none", lang)
            cells = [
                value_piece(ever[g], lang) if m == "kept" and g in ever else dash
                for g in groups
                for m in MEASURES
            ]
            rows.append(row_of(_definition(next(iter(ever.values())), lang), cells))
        heads = [
            say(f"head.{m}", lang) if group is None
            else say(f"head.{m}_group", lang, group=first[group].group)
            for group in groups
            for m in MEASURES
        ]  # fmt: skip
        return Layout(
            title=_title([found[None, step, "kept"] for step in steps], lang),
            note=note(report, lang, "note.people") + _rounded_apart(report, lang),
            heads=[say("head.step", lang), *heads],
            rows=rows,
        )

    return shown_table(report, "flow_table", layout, all_of)


def _title(kept: list[Estimate], lang: str) -> str:
    """Return how many of all are counted, where both may be told."""
    first, last = kept[0], kept[-1]
    if first.value is None or last.value is None:
        return say("exhibit.flow_table", lang)
    return say("exhibit.flow_counted", lang, n=last.value, of=first.value)


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


def foot(drawn: Drawn, lang: str, key: str, **values: object) -> str:
    """Return the grey line under a title, of numbers that come from another table.

    Parameters
    ----------
    drawn : Drawn
        What was drawn from it.
    key : str
        The sentence that is special to this exhibit.
    """
    gate = drawn.report.gate(drawn.table)
    source = say("note.source", lang, source=drawn.table.source)
    said = (phrase("note.public") if gate.open else rounded(gate.policy)).text(lang)
    return say(key, lang, **values) + source + said


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
