"""What few persons or clusters take from the robust errors of log hazard ratios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.arithmetic.sandwich import cluster_sums
from evalkit.arithmetic.small_sample import Reaches, reaches


def reach_of_hazards(
    covariates: Array,
    happened: Array,
    expected: Array,
    codes: NDArray[np.int64] | None = None,
    strata: NDArray[np.int64] | None = None,
) -> Reaches:
    """Return how far robust intervals of log hazard ratios reach.

    Parameters
    ----------
    covariates : array of float, shape (n, k)
        Finite.
    happened : array of {0, 1}, shape (n,)
        1 where the event happened.
    expected : array of float, shape (n,)
        Events expected of each person by the fit.
    codes : array of int, shape (n,), optional
        Each person's cluster.
    strata : array of int, shape (n,), optional
        Each person's stratum, from 0.

    Raises
    ------
    Refused
        If a coefficient has fewer than 4 degrees of freedom.

    Notes
    -----
    By the regression of counts that has the same coefficients (Holford 1980, Biometrics
    36(2), 299-305): each person's events against those expected. Strata have an intercept
    each. It is taken out of the covariates beforehand, and their units too: of years about
    2020 squares would lose the digits that tell them apart.
    """
    layers = np.zeros(happened.size, dtype=np.int64) if strata is None else strata
    table = _without_strata(covariates, expected, layers)
    table /= np.sqrt((table**2).mean(axis=0))
    design = np.column_stack([np.ones(happened.size), table])
    residual = happened - expected
    bread = np.linalg.inv(design.T @ (expected[:, None] * design))
    moved = (design * residual[:, None]) @ bread
    if codes is not None:
        moved = cluster_sums(moved, codes, int(codes.max()) + 1)
    se = np.sqrt((moved**2).sum(axis=0))
    made = reaches(design, expected, residual, se, codes)
    return Reaches(made.df[1:], made.widen[1:])


def _without_strata(covariates: Array, expected: Array, strata: NDArray[np.int64]) -> Array:
    """Return covariates less their means in each stratum, by the events expected."""
    total = np.bincount(strata, expected)
    # Where nobody is expected to have an event, nobody counts.
    share = expected / np.where(total > 0, total, 1.0)[strata]
    means = np.column_stack([np.bincount(strata, share * column) for column in covariates.T])
    left: Array = covariates - means[strata]
    return left
