"""Which units differ from a target by more than chance, by the limits of a funnel plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, chi2, norm, poisson

from evalkit.arithmetic.counts import exposures, tallies
from evalkit.arithmetic.design import Array, one_number, same_length
from evalkit.errors import Refused

# A tenth at each end is one unit of ten; of fewer nothing would be drawn in.
FEWEST_UNITS = 10
DRAWN_IN = 0.1
# Events that a unit is to have on average for a chi-square of many units.
EXPECTED = 2.0
LEVELS = (0.95, 0.998)
# Beyond this variance of a count Cornish and Fisher's expansion is within 1e-4 of it; where it
# is much larger scipy's quantile is NaN, or takes without end.
LARGE = 1e7
SPREADS = ("none", "multiplicative", "additive")


@dataclass(frozen=True)
class Limits:
    """The limits of one level, and which units lie beyond.

    Parameters
    ----------
    level : float
        Share of units within the limits where nothing but chance makes them differ.
    low, high : array of float, shape (k,)
        For the size of each unit.
    outside : array of int, shape (k,)
        -1 below, 1 above, 0 within the limits.
    """

    level: float
    low: Array
    high: Array
    outside: NDArray[np.int64]


@dataclass(frozen=True)
class Funnel:
    """Units beside a target, in the order in which they were given.

    Parameters
    ----------
    target : float
        Share or rate that units are held to.
    value, z : array of float, shape (k,)
        Of each unit, and how many of its standard errors under the target it is away.
    p : float or None
        Chi-square test that units differ no more than by chance; None where fewer than two
        events, or persons without one, are expected of a unit on average.
    phi : float
        Mean square of `z` after a tenth at each end was drawn in: 1 is chance.
    tau2 : float
        Variance between units beyond chance, at least 0, in the square of the value's unit.
    limits : tuple of Limits
        Of 95 % and 99.8 %.
    """

    target: float
    value: Array
    z: Array
    p: float | None
    phi: float
    tau2: float
    limits: tuple[Limits, ...]


class _Chance(NamedTuple):
    """What chance alone makes of units that are held to a target.

    Parameters
    ----------
    target : float
        Share or rate.
    square : array of float, shape (k,)
        Variance of each unit's value.
    expected : float
        Events of a unit on average, or persons without one where those are fewer.
    limit : callable
        Takes a chance and returns the values that units are below with it.
    most : float
        The largest value there is.
    """

    target: float
    square: Array
    expected: float
    limit: Callable[[float], Array]
    most: float


def funnel_of_shares(
    events: ArrayLike, n: ArrayLike, *, target: float | None = None, spread: str = "none"
) -> Funnel:
    """Hold the share of each unit to a target.

    Parameters
    ----------
    events, n : array_like of int, shape (k,)
        Persons with the outcome, and persons, of each unit; 0 <= events <= n, n >= 1.
    target : float, optional
        Share, 0 < target < 1; that of all units together where not given.
    spread : {"none", "multiplicative", "additive"}
        "none": exact binomial limits. Otherwise normal limits that allow for units that
        differ for reasons of their own, by `phi` (at least 1) or by `tau2`; nowhere narrower
        than the exact ones, which small units need.

    Returns
    -------
    Funnel

    Raises
    ------
    ValueError
        If lengths differ, a count is impossible, or another word or number is.
    Refused
        If a value is missing, there are fewer than 10 units, or nobody or everybody has the
        outcome.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24(8), 1185-1202: exact limits between whole
    numbers are interpolated (appendix A.1.1), over-dispersion as in its section 4 with
    z-scores drawn in at the 10th and 90th percentile (R's `quantile`, type 7). The test as
    Roscoe and Byars (1971), JASA 66(336), 755-759, trust it. Units are not
    ranked: beyond a limit is all that the data tell. Of `k` units that differ by chance
    alone a twentieth lie beyond 95 %; a unit beyond 99.8 % is worth a look.
    """
    count, size = tallies(events, "events"), tallies(n, "n")
    same_length(events=count, n=size)
    if (size < 1).any() or (count > size).any():
        raise ValueError("events must be from 0 to n, and n at least 1")
    _units(count)
    everything, everybody = float(count.sum()), float(size.sum())
    if everything in (0, everybody):
        raise Refused("refuse_one_value", what="events", n=int(everybody), ones=int(everything))
    held = everything / everybody if target is None else _target(target, 1.0)

    square = held * (1 - held) / size

    def limit(tail: float) -> Array:
        mean, variance = size * held, size**2 * square
        law = binom(np.where(variance > LARGE, 1, size), held)
        return _count_at(tail, law, mean, variance, 1 - 2 * held) / size

    chance = _Chance(held, square, float(size.mean()) * min(held, 1 - held), limit, 1.0)
    return _funnel(count / size, chance, spread, pooled=target is None)


def funnel_of_rates(
    events: ArrayLike, exposure: ArrayLike, *, target: float | None = None, spread: str = "none"
) -> Funnel:
    """Hold the rate of each unit to a target.

    Parameters
    ----------
    events : array_like of int, shape (k,)
        Events of each unit, at least 0; repeated events of one person are independent.
    exposure : array_like of float, shape (k,)
        Person-time of each unit, above 0; or the events that are expected of it, and the
        values are then ratios.
    target : float, optional
        Rate, above 0; that of all units together where not given.
    spread
        As in `funnel_of_shares`, with exact Poisson limits.

    Returns
    -------
    Funnel

    Raises
    ------
    ValueError
        As in `funnel_of_shares`.
    Refused
        If a value is missing, a time is not above 0, there are fewer than 10 units, or no
        event.

    Notes
    -----
    As `funnel_of_shares`.
    """
    count, time = tallies(events, "events"), exposures(exposure)
    same_length(events=count, exposure=time)
    _units(count)
    if not count.any():
        raise Refused("refuse_no_events", n=count.size)
    held = float(count.sum() / time.sum()) if target is None else _target(target, np.inf)

    def limit(tail: float) -> Array:
        mean = held * time
        law = poisson(np.where(mean > LARGE, 1, mean))
        return _count_at(tail, law, mean, mean, 1.0) / time

    chance = _Chance(held, held / time, held * float(time.mean()), limit, np.inf)
    return _funnel(count / time, chance, spread, pooled=target is None)


def _units(count: Array) -> None:
    if count.size < FEWEST_UNITS:
        raise Refused("refuse_few_units", n=count.size, needed=FEWEST_UNITS)


def _target(target: float, most: float) -> float:
    one_number(target, "target")
    if not 0 < target < most:
        raise ValueError(f"target must be above 0 and below {most:g}")
    return float(target)


def _count_at(tail: float, law: Any, mean: Array, variance: Array, lean: float) -> Array:
    """Return the count with exactly this chance below, between two whole numbers.

    Parameters
    ----------
    tail : float
        The chance.
    law : frozen distribution of scipy
        Of each count, where the variance is not large.
    mean, variance : array of float, shape (k,)
        Of each count.
    lean : float
        Its third moment over its variance.
    """
    least = law.ppf(tail)
    upper, lower = law.cdf(least), law.cdf(least - 1)
    near = least - (upper - tail) / (upper - lower)
    z = float(norm.ppf(tail))
    far = mean + z * np.sqrt(variance) + lean * (z**2 - 1) / 6 - 0.5
    return np.maximum(np.where(variance > LARGE, far, near), 0.0)


def _funnel(value: Array, chance: _Chance, spread: str, *, pooled: bool) -> Funnel:
    if spread not in SPREADS:
        raise ValueError(f"spread must be one of {', '.join(SPREADS)}")
    held, square = chance.target, chance.square
    z = (value - held) / np.sqrt(square)
    drawn = np.clip(z, *np.quantile(z, (DRAWN_IN, 1 - DRAWN_IN)))
    phi = float(drawn @ drawn) / z.size
    weight = 1 / square
    beyond = z.size * phi - (z.size - 1)
    tau2 = max(0.0, float(beyond / (weight.sum() - weight @ weight / weight.sum())))
    wide = np.sqrt(square * max(phi, 1.0) if spread == "multiplicative" else square + tau2)
    limits = []
    for level in LEVELS:
        tail = 0.5 - level / 2
        low, high = chance.limit(tail), chance.limit(1 - tail)
        if spread != "none":
            reach = float(norm.ppf(1 - tail)) * wide
            low = np.minimum(low, np.maximum(held - reach, 0.0))
            high = np.maximum(high, np.minimum(held + reach, chance.most))
        outside = (value > high).astype(int) - (value < low).astype(int)
        limits.append(Limits(level, low, high, outside))
    p = float(chi2.sf(float(z @ z), z.size - pooled)) if chance.expected >= EXPECTED else None
    return Funnel(held, value, z, p, phi, tau2, tuple(limits))
