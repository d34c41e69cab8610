"""What must hold before a difference is seen, of groups as they are or as they are made alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from evalkit.arithmetic.thin import effective
from evalkit.errors import Refused
from evalkit.outcomes.analysis import terms
from evalkit.outcomes.recidivism.balance import Characteristic, largest_gap
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import common, found_smd, requirements, told_unknown
from evalkit.outcomes.recidivism.overlap import Alike, make_alike, weighted_gaps
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.requirements import (
    Requirement,
    as_estimates,
    counted,
    each,
    requirement,
    share_of,
)
from evalkit.protocol.outcomes.recidivism import ADJUSTED, AREA

# The house's limits of overlap (docs/adr/0029): people of the programme like whom nobody was
# compared, and the part of a group's weight that one person may have.
OUTSIDE, LARGEST = 0.10, 0.10


@dataclass(frozen=True)
class Judged:
    """What must hold before an adjusted difference is seen, with the weights that show it.

    Parameters
    ----------
    requirements : tuple of Requirement
        All, passed or not.
    alike : Alike or None
        None where the groups cannot be made alike at all.
    gaps : list of (Characteristic, float or None)
        From `weighted_gaps`; empty without weights.
    why : Refused or None
        Why they cannot.
    """

    requirements: tuple[Requirement, ...]
    alike: Alike | None = None
    gaps: list[tuple[Characteristic, float | None]] = field(default_factory=list)
    why: Refused | None = None

    @property
    def largest(self) -> float | None:
        """Largest absolute standardised mean difference under the weights; None if not known."""
        return largest_gap([gap for _, gap in self.gaps])


def judge(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Judged:
    """Return what must hold before an adjusted difference is seen: once for all exhibits.

    Parameters
    ----------
    adjustment : str
        How the groups are made alike.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.
    """
    followed.require_pair()
    key = (adjustment, tuple(covariates))
    if key not in followed.alike:
        followed.alike[key] = _judge(followed, *key)
    found: Judged = followed.alike[key]
    return found


def _judge(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Judged:
    weights = judge_weights(followed, adjustment, covariates)
    return replace(weights, requirements=(*common(followed), *weights.requirements))


def judge_weights(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Judged:
    """Return what must hold of the weights alone, with them.

    Parameters
    ----------
    adjustment : str
        How the groups are made alike.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.
    """
    report = followed.report
    limit = report.term("gate_limit.fits")
    try:
        alike = make_alike(followed, adjustment, covariates)
    except Refused as problem:
        reason, passes = terms(report, followed.cohort.table, problem)
        found = report.term("gate_found.not_fitted")
        fits = Requirement("adjustable", False, found, limit, reason, passes, levels=False)
        return Judged((fits,), why=problem)
    gaps = weighted_gaps(followed, alike, covariates)
    fits = requirement(
        report, "adjustable", True, report.term("gate_found.fits"), limit, levels=False
    )
    unknown = [one for one, gap in gaps if gap is None]
    held = alike_enough(followed, alike, largest_gap([gap for _, gap in gaps]), unknown)
    return Judged((fits, *held), alike, gaps)


def alike_enough(
    followed: Followed,
    alike: Alike,
    largest: float | None,
    unknown: Sequence[Characteristic] = (),
) -> tuple[Requirement, ...]:
    """Return what is asked of weights before a difference under them is seen.

    Parameters
    ----------
    largest : float or None
        Largest absolute standardised mean difference under them; None where one is unknown.
    unknown : sequence of Characteristic
        Those of which it is not known.
    """
    return (*_overlap(followed, alike), _balanced(followed, largest, unknown))


def _overlap(followed: Followed, alike: Alike) -> Iterator[Requirement]:
    report, plan, gate = followed.report, followed.report.plan, followed.gate
    inside = int(alike.treated.sum())
    yield requirement(
        report,
        "overlap_outside",
        alike.outside <= OUTSIDE * inside,
        share_of(report, gate, alike.outside, inside),
        report.term("gate_limit.at_most_share", share=OUTSIDE),
        levels=False,
        share=OUTSIDE,
    )
    sides = {plan.programme: alike.of(True), plan.comparison: alike.of(False)}
    if alike.pairs is not None:
        yield requirement(
            report,
            "unmatched",
            alike.pairs.unmatched <= OUTSIDE * inside,
            share_of(report, gate, alike.pairs.unmatched, inside),
            report.term("gate_limit.at_most_share", share=OUTSIDE),
            levels=False,
            share=OUTSIDE,
        )
    worth = [
        (report.study.label(c), counted(report, gate, int(effective(w)))) for c, w in sides.items()
    ]
    yield requirement(
        report,
        "overlap_effective",
        min(effective(w) for w in sides.values()) >= plan.min_people,
        each(report, worth),
        report.term("gate_limit.at_least", n=plan.min_people),
        levels=False,
        n=plan.min_people,
    )
    most = max(float(w.max() / w.sum()) for w in sides.values())
    yield requirement(
        report,
        "overlap_largest",
        most <= LARGEST,
        report.term("gate_found.share", share=gate.coarse("share", most)),
        report.term("gate_limit.at_most_share", share=LARGEST),
        levels=False,
        share=LARGEST,
    )


def _balanced(
    followed: Followed, largest: float | None, unknown: Sequence[Characteristic]
) -> Requirement:
    report, limit = followed.report, followed.report.plan.max_smd
    judged = requirement(
        report,
        "unbalanced_after",
        largest is not None and largest <= limit,
        found_smd(followed, largest, unknown),
        report.term("gate_limit.at_most_smd", smd=limit),
        levels=False,
        smd=limit,
    )
    return told_unknown(followed, judged, unknown)


def deciding(
    followed: Followed,
    balance: Result | Refusal | None = None,
    adjustment: str | None = None,
    covariates: tuple[str, ...] | None = None,
) -> tuple[Requirement, ...]:
    """Return what must hold of the comparison that decides the verdict; as `gates` takes it."""
    plan = followed.report.plan
    if plan.primary != ADJUSTED:
        return requirements(followed, balance)
    named = plan.covariates if covariates is None else covariates
    return judge(followed, adjustment or plan.adjustment, named).requirements


def gates(
    followed: Followed | Refusal,
    balance: Result | Refusal | None = None,
    adjustment: str | None = None,
    covariates: tuple[str, ...] | None = None,
) -> Result | Refusal:
    """Return every requirement of the comparison that decides the verdict, passed or not.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    balance : Result or Refusal, optional
        From `profile`, where a cell looks at more characteristics than the plan: of groups that
        are compared as they are.
    adjustment : str, optional
        As `adjust` takes it; the plan's when absent.
    covariates : tuple of str, optional
        As `adjust` takes them; the plan's when absent.

    Returns
    -------
    Result or Refusal
        ``gate[gate]``, in the order in which they are asked; of a plan that compares places
        ``case_gate[gate]``.
    """
    # Of a plan of places the verdict lacks nothing that case files lack.
    named = "case_gate" if followed.report.plan.primary == AREA else "gate"
    if isinstance(followed, Refusal):
        return refused_again(followed, named)
    judged = deciding(followed, balance, adjustment, covariates)
    found = as_estimates(followed.report, followed.cohort.table, judged)
    estimates = tuple(replace(gate, estimand=named) for gate in found)
    return Result(followed.report, estimates, followed.deviations)
