"""How a sample was drawn, and the variance of a sum that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, group_codes, numbers, same_length
from evalkit.errors import Refused


@dataclass(frozen=True)
class Stage:
    """One stage of a draw: units within those of the stage before.

    Parameters
    ----------
    unit : array of int, shape (n,)
        Each person's unit, 0 to m - 1.
    home : array of int, shape (m,)
        What each unit was drawn in: its stratum, or its unit of the stage before.
    drawn : array of int, shape (h,)
        Units drawn in each.
    left : array of float, shape (h,)
        Share of its units that was not drawn; 1 where so few were drawn that it does not
        count.
    """

    unit: NDArray[np.int64]
    home: NDArray[np.int64]
    drawn: NDArray[np.int64]
    left: Array

    def deviations(self, score: Array) -> Array:
        """Return by how much each unit's sum differs from the mean of those drawn with it.

        Parameters
        ----------
        score : array of float, shape (n,)
            What each person adds.
        """
        total = np.bincount(self.unit, score, self.home.size)
        gaps: Array = (
            total - (np.bincount(self.home, total, self.drawn.size) / self.drawn)[self.home]
        )
        return gaps

    def squares(self, score: Array) -> Array:
        """Return the variance that each stratum, or unit of the stage before, adds.

        Parameters
        ----------
        score : array of float, shape (n,)
            What each person adds.
        """
        gaps = self.deviations(score)
        # One unit where there is one only adds nothing; any other lone unit was refused.
        scale = self.left * self.drawn / np.maximum(self.drawn - 1, 1)
        added: Array = scale * np.bincount(self.home, gaps**2, self.drawn.size)
        return added


@dataclass(frozen=True)
class Sampling:
    """A draw of units in strata, and perhaps of units within those.

    Parameters
    ----------
    first : Stage
        Primary sampling units in strata.
    second : Stage or None
        Units within the primary ones.
    df : int
        Primary sampling units less strata, at least 1.
    """

    first: Stage
    second: Stage | None
    df: int

    def variance(self, score: Array) -> float:
        """Return the variance of a sum over the sample.

        Parameters
        ----------
        score : array of float, shape (n,)
            What each person adds, weight included.

        Notes
        -----
        Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 4.3.1,
        each stage by the sample's own variances; as R survey's `svyrecvar`.
        """
        variance = float(self.first.squares(score).sum())
        if self.second is None:
            return variance
        taken = (1 - self.first.left)[self.first.home]
        return variance + float(taken @ self.second.squares(score))


def sampling(
    stratum: ArrayLike,
    psu: ArrayLike,
    *,
    units: ArrayLike | None = None,
    second: ArrayLike | None = None,
    second_units: ArrayLike | None = None,
) -> Sampling:
    """Return how a sample was drawn.

    Parameters
    ----------
    stratum, psu : array_like, shape (n,)
        Each person's stratum and primary sampling unit; equal names in two strata are two
        units.
    units : array_like of float, shape (n,), optional
        Primary sampling units of the population in each person's stratum.
    second : array_like, shape (n,), optional
        Each person's unit of the second stage, drawn within the primary one.
    second_units : array_like of float, shape (n,), optional
        Units of the second stage that each person's primary unit has in the population.

    Raises
    ------
    ValueError
        If lengths differ, numbers of units are fewer than were drawn or differ where they
        must be one, or a second stage comes without the numbers of units of both.
    Refused
        If a name is missing, or one unit only was drawn where there are more.
    """
    given = [part is not None for part in (second, second_units)]
    if any(given) and not (all(given) and units is not None):
        # With replacement the first stage holds all of the variance.
        raise ValueError("a second stage must have units, second and second_units")
    strata, count = group_codes(stratum, "stratum")
    names, _ = group_codes(psu, "psu")
    same_length(stratum=strata, psu=names)
    first = _stage(strata, count, names, units, "units", "stratum")
    if alone := _alone(first):
        raise Refused("refuse_lone_unit", n=alone, strata=count)
    df = first.home.size - count
    if df == 0:
        raise Refused("refuse_lone_unit", n=count, strata=count)
    if second is None:
        return Sampling(first, None, df)
    inner, _ = group_codes(second, "second")
    same_length(psu=names, second=inner)
    within = _stage(first.unit, first.home.size, inner, second_units, "second_units", "psu")
    if alone := _alone(within):
        raise Refused("refuse_lone_second", n=alone, units=first.home.size)
    return Sampling(first, within, df)


def _alone(stage: Stage) -> int:
    return int(((stage.drawn < 2) & (stage.left > 0)).sum())


def _stage(
    outer: NDArray[np.int64],
    count: int,
    inner: NDArray[np.int64],
    units: ArrayLike | None,
    what: str,
    where: str,
) -> Stage:
    key = outer * (inner.max() + 1) + inner
    _, first, unit = np.unique(key, return_index=True, return_inverse=True)
    home = outer[first]
    drawn = np.bincount(home, minlength=count)
    if units is None:
        return Stage(unit, home, drawn, np.ones(count))
    known = numbers(units, what)
    same_length(**{what: known, where: outer})
    each = np.zeros(count)
    each[outer] = known
    if (each[outer] != known).any():
        raise ValueError(f"{what} must be the same within a {where}")
    if (each < drawn).any():
        raise ValueError(f"{what} must not be fewer than were drawn")
    return Stage(unit, home, drawn, 1 - drawn / each)
