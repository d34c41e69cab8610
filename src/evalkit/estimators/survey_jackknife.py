"""Means, shares and ratios whose error comes from leaving out one unit at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.arithmetic.calibration import base_weights
from evalkit.arithmetic.design import Array, numbers
from evalkit.arithmetic.interval import Point, flags
from evalkit.arithmetic.sampling import Stage, sampling
from evalkit.arithmetic.surveyed import NO_SPREAD, Surveyed, linearised
from evalkit.errors import Refused


def survey_jackknife(
    numerator: ArrayLike,
    weight: ArrayLike,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    denominator: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> Surveyed:
    """Estimate a mean, share or ratio with the error of jackknife replicate weights.

    Parameters
    ----------
    numerator : array_like of float, shape (n,)
        The answer, whose mean is wanted; or what is above the line of a ratio.
    weight : array_like of float, shape (n,)
        Persons that each of the sample stands for, above 0.
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit. With one stratum the weights are
        those called JK1, with several JKn.
    denominator : array_like of float, shape (n,), optional
        What is below the line, at least 0; without it 1 for each.
    domain : array_like of {0, 1}, shape (n,), optional
        1 for those whose mean is wanted.
    units : array_like of float, shape (n,), optional
        Primary sampling units of the population in each person's stratum.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Surveyed
        Its interval from Student's t with as many degrees of freedom as there are units
        less strata.

    Raises
    ------
    ValueError
        If lengths differ, a domain is neither 0 nor 1, a denominator is below 0, or `units`
        are fewer than were drawn or differ within a stratum.
    Refused
        If a value is missing, a weight is not above 0, nobody is in the domain or all of it
        in one unit, a stratum has one unit only, or nothing varies.

    Notes
    -----
    Wolter (2007), Introduction to Variance Estimation, chapter 4, about the mean of all
    replicates as R survey's `as.svrepdesign(type="JK1")` and `"JKn"`.
    """
    drawn, above = sampling(stratum, psu, units=units), numbers(numerator, "numerator")
    below = np.ones(above.size) if denominator is None else numbers(denominator, "denominator")
    if (below < 0).any():
        raise ValueError("denominator must not be below 0")
    found = linearised(above, below, weight, drawn, domain, level)
    counted = base_weights(weight) * (1 if domain is None else flags(domain, "domain"))
    whole = _left_out(drawn.first, counted * below)
    if not (whole > 0).all():
        raise Refused("refuse_domain_in_one_unit", n=found.n)
    # About the estimate, so that large means do not drown small differences.
    replicates = _left_out(drawn.first, counted * (above - found.point.value * below)) / whole
    each = (drawn.first.left * (drawn.first.drawn - 1) / drawn.first.drawn)[drawn.first.home]
    gaps = replicates - replicates[each > 0].mean() if (each > 0).any() else replicates
    variance = float(each @ gaps**2)
    if found.point.se is None or variance <= NO_SPREAD * found.point.value**2:
        raise Refused("refuse_no_variation")
    se, value = math.sqrt(variance), found.point.value
    half = float(student.ppf(0.5 + level / 2, found.df)) * se
    effect = found.effect * variance / found.point.se**2
    return replace(found, point=Point(value, value - half, value + half, se), effect=effect)


def _left_out(stage: Stage, score: Array) -> Array:
    """Return the sum without each unit, in whose place stand those drawn with it."""
    total = np.bincount(stage.unit, score, stage.home.size)
    of_home = np.bincount(stage.home, total, stage.drawn.size)[stage.home]
    drawn = stage.drawn[stage.home]
    # A unit that alone stands for itself is never left out.
    others = (of_home - total) * drawn / np.maximum(drawn - 1, 1)
    kept: Array = total.sum() - of_home + np.where(drawn > 1, others, total)
    return kept
