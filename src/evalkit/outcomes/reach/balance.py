"""How alike the people of both sides are, as they are and as they are compared."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from evalkit.arithmetic.thin import effective
from evalkit.disclosure import Cells, harm, people, ratio
from evalkit.outcomes.analysis import Measure, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.reach.alike import Characteristic, Numbers, Sides, sided, weights
from evalkit.outcomes.reach.judged import drawn_by_lot, side_names
from evalkit.outcomes.reach.target import Target


@analysis("smd")
def profile(
    target: Target, exposure: str, covariates: tuple[str, ...] | None = None
) -> Iterator[Yielded]:
    """Compare the people of both sides, by standardised mean differences.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure, covariates
        As `difference` takes them.

    Returns
    -------
    Result or Refusal
        ``mean[covariate, group]`` (a share of what is yes or no; its n are those of whom it is
        known) and ``smd[covariate]``. Refused where nothing is known of the people, or all are
        on one side.
    """
    target, found = _sides(target, exposure, covariates)
    for each in found.known:
        for group, some in (("1", found.treated), ("0", ~found.treated)):
            yield _mean(target, each, f"{exposure}_{group}", some)
        yield _gap(target, found, each, "smd", None)


@analysis("adjusted_smd")
def weigh(
    target: Target, exposure: str, covariates: tuple[str, ...] | None = None
) -> Iterator[Yielded]:
    """Say how alike the sides are once the others are weighed to be like those exposed.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure, covariates
        As `difference` takes them.

    Returns
    -------
    Result or Refusal
        ``adjusted_smd[covariate]``, and ``effective[group]``: how many people each side is
        worth. Refused where a lot decided, so that nothing is weighed, where nothing is known
        of the people, or where no weights make the sides alike.
    """
    if drawn_by_lot(target):
        raise refused(target.report, "by_lot_not_weighed")
    target, found = _sides(target, exposure, covariates)
    weight = weights(target, found)
    for each in found.known:
        yield _gap(target, found, each, "adjusted_smd", weight)
    gate = target.report.gate(target.table)
    names = side_names(target)
    for group, name, some in zip("10", names, (found.treated, ~found.treated), strict=True):
        worth = float(gate.count(int(effective(weight[some]))))
        yield measure(
            "effective", people(int(some.sum())), by=functools.partial(_with, worth),
            dims=(("group", f"{exposure}_{group}"),), unit="persons", digits=0, group=name,
        )  # fmt: skip


def _sides(
    target: Target, exposure: str, covariates: tuple[str, ...] | None
) -> tuple[Target, Sides]:
    target = target.by(chosen("exposure", exposure, target.exposures))
    named = target.report.plan.covariates if covariates is None else covariates
    found = sided(target, named)
    if not found.known:
        if drawn_by_lot(target):
            raise refused(target.report, "lot_not_looked_at")
        none = target.report.term("gate_found.no_characteristic")
        raise refused(target.report, "alike_known", found=none)
    if found.treated.all() or not found.treated.any():
        raise refused(target.report, "one_side")
    return target, found


def _with(value: float, n: int) -> dict[str, float]:
    return {"value": value, "n": n}


def _gap(
    target: Target, found: Sides, each: Characteristic, estimand: str, weight: Numbers | None
) -> Measure:
    method = "smd" if weight is None else "smd_weighted"
    about: dict[str, Any] = dict(
        dims=(("covariate", each.code),), unit="smd", digits=2, definition=each.label,
        population=each.value,
        method=target.report.term(f"method.{method}"),
    )  # fmt: skip
    gap = each.smd(found.treated, weight)
    if gap is None or math.isinf(gap):
        return measure(estimand, **about, reason=target.report.term("reason.no_spread"))
    return measure(
        estimand, each.cells(found.treated), model=functools.partial(float, gap), **about
    )


def _mean(target: Target, each: Characteristic, code: str, some: Any) -> Measure:
    report = target.report
    values = each.values[some].dropna()
    n = len(values)
    about: dict[str, Any] = dict(
        dims=(("covariate", each.code), ("group", code)),
        unit="share" if each.flag else "mean",
        reason=report.term("reason.no_spread"),
        group=side_names(target)[0 if code.endswith("_1") else 1],
        definition=each.label,
        population=each.value,
    )
    if each.flag:
        cells = harm(int(values.sum()), n) + Cells(few=(n,))
        return measure("mean", cells, by=ratio, **about)
    mean = float(np.mean(values)) if n else None
    return measure("mean", people(n), by=lambda n: {"n": n}, model=lambda: mean, **about)
