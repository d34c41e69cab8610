"""How rare an effect is among those that areas show which were not treated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.panel import Panel, panel, refuse_one_sided
from evalkit.errors import Refused

# All choices of treated units are tried up to this many.
ALL = 20_000
# Two effects that are equal on paper differ by a few ulps.
SLACK = 1e-12


@dataclass(frozen=True)
class Placebos:
    """An effect and what it is among placebo effects.

    Parameters
    ----------
    value : float
        Difference-in-differences, in the unit of the outcome.
    p : float
        Share of choices of units whose effect is at least as large, the actual choice
        included.
    smallest : float
        The smallest p that so many units or draws could give.
    placebos : array of float, shape (choices,)
        Effects as if other units had been treated; the actual one is among them where
        all choices were tried.
    exhaustive : bool
        Whether all choices were tried, not draws of them.
    treated, units : int
        Treated units, and all units.
    start : float
        First period that counts as after.
    """

    value: float
    p: float
    smallest: float
    placebos: Array
    exhaustive: bool
    treated: int
    units: int
    start: float


def randomisation(
    outcome: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    *,
    placebo_start: float | None = None,
    draws: int = 9_999,
    seed: int = 1,
) -> Placebos:
    """Test an effect on few treated units by treating other units in their place.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; a row is a unit in a period, or a person there.
    unit : array_like, shape (n,)
        Names of the units (areas, schools) that were treated as wholes.
    period : array_like of float, shape (n,)
        Numbers that grow with time.
    treated : array_like of {0, 1}, shape (n,)
        1 where the unit has the programme in that period: from one common start on.
    placebo_start : float, optional
        An earlier period to take for the start, with the rows before the true start only:
        a placebo in time, whose effect should be none.
    draws : int
        Choices drawn at random where there are more than 20,000, at least 99.
    seed : int
        Of the draws.

    Returns
    -------
    Placebos

    Raises
    ------
    ValueError
        If lengths differ, a treatment is neither 0 nor 1, there are fewer than 99 draws or
        `placebo_start` is not before the start.
    Refused
        If no unit or every unit is treated, starts differ, a unit lacks a before or an
        after, a value is missing or nothing changes in any unit.

    Notes
    -----
    The effect is the mean change (mean after less mean before) of treated units less that
    of the others: in a panel without gaps the difference-in-differences of cell means.
    Placebos over units and in time: Abadie, Diamond and Hainmueller (2010), JASA 105,
    493-505; Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1),
    249-275. With draws p = (1 + b) / (1 + B): Phipson and Smyth (2010), Statistical
    Applications in Genetics and Molecular Biology 9(1), 39. It is exact if each choice of
    units was as likely, and tests that no unit was affected at all.
    """
    if draws < 99:
        raise ValueError(f"at least 99 draws are needed, not {draws}")
    rows = panel(outcome, unit, period, treated)
    if placebo_start is not None:
        rows = _earlier(rows, placebo_start)
    change, scale = _changes(rows)
    count = int(rows.ever.sum())
    value = float(_effects(change[rows.ever].sum(keepdims=True), change, count)[0])
    choices = comb(rows.units, count)
    exhaustive = choices <= ALL
    totals = _all(change, count) if exhaustive else _drawn(change, count, draws, seed)
    placebos = _effects(totals, change, count)
    p, smallest = _share(placebos, value, exhaustive, 2 * count == rows.units)
    return Placebos(
        *(value * scale, p, smallest, placebos * scale, exhaustive),
        *(count, rows.units, rows.start),
    )


def _earlier(rows: Panel, start: float) -> Panel:
    if not start < rows.start:
        raise ValueError(f"placebo_start must be before the start {rows.start:g}")
    before = rows.period < rows.start
    moved = replace(
        rows,
        outcome=rows.outcome[before],
        unit=rows.unit[before],
        period=rows.period[before],
        start=float(start),
    )
    refuse_one_sided(moved)
    return moved


def _changes(rows: Panel) -> tuple[Array, float]:
    """Return each unit's change in shares of the largest distance, and that distance."""
    # A level common to all would cost digits; ties are told in shares of the distance.
    top = float(np.abs(rows.outcome).max())
    gaps = rows.outcome / top
    gaps = gaps - gaps.mean()
    scale = float(np.abs(gaps).max())
    if scale <= SLACK:
        raise Refused("refuse_no_variation")
    after = rows.period >= rows.start
    change = _means(rows, gaps / scale, after) - _means(rows, gaps / scale, ~after)
    if (np.abs(change) <= SLACK).all():
        raise Refused("refuse_no_change", units=rows.units)
    return change, scale * top


def _means(rows: Panel, values: Array, chosen: NDArray[np.bool_]) -> Array:
    codes = rows.unit[chosen]
    found: Array = np.bincount(codes, values[chosen], rows.units) / np.bincount(codes)
    return found


def _share(placebos: Array, value: float, exhaustive: bool, half: bool) -> tuple[float, float]:
    """Return the p-value and the smallest that could be."""
    slack = SLACK * max(abs(value), 1.0)
    as_large = int((np.abs(placebos) >= abs(value) - slack).sum())
    if exhaustive:
        # Where half of the units are treated, the other half shows the same effect.
        return as_large / placebos.size, (1 + half) / placebos.size
    return (1 + as_large) / (1 + placebos.size), 1 / (1 + placebos.size)


def _effects(totals: Array, change: Array, count: int) -> Array:
    """Return mean changes of chosen units, whose sums are given, less those of the others."""
    return totals / count - (change.sum() - totals) / (change.size - count)


def _all(change: Array, count: int) -> Array:
    # The rarer sort is chosen: of 20,000 units all but one would be many numbers.
    fewer = min(count, change.size - count)
    chosen = np.array(list(combinations(range(change.size), fewer)))
    found: Array = change[chosen].sum(axis=1)
    return found if fewer == count else change.sum() - found


def _drawn(change: Array, count: int, draws: int, seed: int) -> Array:
    random = np.random.default_rng(seed)
    return np.array([random.permutation(change)[:count].sum() for _ in range(draws)])
