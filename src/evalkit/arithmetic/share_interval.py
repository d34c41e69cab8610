"""Intervals of a share whose error comes from the design of a sample."""

from __future__ import annotations

from dataclasses import replace

from scipy.special import expit, logit
from scipy.stats import beta
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.surveyed import LAST_BITS, Surveyed

INTERVALS = ("logit", "beta")


def within_nought_and_one(found: Surveyed, interval: str, level: float) -> Surveyed:
    """Return a share with an interval that stays within 0 and 1.

    Parameters
    ----------
    found : Surveyed
        A share, with or without a standard error.
    interval : {"logit", "beta"}
        Symmetric in the log odds, or Korn and Graubard's.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Surveyed
        Without a standard error its interval is exact for as many persons as units.

    Raises
    ------
    ValueError
        If the interval is another word.

    Notes
    -----
    Korn and Graubard (1998), Survey Methodology 24(2), 193-201.
    """
    if interval not in INTERVALS:
        raise ValueError(f"an interval must be one of {', '.join(INTERVALS)}")
    if found.point.se is None:
        return _one_mind(found, level)
    bounds = _korn_graubard if interval == "beta" else _in_log_odds
    low, high = bounds(found, found.point.value, found.point.se, level)
    return replace(found, point=replace(found.point, low=float(low), high=float(high)))


def _in_log_odds(found: Surveyed, value: float, se: float, level: float) -> tuple[float, float]:
    half = float(student.ppf(0.5 + level / 2, found.df)) * se / (value * (1 - value))
    return expit(logit(value) - half), expit(logit(value) + half)


def _korn_graubard(found: Surveyed, value: float, se: float, level: float) -> tuple[float, float]:
    """Return the exact interval of as many persons as the variance says."""
    tail = 0.5 - level / 2
    # A domain may have fewer persons than the design has units: they are worth no more.
    few = min(1.0, float(student.ppf(tail, max(found.n - 1, 1)) / student.ppf(tail, found.df)))
    worth = value * (1 - value) / se**2 * few**2
    yes, no = worth * value, worth * (1 - value)
    return beta.ppf(tail, yes, no + 1), beta.ppf(1 - tail, yes + 1, no)


def _one_mind(found: Surveyed, level: float) -> Surveyed:
    value = found.point.value
    # Nobody or everybody, but for the last bits of a sum of weights.
    value = float(round(value)) if abs(value - round(value)) < LAST_BITS else value
    worth = found.n / found.effect
    low, high = proportion_confint(value * worth, worth, alpha=1 - level, method="beta")
    point = Point(value, min(float(low), value), max(float(high), value))
    return replace(found, point=point)
