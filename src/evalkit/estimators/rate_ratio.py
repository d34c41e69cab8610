"""The ratio of two independent rates."""

from __future__ import annotations

from scipy.special import betaincinv
from scipy.stats import binom

from evalkit.arithmetic.counts import check_events
from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused


def rate_ratio(
    a: int, exposure_a: float, b: int, exposure_b: float, *, level: float = 0.95
) -> Point:
    """Estimate (a / exposure_a) / (b / exposure_b) with the exact conditional interval.

    Parameters
    ----------
    a, b : int
        Events in each group, a at least 0 and b at least 1.
    exposure_a, exposure_b : float
        Person-time at risk of each group, above 0, in one unit.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Ratio with its interval and the two-sided p-value of no difference; no standard
        error, because the interval is not built from one.

    Raises
    ------
    ValueError
        If a count is impossible or the level not between 0 and 1.
    Refused
        If a person-time is missing, infinite or not above 0, or the second group has
        no event, so that the ratio is infinite or has no value.

    Notes
    -----
    Given all events, those of the first group are binomial (Przyborowski and Wilenski
    1940, Biometrika 31(3/4), 313-323). Interval of Clopper and Pearson (1934), Biometrika
    26(4), 404-413, for their share. The p-value is twice the smaller tail, at most 1, so
    that it is below 1 - level exactly where the interval leaves out 1; R's
    ``poisson.test`` has the same interval, but adds up the less likely outcomes.
    """
    a, exposure_a = check_events(a, exposure_a)
    b, exposure_b = check_events(b, exposure_b)
    quantile(level)
    if b == 0:
        raise Refused("refuse_rates_no_events" if a == 0 else "refuse_rates_no_reference")
    tail, relative = (1 - level) / 2, exposure_b / exposure_a
    low = _odds(a, b + 1, tail) if a else 0.0
    # Swapped, the upper bound is the inverse of a lower one, without loss of digits.
    high = 1 / _odds(b, a + 1, tail)
    chance = 1 / (1 + relative)
    least = min(binom.cdf(a, a + b, chance), binom.sf(a - 1, a + b, chance))
    return Point(a / b * relative, low * relative, high * relative, p=min(1.0, 2 * float(least)))


def _odds(inside: int, outside: int, tail: float) -> float:
    share = float(betaincinv(inside, outside, tail))
    return share / (1 - share)
