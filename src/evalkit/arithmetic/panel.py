"""Areas followed over time, some of which get a programme at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from evalkit.arithmetic.design import Array, group_codes, numbers, same_length, two_groups
from evalkit.errors import Refused

# What is left of a treatment beside the units and the periods, as a share of its size.
NOTHING_LEFT = 1e-9


@dataclass(frozen=True)
class Panel:
    """Rows of a panel in which some units are treated from one period on.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        As given.
    unit : array of int, shape (n,)
        Unit of each row, 0 to ``units - 1`` in order of appearance.
    period : array of float, shape (n,)
        Period of each row.
    ever : array of bool, shape (units,)
        Which units are treated at some time; of both sorts there is one at least.
    start : float
        First period in which a unit is treated.
    """

    outcome: Array
    unit: NDArray[np.int64]
    period: Array
    ever: NDArray[np.bool_]
    start: float

    @property
    def units(self) -> int:
        """How many units there are."""
        return self.ever.size


@dataclass(frozen=True)
class Within:
    """A coefficient beside effects of units and periods.

    Parameters
    ----------
    value : float
        In the unit of the outcome.
    own : array of float, shape (n,)
        What units and periods leave of the regressor.
    residual : array of float, shape (n,)
        In the unit of the outcome.
    rank : int
        Coefficients fitted, those of all dummies included.
    """

    value: float
    own: Array
    residual: Array
    rank: int


def panel(outcome: ArrayLike, unit: ArrayLike, period: ArrayLike, treated: ArrayLike) -> Panel:
    """Check rows of units in periods, and find out who is treated, and since when.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit.
    unit : array_like, shape (n,)
        Names of any sort.
    period : array_like of float, shape (n,)
        Numbers that grow with time.
    treated : array_like of {0, 1}, shape (n,)
        1 where the unit has the programme in that period.

    Raises
    ------
    ValueError
        If lengths differ or a treatment is neither 0 nor 1.
    Refused
        If a value is missing, the outcome is constant, no unit or every unit is treated,
        a treatment ends, units start at different periods, or a unit has no row before
        or after the start.
    """
    y, when, now = numbers(outcome, "outcome"), numbers(period, "period"), two_groups(treated)
    codes, units = group_codes(unit, "unit")
    same_length(outcome=y, unit=codes, period=when, treated=now)
    if np.ptp(y) == 0:
        raise Refused("refuse_no_variation")
    ever = np.bincount(codes, now, units) > 0
    if ever.all():
        raise Refused("refuse_all_treated", units=units)
    start = float(when[now].min())
    _refuse_other_starts(codes, when, now, ever, start)
    found = Panel(y, codes, when, ever, start)
    refuse_one_sided(found)
    return found


def refuse_one_sided(rows: Panel) -> None:
    """Refuse units without a row before the start, or without one after it.

    Parameters
    ----------
    rows : Panel
        Whose start may have been moved.

    Raises
    ------
    Refused
        With the number of such units, or where no unit has a row on one side.
    """
    after = rows.period >= rows.start
    if not after.any() or after.all():
        raise Refused("refuse_no_before", start=f"{rows.start:g}")
    late = np.bincount(rows.unit, after, rows.units) > 0
    early = np.bincount(rows.unit, ~after, rows.units) > 0
    if lacking := int(rows.units - (late & early).sum()):
        raise Refused("refuse_one_sided", n=lacking, units=rows.units, start=f"{rows.start:g}")


def _refuse_other_starts(
    codes: NDArray[np.int64],
    when: Array,
    now: NDArray[np.bool_],
    ever: NDArray[np.bool_],
    start: float,
) -> None:
    first = np.full(ever.size, np.inf)
    np.minimum.at(first, codes[now], when[now])
    off = ever[codes] & (when >= start) & ~now
    if (ended := off & (when >= first[codes])).any():
        raise Refused("refuse_switched_off", n=np.unique(codes[ended]).size)
    if off.any():
        late = np.unique(codes[off]).size
        raise Refused("refuse_staggered", n=late, start=f"{start:g}")


def within(outcome: Array, regressor: Array, unit: NDArray[np.int64], period: Array) -> Within:
    """Regress an outcome on one regressor and dummies of all units and periods.

    Parameters
    ----------
    outcome, regressor : array of float, shape (n,)
        In any units.
    unit : array of int, shape (n,)
        Unit of each row, 0 to the number of units less 1.
    period : array of float, shape (n,)
        Period of each row.

    Raises
    ------
    Refused
        If units and periods explain the regressor, or leave no row to see its error from.

    Notes
    -----
    The dummies are taken out of both sides first (Frisch and Waugh 1933, Econometrica
    1(4), 387-401), so that their number costs little; units need not have all periods.
    """
    _, moment = np.unique(period, return_inverse=True)
    left, effects = _without_effects(np.column_stack([outcome, regressor]), unit, moment)
    y, own = left.T
    square = float(own @ own)
    if square <= NOTHING_LEFT * float(((regressor - regressor.mean()) ** 2).sum()):
        raise Refused("refuse_no_common_periods")
    if y.size <= effects + 1:
        raise Refused("refuse_few_rows", n=y.size, coefficients=effects + 1)
    value = float(own @ y) / square
    return Within(value, own, y - value * own, effects + 1)


def _without_effects(
    table: Array, unit: NDArray[np.int64], moment: NDArray[np.int64]
) -> tuple[Array, int]:
    """Return what dummies of units and periods leave of each column, and their rank."""
    units, moments = int(unit.max()) + 1, int(moment.max()) + 1
    cells = coo_array((np.ones(unit.size), (unit, moment)), shape=(units, moments)).tocsr()
    per_unit = np.asarray(cells.sum(axis=1)).ravel()
    shares = cells / per_unit[:, None]
    # Normal equations of the periods after the units are out: small, however many rows.
    inverse = np.linalg.pinv(
        np.diag(np.asarray(cells.sum(axis=0)).ravel()) - (cells.T @ shares).toarray(),
        rcond=1e-10,
        hermitian=True,
    )
    left = table - table.mean(axis=0)
    # The second time takes out what rounding left the first time.
    for _ in range(2):
        left = left - _means(left, unit, per_unit)[unit]
        sums = np.column_stack([np.bincount(moment, column, moments) for column in left.T])
        effect = inverse @ sums
        left = left - effect[moment] + (shares @ effect)[unit]
    # Units and periods that no row links have a constant of their own.
    parts = connected_components(coo_array(_links(unit, moment, units, moments)))[0]
    return left, units + moments - parts


def _means(table: Array, unit: NDArray[np.int64], per_unit: Array) -> Array:
    return np.column_stack(
        [np.bincount(unit, column, per_unit.size) / per_unit for column in table.T]
    )


def _links(
    unit: NDArray[np.int64], moment: NDArray[np.int64], units: int, moments: int
) -> coo_array:
    size = units + moments
    return coo_array((np.ones(unit.size), (unit, units + moment)), shape=(size, size))
