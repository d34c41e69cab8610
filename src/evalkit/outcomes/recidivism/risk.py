"""How many had the event within the window, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import estimated, harm, harms
from evalkit.disclosure.gate import as_numbers
from evalkit.errors import UsageError
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.outcomes.analysis import Absent, Yielded, analysis, measure
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.balance import Profile
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import deductions, largest_of, requirements, stamped
from evalkit.outcomes.report import Refusal, Result, refuse
from evalkit.outcomes.requirements import failing, require, stamp_estimates
from evalkit.outcomes.verdict import effect_verdict, level_verdict
from evalkit.protocol.outcomes.recidivism import ADJUSTED, AREA, SINGLE


@analysis("risk_difference")
def compare(
    followed: Followed,
    estimator: str,
    level: float,
    balance: Result | Refusal | None = None,
) -> Iterator[Yielded]:
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
    report, judged = followed.report, requirements(followed, balance)
    require(report, judged, levels=True)
    groups = {code: followed.group(code) for code in followed.groups}
    cells = {code: (int(group["event"].sum()), len(group)) for code, group in groups.items()}
    about: dict[str, Any] = dict(
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        design=report.term(f"design.{report.plan.design}"),
    )
    for code, cell in cells.items():
        yield measure(
            "risk",
            harm(*cell),
            by=estimated(lambda events, n: share(events, n, method="wilson", level=level)),
            **about,
            dims=(("group", code), ("window", followed.window_code)),
            unit="share",
            interval="confidence",
            level=level,
            group=report.study.label(code),
            method=report.term("method.wilson"),
        )
    if len(followed.groups) == 1:
        yield from stamp_estimates(report, followed.table, stamped(followed, ()))
        return
    unlike = failing(report, judged)
    if unlike is not None:
        yield Absent("risk_difference", unlike)
        return
    yield from _difference(followed, list(cells.values()), estimator, level, about)
    covariates = report.plan.covariates
    yield from stamp_estimates(report, followed.table, stamped(followed, covariates))
    yield from deductions(followed, covariates, largest_of(followed, None))


def _difference(
    followed: Followed,
    cells: list[tuple[int, int]],
    estimator: str,
    level: float,
    about: dict[str, Any],
) -> Iterator[Yielded]:
    report, plan = followed.report, followed.report.plan
    about = about | dict(
        dims=(("window", followed.window_code),),
        group=report.study.label(plan.programme),
        against=report.study.label(plan.comparison),
    )

    def point(*counts: int) -> Point:
        return risk_difference(*counts, method=estimator, level=level)

    def gap(*counts: int) -> dict[str, Any]:
        a, n_a, b, n_b = counts
        return {**as_numbers(point(*counts)), "n": n_a + n_b, "events": a + b}

    yield measure(
        "risk_difference",
        harms(cells),
        by=gap,
        **about,
        unit="points",
        interval="confidence",
        level=level,
        method=report.term(f"method.{estimator}"),
    )
    pearson = report.term("method.pearson")
    yield measure(
        "risk_difference_p",
        harms(cells),
        by=lambda *counts: point(*counts).p,
        **about,
        unit="p",
        digits=4,
        method=pearson,
    )


def verdict(
    effect: Result | Refusal,
    test: Result | Refusal,
    balance: Result | Refusal | None = None,
    adjusted: Result | Refusal | None = None,
    placebo: Result | Refusal | None = None,
    sensitivity: Sequence[Result | Refusal] = (),
    by_place: Result | Refusal | None = None,
) -> Result:
    """Return the verdict by the plan's primary method, with the second opinion.

    Parameters
    ----------
    effect : Result or Refusal
        From `compare`.
    test : Result or Refusal
        From `second_opinion`; shown beside the primary method, never instead of it.
    balance : Result or Refusal, optional
        From `profile`, where the comparison was not given it: groups not randomised that
        it shows to be unlike have no verdict.
    adjusted : Result or Refusal, optional
        From `adjust`: what decides where the plan says so.
    placebo : Result or Refusal, optional
        From `placebo`: a difference before the programme takes levels off what it decides.
    sensitivity : sequence of Result or Refusal
        From `overturn`, `specifications` and `few_clusters`: a finding that one choice turns,
        or on which errors do not agree, loses a level for each sort of reason, once.
    by_place : Result or Refusal, optional
        From `areas`: what decides where the plan compares places before and after.

    Raises
    ------
    UsageError
        If the plan names the adjusted difference, or that of places, and none was given.

    Returns
    -------
    Result
        ``verdict``, the primary estimate and its p-value, the shares, and the second
        opinion.
    """
    if effect.report.plan.design == SINGLE:
        return level_verdict(effect)
    if effect.report.plan.primary == AREA:
        if by_place is None:
            raise UsageError("verdict_without_places")
        return _of_places(by_place)
    second = test if isinstance(test, Result) else None
    if effect.report.plan.primary == ADJUSTED:
        if adjusted is None:
            raise UsageError("verdict_unadjusted")
        others = (*sensitivity, *([placebo] if placebo is not None else []))
        return effect_verdict(_tried(adjusted, others), second)
    return effect_verdict(_unless_unlike(effect, balance), second)


def _of_places(found: Result | Refusal) -> Result:
    """Return the verdict of places, with other places in their place beside it."""
    if isinstance(found, Refusal):
        return effect_verdict(found)
    placebo = tuple(e for e in found.estimates if e.estimand == "area_placebo_p")
    own = tuple(e for e in found.estimates if e.estimand != "area_placebo_p")
    second = Result(found.report, placebo, ()) if placebo else None
    table = found.report.office("area_counts")
    return effect_verdict(replace(found, estimates=own), second, table)


def _tried(decides: Result | Refusal, others: Sequence[Result | Refusal]) -> Result | Refusal:
    """Return what decides, with the levels that trying other choices takes off it."""
    if isinstance(decides, Refusal):
        return decides
    off = {d.code: d for one in others if isinstance(one, Result) for d in one.deductions}
    return replace(decides, deductions=(*decides.deductions, *off.values()))


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
