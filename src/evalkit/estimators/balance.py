"""How unlike two groups are before anything is compared."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from evalkit.arithmetic.design import numbers


def standardised_mean_difference(first: ArrayLike, second: ArrayLike) -> float:
    """Return the difference of means in pooled standard deviations.

    Parameters
    ----------
    first, second : array_like of float, shapes (n,) and (m,)
        One characteristic in each group, in the same unit; n and m at least 2.

    Returns
    -------
    float
        (mean first - mean second) / sqrt((s1^2 + s2^2) / 2); 0 where both are the
        same constant.

    Raises
    ------
    ValueError
        If a group has fewer than two persons, or two different constants have no
        spread to compare with.

    Notes
    -----
    Austin (2009), Statistics in Medicine 28(25), 3083-3107.
    """
    a, b = numbers(first, "first"), numbers(second, "second")
    if min(a.size, b.size) < 2:
        raise ValueError("a group needs at least two persons for its spread")
    gap = float(a.mean() - b.mean())
    pooled = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    if pooled == 0:
        if gap == 0:
            return 0.0
        raise ValueError("two different constants have no spread to compare with")
    return gap / pooled
