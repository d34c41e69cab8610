"""What a comparison of two shares can find, before it is made."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.stats import norm

from evalkit.arithmetic.interval import quantile
from evalkit.errors import Refused


def detection_power(
    p_a: float, p_b: float, n_a: float, n_b: float, *, level: float = 0.95
) -> float:
    """Return the chance to find a difference of two shares.

    Parameters
    ----------
    p_a, p_b : float
        The true share with the event in each group, in [0, 1].
    n_a, n_b : float
        Persons in each group, above 0; divided by the design effect where they come in
        clusters.
    level : float
        Confidence level of the two-sided test, 0 < level < 1.

    Returns
    -------
    float
        In [0, 1]: the chance that the test is significant in the true direction.

    Raises
    ------
    ValueError
        If a share or a size is impossible.
    Refused
        If the shares are equal: there is nothing to find.

    Notes
    -----
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd
    ed., chapter 4, without continuity correction: pooled variance under no difference,
    unpooled under the true one. With equal groups as R's `power.prop.test`.
    """
    _check(p_a, p_b)
    if not (n_a >= 1 and n_b >= 1 and math.isfinite(n_a + n_b)):
        raise ValueError("each group needs at least one person")
    null, true = _spread(p_a, p_b, 1 / n_a, 1 / n_b)
    reach = abs(p_a - p_b) - quantile(level) * null
    if true == 0:
        # Everybody in one group and nobody in the other has the event.
        return 1.0 if reach > 0 else 0.0
    return float(norm.cdf(reach / true))


def number_per_group(
    p_a: float, p_b: float, *, power: float = 0.8, ratio: float = 1.0, level: float = 0.95
) -> tuple[int, int]:
    """Return how many persons each group needs to find a difference of two shares.

    Parameters
    ----------
    p_a, p_b : float
        The true share with the event in each group, in [0, 1].
    power : float
        The chance to find it that is wanted, 0 < power < 1.
    ratio : float
        Persons in the second group for each in the first, from 1e-6 to 1e6.
    level : float
        Confidence level of the two-sided test, 0 < level < 1.

    Returns
    -------
    tuple of int
        Persons in the first and in the second group, rounded up.

    Raises
    ------
    ValueError
        If a share, the power or the ratio is impossible.
    Refused
        If the shares are equal.

    Notes
    -----
    As `detection_power`.
    """
    _check(p_a, p_b)
    if not 0 < power < 1:
        raise ValueError(f"power lies between 0 and 1, not {power}")
    if not 1e-6 <= ratio <= 1e6:
        raise ValueError(f"the ratio of the groups must lie between 1e-6 and 1e6, not {ratio}")
    null, true = _spread(p_a, p_b, 1.0, 1 / ratio)
    root = (quantile(level) * null + float(norm.ppf(power)) * true) / abs(p_a - p_b)
    # A root below 0 belongs to a power below that of any one pair of persons.
    n = max(root, 0.0) ** 2
    return max(_up(n), 1), max(_up(n * ratio), 1)


def smallest_difference(
    p_b: float, n_a: float, n_b: float, *, power: float = 0.8, level: float = 0.95
) -> float:
    """Return the smallest fall below a share that would probably be found.

    Parameters
    ----------
    p_b : float
        The share with the event in the group to compare with, in (0, 1].
    n_a, n_b : float
        Persons in each group, above 0.
    power : float
        The chance to find it that is wanted, 0 < power < 1.
    level : float
        Confidence level of the two-sided test, 0 < level < 1.

    Returns
    -------
    float
        In (0, p_b]: a first group with so much less would show with that chance.

    Raises
    ------
    ValueError
        If a share, a size or the power is impossible.
    Refused
        If even a first group without any event would not show.

    Notes
    -----
    As `detection_power`.
    """
    if not 0 < p_b <= 1:
        raise ValueError(f"the share to fall below must be above 0 and at most 1, not {p_b}")
    if not 0 < power < 1:
        raise ValueError(f"power lies between 0 and 1, not {power}")

    def short(fall: float) -> float:
        return detection_power(p_b - fall, p_b, n_a, n_b, level=level) - power

    if short(p_b) < 0:
        raise Refused("refuse_too_few_to_find")
    if short(p_b * LEAST) >= 0:
        return p_b * LEAST
    return float(brentq(short, p_b * LEAST, p_b, xtol=1e-12))


# A fall of nothing cannot be found; the search begins above it.
LEAST = 1e-9


def _check(p_a: float, p_b: float) -> None:
    for share in (p_a, p_b):
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {share}")
    if p_a == p_b:
        raise Refused("refuse_nothing_to_find")


def _spread(p_a: float, p_b: float, per_a: float, per_b: float) -> tuple[float, float]:
    """Return the standard error of the difference if there is none, and as it is."""
    pooled = (p_a / per_a + p_b / per_b) / (1 / per_a + 1 / per_b)
    null = math.sqrt(pooled * (1 - pooled) * (per_a + per_b))
    return null, math.sqrt(p_a * (1 - p_a) * per_a + p_b * (1 - p_b) * per_b)


def _up(n: float) -> int:
    # A whole number that came out an ulp too large is that number.
    return math.ceil(n * (1 - 1e-12))
