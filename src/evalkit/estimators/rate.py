"""Events per person-time, with an interval that holds for few events or none."""

from __future__ import annotations

from scipy.special import gammainccinv, gammaincinv

from evalkit.arithmetic.counts import check_events
from evalkit.arithmetic.interval import Point, quantile


def rate(events: int, exposure: float, *, level: float = 0.95) -> Point:
    """Estimate a rate with the exact Poisson interval.

    Parameters
    ----------
    events : int
        Events, at least 0; repeated events of one person are independent.
    exposure : float
        Person-time at risk, above 0, in any unit.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Events per unit of the person-time with its interval, whose lower bound is 0
        without events; no standard error, because the interval is not built from one.

    Raises
    ------
    ValueError
        If the count is impossible or the level not between 0 and 1.
    Refused
        If the person-time is missing, infinite or not above 0.

    Notes
    -----
    Garwood (1936), Biometrika 28(3/4), 437-442: with half of 1 - level in each tail, so
    that without events the upper bound is that of a two-sided interval.
    """
    events, exposure = check_events(events, exposure)
    quantile(level)
    tail = (1 - level) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    high = float(gammainccinv(events + 1, tail))
    return Point(events / exposure, low / exposure, high / exposure)
