"""An interval for a rate that stays valid however often one looks at it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from evalkit.arithmetic.counts import exposures, tallies
from evalkit.arithmetic.design import Array, one_number, same_length
from evalkit.arithmetic.interval import quantile

# From here on the series has twelve right digits.
STIRLING = 1000.0
# Each round halves what is wrong at least, and squares it in the end.
ROUNDS = 60


@dataclass(frozen=True)
class Sequence:
    """Rates up to each period, with intervals that hold for all periods at once.

    Parameters
    ----------
    value, low, high : array of float, shape (k,)
        Events per unit of exposure of all periods so far.
    prior : float
        Shape and rate of the gamma prior on what the rate is beside the true one: the larger,
        the later the interval is at its narrowest.
    """

    value: Array
    low: Array
    high: Array
    prior: float


def rate_sequence(
    events: ArrayLike, exposure: ArrayLike, *, planned: float, level: float = 0.95
) -> Sequence:
    """Follow a rate over periods, with intervals that may be looked at after each.

    Parameters
    ----------
    events : array_like of int, shape (k,)
        Events of each period, in order; all periods from the first on.
    exposure : array_like of float, shape (k,)
        Length of each period, or its person-time, above 0.
    planned : float
        How many events are expected by the time that matters most, at least 1, said before
        the first look: there the interval is about as narrow as it can be. Whatever is said,
        the interval holds.
    level : float
        Chance that the interval holds the rate after every period, however many follow.

    Returns
    -------
    Sequence
        One interval a period. The lower bound is 0 while events are few.

    Raises
    ------
    ValueError
        If lengths differ, a count is impossible, or `planned` is below 1.
    Refused
        If a value is missing, or an exposure is not above 0.

    Notes
    -----
    Robbins (1970), Annals of Mathematical Statistics 41(5), 1397-1409: the likelihood ratio
    of the events, mixed over a gamma prior with mean 1, passes 1 / (1 - level) at some time
    with a chance of 1 - level at most (Ville). `prior` as in Howard, Ramdas, McAuliffe and
    Sekhon (2021), Annals of Statistics 49(2), 1055-1080, equation 3.5 ff.

    The rate may change from period to period: the interval is then that of the mean rate so
    far, weighted by exposure. Events must be independent of one another in a period, as
    persons who come for the first time are; visits of the same persons come in clumps, and the
    interval is then too narrow.
    """
    quantile(level)
    count, time = tallies(events, "events"), exposures(exposure)
    same_length(events=count, exposure=time)
    one_number(planned, "planned")
    if not 1 <= planned < math.inf:
        raise ValueError("planned must be at least 1")
    odds = -math.log(1 - level)
    prior = planned / (2 * odds + math.log(1 + 2 * odds))
    seen, span = np.cumsum(count), np.cumsum(time)
    # The mixture at an expected number of events m is exp(m) / (prior + m)^shape, times what
    # does not depend on m. It is 1 / (1 - level) where prior + m is shape times exp(u), and
    # exp(u) - 1 - u this height: once below shape and once above.
    shape = prior + seen
    height = (odds - _gap(np.array([prior])) + _gap(shape)) / shape
    below, above = _either_side(height)
    low, high = (np.maximum(shape * np.exp(u) - prior, 0.0) / span for u in (below, above))
    value = seen / span
    return Sequence(value, np.minimum(low, value), np.maximum(high, value), prior)


def _gap(shape: Array) -> Array:
    """Return s log(s) - s less the logarithm of the gamma function."""
    large = 0.5 * np.log(shape / (2 * math.pi)) - 1 / (12 * shape)
    # Stirling's series; of large numbers the difference would keep no digit.
    return np.where(shape > STIRLING, large, shape * np.log(shape) - shape - gammaln(shape))


def _either_side(height: Array) -> tuple[Array, Array]:
    """Return the two u for which exp(u) - 1 - u is the height, by Newton from outside."""
    below, above = -1 - height, np.sqrt(2 * height)
    for _ in range(ROUNDS):
        below, above = (u - (np.expm1(u) - u - height) / np.expm1(u) for u in (below, above))
    return below, above
