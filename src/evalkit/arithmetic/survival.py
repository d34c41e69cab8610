"""Distinct times and counts at them, which everything about time to an event rests on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, numbers
from evalkit.errors import Refused

Counts = NDArray[np.int64]
# Times nearer to one another than this share of the longest are one: 0.1 + 0.2 is 0.3.
SAME = 1e-9


def times(values: ArrayLike) -> Array:
    """Return a one-dimensional array of times, each at least 0.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        In any unit.

    Raises
    ------
    ValueError
        If the array is not one-dimensional.
    Refused
        If there are none, or some are missing, infinite or negative.
    """
    array = numbers(values, "time")
    if negative := int((array < 0).sum()):
        raise Refused("refuse_negative_time", n=negative)
    return array


def time_codes(moments: Array) -> tuple[Array, NDArray[np.integer]]:
    """Return ascending times, and the position of each person's time among them.

    Parameters
    ----------
    moments : array of float, shape (n,)
        From `times`.

    Returns
    -------
    array of float, shape (k,)
        Ascending; times that differ by less than a billionth of the longest are one. Whole
        numbers (days) are not sorted but counted, and then times at which nobody leaves are
        among them.
    array of int, shape (n,)
        0 to k - 1.
    """
    top = moments.max()
    if top < 4 * moments.size + 1000:
        whole = moments.astype(np.int32)
        if (whole == moments).all():
            return np.arange(top + 1), whole
    distinct, codes = np.unique(moments, return_inverse=True)
    apart = np.diff(distinct, prepend=-1.0) > SAME * top
    apart[0] = True
    return distinct[apart], (np.cumsum(apart) - 1)[codes]


def event_counts(moments: Array, happened: Array) -> tuple[Array, Counts, Counts]:
    """Return each time at which somebody leaves, who is at risk then, and the events.

    Parameters
    ----------
    moments, happened : array of float, shape (n,)
        From `times`; 1 where the event happened.

    Returns
    -------
    array of float, shape (k,)
        Ascending.
    array of int, shape (k,)
        Persons at risk just before each time.
    array of int, shape (k,)
        Events at it.
    """
    moment, codes = time_codes(moments)
    leaving, at_risk = risk_counts(codes, moment.size)
    events = np.bincount(codes[happened == 1], minlength=moment.size)
    some = leaving > 0
    return moment[some], at_risk[some], events[some]


def risk_counts(codes: NDArray[np.integer], size: int) -> tuple[Counts, Counts]:
    """Return how many persons leave at each time, and how many are at risk just before.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Position of each person's time, 0 to ``size - 1``.
    size : int
        Number of times.

    Returns
    -------
    array of int, shape (size,)
        Twice.
    """
    leaving = np.bincount(codes, minlength=size)
    return leaving, np.cumsum(leaving[::-1])[::-1]


def stratum_times(
    moments: Array, strata: NDArray[np.int64] | None
) -> tuple[Array, NDArray[np.integer], NDArray[np.int64]]:
    """Return the times of each stratum one after the other, and each person's place there.

    Parameters
    ----------
    moments : array of float, shape (n,)
        From `times`.
    strata : array of int, shape (n,), or None
        Each person's stratum, from 0, each with somebody; one where not given.

    Returns
    -------
    array of float, shape (k,)
        Ascending within each stratum, as `time_codes` tells them apart.
    array of int, shape (n,)
        0 to k - 1.
    array of int, shape (s + 1,)
        Where each stratum begins, and k.
    """
    moment, codes = time_codes(moments)
    if strata is None:
        return moment, codes, np.array([0, moment.size])
    cells, places = np.unique(strata * moment.size + codes, return_inverse=True)
    begins = np.searchsorted(cells, np.arange(strata.max() + 2) * moment.size)
    return moment[cells % moment.size], places, begins


def group_counts(
    moments: Array,
    happened: Array,
    number: NDArray[np.int64],
    groups: int,
    strata: NDArray[np.int64] | None = None,
) -> tuple[Counts, Counts]:
    """Return who of each group is at risk at each time with events, and the events.

    Parameters
    ----------
    moments, happened : array of float, shape (n,)
        From `times`; 1 where the event happened.
    number : array of int, shape (n,)
        Each person's group, 0 to ``groups - 1``.
    groups : int
        How many there are.
    strata : array of int, shape (n,), optional
        Each person's stratum, from 0; a time of two strata is two.

    Returns
    -------
    array of int, shape (k, groups)
        Persons at risk just before each time.
    array of int, shape (k, groups)
        Events at it.
    """
    moment, places, begins = stratum_times(moments, strata)
    cell, shape = places.astype(np.int64) * groups + number, (moment.size, groups)
    leaving, events = (
        np.bincount(chosen, minlength=moment.size * groups).reshape(shape)
        for chosen in (cell, cell[happened == 1])
    )
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1]
    # Those of later strata were added up too.
    later = np.vstack([at_risk, np.zeros((1, groups), dtype=at_risk.dtype)])[begins[1:]]
    at_risk = at_risk - np.repeat(later, np.diff(begins), axis=0)
    some = events.any(axis=1)
    return at_risk[some], events[some]
