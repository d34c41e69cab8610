"""Several outcomes of two groups that are made alike once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.augmented import expected_outcome, of_treated
from evalkit.arithmetic.calibrated import Calibrated, calibrate
from evalkit.arithmetic.design import Array, columns, named, numbers, same_length, two_groups
from evalkit.arithmetic.influence import estimate, weighted_mean_influence
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.logit import Logit, fit_logit
from evalkit.arithmetic.overlap import balancing_weights, refuse_apart
from evalkit.errors import Refused

ROBUST, BALANCED = "doubly_robust", "entropy_balancing"
ESTIMANDS = {BALANCED: "att", ROBUST: "att", "att_weights": "att", "overlap_weights": "ato"}
Means = tuple[float, float, tuple[Array, Array], Array]


@dataclass(frozen=True)
class Compared:
    """One outcome of two groups that were made alike.

    Parameters
    ----------
    point : Point
        Treated minus untreated, in the unit of the outcome.
    treated, control : float
        The means of the two groups as they are compared.
    treated_se, control_se : float
        Their standard errors.
    """

    point: Point
    treated: float
    control: float
    treated_se: float
    control_se: float


@dataclass(frozen=True)
class MadeAlike:
    """Two groups, made alike in what was known before; any outcome of theirs can be compared.

    Parameters
    ----------
    group : array of bool, shape (n,)
        Who is treated.
    table : array of float, shape (n, k)
        What was known before.
    fit : Logit
        Of being treated.
    adjustment : {"entropy_balancing", "doubly_robust", "att_weights", "overlap_weights"}
        How they are made alike.
    balanced : Calibrated or None
        Of entropy balancing, its weights.
    """

    group: NDArray[np.bool_]
    table: Array
    fit: Logit
    adjustment: str
    balanced: Calibrated | None = None

    def compare(self, outcome: ArrayLike, *, level: float = 0.95) -> Compared:
        """Compare the means of an outcome.

        Parameters
        ----------
        outcome : array_like of float, shape (n,)
            In any unit; 0 and 1 give shares.
        level : float
            Confidence level, 0 < level < 1.

        Raises
        ------
        Refused
            Where `evalkit.estimators.doubly_robust` or `evalkit.estimators.weighting` is.
        """
        y = numbers(outcome, "outcome")
        same_length(outcome=y, treated=self.group)
        return self._compared(y, self._means(y), level)

    def ratio(self, above: ArrayLike, below: ArrayLike, *, level: float = 0.95) -> Compared:
        """Compare the ratios of two means, such as events by time in which they can happen.

        Parameters
        ----------
        above, below : array_like of float, shape (n,)
            In any unit; the mean of the second is above 0 in each group.
        level : float
            Confidence level, 0 < level < 1.

        Raises
        ------
        Refused
            As `compare`; or where the second mean of a group is not above 0.

        Notes
        -----
        The difference of two ratios moves with a person as that of the means of
        (above - ratio * below) / mean of below does, each with its own group's ratio (delta
        method), and every mean here is linear in the outcome.
        """
        top, base = numbers(above, "above"), numbers(below, "below")
        same_length(above=top, below=base, treated=self.group)
        over, under = self._means(top)[:2], self._means(base)[:2]
        if min(under) <= 0:
            raise Refused("refuse_never_at_liberty", n=self.group.size)
        ratios = [a / b for a, b in zip(over, under, strict=True)]
        moved = (top - np.where(self.group, *ratios) * base) / np.where(self.group, *under)
        moves, weight = self._means(moved)[2:]
        return self._compared(moved, (ratios[0], ratios[1], moves, weight), level)

    def _compared(self, y: Array, means: Means, level: float) -> Compared:
        one, two, moves, weight = means
        slopes = (0, self.table.shape[1]) if self.adjustment == ROBUST else (0, 0)
        moved = moves[0] - moves[1]
        wider = self.balanced.widen(moved, self.group) if self.balanced else 1.0
        point = estimate(one - two, moved, y, weight, self.group, level, None, slopes, wider)
        refuse_apart(self.fit.linear, self.group, weight)
        errors = [math.sqrt(float(part @ part)) / y.size for part in moves]
        return Compared(point, one, two, *errors)

    def _means(self, y: Array) -> Means:
        """Return the two means, how much each person moves them, and each person's weight."""
        if self.balanced is not None:
            return self._balanced(y, self.balanced)
        return self._robust(y) if self.adjustment == ROBUST else self._weighted(y)

    def _balanced(self, y: Array, made: Calibrated) -> Means:
        control, moved = made.influence(y, self.group)
        one = self.group.astype(float)
        own = float(y[self.group].mean())
        first = one * (y - own) / one.mean()
        return own, control, (first, first - moved), made.weight

    def _robust(self, y: Array) -> Means:
        without = expected_outcome(y, self.table, ~self.group)
        value, moves, weight = of_treated(y - without, self.group, self.fit)
        one = self.group.astype(float)
        own = float(y[self.group].mean())
        first = one * (y - own) / one.mean()
        return own, own - value, (first, first - moves), weight

    def _weighted(self, y: Array) -> Means:
        weight, slope = balancing_weights(self.fit.linear, self.group, ESTIMANDS[self.adjustment])
        one = self.group.astype(float)
        first, moves_first = weighted_mean_influence(y, weight, slope, one, self.fit)
        second, moves_second = weighted_mean_influence(y, weight, slope, 1 - one, self.fit)
        return first, second, (moves_first, moves_second), weight


@named
def made_alike(treated: ArrayLike, covariates: ArrayLike, *, adjustment: str) -> MadeAlike:
    """Make two groups alike, so that several outcomes are compared in the same way.

    Parameters
    ----------
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    covariates : array_like of float, shape (n, k)
        What was known before.
    adjustment : {"entropy_balancing", "doubly_robust", "att_weights", "overlap_weights"}
        The effect on the treated, by weights that balance the means, by a model of the groups
        and one of the outcome, or by the odds of the score alone; or the effect on those who
        could be in either group.

    Returns
    -------
    MadeAlike

    Raises
    ------
    ValueError
        If lengths differ, a group is neither 0 nor 1, or the adjustment is unknown.
    Refused
        If a group is empty, a value is missing, or the propensity score has no finite fit.

    Notes
    -----
    The same numbers as `evalkit.estimators.entropy_balancing`, `evalkit.estimators.doubly_robust`
    and `evalkit.estimators.weighting`, whose notes name the sources; the weights are fitted once.
    """
    group, table = two_groups(treated), columns(covariates)
    same_length(treated=group, covariates=table)
    if adjustment not in ESTIMANDS:
        raise ValueError(f"adjustment must be one of {', '.join(ESTIMANDS)}")
    balanced = calibrate(group, table) if adjustment == BALANCED else None
    return MadeAlike(group, table, fit_logit(group, table), adjustment, balanced)
