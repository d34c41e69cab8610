"""What must hold before those exposed and the others may be compared, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
from scipy.stats import ttest_ind

from evalkit.arithmetic.thin import effective
from evalkit.cohort import matched
from evalkit.errors import Refused
from evalkit.outcomes.analysis import terms
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.reach.alike import Numbers, Sides, called, sided, weights
from evalkit.outcomes.reach.gates import MATCHED, recorded, sides, silent
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.report import Refusal, Report, Result, refused_again
from evalkit.outcomes.requirements import (
    Requirement,
    as_estimates,
    counted,
    each,
    lost_deduction,
    requirement,
    stamp_deduction,
    stamps,
)
from evalkit.words import Term

# Places of a side: with fewer no error respects them (`evalkit.estimators.clustered`).
PLACES = 6
# A lot gives sides so unlike once in a million times.
NO_LOT = 1e-6
# What costs a level for a reason of its own.
COSTS = {
    "sites_undated": "deduction.sites_undated",
    "places_silent": "deduction.places_silent",
}
LOST = ("exposure_known", "township_known", "result_known", "cluster_known")


def gates(target: Target | Refusal, covariates: tuple[str, ...] | None = None) -> Result | Refusal:
    """Return every requirement of a comparison, passed or not.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    covariates : tuple of str, optional
        As `difference` takes them; the plan's when absent.

    Returns
    -------
    Result or Refusal
        ``gate[gate]``, in the order in which they are asked.
    """
    if isinstance(target, Refusal):
        return refused_again(target, "gate")
    judged = (*recorded(target), *comparable(target, covariates))
    estimates = as_estimates(target.report, target.cohort.table, judged)
    return Result(target.report, estimates, target.deviations)


def comparable(
    target: Target, covariates: tuple[str, ...] | None = None
) -> tuple[Requirement, ...]:
    """Return what must hold before those exposed and the others may be compared.

    Parameters
    ----------
    covariates : tuple of str, optional
        As `difference` takes them; the plan's when absent.
    """
    named = target.report.plan.covariates if covariates is None else covariates
    return (*_comparable(target), *(() if drawn_by_lot(target) else _even(target, named)))


def as_they_are(target: Target) -> tuple[Requirement, ...]:
    """Return what must hold before both sides may be compared without weights."""
    found = sided(target, target.report.plan.covariates)
    even: tuple[Requirement, ...] = ()
    if not drawn_by_lot(target):
        known = _known(target, found)
        even = (known, _balanced(target, found, None)) if known.passed else (known,)
    return (*_comparable(target), *even)


def drawn_by_lot(target: Target) -> bool:
    """Return whether a lot decided who is exposed: then nothing has to be made alike."""
    return bool(target.report.plan.design == "randomised")


def _comparable(target: Target) -> Iterator[Requirement]:
    report, plan, frame = target.report, target.report.plan, target.cohort.frame
    gate = report.gate(target.cohort.table)
    yield from sites_known(report)
    parts = sides(target)
    names = side_names(target)
    if report.from_offices and "recorded" in frame:
        seen = [int(part["reached"].sum()) for part in parts]
        nobody = report.term("gate_found.nobody_found")
        words = [counted(report, gate, n) if n else nobody for n in seen]
        yield requirement(
            report,
            "steps_of_both",
            min(seen) > 0,
            each(report, list(zip(names, words, strict=True))),
            report.term("gate_limit.somebody"),
            levels=False,
        )
    people = [counted(report, gate, len(part)) for part in parts]
    yield requirement(
        report,
        "too_few",
        min(map(len, parts)) >= plan.min_people,
        each(report, list(zip(names, people, strict=True))),
        report.term("gate_limit.at_least", n=plan.min_people),
        levels=False,
        n=plan.min_people,
    )
    # How many townships or sites there are is about nobody.
    clusters = [part["cluster"].nunique() for part in parts]
    many = [report.term("gate_found.count", n=n) for n in clusters]
    yield requirement(
        report,
        "too_few_clusters",
        min(clusters) >= PLACES,
        each(report, list(zip(names, many, strict=True))),
        report.term("gate_limit.at_least", n=PLACES),
        levels=False,
        n=PLACES,
    )


def _even(target: Target, covariates: tuple[str, ...]) -> Iterator[Requirement]:
    """Yield what must hold of the weights that make the others like those exposed."""
    report, found = target.report, sided(target, covariates)
    known = _known(target, found)
    yield known
    if not known.passed:
        return
    try:
        weight = weights(target, found)
    except Refused as problem:
        reason, passes = terms(report, target.cohort.table, problem)
        none, limit = report.term("gate_found.no_weights"), report.term("gate_limit.weights")
        yield Requirement("alike_weights", False, none, limit, reason, passes, levels=False)
        return
    yield requirement(
        report,
        "alike_weights",
        True,
        report.term("gate_found.weights"),
        report.term("gate_limit.weights"),
        levels=False,
    )
    yield _balanced(target, found, weight)
    yield from _worth(target, found, weight)


def _known(target: Target, found: Sides) -> Requirement:
    """Return whether there is anything by which two sides could be alike."""
    report = target.report
    columns = [called(target, name) for name in dict.fromkeys(c.column for c in found.known)]
    some = bool(columns and found.treated.any() and not found.treated.all())
    told = report.term("gate_found.names", names=columns) if columns else None
    return requirement(
        report,
        "alike_known",
        some,
        told or report.term("gate_found.no_characteristic"),
        report.term("gate_limit.some_known"),
        levels=False,
    )


def _balanced(target: Target, found: Sides, weight: Numbers | None) -> Requirement:
    report, most = target.report, target.report.plan.max_smd
    largest = largest_smd(found, weight)
    said = report.term("gate_found.unknown_value")
    if largest == math.inf:
        said = report.term("gate_found.wholly_apart")
    elif largest is not None:
        said = report.term("gate_found.smd", smd=report.gate(target.table).coarse("smd", largest))
    return requirement(
        report,
        "alike_before" if weight is None else "alike_balance",
        largest is not None and largest <= most,
        said,
        report.term("gate_limit.at_most_smd", smd=most),
        levels=False,
        smd=most,
    )


def largest_smd(found: Sides, weight: Numbers | None = None) -> float | None:
    """Return the largest absolute difference of the sides; None where one is not known."""
    gaps = [each.smd(found.treated, weight) for each in found.known]
    known = [abs(gap) for gap in gaps if gap is not None]
    return max(known) if len(known) == len(gaps) > 0 else None


def _worth(target: Target, found: Sides, weight: Numbers) -> Iterator[Requirement]:
    """Yield of how many people, and of how many places, the others are worth."""
    report, plan, others = target.report, target.report.plan, ~found.treated
    people = int(effective(weight[others]))
    yield requirement(
        report,
        "alike_effective",
        people >= plan.min_people,
        counted(report, report.gate(target.table), people),
        report.term("gate_limit.at_least_people", n=plan.min_people),
        levels=False,
        n=plan.min_people,
    )
    whole = pd.Series(weight[others]).groupby(found.places[others]).sum()
    places = effective(whole.to_numpy())
    yield requirement(
        report,
        "alike_places",
        places >= PLACES,
        report.term("gate_found.about", n=places),
        report.term("gate_limit.at_least_places", n=PLACES),
        levels=False,
        n=PLACES,
    )


def side_names(target: Target) -> list[Term]:
    """Return the names of both sides: the study's, where it has any."""
    report, exposure = target.report, target.exposure
    labels = report.study.labels
    return [
        labels.get(f"{exposure}_{side}") or report.term(f"group.{word}")
        for side, word in ((1, "exposed"), (0, "others"))
    ]


