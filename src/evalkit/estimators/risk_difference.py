"""The difference of two independent risks."""

from __future__ import annotations

import math

from scipy.stats import chi2
from statsmodels.stats.proportion import confint_proportions_2indep

from evalkit.arithmetic.exact import FEWEST, exactly
from evalkit.arithmetic.interval import Point, check_count, quantile

# The textbook interval has variances of each group by itself, which takes more (by
# simulation: docs/reference/type-one.md).
UNPOOLED = 15.0
METHODS = {"newcombe": "newcomb", "wald": "wald"}


def risk_difference(
    a: int, n_a: int, b: int, n_b: int, *, method: str = "newcombe", level: float = 0.95
) -> Point:
    """Estimate p_a - p_b with its interval and a test of no difference.

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
    score interval. Where fewer than 5 are expected in a cell (15 for the textbook
    interval) it is Fisher's exact test (Cochran 1954, Biometrics 10(4), 417-451), and the
    interval reaches to 0 where that does not reject: of 5 people one event against 2 in 95
    is not yet a difference.
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
    point = Point(a / n_a - b / n_b, low, high, p=_pearson(a, n_a, b, n_b))
    needed = UNPOOLED if method == "wald" else FEWEST
    return exactly(point, (a, n_a, b, n_b), level, 0.0, needed=needed)


def _pearson(a: int, n_a: int, b: int, n_b: int) -> float:
    pooled = (a + b) / (n_a + n_b)
    if pooled in (0.0, 1.0):
        return 1.0
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b)
    z = (a / n_a - b / n_b) / math.sqrt(variance)
    return float(chi2.sf(z * z, 1))
