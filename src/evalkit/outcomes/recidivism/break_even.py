"""What a stated cost asks of a programme, and the chance that it gave it."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

from scipy.stats import norm

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells, harms
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure, refused
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import outcome_of, point_of, require_shown
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.requirements import require


@analysis("break_even")
def break_even(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    cost_per_person: float | None,
    cost_per_event: float | None,
) -> Iterator[Yielded]:
    """Estimate what each event that was avoided cost, and whether that was worth it.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates, level
        As `adjust` takes them.
    cost_per_person : float or None
        Of the programme, in yuan for each person in it, above 0; no price is assumed.
    cost_per_event : float or None
        What one event costs, in yuan, above 0; None where nobody stated it.

    Returns
    -------
    Result or Refusal
        ``cost_per_avoided``: in yuan, without an upper end where the difference may be none;
        ``break_even``: of each person, the share of an event that must be avoided;
        ``break_even_chance``: that it was. Refused where a gate fails, or no cost is stated.

    Notes
    -----
    The chance is that of a normal distribution about the shown difference with the error of
    its interval, nothing being known before; it is no p-value.
    """
    report = followed.report
    judged = judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    _check(cost_per_person=cost_per_person, cost_per_event=cost_per_event)
    if cost_per_person is None:
        raise refused(report, "no_cost")
    alike = judged.alike
    assert alike is not None
    require_shown(followed)
    point = point_of(outcome_of(followed), alike.treated, alike.covariates, adjustment, level)
    shown = [followed.gate.coarse("points", x) for x in (point.value, point.low, point.high)]
    cells = harms(pairs(followed))
    about: dict[str, Any] = dict(
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        method=report.term(f"method.{adjustment}"),
    )
    gap = Point(*shown)
    yield _priced(followed, gap, cells, cost_per_person, about | {"level": level})
    if cost_per_event is None:
        return
    needed = cost_per_person / cost_per_event
    yield measure("break_even", cells, by=lambda *_: needed, unit="share", digits=1, **about)
    chance = functools.partial(_chance, gap, needed, level)
    yield measure("break_even_chance", cells, by=chance, unit="share", digits=0, **about)


def _check(**costs: float | None) -> None:
    for name, cost in costs.items():
        if cost is not None and not 0 < cost < math.inf:
            raise UsageError("choice_value", choice=name, found=str(cost), allowed="> 0")


def _priced(
    followed: Followed, gap: Point, cells: Cells, cost: float, about: dict[str, Any]
) -> Measure:
    if gap.value >= 0:
        reason, level = followed.report.term("reason.none_avoided"), {"level": None}
        return measure("cost_per_avoided", unit="CNY", reason=reason, **about | level)
    # Where the difference may be none, what one that was avoided cost has no upper end.
    open_end = gap.high >= 0 and not followed.gate.withholds(cells)
    return measure(
        "cost_per_avoided",
        cells,
        by=functools.partial(_price, gap, cost),
        unit="CNY",
        digits=0,
        interval="confidence",
        high_unbounded=open_end,
        **about,
    )


def _price(gap: Point, cost: float, *_: int) -> dict[str, float]:
    """Return what an event that was avoided cost."""
    found = {"value": cost / -gap.value, "low": cost / -gap.low}
    return found | ({"high": cost / -gap.high} if gap.high < 0 else {})


def _chance(gap: Point, needed: float, level: float, *_: int) -> float:
    """Return the chance that as many were avoided as are needed."""
    error = (gap.high - gap.low) / (2 * float(norm.ppf(0.5 + level / 2)))
    return float(norm.cdf((-needed - gap.value) / error))
