"""Persons at one time: who is treated for a reason, and who answers for a reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Of the untreated risk: the lowest, and how far the highest lies above it.
RISK, SPREAD = 0.10, 0.45
# By how much each covariate moves the log odds of the risk, and of being treated.
ON_RISK = np.array([0.8, 0.5, -0.6])
ON_TREATMENT = np.array([0.5, 0.3, -0.4])
# Mean answer of a stratum, and its share of the population.
ANSWERS = np.array([0.35, 0.50, 0.60, 0.75])
SHARES = np.array([0.40, 0.30, 0.20, 0.10])
# Households of one, two and three: their share of people, and what each adds to the answer.
HOUSEHOLD = np.array([0.3, 0.4, 0.3])
OF_SIZE = 0.10
# Areas within a stratum differ by at most this much.
OF_AREA = 0.12


@dataclass(frozen=True)
class Confounded:
    """Persons of whom those at higher risk are more often in the programme.

    Parameters
    ----------
    outcome, treated : array of {0, 1}, shape (n,)
        Whether the event happened; whether the person was in the programme.
    covariates : array of float, shape (n, 3)
        All that risk and assignment depend on.
    effect, untreated : float
        Difference of risks that the programme makes, for everybody; mean risk without it.
    """

    outcome: Array
    treated: Array
    covariates: Array
    effect: float
    untreated: float


def confounded(
    random: np.random.Generator,
    n: int,
    *,
    effect: float = 0.0,
    strength: float = 1.0,
    treated_share: float = 0.25,
) -> Confounded:
    """Draw persons with a binary outcome and confounded assignment.

    Parameters
    ----------
    effect : float
        Added to everybody's risk by the programme, from -0.1 to 0.45.
    strength : float
        Factor on what covariates do to the log odds of being treated; 0 is a
        randomised trial.
    treated_share : float
        Chance to be treated of a person with mean covariates.
    """
    covariates = random.standard_normal((n, 3))
    covariates[:, 2] = covariates[:, 2] > 0
    # Symmetric about 0, so that the mean untreated risk is known without an integral.
    centred = covariates - np.array([0.0, 0.0, 0.5])
    odds = np.log(treated_share / (1 - treated_share)) + strength * centred @ ON_TREATMENT
    treated = (random.random(n) < _expit(odds)).astype(float)
    risk = RISK + SPREAD * _expit(centred @ ON_RISK) + effect * treated
    outcome = (random.random(n) < risk).astype(float)
    return Confounded(outcome, treated, covariates, effect, RISK + SPREAD / 2)


@dataclass(frozen=True)
class Survey:
    """A stratified sample of areas and persons, with unequal weights.

    Parameters
    ----------
    answer : array of float, shape (n,)
        1 for satisfied, 0 for not, NaN of those who did not answer.
    stratum, psu : array of int, shape (n,)
        Stratum; primary sampling unit, numbered over all strata.
    weight : array of float, shape (n,)
        Persons that each of the sample stands for, before anybody refused.
    truth : float
        Share satisfied in the population.
    """

    answer: Array
    stratum: NDArray[np.int64]
    psu: NDArray[np.int64]
    weight: Array
    truth: float


def survey(
    random: np.random.Generator,
    areas_each: int,
    persons_each: int,
    *,
    response: tuple[float, float] = (0.6, 0.6),
) -> Survey:
    """Draw a stratified two-stage survey.

    Each of four strata gives as many areas, though they are of 40, 30, 20 and 10 % of the
    people; in each household one person is asked, so that those of large households are
    asked less often. Stratum, household and area all move the answer.

    Parameters
    ----------
    areas_each, persons_each : int
        Areas drawn in each stratum, and persons in each area.
    response : tuple of (float, float)
        Chance to answer of those who are not satisfied, and of those who are.
    """
    strata = ANSWERS.size
    n = strata * areas_each * persons_each
    psu = np.repeat(np.arange(strata * areas_each), persons_each)
    stratum = psu // areas_each
    sizes = np.arange(1.0, HOUSEHOLD.size + 1)
    chance = HOUSEHOLD / sizes
    size = random.choice(sizes, n, p=chance / chance.sum())
    area = random.uniform(-OF_AREA, OF_AREA, strata * areas_each)[psu]
    risk = ANSWERS[stratum] + area + OF_SIZE * (size - HOUSEHOLD @ sizes)
    satisfied = random.random(n) < risk
    answers = random.random(n) < np.where(satisfied, response[1], response[0])
    return Survey(
        answer=np.where(answers, satisfied.astype(float), np.nan),
        stratum=stratum,
        psu=psu,
        weight=SHARES[stratum] * size,
        truth=float(SHARES @ ANSWERS),
    )


@dataclass(frozen=True)
class Silent:
    """People who were served, of whom the content answer more often.

    Parameters
    ----------
    answer : array of float, shape (n,)
        1 for satisfied, 0 for not, NaN of those who did not answer.
    truth : float
        Share satisfied of all who could be served.
    """

    answer: Array
    truth: float


def silent(
    random: np.random.Generator,
    n: int,
    *,
    truth: float = 0.7,
    response: tuple[float, float] = (0.4, 0.8),
) -> Silent:
    """Draw people whose answer decides whether they give it.

    Parameters
    ----------
    response : tuple of (float, float)
        Chance to answer of those who are not satisfied, and of those who are.
    """
    satisfied = random.random(n) < truth
    answers = random.random(n) < np.where(satisfied, response[1], response[0])
    return Silent(np.where(answers, satisfied.astype(float), np.nan), truth)


def _expit(odds: Array) -> Array:
    # Half a hyperbolic tangent: no overflow, and no library but NumPy.
    found: Array = 0.5 * (1 + np.tanh(odds / 2))
    return found
