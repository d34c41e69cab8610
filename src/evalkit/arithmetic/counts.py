"""Checks of counts of events and of the time in which they could happen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, numbers, one_number
from evalkit.errors import Refused

# Ratios of two rates, and their bounds, stay numbers of the machine between these.
SHORTEST, LONGEST = 1e-100, 1e100
# A second beside thirty million years: nobody's time is so small a share of another's.
NARROWEST = 1e-15


def events_in(values: ArrayLike, what: str = "events") -> Array:
    """Return counts, at least one of them above 0.

    Parameters
    ----------
    values : array_like of int, shape (n,)
        Events of each person.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If a count is negative or no whole number.
    Refused
        If there are none, one is missing, or nobody has an event.
    """
    array = tallies(values, what)
    if not array.any():
        raise Refused("refuse_no_events", n=array.size)
    return array


def tallies(values: ArrayLike, what: str) -> Array:
    """Return counts of persons or visits, which may all be 0.

    Parameters
    ----------
    values : array_like of int, shape (n,)
        Counts.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If a count is negative or no whole number.
    Refused
        If there are none, or one is missing.
    """
    array = numbers(values, what)
    if (array < 0).any() or (array % 1 != 0).any():
        raise ValueError(f"{what} must be whole numbers, at least 0")
    return array


def tally(value: int, what: str) -> int:
    """Return one count of persons, of any size.

    Parameters
    ----------
    value : int
        At least 0.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If the count is negative or no whole number.
    Refused
        If it is no number.
    """
    one_number(value, what)
    if not value >= 0 or value % 1 != 0:
        raise ValueError(f"{what} must be a whole number, at least 0")
    return int(value)


def exposures(values: ArrayLike) -> Array:
    """Return times at risk, each above 0.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Time that each person could have had an event in.

    Raises
    ------
    Refused
        If there are none, or one is missing, infinite, not above 0, or nothing beside
        the longest.
    """
    array = numbers(values, "exposure")
    _refuse(~((array >= SHORTEST) & (array <= LONGEST)))
    _refuse(array < NARROWEST * array.max())
    return array


def check_events(events: int, exposure: float) -> tuple[int, float]:
    """Return a count of events and a time from which a rate can be had.

    Whole numbers of NumPy overflow in silence; these do not.

    Parameters
    ----------
    events : int
        Events, at least 0.
    exposure : float
        Person-time in which they happened.

    Raises
    ------
    ValueError
        If the count is negative or no whole number.
    Refused
        If the time is missing, infinite or not above 0.
    """
    one_number(events, "events")
    one_number(exposure, "exposure")
    if events % 1 != 0 or events < 0:
        raise ValueError(f"{events} events are no whole number, at least 0")
    _refuse(~np.array([SHORTEST <= exposure <= LONGEST]))
    return int(events), float(exposure)


def _refuse(wrong: NDArray[np.bool_]) -> None:
    if wrong.any():
        raise Refused("refuse_exposure", n=int(wrong.sum()))
