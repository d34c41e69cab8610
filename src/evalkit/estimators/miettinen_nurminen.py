"""The difference of two independent risks by the score interval."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import brentq

from evalkit.arithmetic.exact import exactly
from evalkit.arithmetic.interval import Point, check_count, quantile

# The bounds lie in [-1, 1]; beyond the twelfth place nothing is decided.
EXACT = 1e-14


def miettinen_nurminen(a: int, n_a: int, b: int, n_b: int, *, level: float = 0.95) -> Point:
    """Estimate p_a - p_b with the score interval of Miettinen and Nurminen.

    Parameters
    ----------
    a, b : int
        Persons with the event in each group, 0 <= a <= n_a.
    n_a, n_b : int
        Persons in each group, at least 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Difference in [-1, 1] with its interval, and the p-value of the score test of no
        difference; p is 1 where nobody or everybody has the event.

    Raises
    ------
    ValueError
        If a count is impossible.

    Notes
    -----
    Miettinen and Nurminen (1985), Statistics in Medicine 4(2), 213-226, with the factor
    N / (N - 1); the risks under a difference are the closed form of Farrington and
    Manning (1990), Statistics in Medicine 9(12), 1447-1454. Method 6 of Newcombe (1998),
    Statistics in Medicine 17(8), 873-890. Where fewer than 5 are expected in a cell, p is
    that of Fisher's exact test, and the interval reaches to 0 where that does not reject.
    """
    (a, n_a), (b, n_b) = check_count(a, n_a), check_count(b, n_b)
    z = quantile(level)
    value = a / n_a - b / n_b

    def score(difference: float) -> float:
        return _score(a, n_a, b, n_b, difference)

    low = _bound(lambda d: score(d) - z, -1.0, value)
    high = _bound(lambda d: score(d) + z, value, 1.0)
    point = Point(value, low, high, p=math.erfc(abs(score(0.0)) / math.sqrt(2)))
    return exactly(point, (a, n_a, b, n_b), level, 0.0)


def _bound(excess: Callable[[float], float], first: float, last: float) -> float:
    """Return where a falling function is 0; the end of the possible where it is not."""
    if first == last or excess(first) <= 0:
        return first
    if excess(last) >= 0:
        return last
    return float(brentq(excess, first, last, xtol=EXACT))


def _score(a: int, n_a: int, b: int, n_b: int, difference: float) -> float:
    """Return the score of a difference: falling from above 0 to below."""
    gap = a / n_a - b / n_b - difference
    risk_b = _risk_under(a, n_a, b, n_b, difference)
    risk_a = min(max(risk_b + difference, 0.0), 1.0)
    n = n_a + n_b
    variance = (risk_a * (1 - risk_a) / n_a + risk_b * (1 - risk_b) / n_b) * n / (n - 1)
    if variance <= 0:
        # Such a difference is certain or impossible.
        return 0.0 if abs(gap) < EXACT else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def _risk_under(a: int, n_a: int, b: int, n_b: int, difference: float) -> float:
    """Return the second group's most likely risk, given the difference."""
    n, events = n_a + n_b, a + b
    square = (n_a + 2 * n_b) * difference - n - events
    linear = (n_b * difference - n - 2 * b) * difference + events
    constant = b * difference * (1 - difference)
    shift = square / (3 * n)
    q = shift**3 - square * linear / (6 * n * n) + constant / (2 * n)
    p = math.copysign(math.sqrt(max(shift**2 - linear / (3 * n), 0.0)), q)
    if p == 0:
        root = -shift
    else:
        angle = (math.pi + math.acos(min(max(q / p**3, -1.0), 1.0))) / 3
        root = 2 * p * math.cos(angle) - shift
    return min(max(root, 0.0, -difference), 1.0, 1.0 - difference)
