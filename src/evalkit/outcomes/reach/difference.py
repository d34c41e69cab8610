"""The difference in the share reached between those exposed and the others."""

from __future__ import annotations

from typing import Any

import pandas as pd
from scipy.stats import norm

from evalkit import errors
from evalkit.disclosure import Gate
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.clustered import clustered_difference
from evalkit.outcomes.reach.gates import comparable, deductions, recorded, sides
from evalkit.outcomes.reach.shares import kept, share_of_group
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.requirements import refused_by, stamp_estimates, stamps
from evalkit.outcomes.shared import check_level, chosen, plan_deviations
from evalkit.outcomes.verdict import effect_verdict


def difference(
    target: Target | Refusal, exposure: str, estimator: str, level: float
) -> Result | Refusal:
    """Estimate the difference in the share reached between those exposed and the others.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure : str
        Column with 1 for those exposed.
    estimator : {"clustered"}
        Least squares with cluster-robust variance.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``reach_difference``, ``reach_difference_p`` and ``share_reached`` of both
        groups. Refused where a requirement fails: `gates` names all.
    """
    if isinstance(target, Refusal):
        return refused_again(target, "reach_difference")
    report, plan = target.report, target.report.plan
    chosen("exposure", exposure, [plan.exposure])
    chosen("estimator", estimator, ("clustered",))
    check_level(level)
    used = plan_deviations(report, exposure=exposure, estimator=estimator, level=level)
    deviations, table = target.deviations + used, target.cohort.table
    judged = (*recorded(target), *comparable(target))
    refused = refused_by(report, "reach_difference", judged, table, deviations)
    if refused is not None:
        return refused
    parts = sides(target)
    frame = pd.concat(parts)
    exposed = frame["exposure"] == 1
    if frame.groupby("cluster")["reached"].nunique().max() == 1 and _mixed(frame, exposed):
        reason, passes = report.term("reason.no_variation"), report.term("would_pass.no_variation")
        return refuse(report, "reach_difference", reason, passes, table, deviations)
    try:
        gaps = _difference_of(target, frame, exposure, level, deviations)
    except errors.Refused as problem:
        passes = report.term("would_pass.estimator")
        return refuse(report, "reach_difference", report.said(problem), passes, table, deviations)
    if gaps is None:
        reason, passes = report.term("reason.no_test"), report.term("would_pass.estimator")
        return refuse(report, "reach_difference", reason, passes, table, deviations)
    both = [
        share_of_group(target, exposure, f"{exposure}_{code}", part, estimator, level, deviations)
        for code, part in zip((1, 0), parts, strict=True)
    ]
    marks = stamp_estimates(report, table, stamps(report))
    return Result(report, (*gaps, *both, *marks), deviations, deductions(target))


def _mixed(frame: pd.DataFrame, exposed: pd.Series) -> bool:
    """Return whether some village holds people of both groups."""
    return bool((exposed.groupby(frame["cluster"]).nunique() > 1).any())


def _difference_of(
    target: Target,
    frame: pd.DataFrame,
    exposure: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> tuple[Estimate, Estimate] | None:
    report, table = target.report, target.cohort.table
    gate, exposed = report.gate(table), frame["exposure"] == 1
    point = clustered_difference(frame["reached"], exposed, frame["cluster"], level=level)
    if point.p is None or point.se is None:
        # Nobody or everybody of one side: the method bounds the difference and tests nothing.
        return None
    cells = [(int(part["reached"].sum()), len(part)) for part in (frame[exposed], frame[~exposed])]
    # The difference of the shares that stand beside it, which come from rounded parts;
    # the interval keeps its width.
    first, second = [gate.count(events) / gate.count(n) for events, n in cells]
    value = point.value if gate.open else first - second
    shift = value - point.value
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        hidden=any(gate.hides_share(*cell) for cell in cells),
        group=report.study.label(f"{exposure}_1"),
        against=report.study.label(f"{exposure}_0"),
        definition=report.study.label(target.definition),
        method=report.term("method.clustered_difference"),
        design=report.term(f"design.{report.plan.design}"),
    )
    gap = report.estimate(
        "reach_difference",
        **shared,
        unit="points",
        value=value,
        low=kept(point.low + shift, gate.open),
        high=kept(point.high + shift, gate.open),
        interval="confidence",
        level=level,
        se=kept(point.se, gate.open),
        se_scale="identity",
        n=gate.count(len(frame)),
        events=gate.count(int(frame["reached"].sum())),
    )
    p = _p(point.p, gate)
    return gap, report.estimate("reach_difference_p", **shared, unit="p", value=p, digits=4)


def _p(p: float, gate: Gate) -> float:
    """Return a p-value to the precision of its z to a tenth, unless public: never 0."""
    if gate.open or p >= 1:
        return p
    return float(2 * norm.sf(max(round(float(norm.isf(p / 2)), 1), 0.05)))


def verdict(effect: Result | Refusal) -> Result:
    """Return the verdict by the plan's primary method.

    Parameters
    ----------
    effect : Result or Refusal
        From `difference`.
    """
    return effect_verdict(effect)
