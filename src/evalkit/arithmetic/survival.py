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
