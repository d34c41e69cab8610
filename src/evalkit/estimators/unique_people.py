"""How many different people there can be behind the headcounts of sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.counts import tallies, tally
from evalkit.arithmetic.design import Array
from evalkit.errors import Refused


@dataclass(frozen=True)
class Unique:
    """Sharp bounds of the number of different people.

    Parameters
    ----------
    low, high : int
        Both can be, and every number between; nothing beyond.
    known : int
        People known by their ids, of whom each is counted in both bounds.
    """

    low: int
    high: int
    known: int


def unique_people(
    headcounts: ArrayLike,
    *,
    visits: ArrayLike | None = None,
    most_visits: int | None = None,
    population: int | None = None,
) -> Unique:
    """Bound how many different people came to sessions of which only headcounts are known.

    Parameters
    ----------
    headcounts : array_like of int, shape (s,)
        Persons at each session without ids; a person is counted once a session at most.
    visits : array_like of int, shape (p,), optional
        For each person known by an id, the sessions with ids that the person came to, at
        least 1. Those may have come to any of the sessions without ids too.
    most_visits : int, optional
        Sessions that one person came to at most, those with ids included.
    population : int, optional
        People who could come at all, those known included.

    Returns
    -------
    Unique

    Raises
    ------
    ValueError
        If a count is impossible.
    Refused
        If a value is missing, nobody was counted at all, or the headcounts contradict
        `most_visits` or `population`.

    Notes
    -----
    At most: nobody came twice but those with ids, in their sessions. At least: for each k the
    k largest sessions need so many visits, of which a person makes k or what is left of
    `most_visits` at most; with enough for each k a table of who came where exists (Gale 1957,
    Pacific Journal of Mathematics 7(2), 1073-1082; Ryser 1957, Canadian Journal of
    Mathematics 9, 371-377). Without `visits` and `most_visits` that is the largest
    headcount.
    """
    counts = np.sort(tallies(headcounts, "headcounts"))[::-1]
    made = np.zeros(0) if visits is None else tallies(visits, "visits")
    if (made < 1).any():
        raise ValueError("visits must be at least 1")
    # Who may come any number of times can come to each session.
    limit = counts.size + int(made.max(initial=0))
    if most_visits is not None:
        limit = tally(most_visits, "most_visits")
        if limit < 1:
            raise ValueError("most_visits must be at least 1")
    if made.max(initial=0) > limit:
        raise Refused("refuse_more_visits", most=limit, n=int((made > limit).sum()))
    known, total = made.size, int(counts.sum())
    if not known + total:
        raise Refused("refuse_nobody_counted_in", n=counts.size)
    low = known + _strangers(counts, limit - made, limit)
    high = known + total
    if population is not None:
        people = tally(population, "population")
        if people < low:
            raise Refused("refuse_beyond_population", population=people, least=low)
        high = min(high, people)
    return Unique(low, high, known)


def _strangers(counts: Array, left: Array, limit: int) -> int:
    """Return the fewest people without an id who, with the others, fill the sessions."""
    sessions = np.arange(1, counts.size + 1)
    free = np.bincount(np.minimum(left, counts.size).astype(int), minlength=counts.size + 1)
    # Who can come to more than 0, 1, 2 ... sessions; together, what k sessions have of them.
    able = np.cumsum(left.size - np.cumsum(free)[:-1])
    missing = np.cumsum(counts) - able
    return max(0, int(np.max(-(-missing // np.minimum(sessions, limit)))))
