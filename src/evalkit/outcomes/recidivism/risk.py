"""How many had the event within the window, and the verdict."""

from __future__ import annotations

from typing import Any

from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.risk_difference import METHODS as DIFFERENCES
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.outcomes.recidivism.followed import Followed, refuse_group
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.shared import check_level, chosen, lies_below, plan_deviations
from evalkit.outcomes.verdict import effect_verdict


def compare(followed: Followed | Refusal, estimator: str, level: float) -> Result | Refusal:
    """Estimate the share with the event in each group, and the difference.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    estimator : {"newcombe", "wald"}
        Interval of the difference.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``risk[group]``, ``risk_difference`` and ``risk_difference_p``. Refused
        where a group is too small, or somebody was not followed to the end of the
        window: then the share with the event is not a share of those followed.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "risk_difference")
    report, plan = followed.report, followed.report.plan
    chosen("estimator", estimator, sorted(DIFFERENCES))
    check_level(level)
    used = plan_deviations(report, estimator=estimator, level=level)
    deviations = followed.deviations + used
    groups = [followed.group(code) for code in followed.groups]
    if lies_below(map(len, groups), plan.min_people):
        return refuse_group(followed, "too_few", plan.min_people, deviations)
    if not followed.cohort.frame["complete"].all():
        return refuse_group(followed, "unequal_follow_up", followed.window, deviations)
    cells = [(int(group["event"].sum()), len(group)) for group in groups]
    risks = [
        _risk(followed, code, cell, level, deviations)
        for code, cell in zip(followed.groups, cells, strict=True)
    ]
    gaps = _difference(followed, cells, estimator, level, deviations)
    return Result(report, (*risks, *gaps), deviations)


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


def verdict(effect: Result | Refusal, test: Result | Refusal, balance: Result | Refusal) -> Result:
    """Return the verdict by the plan's primary method, with the second opinion.

    Parameters
    ----------
    effect : Result or Refusal
        From `compare`.
    test : Result or Refusal
        From `log_rank`; shown beside the primary method, never instead of it.
    balance : Result or Refusal
        From `profile`; a gate where the groups were not drawn by lot.

    Returns
    -------
    Result
        ``verdict``, the primary estimate and its p-value, the shares, and the
        log-rank test.
    """
    decided = effect_verdict(effect, lower_is_better=True, profile=balance)
    if isinstance(effect, Refusal) or isinstance(test, Refusal):
        return decided
    return Result(decided.report, (*decided.estimates, *test.estimates), decided.deviations)
