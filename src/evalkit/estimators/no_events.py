"""How common an event can still be that nobody had."""

from __future__ import annotations

import math

from evalkit.arithmetic.design import one_number
from evalkit.arithmetic.interval import check_count


def upper_bound(n: int, *, level: float = 0.95) -> float:
    """Return the largest share that fits a group in which nobody had the event.

    Parameters
    ----------
    n : int
        Persons, at least 1.
    level : float
        One-sided confidence level, 0 < level < 1.

    Returns
    -------
    float
        In (0, 1): with a larger share, a group like this one would be rarer than 1 - level.

    Raises
    ------
    ValueError
        If there is nobody, or the level is not between 0 and 1.

    Notes
    -----
    Exact: (1 - p)^n = 1 - level; about 3 / n at 95 % (Hanley and Lippman-Hand 1983,
    JAMA 249(13), 1743-1745). One-sided: nothing lies below 0.
    """
    _, n = check_count(0, n)
    one_number(level, "level")
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    # As a difference from 1 it would lose its digits in large groups.
    return -math.expm1(math.log1p(-level) / n)
