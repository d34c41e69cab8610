"""How much more treated areas changed than others did when a programme began."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.panel import panel, within
from evalkit.arithmetic.sandwich import cr1, refuse_lone
from evalkit.arithmetic.thin import reach_of_parts
from evalkit.arithmetic.wald import wald


@dataclass(frozen=True)
class Difference:
    """A difference-in-differences.

    Parameters
    ----------
    point : Point
        In the unit of the outcome, with Student's t.
    treated, untreated : int
        Units of each sort.
    periods, n : int
        Distinct periods, and rows.
    start : float
        First period with the programme.
    """

    point: Point
    treated: int
    untreated: int
    periods: int
    n: int
    start: float


def difference_in_differences(
    outcome: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    *,
    level: float = 0.95,
) -> Difference:
    """Estimate the effect on treated units by least squares with unit and period effects.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; a row is a unit in a period, or a person there.
    unit : array_like, shape (n,)
        Names of the units (areas, schools) that were treated as wholes.
    period : array_like of float, shape (n,)
        Numbers that grow with time; not every unit needs every period.
    treated : array_like of {0, 1}, shape (n,)
        1 where the unit has the programme in that period: from one common start on.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Difference

    Raises
    ------
    ValueError
        If lengths differ or a treatment is neither 0 nor 1.
    Refused
        If fewer than six units are treated or untreated, units start at different periods or
        end, a unit lacks a before or an after, treated and untreated units share no
        periods, or a value is missing or nothing varies.

    Notes
    -----
    Errors in clusters by unit (Bertrand, Duflo and Mullainathan 2004, Quarterly Journal of
    Economics 119(1), 249-275): CR1 in which the dummies count among the coefficients, as
    R's sandwich on ``lm`` with dummies. Interval and p-value have Satterthwaite's degrees of
    freedom and are widened for few units (`evalkit.arithmetic.thin`). One treated
    unit: Conley and Taber (2011), Review of Economics and Statistics 93(1), 113-125. Several
    starts: Goodman-Bacon (2021), Journal of Econometrics 225(2), 254-277.
    """
    rows = panel(outcome, unit, period, treated)
    refuse_lone(rows.ever.astype(float), np.arange(rows.units), rows.units, "treated")
    # In shares of its largest size rounding is alike in every unit.
    scale = float(np.abs(rows.outcome).max())
    now = (rows.ever[rows.unit] & (rows.period >= rows.start)).astype(float)
    fit = within(rows.outcome / scale, now, rows.unit, rows.period)
    bread = np.array([[1 / float(fit.own @ fit.own)]])
    scores = (fit.own * fit.residual)[:, None]
    se = math.sqrt(cr1(bread, scores, rows.unit, rows.units, fit.rank)[0, 0]) * scale
    far = reach_of_parts(np.bincount(rows.unit, fit.own**2), rows.ever)
    # CR1 has a factor of its own.
    widen = max(1.0, far.widen / math.sqrt(rows.units / (rows.units - 1)))
    return Difference(
        point=wald(fit.value * scale, se, level, df=far.df, scale=scale, widen=widen),
        treated=int(rows.ever.sum()),
        untreated=int((~rows.ever).sum()),
        periods=np.unique(rows.period).size,
        n=rows.outcome.size,
        start=rows.start,
    )
