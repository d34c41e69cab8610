"""Weights that give a sample the known totals of its population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, numbers
from evalkit.errors import Refused

ROUNDS = 60
# A total that is met to this share of it is met.
MET = 1e-10
# Natural logs: no weight grows by more than a factor of e^5 in one step.
FARTHEST = 5.0
# Sums that say the same of two tables differ in their last digits only.
SAME = 1e-6


@dataclass(frozen=True)
class Calibrated:
    """Weights with the totals of a population, and what they were made of.

    Parameters
    ----------
    weight : array of float, shape (n,)
        Persons that each stands for, above 0.
    before : array of float, shape (n,)
        The weights of the design.
    table : array of float, shape (n, k)
        What was counted of each person; its sums by `weight` are the totals.
    least, most : float
        Smallest and largest factor between the two weights, over the factor that all
        weights together grew by.
    """

    weight: Array
    before: Array
    table: Array
    least: float
    most: float

    def left_over(self, influence: Array) -> Array:
        """Return what of each person's influence the known totals do not tell.

        Parameters
        ----------
        influence : array of float, shape (n,)
            On the estimate, without the weight.

        Notes
        -----
        Residuals of a regression by the weights of the design: Deville and Särndal (1992),
        JASA 87, 376-382, whose weights of either distance have the same variance.
        """
        root = np.sqrt(self.before)
        fit, *_ = np.linalg.lstsq(self.table * root[:, None], influence * root, rcond=None)
        rest: Array = influence - self.table @ fit
        return rest


def base_weights(weight: ArrayLike) -> Array:
    """Return weights of a design, each above 0.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Persons that each of the sample stands for.

    Raises
    ------
    Refused
        If one is missing or not above 0.
    """
    known = numbers(weight, "weight")
    if negative := int((known <= 0).sum()):
        raise Refused("refuse_survey_weights", n=negative)
    return known


def calibrated(
    before: Array, table: Array, totals: Array, *, raking: bool, farthest: float
) -> Calibrated:
    """Return the weights nearest to those of the design that meet the totals.

    Parameters
    ----------
    before : array of float, shape (n,)
        Weights of the design, above 0.
    table : array of float, shape (n, k)
        What is counted of each person; columns may depend on one another.
    totals : array of float, shape (k,)
        Sums of the columns over the population.
    raking : bool
        Whether factors are multiplied (always above 0) or added up (linear).
    farthest : float
        By how many times a weight may grow or shrink beside all together.

    Raises
    ------
    Refused
        If no weights meet the totals, some would be negative, or some grow or shrink
        beyond `farthest`.

    Notes
    -----
    Newton's method of Deville and Särndal (1992), JASA 87, 376-382: cases 1 and 2.
    """
    # Divided by its largest value, a column of any unit is met to the same share.
    size = np.abs(table).max(axis=0)
    scaled, wanted = table / size, totals / size
    power = _powers(before, scaled, wanted, raking)
    factor = np.exp(power) if raking else 1 + power
    if negative := int((factor <= 0).sum()):
        raise Refused("refuse_negative_weights", n=negative, persons=factor.size)
    weight = before * factor
    beside = factor * (before.sum() / weight.sum())
    least, most = float(beside.min()), float(beside.max())
    if max(most, 1 / least) > farthest:
        far = int(((beside > farthest) | (beside < 1 / farthest)).sum())
        raise Refused("refuse_far_weights", n=far, persons=factor.size, most=f"{farthest:g}")
    return Calibrated(weight, before, table, least, most)


def _powers(before: Array, table: Array, totals: Array, raking: bool) -> Array:
    """Return each person's power (raking) or growth (linear) where the totals are met."""
    power = np.zeros(before.size)
    for _ in range(ROUNDS):
        factor, slope = (np.exp(power),) * 2 if raking else (1 + power, np.ones(before.size))
        missing = totals - table.T @ (before * factor)
        if (np.abs(missing) <= MET * (np.abs(totals) + np.abs(table).T @ before)).all():
            return power
        root = np.sqrt(before * slope)[:, None] * table
        move = table @ (np.linalg.pinv(root.T @ root, hermitian=True) @ missing)
        power = power + move / max(1.0, float(np.abs(move).max()) / FARTHEST)
        if raking and np.abs(power).max() > 20 * FARTHEST:
            break
    raise Refused("refuse_unmet_totals", n=before.size)
