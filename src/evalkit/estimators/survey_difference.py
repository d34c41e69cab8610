"""The difference between two parts of a population, with the error of the sample's design."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import base_weights
from evalkit.arithmetic.design import Array, numbers, same_length
from evalkit.arithmetic.interval import Point, flags
from evalkit.arithmetic.sampling import sampling
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused


def survey_difference(
    answer: ArrayLike,
    weight: ArrayLike,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    first: ArrayLike,
    other: ArrayLike,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> Point:
    """Estimate the mean of one domain less that of another.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        In any unit; of shares 0 and 1.
    weight, stratum, psu, units
        As `survey_share.survey_mean` takes them. Two waves of a survey lie below each other:
        a unit that was drawn in both has one name, and its two answers go together.
    first, other : array_like of {0, 1}, shape (n,)
        1 for who belongs to the domain; nobody belongs to both.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        In the unit of the answer, with Student's t and as many degrees of freedom as there are
        units less strata.

    Raises
    ------
    ValueError
        If lengths differ, somebody is in both domains, or `units` are too few.
    Refused
        If a value is missing, a weight is not above 0, a domain is empty, a stratum has one
        unit only, or nothing varies.

    Notes
    -----
    The influences of both means subtracted person by person, so that what the two share counts
    once: Woodruff (1971), JASA 66, 411-414; as R survey's `svycontrast` of `svyby` with its
    covariances.

    Examples
    --------
    >>> from evalkit.estimators.survey_difference import survey_difference
    >>> place = [1, 1, 2, 2, 3, 3, 4, 4]
    >>> now = [0, 1, 0, 1, 0, 1, 0, 1]
    >>> before = [1 - x for x in now]
    >>> answers = [0, 1, 0, 1, 1, 1, 0, 0]
    >>> found = survey_difference(answers, [1] * 8, [0] * 8, place, first=now, other=before)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.5, -0.42, 1.42)
    """
    drawn, answers = sampling(stratum, psu, units=units), numbers(answer, "answer")
    known = base_weights(weight)
    sides = flags(first, "first"), flags(other, "other")
    same_length(
        answer=answers, weight=known, stratum=drawn.first.unit, first=sides[0], other=sides[1]
    )
    if (sides[0] * sides[1]).any():
        raise ValueError("first and other must have nobody in common")
    means, moves = zip(*(_mean(answers, known, side) for side in sides), strict=True)
    se = float(np.sqrt(drawn.variance(moves[0] - moves[1])))
    largest = float(np.abs(answers).max())
    return wald(means[0] - means[1], se, level, df=drawn.df, scale=largest)


def _mean(answers: Array, weight: Array, inside: Array) -> tuple[float, Array]:
    """Return a domain's mean, and what each person adds to it."""
    if not inside.any():
        raise Refused("refuse_empty", what="domain")
    counted = weight * inside
    mean = float(counted @ answers / counted.sum())
    return mean, counted * (answers - mean) / counted.sum()
