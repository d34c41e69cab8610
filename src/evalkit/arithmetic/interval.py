"""Normal quantiles and the checks that every estimator makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from evalkit.arithmetic.design import numbers, one_number


@dataclass(frozen=True)
class Point:
    """A value with its interval.

    Parameters
    ----------
    value, low, high : float
        In the unit of the estimand; low <= value <= high.
    se : float or None
        Standard error in the same unit, where the method has one.
    p : float or None
        Two-sided p-value, where the method has one.
    """

    value: float
    low: float
    high: float
    se: float | None = None
    p: float | None = None


def quantile(level: float) -> float:
    """Return the two-sided normal quantile: 1.96 for 0.95.

    Parameters
    ----------
    level : float
        Confidence level, 0 < level < 1.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    """
    one_number(level, "level")
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    return float(norm.ppf(0.5 + level / 2))


def check_count(events: int, n: int) -> tuple[int, int]:
    """Return a count and its group in whole numbers of any size.

    Those of NumPy overflow in silence: 30 times 60 is 8 in eight bits.

    Parameters
    ----------
    events, n : int
        Persons with the event among n persons.

    Raises
    ------
    ValueError
        If n is below 1, or events is negative or above n.
    Refused
        If one is no number.
    """
    one_number(events, "events")
    one_number(n, "n")
    if events % 1 or n % 1:
        raise ValueError(f"{events} events among {n} persons are not whole numbers")
    if n < 1:
        raise ValueError(f"a group of {n} persons has no share")
    if not 0 <= events <= n:
        raise ValueError(f"{events} events among {n} persons")
    return int(events), int(n)


def flags(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return a one-dimensional array of 0 and 1.

    Parameters
    ----------
    values : array_like
        Numbers.
    name : str
        Names them in the message.

    Raises
    ------
    ValueError
        If one is neither 0 nor 1.
    Refused
        If there are none, or some are missing or infinite.
    """
    array = numbers(values, name)
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{name} must be 0 or 1")
    return array


def open_end(
    share: NDArray[np.float64],
    low: NDArray[np.float64],
    at_risk: NDArray[np.int64],
    level: float,
) -> NDArray[np.float64]:
    """Return lower bounds of a curve that do not become certain where it ends at 1.

    Parameters
    ----------
    share, low : array of float, shape (k,)
        The curve, rising, and its lower bounds.
    at_risk : array of int, shape (k,)
        Persons at risk just before each time.
    level : float
        Confidence level, 0 < level < 1.

    Notes
    -----
    A curve that rises cannot have fallen below what it was at least before. Without a
    bound before, all of n persons had the event at once: ((1 - level) / 2)^(1 / n) of
    Clopper and Pearson (1934), Biometrika 26(4), 404-413.
    """
    end = share >= 1
    if not end.any():
        return low
    first = int(np.argmax(end))
    exact = ((1 - level) / 2) ** (1 / float(at_risk[first]))
    return np.where(end, low[first - 1] if first and share[first - 1] > 0 else exact, low)


def log_log(
    share: NDArray[np.float64], se: NDArray[np.float64], z: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return intervals of shares that are symmetric on the log-log scale.

    Parameters
    ----------
    share, se : array of float, shape (k,)
        Shares in [0, 1] and their standard errors.
    z : float
        Normal quantile.

    Returns
    -------
    array of float, shape (k,)
        Lower and upper bounds; a share of 0 or 1 is its own interval.
    """
    inside = (share > 0) & (share < 1)
    s = np.where(inside, share, 0.5)
    # The logarithm of a share is below 0.
    width = np.abs(z * np.where(inside, se, 0.0) / (s * np.log(s)))
    low, high = s ** np.exp(width), s ** np.exp(-width)
    return np.where(inside, low, share), np.where(inside, high, share)
