"""Ratios of two sums of a population from a sample with strata, clusters and weights."""

from __future__ import annotations

from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import Calibrated
from evalkit.arithmetic.design import numbers
from evalkit.arithmetic.sampling import sampling
from evalkit.arithmetic.surveyed import Surveyed, linearised
from evalkit.errors import Refused


def survey_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    weight: ArrayLike | Calibrated,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    second: ArrayLike | None = None,
    second_units: ArrayLike | None = None,
    level: float = 0.95,
) -> Surveyed:
    """Estimate a ratio of two sums with the error of the design.

    Parameters
    ----------
    numerator, denominator : array_like of float, shape (n,)
        What is added up of each person, such as points got and points to be got; the
        denominators at least 0 and not all 0. Outside the domain any number may stand.
    weight : array_like of float, shape (n,), or Calibrated
        Persons that each of the sample stands for, above 0; those of `calibrate` or `rake`
        as they are.
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit.
    domain : array_like of {0, 1}, shape (n,), optional
        1 for those whose ratio is wanted.
    units, second, second_units : array_like, shape (n,), optional
        Finite populations and a second stage, as in `survey_mean`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Surveyed
        In units of the numerator for one of the denominator; its interval from Student's t.

    Raises
    ------
    ValueError
        If a denominator is below 0, or as in `survey_mean`.
    Refused
        If the denominators of the domain add up to 0, or as in `survey_mean`.

    Notes
    -----
    Taylor linearisation, as `survey_mean`: Woodruff (1971), JASA 66, 411-414.
    """
    below = numbers(denominator, "denominator")
    if (below < 0).any():
        raise ValueError("denominator must not be below 0")
    drawn = sampling(stratum, psu, units=units, second=second, second_units=second_units)
    above = numbers(numerator, "numerator")
    found = linearised(above, below, weight, drawn, domain, level)
    if found.point.se is None:
        raise Refused("refuse_no_variation")
    return found
