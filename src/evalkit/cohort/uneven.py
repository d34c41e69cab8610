"""Whether one group's contacts are missing from a part in which the other group's are found.

Imports nothing of evalkit. A part is a township, a site, a sex, a legal class, a year, or some
months in a row. Groups may differ, and by more in one part than in another; what is told here
is a part in which one group has nearly no contact, against all chance.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom, chi2

Array = NDArray[np.float64]

# Of the contacts that a part should have, fewer than this share are nearly none.
NEARLY_NONE = 0.25
# The same, of all the parts together that have too few.
FEW = 0.5
# Below this a part without contacts is not chance. Bonferroni's rule over parts that overlap
# is strict by itself: of 1,000 honest worlds of 400 people 8 were accused where the programme
# halves the risk, none where it does nothing.
UNEVEN = 0.01
# Contacts that must be expected before their lack tells anything.
LEAST = 5.0
# What differs between many parts at once is told by a test of its own, and a stricter one:
# an effect may differ between sites, if hardly so much.
STRICTER = 0.1
MONTH = 30.4375
OVERLAPPING = 2
# So many months in a row at least; of fewer a group may well have none.
SHORTEST = 3


@dataclass(frozen=True)
class Part:
    """Contacts and people, or time, of both groups in one part.

    Parameters
    ----------
    mine, theirs : float
        Contacts of the group that is judged, and of the other.
    my_size, their_size : float
        Its people or their days.
    """

    mine: float
    theirs: float
    my_size: float
    their_size: float


def uneven(parts: list[Part]) -> float:
    """Return how likely a group's emptiest part is, if its contacts lie as the other group's do.

    Returns
    -------
    float
        1 where no part is nearly empty; by Bonferroni's rule over the parts. Below `UNEVEN` it
        is no chance.

    Notes
    -----
    Given the contacts of a part, the group's are binomial, with the chance that sizes and the
    ratio of rates outside the part give (Przyborowski and Wilenski 1940, Biometrika 31,
    313-323); of all parts at once the deviance is chi-square.
    """
    whole = _sum(parts)
    least = min((_chance(part, whole) for part in parts), default=1.0)
    return min(1.0, least * len(parts), _together(parts, whole) / STRICTER)


def uneven_runs(whole: Part, runs: list[Part]) -> float:
    """Return the same of runs of months, which overlap.

    Parameters
    ----------
    runs : list of Part
        Every run of months in it.
    """
    # About twice as many of them are of their own as there are months.
    own = OVERLAPPING * math.sqrt(2 * len(runs))
    least = min((_chance(run, whole) for run in runs), default=1.0)
    return min(1.0, least * max(own, 1.0))


def _sum(parts: list[Part]) -> Part:
    return Part(*(sum(getattr(p, name) for p in parts) for name in Part.__annotations__))


def _chance(part: Part, whole: Part) -> float:
    """Return the chance of so few contacts in a part; 1 where it is not nearly empty."""
    rest = Part(*(getattr(whole, n) - getattr(part, n) for n in Part.__annotations__))
    if min(rest.mine, rest.theirs, rest.my_size, rest.their_size) <= 0 or part.my_size <= 0:
        return 1.0
    ratio = (rest.mine / rest.my_size) / (rest.theirs / rest.their_size)
    mine, theirs = ratio * part.my_size, part.their_size
    both = part.mine + part.theirs
    expected = both * mine / (mine + theirs)
    if expected < LEAST or part.mine >= NEARLY_NONE * expected:
        return 1.0
    return float(binom.cdf(part.mine, both, mine / (mine + theirs)))


def _together(parts: list[Part], whole: Part) -> float:
    """Return the chance that parts differ so much, if some of them are nearly empty."""
    if min(whole.mine, whole.theirs) <= 0:
        return 1.0
    ratio = (whole.mine / whole.my_size) / (whole.theirs / whole.their_size)
    deviance, free, thin, thin_expected = 0.0, 0, 0.0, 0.0
    for part in parts:
        both, mine = part.mine + part.theirs, ratio * part.my_size
        if not both or not mine or not part.their_size:
            continue
        expected = both * mine / (mine + part.their_size)
        free += 1
        for seen, hoped in ((part.mine, expected), (part.theirs, both - expected)):
            deviance += 2 * seen * np.log(seen / hoped) if seen else 0.0
        if part.mine < FEW * expected:
            thin, thin_expected = thin + part.mine, thin_expected + expected
    # Of two parts each is judged by itself already.
    if thin_expected < LEAST or free < 3:
        return 1.0
    return float(chi2.sf(deviance, free - 1))


def by_value(values: pd.Series, mine: pd.Series, found: pd.Series) -> list[Part]:
    """Return the parts of a column; who has no value is one of them.

    Parameters
    ----------
    values : pandas.Series
        Of each person of both groups.
    mine : pandas.Series of bool
        Who is in the group that is judged.
    """
    named = values.astype(object).where(values.notna(), "").astype(str)
    # In the order of their names, in one pass: there may be hundreds of townships.
    names, part = np.unique(named.to_numpy(dtype=object), return_inverse=True)
    one, there = mine.to_numpy(dtype=bool), found.to_numpy(dtype=bool)

    def counted(some: Array) -> Array:
        return np.bincount(part, some.astype(float), minlength=len(names)).astype(float)

    columns = (counted(there & one), counted(there & ~one), counted(one), counted(~one))
    return [Part(*map(float, cells)) for cells in zip(*columns, strict=True)]


def by_months(
    start: pd.Series, days: pd.Series, mine: pd.Series, contact: pd.Series
) -> tuple[Part, list[Part]]:
    """Return the whole time, and every run of months in it.

    Parameters
    ----------
    start : pandas.Series of datetime
        Of each person: the index date.
    days : pandas.Series of float
        How long each is at risk.
    mine : pandas.Series of bool
        Who is in the group that is judged.
    contact : pandas.Series of float
        Days to the first contact; missing for who has none.
    """
    begin = (start - start.min()).dt.days.to_numpy(dtype=float)
    until, when = begin + days.to_numpy(dtype=float), begin + contact.to_numpy(dtype=float)
    edges = np.arange(0, until.max() + MONTH, MONTH) if len(until) else np.zeros(1)
    one = mine.to_numpy()
    cells = [list(_months(begin[g], until[g], when[g], edges)) for g in (one, ~one)]
    # Sums up to each month: a run is a difference of two, in whole and sixteenth days exact.
    sums = [np.cumsum([(0.0, 0.0), *months], axis=0).tolist() for months in cells]
    whole = _run(sums, 0, len(edges) - 1)
    long = (
        (low, high)
        for low, high in itertools.combinations(range(len(edges)), 2)
        if SHORTEST <= high - low < len(edges) - 1
    )
    return whole, [_run(sums, low, high) for low, high in long]


def _run(sums: list[list[list[float]]], low: int, high: int) -> Part:
    """Return the contacts and the days of both groups from one month to before another."""
    return Part(*(group[high][i] - group[low][i] for i in (1, 0) for group in sums))


def _months(begin: Array, until: Array, when: Array, edges: Array) -> Iterator[tuple[float, float]]:
    """Yield the days at risk and the contacts of each month."""
    for low, high in itertools.pairwise(edges):
        days = np.clip(np.minimum(until, high) - np.maximum(begin, low), 0, None).sum()
        yield float(days), float(((when >= low) & (when < high)).sum())
