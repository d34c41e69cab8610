"""How many of those asked answered, and what the silent could make of the share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.cohort import ANSWERED
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.outcomes.shared import chosen, plan_deviations

# Response rate 1 of AAPOR (Standard Definitions, 2023): complete interviews out of everyone
# who was or may have been eligible.
_COMPLETE, _INELIGIBLE = "interview", "not_eligible"


def response_rate(answers: Answers | Refusal) -> Result | Refusal:
    """Return the response rate 1 of AAPOR, or why there is none.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``response_rate``: complete interviews out of everyone sampled who was not found
        ineligible. Refused where the data hold no dispositions, or respondents alone: then
        how many were asked is not in them.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "response_rate")
    report, table = answers.report, answers.cohort.table
    asked = _asked(answers)
    if asked is None:
        return _not_known(answers, "response_rate")
    true = (int((asked["disposition"] == _COMPLETE).sum()), len(asked))
    gate = report.gate(table)
    events, n = gate.count(true[0]), gate.count(true[1])
    rate = report.estimate(
        "response_rate",
        table=table,
        hidden=gate.hides([*true, true[1] - true[0]]) or n == 0,
        deviations=answers.deviations,
        unit="share",
        value=events / n if n else None,
        reason=None if n else report.term("reason.nobody"),
        n=n,
        events=events,
        population=report.study.label(answers.item),
        method=report.term("method.rr1"),
    )
    return Result(report, (rate,), answers.deviations)


def silent(answers: Answers | Refusal, top: tuple[str, ...]) -> Result | Refusal:
    """Return what the share could be, whatever those would say who did not answer.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    top : tuple of str
        Answers that count as satisfied.

    Returns
    -------
    Result or Refusal
        ``silent_share`` of those asked who did not answer the question, and
        ``silent_bounds``: the share among all of them if none, and if all, of the silent
        were satisfied (Manski 1989); both weighted where the answers are and all asked
        have a weight. Refused where the data do not hold who was asked.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "silent_bounds")
    report, table = answers.report, answers.cohort.table
    for answer in top:
        chosen("top", answer, report.plan.categories)
    asked = _asked(answers)
    if asked is None:
        return _not_known(answers, "silent_bounds")
    deviations = answers.deviations + plan_deviations(report, top=top)
    if any(step.code == "in_subset" for step in answers.cohort.flow):
        reason, passes = (report.term(f"{k}.silent_subset") for k in ("reason", "would_pass"))
        return refuse(report, "silent_bounds", reason, passes, table, deviations)
    told = asked["answered"] if "answered" in asked else asked["disposition"].isin(ANSWERED)
    good = told & asked["answer"].isin(top)
    counts = [int(good.sum()), int((told & ~good).sum()), int((~told).sum())]
    gate = report.gate(table)
    weighted = answers.weighted and bool(asked["weight"].notna().all())
    parts = _weights(asked, good, told) if weighted else [gate.count(n) for n in counts]
    whole = sum(parts)
    digits = 12 if gate.open else 3
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        hidden=gate.hides(counts),
        unit="share",
        n=gate.count(len(asked)),
        population=report.study.label(answers.item),
        method=report.term("method.bounds_weighted" if weighted else "method.bounds"),
    )
    none = report.estimate("silent_share", **shared, value=round(parts[2] / whole, digits))
    bounds = report.estimate(
        "silent_bounds",
        **shared,
        low=round(parts[0] / whole, digits),
        high=round((parts[0] + parts[2]) / whole, digits),
        interval="bounds",
    )
    return Result(report, (none, bounds), deviations)


def _asked(answers: Answers) -> pd.DataFrame | None:
    """Return everyone sampled in the last wave who may be eligible; None where not known."""
    table = answers.cohort.table
    if "disposition" not in table.frame:
        return None
    asked = table.frame[table.frame["disposition"] != _INELIGIBLE]
    if "last_wave" in table.rules:
        asked = asked[asked["last_wave"]]
    # A file of respondents alone says nothing of those who were asked besides them.
    return None if asked["disposition"].isin(ANSWERED).all() else asked


def _weights(asked: pd.DataFrame, good: pd.Series, told: pd.Series) -> list[float]:
    weight = asked["weight"]
    return [float(weight[part].sum()) for part in (good, told & ~good, ~told)]


def _not_known(answers: Answers, estimand: str) -> Refusal:
    report, table = answers.report, answers.cohort.table
    key = "only_respondents" if "disposition" in table.frame else "no_dispositions"
    reason, passes = report.term(f"reason.{key}"), report.term("would_pass.no_dispositions")
    return refuse(report, estimand, reason, passes, table, answers.deviations)
