"""Tails and quantiles by the standard library alone.

Imports nothing of evalkit. Each is found another way than the estimators find it: tails by
series and continued fractions, quantiles by halving the interval in which they lie.
"""

from __future__ import annotations

import math
from collections.abc import Callable

# Double precision: what a series adds below this changes no digit that is compared.
SMALL = 1e-17
MOST_TERMS = 10_000
TINY = 1e-300


def bisect(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function crosses zero, to the last digit that a double has.

    Parameters
    ----------
    rising : callable
        At or below 0 at `low`, at or above 0 at `high`.
    low, high : float
        Ends of the search.
    """
    for _ in range(2_000):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def normal_tail(z: float) -> float:
    """Return the chance that a standard normal deviate exceeds `z`.

    Parameters
    ----------
    z : float
        Deviate.
    """
    return math.erfc(z / math.sqrt(2)) / 2


def normal_deviate(tail: float) -> float:
    """Return the deviate that is exceeded with a chance.

    Parameters
    ----------
    tail : float
        Chance, 0 < tail < 1.
    """
    return bisect(lambda z: tail - normal_tail(z), -40.0, 40.0)


def gamma_upper(shape: float, x: float) -> float:
    """Return the regularized upper incomplete gamma function.

    Parameters
    ----------
    shape : float
        Above 0.
    x : float
        At least 0.

    Notes
    -----
    Series below `shape` + 1, Lentz's continued fraction above: Press et al. (2007), Numerical
    Recipes, 3rd ed., section 6.2.
    """
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for k in range(1, MOST_TERMS):
            term *= x / (shape + k)
            total += term
            if term < total * SMALL:
                break
        return 1 - front * total
    b = x + 1 - shape
    c, d = 1 / TINY, 1 / b
    found = d
    for k in range(1, MOST_TERMS):
        a = -k * (k - shape)
        b += 2
        d = 1 / _kept(a * d + b)
        c = _kept(b + a / c)
        found *= d * c
        if abs(d * c - 1) < SMALL * 10:
            break
    return front * found


def beta_lower(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function.

    Parameters
    ----------
    a, b : float
        Above 0.
    x : float
        In [0, 1].

    Notes
    -----
    Continued fraction of Press et al. (2007), section 6.4.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _kept(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, MOST_TERMS):
        for over in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _kept(1 + over * d)
            c = _kept(1 + over / c)
            found *= d * c
        if abs(d * c - 1) < SMALL * 10:
            break
    return found


def _kept(x: float) -> float:
    """Return a divisor that is not 0, as Lentz's method needs."""
    return x if abs(x) > TINY else TINY


def chi_square_tail(value: float, df: int) -> float:
    """Return the chance that a chi-square exceeds a value.

    Parameters
    ----------
    value : float
        At least 0.
    df : int
        Degrees of freedom, at least 1.
    """
    return gamma_upper(df / 2, value / 2)


def t_tails(t: float, df: float) -> float:
    """Return the chance that Student's t lies further from 0 than a value, on either side.

    Parameters
    ----------
    t : float
        Value.
    df : float
        Degrees of freedom, above 0.
    """
    return beta_lower(df / 2, 0.5, df / (df + t * t))
