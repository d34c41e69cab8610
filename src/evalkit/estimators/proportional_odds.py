"""Whether a characteristic moves the odds of all answers in the same way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from evalkit.arithmetic.design import Array, columns, named, numbers, same_length
from evalkit.arithmetic.logit import Logit, fit_logit
from evalkit.errors import Refused

# Below this a difference of slopes has no error of its own.
FLAT = 1e-9


@dataclass(frozen=True)
class Proportional:
    """A test of proportional odds.

    Parameters
    ----------
    chi2, df, p : float, int, float
        Of all covariates at once.
    column_chi2, column_p : array of float, shape (k,)
        Of each covariate.
    column_df : int
        Of each of these: cuts less one.
    slope : array of float, shape (c, k)
        Log odds ratios of an answer above each cut, each from a logistic regression.
    """

    chi2: float
    df: int
    p: float
    column_chi2: Array
    column_p: Array
    column_df: int
    slope: Array


@named
def proportional_odds(answer: ArrayLike, covariates: ArrayLike) -> Proportional:
    """Test by Brant's way whether odds are proportional.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        Each person's answer; three occur at least.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.

    Returns
    -------
    Proportional

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If a value is missing, fewer than three answers occur, or a covariate is constant,
        collinear or divides those above a cut from those below it; or the regressions at
        different cuts contradict one another, as they may where people are few.

    Notes
    -----
    Brant (1990), Biometrics 46(4), 1171-1178: a logistic regression at each cut, and Wald's
    test that their slopes are the same.
    """
    given, table = numbers(answer, "answer"), columns(covariates)
    same_length(answer=given, covariates=table)
    known = np.unique(given)
    if known.size < 3:
        raise Refused("refuse_few_answers", n=given.size, answers=known.size)
    fits = [fit_logit(given > cut, table) for cut in known[:-1]]
    covariance = _joint(fits)
    slope = np.array([fit.coefficients[1:] for fit in fits])
    cuts, width = slope.shape
    # The first cut's slopes less those of each other.
    contrast = np.kron(np.column_stack([np.ones(cuts - 1), -np.eye(cuts - 1)]), np.eye(width))
    gap, spread = contrast @ slope.ravel(), contrast @ covariance @ contrast.T
    root = np.sqrt(np.maximum(np.diagonal(spread), 0.0))
    if not (root > 0).all() or np.linalg.eigvalsh(spread / np.outer(root, root))[0] <= FLAT:
        raise Refused("refuse_crossing_odds", n=given.size)
    of_all = float(gap @ np.linalg.solve(spread, gap))
    each = np.empty(width)
    for column in range(width):
        own = np.arange(column, gap.size, width)
        each[column] = gap[own] @ np.linalg.solve(spread[np.ix_(own, own)], gap[own])
    return Proportional(
        chi2=of_all,
        df=gap.size,
        p=float(chi2.sf(of_all, gap.size)),
        column_chi2=each,
        column_p=chi2.sf(each, cuts - 1),
        column_df=cuts - 1,
        slope=slope,
    )


def _joint(fits: list[Logit]) -> Array:
    """Return the covariance of all slopes, which the same persons give."""
    blocks = []
    for i, one in enumerate(fits):
        row = []
        for j, other in enumerate(fits):
            # Whoever is above the higher cut is above the lower one.
            both = fits[max(i, j)].fitted - one.fitted * other.fitted
            middle = one.design.T @ (both[:, None] * other.design)
            row.append((one.covariance @ middle @ other.covariance)[1:, 1:])
        blocks.append(row)
    return np.block(blocks)
