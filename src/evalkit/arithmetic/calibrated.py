"""Weights that give the untreated the means of the treated, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array, standardise
from evalkit.arithmetic.newton import Likelihood, climb

# A person who nearly alone decides the weights has no jackknife.
MOST = 0.99
# Natural logs: no person's weight grows by more than a factor of e^5 in one step.
FARTHEST = 5.0
# No mean of the treated's logs is near it where there are weights at all.
BEYOND = 50.0


@dataclass(frozen=True)
class Calibrated:
    """Weights of entropy balancing.

    Parameters
    ----------
    weight : array of float, shape (n,)
        1 for the treated; of the untreated above 0, with the sum of the treated.
    design : array of float, shape (n, k + 1)
        A column of 1, then the covariates, scaled.
    inverse : array of float, shape (k + 1, k + 1)
        Inverse of the sum of weight times x x' over the untreated.
    """

    weight: Array
    design: Array
    inverse: Array

    def influence(self, outcome: Array, treated: NDArray[np.bool_]) -> tuple[float, Array]:
        """Return the weighted mean of the untreated, and how much each moves the difference.

        Parameters
        ----------
        outcome : array of float, shape (n,)
            In any unit.
        treated : array of bool, shape (n,)
            As `calibrate` took them.

        Returns
        -------
        float
            In the unit of the outcome.
        array of float, shape (n,)
            Influence on treated minus untreated, with the part that comes by the weights.
        """
        one = treated.astype(float)
        odds = self.weight * ~treated
        # Least squares under the weights: what is left over has the weighted mean 0, so the
        # mean of the untreated is what it expects of the treated.
        expected = self.design @ (self.inverse @ (self.design.T @ (odds * outcome)))
        parts = (one - odds) * (outcome - expected) / one.mean()
        moved: Array = parts - one * float(parts.mean()) / one.mean()
        return float(odds @ outcome / odds.sum()), moved

    def widen(self, influence: Array, treated: NDArray[np.bool_]) -> float:
        """Return by how much an interval must be wider for what was fitted to each person.

        Each pulls the weights towards the own values, and a residual so pulled is too small;
        the jackknife divides it by what the person leaves over (HC3).
        """
        odds = self.weight * ~treated
        pull = odds * np.einsum("ij,jk,ik->i", self.design, self.inverse, self.design)
        jackknife = np.where(treated, influence, influence / (1 - np.minimum(pull, MOST)))
        size = float(influence @ influence)
        return max(1.0, math.sqrt(float(jackknife @ jackknife) / size)) if size > 0 else 1.0


def calibrate(treated: NDArray[np.bool_], covariates: Array) -> Calibrated:
    """Return the weights of the untreated that are nearest to equal and balance the means.

    Parameters
    ----------
    treated : array of bool, shape (n,)
        Both values occur.
    covariates : array of float, shape (n, k)
        Finite.

    Raises
    ------
    Refused
        If a covariate is constant or collinear, or no weights above 0 give the untreated the
        means of the treated.

    Notes
    -----
    Hainmueller (2012), Political Analysis 20(1), 25-46, by its dual: the weights are
    exp(x'b), and b is where the untreated, so weighted, have the sums of the treated.
    """
    scaled, _, _ = standardise(covariates)
    design = np.column_stack([np.ones(treated.size), scaled])
    start = np.zeros(design.shape[1])
    start[0] = np.log(treated.sum()) - np.log((~treated).sum())

    def loss(linear: Array) -> float:
        # Above 0, so that the noise of a sum is a share of it.
        return float(np.exp(linear[~treated]).sum() + (BEYOND - linear[treated]).sum())

    def slopes(linear: Array) -> tuple[Array, Array]:
        odds = np.where(treated, 0.0, np.exp(np.where(treated, 0.0, linear)))
        return np.where(treated, 1.0, -odds), odds

    likelihood = Likelihood(loss, slopes, "refuse_unbalanceable", FARTHEST)
    _, inverse, linear = climb(likelihood, design, start, np.full(treated.size, start[0]))
    weight = np.where(treated, 1.0, np.exp(np.where(treated, 0.0, linear)))
    return Calibrated(weight, design, inverse)
