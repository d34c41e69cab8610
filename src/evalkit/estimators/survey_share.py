"""Means and shares of a population from a sample with strata, clusters and weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.calibration import Calibrated
from evalkit.arithmetic.design import numbers
from evalkit.arithmetic.interval import flags
from evalkit.arithmetic.sampling import sampling
from evalkit.arithmetic.share_interval import within_nought_and_one
from evalkit.arithmetic.surveyed import Surveyed, linearised
from evalkit.errors import Refused


def survey_mean(
    answer: ArrayLike,
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
    """Estimate a mean with the error of the design.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        In any unit; outside the domain any number may stand.
    weight : array_like of float, shape (n,), or Calibrated
        Persons that each of the sample stands for, above 0; never a frequency. Those of
        `calibrate` or `rake` as they are: the error then counts what the totals tell.
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit; equal names in two strata are
        two units.
    domain : array_like of {0, 1}, shape (n,), optional
        1 for those whose mean is wanted. The others stay in the design: without them
        the error would be another, and wrong.
    units : array_like of float, shape (n,), optional
        Primary sampling units of the population in each person's stratum, where so many
        were drawn that it counts; otherwise they are taken as drawn with replacement.
    second : array_like, shape (n,), optional
        Each person's unit of a second stage, drawn within the primary one. It matters
        beside `units` only.
    second_units : array_like of float, shape (n,), optional
        Units of the second stage in each person's primary unit of the population.
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
        If lengths differ, a domain is neither 0 nor 1, numbers of units are fewer than
        were drawn or differ where they must be one, or a second stage comes without the
        numbers of units of both.
    Refused
        If a value is missing, a weight is not above 0, nobody is in the domain, a stratum
        has one unit only where the population has more (and so a primary unit of two
        stages), nothing varies, or the weights were calibrated to that very mean.

    Notes
    -----
    Taylor linearisation of a ratio, variance between the units of a stratum: Woodruff
    (1971), JASA 66, 411-414; domains as in Särndal, Swensson and Wretman (1992), Model
    Assisted Survey Sampling, section 5.8, two stages as in their section 4.3.
    """
    drawn = sampling(stratum, psu, units=units, second=second, second_units=second_units)
    answers = numbers(answer, "answer")
    found = linearised(answers, np.ones(answers.size), weight, drawn, domain, level)
    if found.point.se is None:
        raise Refused("refuse_no_variation")
    return found


def survey_share(
    answer: ArrayLike,
    weight: ArrayLike | Calibrated,
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    domain: ArrayLike | None = None,
    units: ArrayLike | None = None,
    second: ArrayLike | None = None,
    second_units: ArrayLike | None = None,
    interval: str = "logit",
    level: float = 0.95,
) -> Surveyed:
    """Estimate a share with the error of the design.

    Parameters
    ----------
    answer : array_like of {0, 1}, shape (n,)
        1 for those who are counted.
    weight, stratum, psu, domain, units, second, second_units, level
        As in `survey_mean`.
    interval : {"logit", "beta"}
        Symmetric in the log odds; or Korn and Graubard's, Clopper and Pearson's for as many
        persons as the sample is worth, which holds for rare answers and few units too.

    Returns
    -------
    Surveyed
        Its interval stays within 0 and 1. Where everybody of the domain is of one mind, or
        all units agree, the sample does not show how units differ: the interval is then
        exact for as many persons as the domain's units are worth by their weights, without
        a standard error, and `effect` is persons over that number.

    Raises
    ------
    ValueError
        If an answer is neither 0 nor 1, an interval is another word, or as in
        `survey_mean`.
    Refused
        As in `survey_mean`, but for what does not vary.

    Notes
    -----
    As `survey_mean`; "logit" with Student's t as R's `svyciprop` makes it, "beta" as its
    `method="beta"`: Korn and Graubard (1998), Survey Methodology 24(2), 193-201, put an
    effective number of persons into Clopper and Pearson's interval. Theirs comes from the
    variance; of one mind there is none, and units as persons are the least that they can
    be worth.
    """
    drawn = sampling(stratum, psu, units=units, second=second, second_units=second_units)
    answers = flags(answer, "answer")
    found = linearised(answers, np.ones(answers.size), weight, drawn, domain, level)
    return within_nought_and_one(found, interval, level)
