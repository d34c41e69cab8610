"""The difference in the share reached between those exposed and the others."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells, harms
from evalkit.estimators.clustered import clustered_difference
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.reach.gates import comparable, deductions, recorded, sides
from evalkit.outcomes.reach.shares import share_of_group
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.report import Refusal, Result
from evalkit.outcomes.requirements import require, stamp_estimates, stamps
from evalkit.outcomes.verdict import effect_verdict


@analysis("reach_difference")
def difference(target: Target, exposure: str, level: float) -> Iterator[Yielded]:
    """Estimate the difference in the share reached between those exposed and the others.

    By least squares with cluster-robust variance: whole places are exposed, or none of one.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure : str
        Column with 1 for those exposed and 0 for the others.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``reach_difference``, ``reach_difference_p`` and ``share_reached`` of both
        groups. Refused where a requirement fails: `gates` names all.
    """
    report = target.report
    target = target.by(chosen("exposure", exposure, target.exposures))
    require(report, (*recorded(target), *comparable(target)))
    parts = sides(target)
    point = _clustered(target, pd.concat(parts), level)
    frame = pd.concat(parts)
    counts = [(int(part["reached"].sum()), len(part)) for part in parts]
    cells = harms(counts) + Cells((int(frame["reached"].sum()), len(frame)))
    about: dict[str, Any] = dict(
        group=report.study.label(f"{exposure}_1"),
        against=report.study.label(f"{exposure}_0"),
        definition=target.label,
        method=report.term("method.clustered_difference"),
        design=report.term(f"design.{report.plan.design}"),
    )
    yield measure(
        "reach_difference",
        cells,
        # The difference of the shares that stand beside it, which come from rounded parts;
        # the interval keeps its width. Of a public table the method's own stands.
        by=_counts if report.gate(target.table).open else _gap,
        model=lambda: point,
        **about,
        unit="points",
        interval="confidence",
        level=level,
        se_scale="identity",
    )
    p = functools.partial(float, point.p or 0.0)
    yield measure("reach_difference_p", cells, model=p, **about, unit="p", digits=4)
    for code, part in zip((1, 0), parts, strict=True):
        yield share_of_group(
            target, exposure, f"{exposure}_{code}", part, report.plan.estimator, level
        )
    yield from stamp_estimates(report, target.table, stamps(report))
    yield from deductions(target)


def _gap(
    first: int, n_first: int, second: int, n_second: int, events: int, n: int
) -> dict[str, Any]:
    return {"value": first / n_first - second / n_second, "n": n, "events": events}


def _counts(*counts: int) -> dict[str, Any]:
    *_, events, n = counts
    return {"n": n, "events": events}


def _clustered(target: Target, frame: pd.DataFrame, level: float) -> Point:
    exposed = frame["exposure"] == 1
    mixed = (exposed.groupby(frame["cluster"]).nunique() > 1).any()
    if mixed and frame.groupby("cluster")["reached"].nunique().max() == 1:
        raise refused(target.report, "no_variation")
    point = clustered_difference(frame["reached"], exposed, frame["cluster"], level=level)
    if point.p is None or point.se is None:
        # Nobody or everybody of one side: the method bounds the difference and tests nothing.
        raise refused(target.report, "no_test")
    return point


def verdict(effect: Result | Refusal) -> Result:
    """Return the verdict by the plan's primary method.

    Parameters
    ----------
    effect : Result or Refusal
        From `difference`.
    """
    return effect_verdict(effect)
