"""What the areas printed, side by side; never a ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from evalkit.estimate import Estimate
from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims.audit import (
    Audit,
    audit,
    audited_verdict,
    completeness_estimate,
)
from evalkit.outcomes.claims.completeness import completeness
from evalkit.outcomes.report import Report, Result
from evalkit.protocol import CLAIMS, OUTCOMES


@dataclass(frozen=True)
class Overview(Result):
    """The audits of all areas of a study, in the study's order.

    Parameters
    ----------
    audits : tuple of Audit
        One an area.
    """

    audits: tuple[Audit, ...] = field(default_factory=tuple)


def overview(report: Report, approx: float, level: float) -> Overview:
    """Audit every area of the study and count what their figures have.

    Parameters
    ----------
    report : Report
        Opened for the area "all".
    approx, level : float
        As in `audit`.

    Returns
    -------
    Overview
        ``tally[area=...,of=figures,verdict=...]``, then
        ``completeness[area=...,need=...,outcome=...]`` for the three outcomes, and
        the same over all areas without ``area``.
    """
    study = report.study
    audits = tuple(
        audit(Report(study, area, CLAIMS, report.lang), approx, level)
        for area in study.areas.values()
    )
    used = audits[0].deviations
    estimates: list[Estimate] = []
    for one in audits:
        code = one.report.area.code
        estimates += _tally(report, one, code)
        for have in completeness(_outcomes_only(one.counted), one.based):
            estimates.append(completeness_estimate(report, have, used, ("area", code)))
    based = set().union(*(one.based for one in audits))
    everything = [claim for one in audits for claim in _outcomes_only(one.counted)]
    estimates += [completeness_estimate(report, h, used) for h in completeness(everything, based)]
    estimates += _totals(report, audits)
    return Overview(report, tuple(estimates), used, audits=audits)


def _outcomes_only(claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.outcome in OUTCOMES]


def _tally(report: Report, one: Audit, code: str) -> list[Estimate]:
    return [
        report.estimate(
            "tally",
            table=report.ledger,
            deviations=one.deviations,
            dims=(*e.dims, ("area", code)),
            unit=e.unit,
            value=e.value,
            denominator=e.denominator,
            digits=0,
            definition=e.definition,
            group=one.report.area.name,
        )
        for e in one.of("tally")
    ]


def _totals(report: Report, audits: Iterable[Audit]) -> list[Estimate]:
    audits = list(audits)
    found = []
    for first in audits[0].of("tally"):
        same = [a.one("tally", **dict(first.dims)) for a in audits]
        bases = [e.denominator for e in same if e.denominator is not None]
        found.append(
            report.estimate(
                "tally",
                table=report.ledger,
                deviations=audits[0].deviations,
                dims=first.dims,
                unit=first.unit,
                value=sum(e.value or 0.0 for e in same),
                denominator=sum(bases) if bases else None,
                digits=0,
                definition=first.definition,
            )
        )
    return found


def overview_verdict(seen: Overview) -> Result:
    """Return the overview's verdict: that all areas were checked, with the counts.

    Parameters
    ----------
    seen : Overview
        From `overview`.
    """
    report = seen.report
    stands = audited_verdict(report, seen.deviations)
    totals = [e for e in seen.of("tally") if e.dim("area") is None]
    return Result(report, (stands, *totals), seen.deviations)
