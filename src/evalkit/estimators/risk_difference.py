"""The difference of two independent risks."""

from __future__ import annotations

import math

from scipy.stats import chi2
from statsmodels.stats.proportion import confint_proportions_2indep

from evalkit.arithmetic.interval import Point, check_count, quantile

METHODS = {"newcombe": "newcomb", "wald": "wald"}


def risk_difference(
    a: int, n_a: int, b: int, n_b: int, *, method: str = "newcombe", level: float = 0.95
) -> Point:
    """Estimate p_a - p_b with its interval and the chi-square test without correction.

    Parameters
    ----------
    a, b : int
        Persons with the event in each group, 0 <= a <= n_a.
    n_a, n_b : int
        Persons in each group, at least 1.
    method : {"newcombe", "wald"}
        Hybrid score interval, or the textbook one (a sensitivity view: it covers
        too little in small groups).
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Difference in [-1, 1], its interval, and the two-sided p-value; p is 1
        where nobody or everybody has the event.

    Raises
    ------
    ValueError
        If a count is impossible or the method unknown.

    Notes
    -----
    Method 10 of Newcombe (1998), Statistics in Medicine 17(8), 873-890. The test
    is Pearson's chi-square without Yates' correction, the one that goes with the
    score interval.
    """
    (a, n_a), (b, n_b) = check_count(a, n_a), check_count(b, n_b)
    quantile(level)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(sorted(METHODS))}")
    low, high = confint_proportions_2indep(
        a, n_a, b, n_b, method=METHODS[method], compare="diff", alpha=1 - level
    )
    # The textbook interval can leave the possible.
    low, high = max(float(low), -1.0), min(float(high), 1.0)
    return Point(a / n_a - b / n_b, low, high, p=_pearson(a, n_a, b, n_b))


def _pearson(a: int, n_a: int, b: int, n_b: int) -> float:
    pooled = (a + b) / (n_a + n_b)
    if pooled in (0.0, 1.0):
        return 1.0
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b)
    z = (a / n_a - b / n_b) / math.sqrt(variance)
    return float(chi2.sf(z * z, 1))
