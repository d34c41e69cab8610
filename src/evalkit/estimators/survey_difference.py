"""By how much the means or shares of two parts of a surveyed population differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.arithmetic.calibration import Calibrated, base_weights
from evalkit.arithmetic.design import Array, numbers
from evalkit.arithmetic.interval import Point, flags
from evalkit.arithmetic.sampling import sampling
from evalkit.arithmetic.surveyed import NO_SPREAD, linearised
from evalkit.errors import Refused


@dataclass(frozen=True)
class Apart:
    """A difference of two means or shares, of one design.

    Parameters
    ----------
    point : Point
        First less second, in the unit of the answer, with its two-sided p-value.
    first, second : float
        The means.
    df : int
        Primary sampling units less strata.
    n_first, n_second : int
        Persons of each part in the sample.
    """

    point: Point
    first: float
    second: float
    df: int
    n_first: int
    n_second: int


def survey_difference(
    answer: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    weight: ArrayLike | Calibrated,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    units: ArrayLike | None = None,
    second_stage: ArrayLike | None = None,
    second_units: ArrayLike | None = None,
    level: float = 0.95,
) -> Apart:
    """Compare the means or shares of two domains with the error of the design.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        In any unit; 0 and 1 for a difference of shares.
    first, second : array_like of {0, 1}, shape (n,)
        1 for those of each part: two groups, or two waves. Units that are in both bring
        their likeness into the error.
    weight : array_like of float, shape (n,), or Calibrated
        Persons that each of the sample stands for, above 0; those of `calibrate` or `rake`
        as they are.
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit. Waves that were drawn each by itself
        are strata of their own.
    units, second_stage, second_units : array_like, shape (n,), optional
        Finite populations and a second stage, as `units`, `second` and `second_units` of
        `survey_mean`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Apart
        Its interval and p-value from Student's t.

    Raises
    ------
    ValueError
        If lengths differ, a part is neither 0 nor 1, or as in `survey_mean`.
    Refused
        If nobody is in a part, nothing varies, or as in `survey_mean`.

    Notes
    -----
    Taylor linearisation of both means at once, as R survey's `svyglm` and `svycontrast`.
    """
    answers, parts = numbers(answer, "answer"), (flags(first, "first"), flags(second, "second"))
    drawn = sampling(stratum, psu, units=units, second=second_stage, second_units=second_units)
    one, other = (
        linearised(answers, np.ones(answers.size), weight, drawn, inside, level) for inside in parts
    )
    known = weight.weight if isinstance(weight, Calibrated) else base_weights(weight)
    known = known / known.max()
    means = one.point.value, other.point.value
    pulls = [
        inside * (answers - mean) / float(known @ inside)
        for inside, mean in zip(parts, means, strict=True)
    ]
    influence: Array = pulls[0] - pulls[1]
    if isinstance(weight, Calibrated):
        influence = weight.left_over(influence)
    variance, value = drawn.variance(known * influence), means[0] - means[1]
    if variance <= NO_SPREAD * max(means[0] ** 2, means[1] ** 2):
        raise Refused("refuse_no_variation")
    se = math.sqrt(variance)
    half = float(student.ppf(0.5 + level / 2, drawn.df)) * se
    p = 2 * float(student.sf(abs(value) / se, drawn.df))
    point = Point(value, value - half, value + half, se, p)
    return Apart(point, *means, drawn.df, one.n, other.n)
