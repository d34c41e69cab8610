"""How many had the event within the window, and the verdict."""

from __future__ import annotations

from typing import Any

from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.risk_difference import METHODS as DIFFERENCES
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.outcomes.recidivism.balance import Profile
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import deductions, requirements, stamped
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.requirements import refused_by, stamp_estimates
from evalkit.outcomes.shared import check_level, chosen, plan_deviations
from evalkit.outcomes.verdict import effect_verdict


def compare(
    followed: Followed | Refusal,
    estimator: str,
    level: float,
    balance: Result | Refusal | None = None,
) -> Result | Refusal:
    """Estimate the share with the event in each group, and the difference.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    estimator : {"newcombe", "wald"}
        Interval of the difference.
    level : float
        Confidence level, 0 < level < 1.
    balance : Result or Refusal, optional
        From `profile`, where a cell looks at more characteristics than the plan.

    Returns
    -------
    Result or Refusal
        ``risk[group]``, ``risk_difference`` and ``risk_difference_p``; where the groups are
        not alike the difference has a reason instead of a value. Refused where a
        requirement fails that guards each share too: `gates` names all.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "risk_difference")
    report = followed.report
    chosen("estimator", estimator, sorted(DIFFERENCES))
    check_level(level)
    used = plan_deviations(report, estimator=estimator, level=level)
    deviations = followed.deviations + used
    groups = [followed.group(code) for code in followed.groups]
    table, judged = followed.cohort.table, requirements(followed, balance)
    refused = refused_by(report, "risk_difference", judged, table, deviations, levels=True)
    if refused is not None:
        return refused
    cells = [(int(group["event"].sum()), len(group)) for group in groups]
    risks = [
        _risk(followed, code, cell, level, deviations)
        for code, cell in zip(followed.groups, cells, strict=True)
    ]
    refused = refused_by(report, "risk_difference", judged, table, deviations)
    if refused is not None:
        return Result(report, (*risks, refused.estimate), deviations)
    gaps = _difference(followed, cells, estimator, level, deviations)
    marks = stamp_estimates(report, table, stamped(followed))
    return Result(report, (*risks, *gaps, *marks), deviations, deductions(followed))


def _common(followed: Followed, deviations: tuple[Deviation, ...]) -> dict[str, Any]:
    report = followed.report
    return dict(
        table=followed.cohort.table,
        deviations=deviations,
        window=followed.window_term,
        definition=report.study.label(followed.definition),
        design=report.term(f"design.{report.plan.design}"),
    )


def _risk(
    followed: Followed,
    code: str,
    cell: tuple[int, int],
    level: float,
    deviations: tuple[Deviation, ...],
) -> Estimate:
    report, gate = followed.report, followed.gate
    events, n = (gate.count(count) for count in cell)
    point = share(events, n, method="wilson", level=level)
    return report.estimate(
        "risk",
        **_common(followed, deviations),
        hidden=gate.hides_share(*cell),
        dims=(("group", code), ("window", followed.window_code)),
        unit="share",
        value=point.value,
        low=point.low,
        high=point.high,
        interval="confidence",
        level=level,
        n=n,
        events=events,
        group=report.study.label(code),
        method=report.term("method.wilson"),
    )


def _difference(
    followed: Followed,
    cells: list[tuple[int, int]],
    estimator: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> tuple[Estimate, Estimate]:
    report, gate, plan = followed.report, followed.gate, followed.report.plan
    (a, n_a), (b, n_b) = [(gate.count(events), gate.count(n)) for events, n in cells]
    point = risk_difference(a, n_a, b, n_b, method=estimator, level=level)
    shared = _common(followed, deviations) | dict(
        hidden=any(gate.hides_share(*cell) for cell in cells),
        dims=(("window", followed.window_code),),
        group=report.study.label(plan.programme),
        against=report.study.label(plan.comparison),
    )
    gap = report.estimate(
        "risk_difference",
        **shared,
        unit="points",
        value=point.value,
        low=point.low,
        high=point.high,
        interval="confidence",
        level=level,
        n=n_a + n_b,
        events=a + b,
        method=report.term(f"method.{estimator}"),
    )
    pearson = report.term("method.pearson")
    p = report.estimate(
        "risk_difference_p", **shared, unit="p", value=point.p, digits=4, method=pearson
    )
    return gap, p


def verdict(
    effect: Result | Refusal, test: Result | Refusal, balance: Result | Refusal | None = None
) -> Result:
    """Return the verdict by the plan's primary method, with the second opinion.

    Parameters
    ----------
    effect : Result or Refusal
        From `compare`.
    test : Result or Refusal
        From `log_rank`; shown beside the primary method, never instead of it.
    balance : Result or Refusal, optional
        From `profile`, where the comparison was not given it: groups not drawn by lot that
        it shows to be unlike have no verdict.

    Returns
    -------
    Result
        ``verdict``, the primary estimate and its p-value, the shares, and the
        log-rank test.
    """
    second = test if isinstance(test, Result) else None
    return effect_verdict(_unless_unlike(effect, balance), second)


def _unless_unlike(effect: Result | Refusal, balance: Result | Refusal | None) -> Result | Refusal:
    report, plan = effect.report, effect.report.plan
    if isinstance(effect, Refusal) or balance is None or plan.design == "randomised":
        return effect
    largest = balance.largest if isinstance(balance, Profile) else None
    if largest is not None and largest <= plan.max_smd:
        return effect
    if effect.one("risk_difference").verdict == "not_assessable":
        return effect
    reason, passes = (report.term(f"{kind}.balance_unknown") for kind in ("reason", "would_pass"))
    return refuse(report, "risk_difference", reason, passes, report.table, effect.deviations)
