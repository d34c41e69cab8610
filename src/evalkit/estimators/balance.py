"""How unlike two groups are before anything is compared, or after they are weighted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, numbers
from evalkit.errors import Refused


def standardised_mean_difference(
    first: ArrayLike,
    second: ArrayLike,
    *,
    first_weight: ArrayLike | None = None,
    second_weight: ArrayLike | None = None,
) -> float:
    """Return the difference of means in pooled standard deviations.

    Parameters
    ----------
    first, second : array_like of float, shapes (n,) and (m,)
        One characteristic in each group, in the same unit; n and m at least 2.
    first_weight, second_weight : array_like of float, shapes (n,) and (m,), optional
        Weights of persons, at least 0; their scale does not matter.

    Returns
    -------
    float
        (mean first - mean second) / sqrt((s1^2 + s2^2) / 2); 0 where both are the same
        constant, which is balanced, and infinite where they are two, which nothing can
        balance.

    Raises
    ------
    ValueError
        If there are not as many weights as persons.
    Refused
        If a value is missing, a group has fewer than two persons, or weights are negative
        or all 0.

    Notes
    -----
    Austin (2009), Statistics in Medicine 28(25), 3083-3107. The standard deviations are
    those without weights, so that a smaller difference cannot come from a larger spread
    (Stuart 2010, Statistical Science 25(1), 1-21).
    """
    a, b = _in_one_unit(numbers(first, "first"), numbers(second, "second"))
    first_mean = _mean(a, _weights(first_weight, a, "first"))
    second_mean = _mean(b, _weights(second_weight, b, "second"))
    # A mean of equal numbers is an ulp away from them, and so is their spread from 0.
    if np.ptp(a) == 0 == np.ptp(b):
        if a[0] == b[0]:
            return 0.0
        return math.copysign(math.inf, a[0] - b[0])
    return (first_mean - second_mean) / math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)


def variance_ratio(
    first: ArrayLike,
    second: ArrayLike,
    *,
    first_weight: ArrayLike | None = None,
    second_weight: ArrayLike | None = None,
) -> float:
    """Return the variance of the first group over that of the second.

    Parameters
    ----------
    first, second : array_like of float, shapes (n,) and (m,)
        One characteristic in each group, in the same unit; n and m at least 2.
    first_weight, second_weight : array_like of float, shapes (n,) and (m,), optional
        Weights of persons, at least 0; their scale does not matter.

    Returns
    -------
    float
        Above 0; 1 where both spread equally.

    Raises
    ------
    ValueError
        If there are not as many weights as persons.
    Refused
        If a value is missing, weights are negative, fewer than two persons of a group
        count, or a group has no spread.

    Notes
    -----
    Austin and Stuart (2015), Statistics in Medicine 34(28), 3661-3679. With weights, sum
    of w (x - mean)^2 over (sum of w - sum of w^2 / sum of w), which is n - 1 where all
    weights are 1.
    """
    a, b = _in_one_unit(numbers(first, "first"), numbers(second, "second"))
    return _variance(a, _weights(first_weight, a, "first"), "first") / _variance(
        b, _weights(second_weight, b, "second"), "second"
    )


def _in_one_unit(a: Array, b: Array) -> tuple[Array, Array]:
    # Squares of 1e-300 are 0 to the machine; a power of two costs no digit.
    top = math.frexp(max(float(np.abs(a).max()), float(np.abs(b).max())))[1]
    return np.ldexp(a, -top), np.ldexp(b, -top)


def _weights(values: ArrayLike | None, group: Array, what: str) -> Array:
    if group.size < 2:
        raise Refused("refuse_one_person", what=what)
    if values is None:
        return np.ones(group.size)
    weight = numbers(values, f"{what}_weight")
    if weight.size != group.size:
        raise ValueError(f"{what} and {what}_weight must have the same length")
    largest = float(weight.max())
    if (weight < 0).any() or largest == 0:
        raise Refused("refuse_weights", negative=str(int((weight < 0).sum())))
    return weight / largest


def _mean(group: Array, weight: Array) -> float:
    return float(np.average(group, weights=weight))


def _variance(group: Array, weight: Array, what: str) -> float:
    counting = weight > 0
    if counting.sum() < 2:
        raise Refused("refuse_one_person", what=what)
    if np.ptp(group[counting]) == 0:
        raise Refused("refuse_no_spread_in", what=what)
    total = float(weight.sum())
    squares = float(weight @ (group - _mean(group, weight)) ** 2)
    left = total - float(weight @ weight) / total
    if not left > 1e-12 * total:
        # All the weight is one person's.
        raise Refused("refuse_one_person", what=what)
    return squares / left
