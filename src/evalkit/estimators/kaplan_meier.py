"""Time to an event when some are followed for less time than others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.interval import flags, log_log, open_end, quantile
from evalkit.arithmetic.survival import event_counts, times

INTERVALS = ("log-log", "log", "plain")


@dataclass(frozen=True)
class Life:
    """A life table by distinct times.

    Parameters
    ----------
    time : array of float, shape (k,)
        Distinct times, ascending.
    at_risk, events : array of int, shape (k,)
        Persons at risk just before each time; events at it.
    n : int
        Persons at the start.
    """

    time: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    n: int


@dataclass(frozen=True)
class Curve:
    """Cumulative incidence with pointwise intervals.

    Parameters
    ----------
    time : array of float, shape (k,)
        Times, ascending.
    value, low, high : array of float, shape (k,)
        Share with the event by each time, in [0, 1].
    se : array of float, shape (k,)
        Greenwood's standard error of the share.
    at_risk, events : array of int, shape (k,)
        At risk just before each time; cumulative events up to it.
    """

    time: NDArray[np.float64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    se: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]


def life_table(time: ArrayLike, event: ArrayLike) -> Life:
    """Count persons at risk and events at each distinct time.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened, 0 where follow-up ended.

    Raises
    ------
    ValueError
        If lengths differ or an event is neither 0 nor 1.
    Refused
        If there is nobody, or a time is negative or missing.
    """
    moments, happened = times(time), flags(event, "event")
    if moments.shape != happened.shape:
        raise ValueError("time and event must have the same length")
    return Life(*event_counts(moments, happened), int(moments.size))


def cumulative_incidence(life: Life, *, interval: str = "log-log", level: float = 0.95) -> Curve:
    """Estimate the share with the event by each time (1 - Kaplan-Meier).

    Parameters
    ----------
    life : Life
        From `life_table`.
    interval : {"log-log", "log", "plain"}
        Scale on which the interval is symmetric; R's default is "log".
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Curve
        At the times of `life`. Before the first event the interval is the point 0, as in
        R. Where everybody still at risk has had the event, so that the curve ends at 1,
        Greenwood's formula has no value (R's survfit gives NaN, and no interval): the
        standard error is 0 there, and the interval reaches from the lower bound before, or
        without one from the exact bound of that many persons, to 1.

    Raises
    ------
    ValueError
        If the interval is unknown.

    Notes
    -----
    Kaplan and Meier (1958), JASA 53, 457-481; variance by Greenwood (1926).
    Right only without competing events.
    """
    if interval not in INTERVALS:
        raise ValueError(f"interval must be one of {', '.join(INTERVALS)}")
    z = quantile(level)
    survival = np.cumprod(1.0 - life.events / life.at_risk).astype(np.float64)
    rest = life.at_risk - life.events
    terms = np.divide(
        life.events, life.at_risk * rest, out=np.zeros(life.time.size), where=rest > 0
    )
    root = np.sqrt(np.cumsum(terms))
    low, high = _bounds(survival, root, z, interval)
    below = open_end(1 - survival, 1 - high, life.at_risk, level)
    return Curve(
        time=life.time,
        value=1 - survival,
        low=below,
        high=1 - low,
        se=survival * root,
        at_risk=life.at_risk,
        events=np.cumsum(life.events),
    )


def at(curve: Curve, time: float) -> int:
    """Return the position of the last time of a curve not after a time, or -1.

    Parameters
    ----------
    curve : Curve
        From `cumulative_incidence`.
    time : float
        In the unit of the curve.
    """
    return int(np.searchsorted(curve.time, time, side="right")) - 1


def _bounds(
    survival: NDArray[np.float64], root: NDArray[np.float64], z: float, interval: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if interval == "plain":
        half = z * survival * root
        return np.clip(survival - half, 0, 1), np.clip(survival + half, 0, 1)
    inside = (survival > 0) & (survival < 1)
    s = np.where(inside, survival, 0.5)
    if interval == "log":
        low, high = s * np.exp(-z * root), np.minimum(s * np.exp(z * root), 1)
    else:
        return log_log(survival, survival * root, z)
    return np.where(inside, low, survival), np.where(inside, high, survival)
