"""The difference in the share reached between those exposed and the others."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harm, harms, ratio
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.reach.alike import sided
from evalkit.outcomes.reach.gates import recorded, sides
from evalkit.outcomes.reach.judged import (
    comparable,
    deductions,
    doubts,
    drawn_by_lot,
    largest_smd,
    side_names,
    weights,
)
from evalkit.outcomes.reach.shares import share_of_group
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.reach.townships import agree, behind, cautious, points_of
from evalkit.outcomes.report import Refusal, Result
from evalkit.outcomes.requirements import require, stamp_estimates, stamps
from evalkit.outcomes.verdict import effect_verdict


@analysis("reach_difference")
def difference(
    target: Target,
    exposure: str,
    level: float,
    covariates: tuple[str, ...] | None = None,
) -> Iterator[Yielded]:
    """Estimate the difference in the share reached between those exposed and the others.

    Whole places are exposed, or none of one. Of sides randomised by least squares with
    cluster-robust variance; of others by weights that give those who are not exposed the means
    of those who are, in all that is known of them (the effect on those exposed). With fewer
    than 20 places of a side every error of `few_clusters` must stand, and the most cautious
    counts: the widest interval, the largest p.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure : str
        Column with 1 for those exposed and 0 for the others.
    level : float
        Confidence level, 0 < level < 1.
    covariates : tuple of str, optional
        Columns of the table in which sides that were not randomised are made alike, the
        plan's when absent; of an office's register age band, sex and group are always among
        them, and how many people live in the township.

    Returns
    -------
    Result or Refusal
        ``reach_difference``, ``reach_difference_p`` and ``share_reached`` of both groups as
        they are compared. Refused where a requirement fails: `gates` names all.
    """
    report = target.report
    target = target.by(chosen("exposure", exposure, target.exposures))
    named = report.plan.covariates if covariates is None else covariates
    require(report, (*recorded(target), *comparable(target, named)))
    found = sided(target, named)
    lot = drawn_by_lot(target)
    points = points_of(target, found, level)
    point = cautious(target, points)
    yield from _gaps(target, _about(target, lot, len(points) > 2), point, level)
    yield from _shares(target, exposure, level, point.value, lot)
    yield from stamp_estimates(report, target.table, (*stamps(report), *doubts(target)))
    largest = None if lot else largest_smd(found, weights(target, found))
    yield from deductions(target, largest)
    if not agree(target, points):
        yield Deduction("clusters", 1, report.term("deduction.clusters"))


def _about(target: Target, lot: bool, few: bool) -> dict[str, Any]:
    report = target.report
    group, against = side_names(target)
    method = report.term(f"method.{'clustered_difference' if lot else 'sites_balanced'}")
    if few:
        method = report.term("method.most_cautious", method=method)
    return dict(
        group=group,
        against=against,
        definition=target.label,
        method=method,
        design=report.term(f"design.{report.plan.design}"),
    )


def _gaps(target: Target, about: dict[str, Any], point: Point, level: float) -> Iterator[Yielded]:
    cells = behind(target)
    # Of sides randomised the difference is that of the shares beside it, which come from
    # rounded parts; the interval keeps its width. Of a public table the method's own stands.
    own = target.report.gate(target.table).open or not drawn_by_lot(target)
    yield measure(
        "reach_difference",
        cells,
        by=_counts if own else _gap,
        model=lambda: point,
        **about,
        unit="points",
        interval="confidence",
        level=level,
        se_scale="identity",
    )
    p = functools.partial(float, point.p or 0.0)
    yield measure("reach_difference_p", cells, model=p, **about, unit="p", digits=4)


def _shares(
    target: Target, exposure: str, level: float, gap: float, lot: bool
) -> Iterator[Yielded]:
    """Yield the share of each side as it is compared; the two differ by the difference."""
    report, parts = target.report, sides(target)
    many = min(part["cluster"].nunique() for part in parts) >= report.plan.min_clusters
    if lot and many:
        for code, part in zip((1, 0), parts, strict=True):
            yield share_of_group(
                target, exposure, f"{exposure}_{code}", part, report.plan.estimator, level
            )
        return
    gate = report.gate(target.table)
    counts = [(int(part["reached"].sum()), len(part)) for part in parts]
    cells = [harm(*counts[side]) + harms(counts) for side in (0, 1)]
    group, against = side_names(target)
    about: dict[str, Any] = dict(unit="share", definition=target.label)
    first, second = ((("group", f"{exposure}_{code}"),) for code in (1, 0))
    yield measure("share_reached", cells[0], by=_share, dims=first, group=group, **about)
    if lot:
        yield measure("share_reached", cells[1], by=_share, dims=second, group=against, **about)
        return
    events, n = (gate.count(x) for x in counts[0])
    other = min(max(events / n - gate.coarse("points", gap), 0.0), 1.0)
    named = report.term("group.made_alike", group=against)
    yield measure(
        "share_reached", cells[1], by=lambda events, n, *_: {"n": n, "events": events},
        model=lambda: other, dims=second, group=named, **about,
    )  # fmt: skip


def _share(events: int, n: int, *_: int) -> dict[str, Any]:
    return dict(ratio(events, n))


def _gap(
    first: int, n_first: int, second: int, n_second: int, events: int, n: int
) -> dict[str, Any]:
    return {"value": first / n_first - second / n_second, "n": n, "events": events}


def _counts(*counts: int) -> dict[str, Any]:
    *_, events, n = counts
    return {"n": n, "events": events}


def verdict(effect: Result | Refusal) -> Result:
    """Return the verdict by the plan's primary method.

    Parameters
    ----------
    effect : Result or Refusal
        From `difference`.
    """
    return effect_verdict(effect)
