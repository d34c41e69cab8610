"""A ratio of two sums over a population, with the error of the sample's design."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.arithmetic.calibration import Calibrated, base_weights
from evalkit.arithmetic.design import SMALLEST, Array, same_length
from evalkit.arithmetic.interval import Point, flags, quantile
from evalkit.arithmetic.sampling import Sampling
from evalkit.arithmetic.thin import effective
from evalkit.errors import Refused

# Beside the mean square of the answers a variance this small is zero on paper.
NO_SPREAD = 1e-20
LAST_BITS = 1e-9


@dataclass(frozen=True)
class Surveyed:
    """A mean, share or ratio of the population, or of a domain of it.

    Parameters
    ----------
    point : Point
        In the unit of the answer.
    df : int
        Primary sampling units less strata.
    effect : float
        Design effect: the variance over that of as many persons drawn one by one, with
        replacement.
    n : int
        Persons of the domain in the sample.
    """

    point: Point
    df: int
    effect: float
    n: int


def linearised(
    numerator: Array,
    denominator: Array,
    weight: ArrayLike | Calibrated,
    drawn: Sampling,
    domain: ArrayLike | None,
    level: float,
) -> Surveyed:
    """Return a ratio of weighted sums, with its interval from Student's t.

    Parameters
    ----------
    numerator, denominator : array of float, shape (n,)
        What is added up of each person; a mean has a denominator of 1.
    weight : array_like of float, shape (n,), or Calibrated
        Persons that each stands for.
    drawn : Sampling
        How the sample was drawn.
    domain : array_like of {0, 1}, shape (n,), or None
        1 for those whose ratio is wanted.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Surveyed
        Without a standard error where nothing varies between the units.

    Raises
    ------
    ValueError
        If lengths differ, or a domain is neither 0 nor 1.
    Refused
        If a weight is not above 0, nobody is in the domain, the denominator adds up to 0,
        or the ratio is one that the weights were calibrated to.

    Notes
    -----
    Woodruff (1971), JASA 66, 411-414.
    """
    quantile(level)
    inside = np.ones(numerator.size) if domain is None else flags(domain, "domain")
    known = weight.weight if isinstance(weight, Calibrated) else base_weights(weight)
    parts = {"denominator": denominator, "weight": known, "domain": inside}
    same_length(answer=numerator, stratum=drawn.first.unit, **parts)
    if not inside.any():
        raise Refused("refuse_empty", what="domain")
    # Their scale does not matter, and squares of very small weights are none.
    known = known / known.max()
    counted = known * inside
    whole = float(counted @ denominator)
    if whole <= SMALLEST:
        raise Refused("refuse_zero_denominator", n=int(inside.sum()))
    value = float(counted @ numerator / whole)
    residual = numerator - value * denominator
    influence = inside * residual / whole
    if isinstance(weight, Calibrated):
        influence = _beyond_totals(weight, influence)
    variance, n = drawn.variance(known * influence), int(inside.sum())
    square = float(counted @ residual**2) * counted.sum() / whole**2
    spread = float(counted @ numerator**2) * counted.sum() / whole**2
    if variance <= NO_SPREAD * spread or square == 0:
        worth = effective(np.bincount(drawn.first.unit, counted / counted.max()))
        return Surveyed(Point(value, value, value), drawn.df, n / worth, n)
    se = math.sqrt(variance)
    half = float(student.ppf(0.5 + level / 2, drawn.df)) * se
    effect = float(variance * max(n - 1, 1) / square)
    return Surveyed(Point(value, value - half, value + half, se), drawn.df, effect, n)


def _beyond_totals(weight: Calibrated, influence: Array) -> Array:
    rest = weight.left_over(influence)
    largest = float(np.abs(influence).max())
    if largest > 0 and np.abs(rest).max() <= LAST_BITS * largest:
        raise Refused("refuse_known_total", n=rest.size)
    return rest
