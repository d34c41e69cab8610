"""How many people there are beyond those seen, from two lists or from repeated counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.counts import tally
from evalkit.arithmetic.design import Array, numbers
from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused

# Robson and Regier (1964), Transactions of the American Fisheries Society 93(3), 215-226, and
# Seber (1982), The Estimation of Animal Abundance, page 60: from 7 on both lists one may be
# sure to 95 % that Chapman's number has hardly any bias; with fewer it is mostly too small.
FEWEST_BOTH = 7


@dataclass(frozen=True)
class Dependent:
    """How many people there are if the two lists depend on one another so much.

    Parameters
    ----------
    odds_ratio : array of float, shape (k,)
        Assumed; above 1 where who is on one list is likelier to be on the other too.
    value, low, high : array of float, shape (k,)
        People, and the interval under that odds ratio.
    """

    odds_ratio: Array
    value: Array
    low: Array
    high: Array


class _Lists(NamedTuple):
    """Persons on both lists, and on one of them only."""

    both: int
    first: int
    second: int

    @property
    def seen(self) -> int:
        return sum(self)


def chapman(first: int, second: int, both: int, *, level: float = 0.95) -> Point:
    """Estimate how many people there are from two lists of some of them.

    Parameters
    ----------
    first, second : int
        Persons on each list, nobody twice on one.
    both : int
        Persons who are on both.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        People, seen or not; Chapman's standard error (Seber's variance), and the interval of
        the transformed logit, which is never below those seen.

    Raises
    ------
    ValueError
        If a count is impossible.
    Refused
        If a list is empty, holds the whole other one, or fewer than 7 are on both.

    Notes
    -----
    Chapman (1951), University of California Publications in Statistics 1, 131-160; Seber
    (1970), Biometrics 26(2), 313-318; interval of Sadinle (2009), Communications in
    Statistics - Simulation and Computation 38(9), 1909-1924.

    It holds if nobody comes or goes between the lists, everybody is recognised, each person
    is as likely as any other to be on at least one of the lists, and to be on one says
    nothing of the other. Two lists cannot show whether the last is so: give `dependent_lists`
    beside it.
    """
    lists = _lists(first, second, both)
    low, value, high = _people(lists, 1.0, quantile(level))
    many = (lists.both + lists.first + 1) * (lists.both + lists.second + 1)
    spread = many * lists.first * lists.second / ((lists.both + 1) ** 2 * (lists.both + 2))
    return Point(value, low, high, math.sqrt(spread))


def dependent_lists(
    first: int,
    second: int,
    both: int,
    *,
    odds_ratio: ArrayLike = (0.5, 1.0, 2.0),
    level: float = 0.95,
) -> Dependent:
    """Show what a dependence between two lists does to the number of people.

    Parameters
    ----------
    first, second, both, level
        As in `chapman`.
    odds_ratio : array_like of float, shape (k,)
        Odds of being on the second list for those on the first, over the odds of the others;
        above 0. The data say nothing of it.

    Returns
    -------
    Dependent
        With 1 the numbers of `chapman`.

    Raises
    ------
    ValueError
        If an odds ratio is not above 0, or as in `chapman`.
    Refused
        As in `chapman`.

    Notes
    -----
    The unseen are those on one list only, multiplied, over those on both, times the odds
    ratio: Gerritse, van der Heijden and Bakker (2015), Journal of Official Statistics 31(3),
    357-379.
    """
    lists, z = _lists(first, second, both), quantile(level)
    ratios = numbers(odds_ratio, "odds_ratio")
    if (ratios <= 0).any():
        raise ValueError("odds_ratio must be above 0")
    low, value, high = np.array([_people(lists, float(r), z) for r in ratios]).T
    return Dependent(ratios, value, low, high)


def chao_lower_bound(seen: int, once: int, twice: int, *, level: float = 0.95) -> Point:
    """Estimate how many people there are at least, from how often each one seen was seen.

    Parameters
    ----------
    seen : int
        Different persons seen.
    once, twice : int
        How many of them were seen exactly once, and exactly twice.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        A lower bound of the people, seen or not; its standard error, and the log-normal
        interval of that bound, never below those seen.

    Raises
    ------
    ValueError
        If a count is impossible.
    Refused
        If fewer than two were seen exactly once, or nobody exactly twice.

    Notes
    -----
    Chao (1984), Scandinavian Journal of Statistics 11(4), 265-270, in its form corrected for
    bias; interval of Chao (1987), Biometrics 43(4), 783-791. Persons may differ in how often
    they come: then there are more people than this. Each visit of a person is to be
    independent of the own ones before; where a first visit brings about others, those seen
    once are too few, and the bound is too low; where it ends them, too high.
    """
    z = quantile(level)
    seen, once, twice = tally(seen, "seen"), tally(once, "once"), tally(twice, "twice")
    if once + twice > seen:
        raise ValueError("once and twice must be at most seen together")
    if once < 2:
        raise Refused("refuse_few_once", n=once)
    if twice == 0:
        raise Refused("refuse_nobody_twice", n=seen)
    pairs, more = once * (once - 1), twice + 1
    unseen = pairs / (2 * more)
    variance = (
        unseen + once * (2 * once - 1) ** 2 / (4 * more**2) + pairs**2 * twice / (4 * more**4)
    )
    factor = math.exp(z * math.sqrt(math.log1p(variance / unseen**2)))
    low, high = seen + unseen / factor, seen + unseen * factor
    return Point(seen + unseen, low, high, math.sqrt(variance))


def _lists(first: int, second: int, both: int) -> _Lists:
    first, second, both = tally(first, "first"), tally(second, "second"), tally(both, "both")
    if both > min(first, second):
        raise ValueError("both must be at most the persons on each list")
    if not min(first, second):
        raise Refused("refuse_empty_list", first=first, second=second)
    if both == min(first, second):
        raise Refused("refuse_list_within", first=first, second=second, both=both)
    if both < FEWEST_BOTH:
        raise Refused("refuse_few_on_both", n=both, needed=FEWEST_BOTH)
    return _Lists(both, first - both, second - both)


def _people(lists: _Lists, ratio: float, z: float) -> tuple[float, float, float]:
    unseen = ratio * lists.first * lists.second / (lists.both + 1)
    # Half a person in each cell, as for a logit.
    both, first, second = (count + 0.5 for count in lists)
    middle = ratio * first * second / both
    factor = math.exp(z * math.sqrt(1 / both + 1 / first + 1 / second + 1 / middle))
    # With hardly anybody unseen, half a person less than those seen may come out.
    low = max(lists.seen - 0.5 + middle / factor, float(lists.seen))
    value = lists.seen + unseen
    return min(low, value), value, max(lists.seen - 0.5 + middle * factor, value)
