"""How many must take part for one fewer to have the event."""

from __future__ import annotations

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import NOBODY
from evalkit.estimate import Estimate
from evalkit.estimators.number_needed import number_needed as count_needed
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.protocol.outcomes.recidivism import ADJUSTED, SINGLE


def number_needed(effect: Result | Refusal, adjusted: Result | Refusal) -> Result | Refusal:
    """Return how many must take part for one fewer to have the event, where that has a value.

    Parameters
    ----------
    effect : Result or Refusal
        From `compare`.
    adjusted : Result or Refusal
        From `adjust`; which of the two decides is the plan's.

    Returns
    -------
    Result or Refusal
        ``number_needed`` with its interval, then the difference and the two shares that it
        comes from. Where the interval of the difference holds 0 there is no such number
        (Altman 1998): it has a reason.
    """
    report = effect.report
    decides = adjusted if report.plan.primary == ADJUSTED else effect
    if report.plan.design == SINGLE:
        # What the adjusted difference is refused for, and with the same words.
        decides = adjusted
    if isinstance(decides, Refusal):
        return refused_again(decides, "number_needed")
    gap = decides.one(report.plan.primary)
    shares = decides.of("adjusted_risk") or decides.of("risk")
    if gap.value is None or gap.low is None or gap.high is None:
        return Result(report, (_none(decides, gap, "needed_withheld"), *shares), gap.deviations)
    if gap.low <= 0 <= gap.high:
        return Result(report, (_none(decides, gap, "needed_unclear"), gap, *shares), gap.deviations)
    found = count_needed(Point(gap.value, gap.low, gap.high))
    part = found.benefit or found.harm
    assert part is not None and part[1] is not None and found.value is not None
    low, high, value = part[0], part[1], found.value
    made = report.estimate(
        "number_needed",
        table=report.table,
        deviations=gap.deviations,
        cells=NOBODY,
        by=lambda: {"value": value, "low": low, "high": high},
        dims=(("side", found.side), *gap.dims),
        unit="persons",
        digits=0,
        interval="confidence",
        level=gap.level,
        definition=gap.definition,
        window=gap.window,
        group=gap.group,
        method=report.term("method.number_needed"),
    )
    return Result(report, (made, gap, *shares), decides.deviations)


def _none(decides: Result, gap: Estimate, key: str) -> Estimate:
    report = decides.report
    return report.estimate(
        "number_needed",
        table=report.table,
        deviations=gap.deviations,
        unit="persons",
        dims=gap.dims,
        reason=report.term(f"reason.{key}"),
    )
