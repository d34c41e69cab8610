"""Means and shares of a population from a sample with strata, clusters and weights."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.design import Array, group_codes, numbers, same_length
from evalkit.arithmetic.interval import Point, flags, quantile
from evalkit.arithmetic.thin import effective
from evalkit.errors import Refused

# Beside the mean square of the answers a variance this small is zero on paper.
NO_SPREAD = 1e-20
LAST_BITS = 1e-9


@dataclass(frozen=True)
class Surveyed:
    """A mean or share of the population, or of a domain of it.

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


def survey_mean(
    answer: ArrayLike,
    weight: ArrayLike,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> Surveyed:
    """Estimate a mean with the error of the design.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        In any unit; outside the domain any number may stand.
    weight : array_like of float, shape (n,)
        Persons that each of the sample stands for, above 0; never a frequency.
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit; equal names in two strata are
        two units.
    domain : array_like of {0, 1}, shape (n,), optional
        1 for those whose mean is wanted. The others stay in the design: without them
        the error would be another, and wrong.
    units : array_like of float, shape (n,), optional
        Primary sampling units of the population in each person's stratum, where so many
        were drawn that it counts; otherwise they are taken as drawn with replacement.
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
        If lengths differ, a domain is neither 0 nor 1, or `units` are fewer than were
        drawn or differ within a stratum.
    Refused
        If a value is missing, a weight is not above 0, nobody is in the domain, a stratum
        has one unit only, or nothing varies.

    Notes
    -----
    Taylor linearisation of a ratio, variance between the units of a stratum: Woodruff
    (1971), JASA 66, 411-414; domains as in Särndal, Swensson and Wretman (1992), Model
    Assisted Survey Sampling, section 5.8.
    """
    found = _linearised(numbers(answer, "answer"), weight, stratum, psu, domain, units, level)
    if found.point.se is None:
        raise Refused("refuse_no_variation")
    return found


def survey_share(
    answer: ArrayLike,
    weight: ArrayLike,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> Surveyed:
    """Estimate a share with the error of the design.

    Parameters
    ----------
    answer : array_like of {0, 1}, shape (n,)
        1 for those who are counted.
    weight, stratum, psu, domain, units, level
        As in `survey_mean`.

    Returns
    -------
    Surveyed
        Its interval is symmetric in the log odds, so that it stays within 0 and 1. Where
        everybody of the domain is of one mind, or all units agree, the sample does not show
        how units differ: the interval is then exact for as many persons as the domain's
        units are worth by their weights, without a standard error, and `effect` is persons
        over that number.

    Raises
    ------
    ValueError
        If an answer is neither 0 nor 1, or as in `survey_mean`.
    Refused
        As in `survey_mean`, but for what does not vary.

    Notes
    -----
    As `survey_mean`; the interval with Student's t on the logit, as R's svyciprop makes it.
    Of one mind: Korn and Graubard (1998), Survey Methodology 24(2), 193-201, put an
    effective number of persons into Clopper and Pearson's interval. Theirs comes from the
    variance, which is none here; units as persons are the least that they can be worth.
    """
    found = _linearised(flags(answer, "answer"), weight, stratum, psu, domain, units, level)
    value, se = found.point.value, found.point.se
    if se is None:
        # Nobody or everybody, but for the last bits of a sum of weights.
        value = float(round(value)) if abs(value - round(value)) < LAST_BITS else value
        worth = found.n / found.effect
        low, high = proportion_confint(value * worth, worth, alpha=1 - level, method="beta")
        point = Point(value, min(float(low), value), max(float(high), value))
        return replace(found, point=point)
    half = float(student.ppf(0.5 + level / 2, found.df)) * se / (value * (1 - value))
    low, high = expit(logit(value) - half), expit(logit(value) + half)
    return Surveyed(Point(value, float(low), float(high), se), found.df, found.effect, found.n)


def _linearised(
    answer: Array,
    weight: ArrayLike,
    stratum: ArrayLike,
    psu: ArrayLike,
    domain: ArrayLike | None,
    units: ArrayLike | None,
    level: float,
) -> Surveyed:
    quantile(level)
    inside = np.ones(answer.size) if domain is None else flags(domain, "domain")
    known = numbers(weight, "weight")
    strata, count = group_codes(stratum, "stratum")
    names, _ = group_codes(psu, "psu")
    same_length(answer=answer, weight=known, stratum=strata, psu=names, domain=inside)
    if negative := int((known <= 0).sum()):
        raise Refused("refuse_survey_weights", n=negative)
    if not inside.any():
        raise Refused("refuse_empty", what="domain")
    counted = known * inside
    value = float(counted @ answer / counted.sum())
    score = counted * (answer - value) / counted.sum()
    _, first, unit = np.unique(
        strata * (names.max() + 1) + names, return_index=True, return_inverse=True
    )
    total, home = np.bincount(unit, score), strata[first]
    drawn = np.bincount(home, minlength=count)
    if alone := int((drawn < 2).sum()):
        raise Refused("refuse_lone_unit", n=alone, strata=count)
    gaps = total - (np.bincount(home, total, count) / drawn)[home]
    left = _left(units, strata, drawn)
    variance = float((left * drawn / (drawn - 1)) @ np.bincount(home, gaps**2, count))
    square = counted @ (answer - value) ** 2 / counted.sum()
    df, n = int(drawn.sum() - count), int(inside.sum())
    if variance <= NO_SPREAD * float(counted @ answer**2 / counted.sum()) or square == 0:
        worth = effective(np.bincount(unit, counted / counted.max()))
        return Surveyed(Point(value, value, value), df, n / worth, n)
    se = math.sqrt(variance)
    half = float(student.ppf(0.5 + level / 2, df)) * se
    effect = float(variance * max(n - 1, 1) / square)
    return Surveyed(Point(value, value - half, value + half, se), df, effect, n)


def _left(units: ArrayLike | None, strata: NDArray[np.int64], drawn: NDArray[np.int64]) -> Array:
    """Return the share of each stratum's units that was not drawn."""
    if units is None:
        return np.ones(drawn.size)
    known = numbers(units, "units")
    same_length(units=known, stratum=strata)
    each = np.zeros(drawn.size)
    each[strata] = known
    if (each[strata] != known).any():
        raise ValueError("units must be the same within a stratum")
    if (each < drawn).any():
        raise ValueError("units must not be fewer than were drawn")
    left: Array = 1 - drawn / each
    return left
