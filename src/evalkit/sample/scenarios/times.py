"""Persons over time: unequal follow-up, competing events, repeated events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A hazard that falls with time, as that of a new offence does.
SHAPE = 0.7
# Scale in days of the time to the event without the programme: a risk of 33 % in a year.
SCALE = 1_350.0
# Days: people enter over three years, and the records end half a year after the last.
ENTRY, AFTER = 1_095, 180
YEAR = 365
# Of events that compete, those of the cause that is asked for.
OF_CAUSE = 0.6
# Events a year, and how much shorter than a year people may have been at risk.
A_YEAR, SHORTEST = 0.8, 0.25


@dataclass(frozen=True)
class Censored:
    """Persons followed for unequal times.

    Parameters
    ----------
    time, event : array of float, shape (n,)
        Whole days to the event or the end of follow-up; 1 where the event happened.
    treated : array of {0, 1}, shape (n,)
        By the toss of a coin.
    log_ratio, untreated, longer : float
        Logarithm of the ratio of hazards; risk in 365 days without the programme; days
        without the event, of the first 365, that the programme adds.
    """

    time: Array
    event: Array
    treated: Array
    log_ratio: float
    untreated: float
    longer: float


def censored(random: np.random.Generator, n: int, *, ratio: float = 1.0) -> Censored:
    """Draw persons with staggered entry, losses and a declining hazard."""
    treated = (random.random(n) < 0.5).astype(float)
    hazard = np.where(treated == 1, ratio, 1.0)
    until = np.ceil(SCALE * (random.exponential(size=n) / hazard) ** (1 / SHAPE))
    follow = np.ceil(AFTER + ENTRY * random.random(n))
    # Some move away at any time.
    follow = np.minimum(follow, np.ceil(random.exponential(3_000, n)))
    # On whole days the mean time without the event is a sum over days, not an integral.
    days = (np.arange(YEAR) / SCALE) ** SHAPE
    return Censored(
        time=np.minimum(until, follow),
        event=(until <= follow).astype(float),
        treated=treated,
        log_ratio=float(np.log(ratio)),
        untreated=float(-np.expm1(-((YEAR / SCALE) ** SHAPE))),
        longer=float((np.exp(-ratio * days) - np.exp(-days)).sum()),
    )


@dataclass(frozen=True)
class Competing:
    """Persons to whom one of two events may happen first.

    Parameters
    ----------
    time : array of float, shape (n,)
        Whole days to the first event or the end of follow-up.
    cause : array of {0, 1, 2}, shape (n,)
        Which event; 0 for neither.
    treated : array of {0, 1}, shape (n,)
        By the toss of a coin.
    untreated : float
        Share without the programme to whom the first cause happens in 365 days.
    """

    time: Array
    cause: NDArray[np.int64]
    treated: Array
    untreated: float


def competing(random: np.random.Generator, n: int, *, ratio: float = 1.0) -> Competing:
    """Draw persons with two competing events.

    Parameters
    ----------
    ratio : float
        Hazard of the first cause with the programme over that without; it leaves the
        second cause alone.
    """
    treated = (random.random(n) < 0.5).astype(float)
    # Three times the hazard of `censored`, so that the events do stand in each other's way.
    first, second = 3 * OF_CAUSE * np.where(treated == 1, ratio, 1.0), 3 * (1 - OF_CAUSE)
    total = first + second
    until = np.ceil(SCALE * (random.exponential(size=n) / total) ** (1 / SHAPE))
    cause = np.where(random.random(n) < first / total, 1, 2)
    follow = np.ceil(AFTER + ENTRY * random.random(n))
    return Competing(
        time=np.minimum(until, follow),
        cause=np.where(until <= follow, cause, 0),
        treated=treated,
        untreated=float(-OF_CAUSE * np.expm1(-3 * (YEAR / SCALE) ** SHAPE)),
    )


@dataclass(frozen=True)
class Rates:
    """Events that come back, more often to some.

    Parameters
    ----------
    events : array of int, shape (n,)
        Of each person.
    years : array of float, shape (n,)
        At risk.
    treated : array of {0, 1}, shape (n,)
        By the toss of a coin.
    log_ratio : float
        Logarithm of the ratio of rates.
    """

    events: NDArray[np.int64]
    years: Array
    treated: Array
    log_ratio: float


def rates(
    random: np.random.Generator, n: int, *, ratio: float = 1.0, dispersion: float = 1.0
) -> Rates:
    """Draw recurrent events with unequal times at risk.

    Parameters
    ----------
    dispersion : float
        Variance of the persons' own rates, in squares of their mean; above 0.
    """
    treated = (random.random(n) < 0.5).astype(float)
    years = random.uniform(SHORTEST, 2.0, n)
    own = random.gamma(1 / dispersion, dispersion, n)
    events = random.poisson(A_YEAR * own * years * np.where(treated == 1, ratio, 1.0))
    return Rates(events, years, treated, float(np.log(ratio)))
