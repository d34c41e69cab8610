"""One series before and after a programme began: its level and its slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.sandwich_covariance import S_hac_simple

from evalkit.arithmetic.design import Array, numbers, same_length, standardise
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused

# Penfold and Zhang (2013), Academic Pediatrics 13(6), S38-S44: fewer have hardly any power.
FEWEST = 8


@dataclass(frozen=True)
class Interrupted:
    """What changed in a series when something began.

    Parameters
    ----------
    trend : Point
        Change of the outcome by a period before the start.
    level : Point
        How far the outcome after the start lies above the earlier trend, drawn on to the
        last period before the start.
    slope : Point
        How much more the outcome changes by a period from the start on.
    before, after : int
        Periods on each side.
    """

    trend: Point
    level: Point
    slope: Point
    before: int
    after: int


def interrupted_series(
    outcome: ArrayLike,
    time: ArrayLike,
    *,
    start: int,
    lag: int,
    season: int | None = None,
    level: float = 0.95,
) -> Interrupted:
    """Estimate the change of level and slope in an interrupted time series.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        One number a period, in any unit; logarithms give relative changes.
    time : array_like of int, shape (n,)
        The periods, each once and none left out, in any order.
    start : int
        First period of the programme.
    lag : int
        Periods over which errors are related: Newey and West's bandwidth, at least 0.
    season : int, optional
        Periods in a cycle (12 for months in years), each of which gets a level of its own.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Interrupted
        Intervals with n less the number of coefficients as degrees of freedom.

    Raises
    ------
    ValueError
        If lengths differ, a period or the lag is no whole number, the lag is negative or a
        season has fewer than 2 periods.
    Refused
        If there are fewer than 8 periods before or after the start, or with seasons fewer
        than two cycles before or one after, a period is missing or there twice, the lag
        is half of the series or more, or the outcome is constant or follows the lines
        without any error.

    Notes
    -----
    Segmented regression with time since the start counted from 1: Wagner, Soumerai, Zhang
    and Ross-Degnan (2002), Journal of Clinical Pharmacy and Therapeutics 27(4), 299-309,
    who ask for a whole year on each side where there are seasons. Errors: Newey and West
    (1987), Econometrica 55(3), 703-708, with Bartlett weights and no small-sample factor,
    as sandwich's ``NeweyWest(prewhite = FALSE, adjust = FALSE)``. In a short series with
    strongly related errors they are too small: Turner et al. (2021), BMC Medical Research
    Methodology 21, 181.
    """
    y, when = _series(outcome, time)
    after = when >= start
    _refuse_short(after, start, lag, season)
    table = np.column_stack([when - start, after, np.maximum(when - start + 1, 0)])
    if season is not None:
        table = np.column_stack([table, when[:, None] % season == np.arange(1, season)])
    scaled, _, deviation = standardise(table.astype(float), "time")
    # In shares of its largest size rounding is alike in every unit.
    scale = float(np.abs(y).max())
    values, errors, df = _newey_west(y / scale, scaled, lag)
    units = (scale / deviation[:3]).tolist()
    trend, step, slope = (
        wald(value * unit, error * unit, level, df=df, scale=unit)
        for value, error, unit in zip(values, errors, units, strict=True)
    )
    return Interrupted(trend, step, slope, int((~after).sum()), int(after.sum()))


def _newey_west(y: Array, table: Array, lag: int) -> tuple[list[float], list[float], float]:
    """Return the first three slopes, their standard errors and degrees of freedom."""
    fit = OLS(y, np.column_stack([np.ones(y.size), table])).fit()
    # Summed as influences on each coefficient: of one without any error they are all zero,
    # while in a product of matrices the errors of others would leave a trace.
    moved = (fit.model.exog * fit.resid[:, None]) @ fit.normalized_cov_params
    se = np.sqrt(np.diagonal(S_hac_simple(moved, nlags=lag)).clip(min=0.0))
    return fit.params[1:4].tolist(), se[1:4].tolist(), float(fit.df_resid)


def _series(outcome: ArrayLike, time: ArrayLike) -> tuple[Array, Array]:
    """Return the outcome and its periods in the order of time."""
    y, when = numbers(outcome, "outcome"), numbers(time, "time")
    same_length(outcome=y, time=when)
    if (when % 1 != 0).any():
        raise ValueError("time must be whole numbers")
    order = np.argsort(when, kind="stable")
    y, when = y[order], when[order]
    step = np.diff(when)
    if (step != 1).any():
        twice = int((step == 0).sum())
        raise Refused("refuse_gaps", twice=twice, gaps=int((step > 1).sum()))
    if np.ptp(y) == 0:
        raise Refused("refuse_no_variation")
    return y, when


def _refuse_short(after: NDArray[np.bool_], start: int, lag: int, season: int | None) -> None:
    if lag < 0 or lag % 1:
        raise ValueError(f"a lag is a whole number, at least 0, not {lag}")
    if season is not None and (season < 2 or season % 1):
        raise ValueError(f"a season has 2 whole periods or more, not {season}")
    later = int(after.sum())
    # Within one cycle a trend and the levels of its seasons are the same thing.
    earlier, cycle = after.size - later, season or 0
    early, late = max(FEWEST, 2 * cycle), max(FEWEST, cycle)
    if earlier < early or later < late:
        raise Refused(
            "refuse_short_series",
            **{"before": earlier, "after": later, "start": str(start)},
            **{"early": early, "late": late},
        )
    if 2 * lag >= after.size:
        raise Refused("refuse_long_lag", lag=lag, n=after.size)
