"""Reach: the share of the target population that the service reached."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evalkit import cohort as people
from evalkit.condition import select
from evalkit.errors import UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.clustered import clustered_difference, clustered_share
from evalkit.estimators.share import share
from evalkit.outcomes.report import Refusal, Report, Result, no_data, refuse, refused_again
from evalkit.outcomes.shared import (
    Drawn,
    check_level,
    chosen,
    flow_estimates,
    lies_below,
    plan_deviations,
)
from evalkit.outcomes.verdict import effect_verdict
from evalkit.words import Term

ESTIMATORS = ("clustered", "wilson")
EVERYONE = "all"


@dataclass(frozen=True, kw_only=True)
class Target(Drawn):
    """The people of the target population who count, one row each.

    The cohort's rows have the columns ``reached``, ``exposure`` and ``cluster``.

    Parameters
    ----------
    definition : str
        Code of what counts as reached.
    """

    definition: str


def draw_target(report: Report, definition: str, subset: str) -> Target | Refusal:
    """Draw the people of the target population who count.

    Parameters
    ----------
    report : Report
        An opened reach report.
    definition : str
        Code of what counts as reached.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Target or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError
        If the study has no such definition.
    DataError
        If the table does not keep its promise, or the condition cannot be read.
    """
    if report.spec is None:
        return no_data(report, "flow")
    table = report.table
    chosen("definition", definition, [report.plan.definition])
    frame = table.frame
    rules = [
        people.Rule("result_known", frame["reached"].notna()),
        people.Rule("cluster_known", frame["cluster"] != ""),
    ]
    # Where no offer is recorded at all there is nobody to compare, but still a share.
    if frame["exposure"].notna().any():
        rules.insert(0, people.Rule("offer_known", frame["exposure"].notna()))
    if subset:
        rules.append(people.Rule("in_subset", select(frame, subset, report.study.path)))
    cohort = people.draw(table, rules)
    deviations = plan_deviations(report, definition=definition, subset=subset)
    flow = flow_estimates(report, cohort, deviations)
    return Target(
        report=report, cohort=cohort, definition=definition, deviations=deviations, estimates=flow
    )


def shares(target: Target | Refusal, by: str, estimator: str, level: float) -> Result | Refusal:
    """Estimate the share reached in each group.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    by : str
        Column that splits the people; a numeric one is cut into the plan's bands.
    estimator : {"clustered", "wilson"}
        Whether the interval respects the clusters.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``share_reached[by]`` for each group in order, then for everyone.
    """
    if isinstance(target, Refusal):
        return refused_again(target, "share_reached")
    report = target.report
    chosen("by", by, sorted(set(target.cohort.frame.columns) - {"reached", "cluster"}))
    chosen("estimator", estimator, ESTIMATORS)
    check_level(level)
    deviations = target.deviations + _split_deviation(report, by)
    used = plan_deviations(report, estimator=estimator, level=level)
    deviations += used
    estimates = [
        _share_of(target, by, code, frame, estimator, level, deviations)
        for code, frame in _groups(target, by)
    ]
    return Result(report, tuple(estimates), deviations)


def _split_deviation(report: Report, by: str) -> tuple[Deviation, ...]:
    # The plan names several splits; a cell shows one of them.
    return () if by in report.plan.by else plan_deviations(report, by=(by,))


def _share_of(
    target: Target,
    by: str,
    code: str,
    frame: pd.DataFrame,
    estimator: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> Estimate:
    report, table, plan = target.report, target.cohort.table, target.report.plan
    gate = report.gate(table)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        dims=((by, code),),
        unit="share",
        group=_label(target, by, code),
        definition=report.study.label(target.definition),
    )
    if len(frame) < plan.min_people:
        reason = report.term("reason.too_few", n=plan.min_people)
        return report.estimate("share_reached", **shared, reason=reason)
    if estimator == "clustered" and frame["cluster"].nunique() < plan.min_clusters:
        reason = report.term("reason.too_few_clusters", n=plan.min_clusters)
        return report.estimate("share_reached", **shared, reason=reason)
    true = (int(frame["reached"].sum()), len(frame))
    events, n = gate.count(true[0]), gate.count(true[1])
    point = (
        share(events, n, method="wilson", level=level)
        if estimator == "wilson"
        else clustered_share(frame["reached"], frame["cluster"], level=level)
    )
    return report.estimate(
        "share_reached",
        **shared,
        hidden=gate.hides_share(*true),
        value=events / n,
        low=_kept(point.low, gate.open),
        high=_kept(point.high, gate.open),
        interval="confidence",
        level=level,
        se=None if point.se is None else _kept(point.se, gate.open),
        se_scale="identity" if point.se is not None else None,
        n=n,
        events=events,
        method=report.term(f"method.{estimator}"),
    )


def _kept(value: float, exact: bool) -> float:
    """Return a model's number as it goes into the record: exact, or to a tenth of a point."""
    return value if exact else round(value, 3)


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
        groups. Refused where a group or the number of clusters is too small.
    """
    if isinstance(target, Refusal):
        return refused_again(target, "reach_difference")
    report, plan, frame = target.report, target.report.plan, target.cohort.frame
    chosen("exposure", exposure, [plan.exposure])
    chosen("estimator", estimator, ("clustered",))
    check_level(level)
    used = plan_deviations(report, exposure=exposure, estimator=estimator, level=level)
    deviations = target.deviations + used
    table = target.cohort.table
    exposed = frame["exposure"] == 1
    parts = (frame[exposed], frame[~exposed])
    for key, counts, least in (
        ("too_few", [len(part) for part in parts], plan.min_people),
        ("too_few_clusters", [part["cluster"].nunique() for part in parts], plan.min_clusters),
    ):
        if lies_below(counts, least):
            reason = report.term(f"reason.{key}", n=least)
            passes = report.term(f"would_pass.{key}", n=least)
            return refuse(report, "reach_difference", reason, passes, table, deviations)
    if frame.groupby("cluster")["reached"].nunique().max() == 1 and _mixed(frame, exposed):
        reason, passes = report.term("reason.no_variation"), report.term("would_pass.no_variation")
        return refuse(report, "reach_difference", reason, passes, table, deviations)
    gaps = _difference_of(target, exposed, exposure, level, deviations)
    both = [
        _share_of(target, exposure, f"{exposure}_{code}", part, estimator, level, deviations)
        for code, part in zip((1, 0), parts, strict=True)
    ]
    return Result(report, (*gaps, *both), deviations)


def _mixed(frame: pd.DataFrame, exposed: pd.Series) -> bool:
    """Return whether some village holds people of both groups."""
    return bool((exposed.groupby(frame["cluster"]).nunique() > 1).any())


def _difference_of(
    target: Target,
    exposed: pd.Series,
    exposure: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> tuple[Estimate, Estimate]:
    report, frame, table = target.report, target.cohort.frame, target.cohort.table
    gate = report.gate(table)
    point = clustered_difference(frame["reached"], exposed, frame["cluster"], level=level)
    cells = [(int(part["reached"].sum()), len(part)) for part in (frame[exposed], frame[~exposed])]
    hidden = any(gate.hides_share(*cell) for cell in cells)
    # The difference of the shares that stand beside it, which come from rounded parts;
    # the interval keeps its width.
    first, second = [gate.count(events) / gate.count(n) for events, n in cells]
    value = point.value if gate.open else first - second
    shift = value - point.value
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        hidden=hidden,
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
        low=_kept(point.low + shift, gate.open),
        high=_kept(point.high + shift, gate.open),
        interval="confidence",
        level=level,
        se=_kept(point.se or 0.0, gate.open),
        se_scale="identity",
        n=gate.count(len(frame)),
        events=gate.count(int(frame["reached"].sum())),
    )
    p = 1.0 if point.p is None else point.p
    # Upwards, so that a small p does not become zero.
    p = p if gate.open else math.ceil(p * 1000) / 1000
    return gap, report.estimate("reach_difference_p", **shared, unit="p", value=p, digits=4)


def verdict(effect: Result | Refusal) -> Result:
    """Return the verdict by the plan's primary method.

    Parameters
    ----------
    effect : Result or Refusal
        From `difference`.
    """
    return effect_verdict(effect, lower_is_better=False)


def _groups(target: Target, by: str) -> list[tuple[str, pd.DataFrame]]:
    frame, edges = target.cohort.frame, target.report.plan.bands.get(by)
    if edges is not None:
        if not pd.api.types.is_numeric_dtype(frame[by]):
            raise UsageError("choice_value", choice="by", found=by, allowed="0-9")
        band = np.searchsorted(np.asarray(edges), frame[by], side="right") - 1
        codes = [f"{by}_{i}" for i in range(len(edges))]
        parts = [(code, frame[band == i]) for i, code in enumerate(codes)]
    else:
        found = sorted(frame.groupby(by), key=lambda pair: _in_order(pair[0]))
        parts = [(f"{by}_{_plain(code)}", part) for code, part in found]
    return [*parts, (EVERYONE, frame)]


def _label(target: Target, by: str, code: str) -> Term:
    report = target.report
    if code == EVERYONE:
        return report.term("group.all")
    return report.value_label(code, by, code.removeprefix(f"{by}_"))


def _in_order(code: object) -> list[tuple[bool, Any]]:
    """Return what sorts texts by the numbers in them: 6 to 11 stands before 12 to 13."""
    if not isinstance(code, str):
        return [(False, code)]
    parts = re.split(r"(\d+)", code)
    return [(not part.isdigit(), int(part) if part.isdigit() else part) for part in parts if part]


def _plain(code: object) -> str:
    # A flag with empty cells is stored as 0.0 and 1.0.
    return f"{code:g}" if isinstance(code, float) else str(code)
