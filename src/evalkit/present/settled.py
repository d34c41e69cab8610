"""Sentences on what would settle an unclear result, and on how many must take part."""

from __future__ import annotations

import math

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.headline import is_of_overlap
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.words import Phrase, phrase


def settle_statement(settled: Result | Refusal) -> Shown:
    """Return what would settle a comparison without clear evidence.

    Parameters
    ----------
    settled : Result or Refusal
        From `recidivism.settle`.
    """
    if isinstance(settled, Refusal):
        return refusal(settled, "settle_statement")
    if not settled.estimates:
        line = phrase("settling.nothing")
        return sentences(settled.report, "settle_statement", [line], [], frame="absent")
    lines = [*_seen(settled), *_people(settled)]
    return sentences(settled.report, "settle_statement", lines, settled.estimates)


def _seen(settled: Result) -> list[Phrase]:
    found = {e.dim("areas"): e for e in settled.of("smallest_difference")}
    worth = settled.report.plan.worth_finding
    if not found:
        return []
    alone, two = found.get("1"), found.get("2")
    lines = [
        phrase("settling.seen", d=alone.value, worth=worth, method=alone.method)
        if alone is not None
        else phrase("settling.seen_none", worth=worth)
    ]
    if alone is not None and alone.value is not None and alone.value <= worth:
        lines.append(phrase("settling.enough"))
    if two is not None:
        lines.append(phrase("settling.pooled", d=two.value))
    return lines


def _people(settled: Result) -> list[Phrase]:
    needed = [e for e in settled.of("settled") if e.dim("group")]
    if not needed:
        return []
    one, two = needed
    values = {"a": one.value, "group": one.group, "b": two.value, "against": two.group}
    dates = [e for e in settled.of("settled", what="date") if e.reason is not None]
    lines = [phrase(f"settling.{one.dim('what')}", **values)]
    return [*lines, *(phrase("settling.plain", said=e.reason) for e in dates)]


def needed_statement(needed: Result | Refusal) -> Shown:
    """Return the shares of 100 people, and how many must take part for one event fewer.

    Parameters
    ----------
    needed : Result or Refusal
        From `recidivism.number_needed`.
    """
    if isinstance(needed, Refusal):
        return refusal(needed, "needed_statement")
    first = needed.one("number_needed")
    shares = needed.of("adjusted_risk") or needed.of("risk")
    lines = [*_of_hundred(shares), _number(first)]
    return sentences(needed.report, "needed_statement", lines, needed.estimates)


def _of_hundred(shares: list[Estimate]) -> list[Phrase]:
    if len(shares) < 2 or any(e.value is None for e in shares):
        return []
    one, two = shares
    key = "headline.recidivism"
    if one.estimand == "adjusted_risk":
        key += "_overlap" if is_of_overlap(one) else "_adjusted"
    values = {"a": one.value, "b": two.value, "group": one.group, "against": two.group}
    return [phrase(key, definition=one.definition, window=one.window, **values)]


def _number(e: Estimate) -> Phrase:
    if e.value is None or e.low is None or e.high is None:
        return phrase("needed.none", why=e.reason)
    # Whoever takes part is whole: a benefit is rounded up, a harm down.
    whole = math.ceil if e.dim("side") == "benefit" else math.floor
    n, low, high = (max(whole(round(x, 6)), 1) for x in (e.value, e.low, e.high))
    return phrase(f"needed.{e.dim('side')}", n=n, low=low, high=high, level=e.level)
