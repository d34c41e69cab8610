"""Exact tests of two groups where too few events are expected for a normal distribution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.interval import Point

# Cochran (1954), Biometrics 10(4), 417-451: a chi-square needs so many expected in a cell.
FEWEST = 5.0
# Two results that are equally likely on paper differ by a few ulps.
SLACK = 1e-7
# What is rarer than this is left off either end of a distribution.
NEVER = 1e-18


def least_expected(a: int, n_a: int, b: int, n_b: int) -> float:
    """Return the smallest expected count of a fourfold table.

    Parameters
    ----------
    a, n_a, b, n_b : int
        Events and persons of each group.
    """
    events, n = a + b, n_a + n_b
    return min(events, n - events) * min(n_a, n_b) / n


def fisher(a: int, n_a: int, b: int, n_b: int) -> float:
    """Return the two-sided p-value of Fisher's exact test.

    Parameters
    ----------
    a, n_a, b, n_b : int
        Events and persons of each group.

    Notes
    -----
    Fisher (1935), The Design of Experiments, section 14; both tails by probability, as R's
    ``fisher.test``.
    """
    events, n = a + b, n_a + n_b
    counts = np.arange(max(0, events - n_b), min(events, n_a) + 1)
    return no_likelier(hypergeom.pmf(counts, n, events, n_a), a - int(counts[0]))


def exactly(
    point: Point,
    counts: tuple[int, int, int, int],
    level: float,
    none: float,
    *,
    needed: float = FEWEST,
) -> Point:
    """Return a comparison of two groups with an exact test where few events are expected.

    Parameters
    ----------
    point : Point
        With an interval and p-value of large samples.
    counts : tuple of int
        Events and persons of each group.
    level : float
        Confidence level, 0 < level < 1.
    none : float
        Value of no difference: 0, or 1 of a ratio.
    needed : float
        Expected count of a cell from which large samples are trusted.

    Returns
    -------
    Point
        The same where so many are expected in each cell; otherwise Fisher's p, and an
        interval that holds `none` where that test does not reject it.
    """
    if least_expected(*counts) >= needed:
        return point
    p = fisher(*counts)
    if p < 1 - level:
        return replace(point, p=p)
    return replace(point, low=min(point.low, none), high=max(point.high, none), p=p)


def no_likelier(chance: Array, at: int) -> float:
    """Return the probability of all results that are no likelier than one of them.

    Parameters
    ----------
    chance : array of float, shape (k,)
        Of each result.
    at : int
        Which one was seen.
    """
    return min(1.0, float(chance[chance <= chance[at] * (1 + SLACK)].sum()))


def stratified(ours: NDArray, at_risk: NDArray, events: NDArray, seen: int) -> float:
    """Return the two-sided p-value of an exact test over strata.

    Parameters
    ----------
    ours, at_risk, events : array of int, shape (k,)
        Persons of one group, all persons, and events of each stratum (an event time).
    seen : int
        Events of that group in all strata.

    Notes
    -----
    Given those at risk and the events of each stratum, the group's events there are
    hypergeometric; their sum is the exact form of Mantel's test (Mehta, Patel and Gray
    1985, JASA 80, 969-973), as R's ``mantelhaen.test(exact = TRUE)``.
    """
    chance, first = np.ones(1), 0
    for one, all_, some in zip(ours.tolist(), at_risk.tolist(), events.tolist(), strict=True):
        low, high = max(0, some - (all_ - one)), min(some, one)
        chance = np.convolve(chance, hypergeom.pmf(np.arange(low, high + 1), all_, some, one))
        first += low
        if not first <= seen < first + chance.size:
            continue
        # What cannot matter any more would cost time at each further stratum.
        kept = np.flatnonzero(chance > NEVER)
        left, right = min(int(kept[0]), seen - first), int(kept[-1]) + 1
        chance, first = chance[left:right], first + left
    return no_likelier(chance, seen - first) if first <= seen < first + chance.size else 0.0
