"""The ratio of two independent risks."""

from __future__ import annotations

import math

from scipy.stats import norm

from evalkit.arithmetic.exact import exactly
from evalkit.arithmetic.interval import Point, check_count, quantile
from evalkit.errors import Refused


def risk_ratio(a: int, n_a: int, b: int, n_b: int, *, level: float = 0.95) -> Point:
    """Estimate p_a / p_b with the interval that is symmetric in its logarithm.

    Parameters
    ----------
    a, b : int
        Persons with the event in each group, 1 <= a <= n_a.
    n_a, n_b : int
        Persons in each group, at least 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Ratio above 0 with its interval, the standard error of its logarithm, and the
        two-sided p-value of no difference.

    Raises
    ------
    ValueError
        If a count is impossible.
    Refused
        If a group has no event: the ratio is then 0, or has no value at all.

    Notes
    -----
    Katz, Baptista, Azen and Pike (1978), Biometrics 34(3), 469-474. Where fewer
    than 5 are expected in a cell, p is that of Fisher's exact test, and the interval
    reaches to 1 where that does not reject.
    """
    (a, n_a), (b, n_b) = check_count(a, n_a), check_count(b, n_b)
    z = quantile(level)
    if a == 0 or b == 0:
        raise Refused("refuse_ratio_no_events", group="1" if a == 0 else "2")
    value = (a / n_a) / (b / n_b)
    se = math.sqrt((n_a - a) / (a * n_a) + (n_b - b) / (b * n_b))
    if se == 0:
        # Everybody has the event in both groups.
        raise Refused("refuse_ratio_all_events")
    half = math.exp(z * se)
    p = 2 * float(norm.sf(abs(math.log(value)) / se))
    point = Point(value, value / half, value * half, se, p)
    return exactly(point, (a, n_a, b, n_b), level, 1.0)