def sites_known(report: Report) -> Iterator[Requirement]:
    """Yield what must hold of the table of sites before places with and without are told."""
    if not report.from_offices:
        return
    sites, register = report.office("sites"), report.office("people")
    there = report.term("gate_found.handed_in" if sites is not None else "gate_found.missing")
    handed = report.term("gate_limit.handed_in")
    yield requirement(report, "sites_there", sites is not None, there, handed, levels=False)
    if sites is None or register is None:
        return
    whole = sites.frame["township"].isna().sum() + sites.frame["township"].nunique()
    part, _ = matched(sites, register, "township")
    yield requirement(
        report,
        "sites_matched",
        whole > 0 and part >= MATCHED * whole,
        report.term("gate_found.of", n=part, of=int(whole)),
        report.term("gate_limit.at_least_share", share=MATCHED),
        levels=False,
        share=MATCHED,
    )
    # A site that opened later than the steps made nothing of them: their days must be known.
    if sites.frame[["opened_at", "closed_at"]].notna().any(axis=None) and report.steps is not None:
        days = report.steps.columns("date")["date"]
        known, whole = int(days.notna().sum()), len(days)
        yield requirement(
            report,
            "steps_dated",
            known >= MATCHED * whole,
            report.term("gate_found.share", share=known / whole if whole else 0.0),
            report.term("gate_limit.at_least_share", share=MATCHED),
            levels=False,
            share=MATCHED,
        )


def deductions(target: Target, largest: float | None = None) -> tuple[Deduction, ...]:
    """Return what takes levels off a verdict on this comparison.

    Parameters
    ----------
    largest : float or None
        Largest standardised mean difference of sides that were not randomised.
    """
    report, table = target.report, target.cohort.table
    drawn = {step.code: step for step in target.cohort.flow}
    lost = sum(drawn[code].left_out for code in LOST if code in drawn)
    beside = doubts(target)
    lots = [said for said in beside if said.code == "no_lot"]
    return (
        *lost_deduction(report, report.gate(table), lost, drawn["all"].kept),
        *stamp_deduction(report, (*stamps(report), *lots), largest),
        *(
            Deduction(said.code, 1, report.term(COSTS[said.code]))
            for said in beside
            if said not in lots
        ),
    )


def doubts(target: Target) -> tuple[Term, ...]:
    """Return what stands beside the verdict besides the plan's limits."""
    report = target.report
    said: list[Term] = []
    sites = report.office("sites") if report.from_offices else None
    if sites is not None and sites.frame["opened_at"].isna().sum() > (1 - MATCHED) * sites.n:
        said.append(report.term("stamp.sites_undated"))
    if report.from_offices and "recorded" in target.cohort.frame:
        part, whole, _ = silent(target)
        if part > (1 - MATCHED) * whole:
            said.append(report.term("stamp.places_silent"))
    if drawn_by_lot(target) and not _like_a_lot(target):
        said.append(report.term("stamp.no_lot"))
    return tuple(said)


def _like_a_lot(target: Target) -> bool:
    """Return whether a lot over places can have made sides that differ as these do.

    Means of places by Welch's test; the least p of all characteristics by Bonferroni's rule.
    """
    found = sided(target, target.report.plan.covariates)
    side = pd.Series(found.treated, index=found.frame.index)
    least = 1.0
    for one_of in found.known:
        means = one_of.values.groupby(found.places).mean()
        of = side.groupby(found.places).mean().reindex(means.index)
        one, other = means[of == 1].dropna(), means[of == 0].dropna()
        if min(len(one), len(other)) < 2 or means.nunique() == 1:
            continue
        if one.nunique() == other.nunique() == 1:
            return False
        p = float(ttest_ind(one, other, equal_var=False).pvalue)
        least = min(least, len(found.known) * p)
    return least >= NO_LOT
