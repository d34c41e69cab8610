"""Odds of a higher answer by several characteristics at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.calibration import base_weights
from evalkit.arithmetic.coefficients import Intervals, clusters_of, intervals
from evalkit.arithmetic.design import Array, columns, named, numbers, same_length
from evalkit.arithmetic.ordinal import Cumulative, fit_cumulative
from evalkit.arithmetic.sandwich import cr1
from evalkit.arithmetic.small_sample import Reaches, reaches, refuse_sparse
from evalkit.errors import Refused

# With two answers there is one cut, which `logistic` is for.
FEWEST_ANSWERS = 3


@dataclass(frozen=True)
class Ordinal:
    """Coefficients of a cumulative logit.

    Parameters
    ----------
    answer : array of float, shape (c + 1,)
        The answers that occur, rising.
    cut, cut_se : array of float, shape (c,)
        Log odds of an answer at or below each but the last, where all covariates are 0.
    value, se, low, high, p : array of float, shape (c, k)
        Of each covariate at each cut the log odds ratio of an answer above it, its standard
        error, interval and two-sided p-value; the same at all cuts where odds are
        proportional.
    deviance : float
        Minus twice the logarithm of the likelihood.
    n, clusters : int
        Persons, and clusters (0 where persons are independent).
    """

    answer: Array
    cut: Array
    cut_se: Array
    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    deviance: float
    n: int
    clusters: int


@named
def ordinal(
    answer: ArrayLike,
    covariates: ArrayLike,
    *,
    free: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Ordinal:
    """Fit a proportional-odds or partial proportional-odds regression.

    Parameters
    ----------
    answer : array_like of float, shape (n,)
        Each person's answer; only the order of the numbers counts, and three occur at least.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    free : array_like of {0, 1}, shape (k,), optional
        1 for columns that have a coefficient of their own at each cut (partial).
    weight : array_like of float, shape (n,), optional
        Persons that each of a sample stands for, above 0; their scale does not matter. The
        errors then need clusters.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the degrees of freedom
        that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Ordinal

    Raises
    ------
    ValueError
        If lengths differ, `free` is not as many flags as columns, or weights come without
        clusters.
    Refused
        If a value is missing, fewer than three answers occur, a covariate is constant,
        collinear or divides higher answers from lower ones, or there are no more clusters
        than coefficients, one cluster alone differs in a covariate, or too few clusters or
        persons are on a side of a covariate with two values.

    Notes
    -----
    McCullagh (1980), JRSS B 42(2), 109-142, with the sign and, without clusters, the errors
    of R's `MASS::polr`; partial as `ordinal::clm(nominal=)`. Clusters: CR1 with G/(G-1)
    (n-1)/(n-p), wider where few clusters make it too small, as `logistic`.
    """
    given, table = numbers(answer, "answer"), columns(covariates)
    same_length(answer=given, covariates=table)
    known, codes = np.unique(given, return_inverse=True)
    if known.size < FEWEST_ANSWERS:
        raise Refused("refuse_few_answers", n=given.size, answers=known.size)
    each = np.ones(given.size) if weight is None else base_weights(weight)
    if weight is not None and cluster is None:
        raise ValueError("weights must come with clusters")
    same_length(answer=given, weight=each)
    each = each / each.mean()
    fit = fit_cumulative(codes, table, _flags(free, table.shape[1]), each)
    covariance, groups, reach = fit.covariance, 0, None
    if cluster is not None:
        covariance, groups, reach = _clustered(fit, table, codes, each, cluster)
    cuts = fit.cut.size
    cut_se = np.sqrt(np.diagonal(covariance)[:cuts])
    made = _intervals(fit, covariance, level, reach)
    return Ordinal(known, fit.cut, cut_se, fit.slope, *made, 2 * fit.loss, given.size, groups)


def _flags(free: ArrayLike | None, width: int) -> NDArray[np.bool_]:
    if free is None:
        return np.zeros(width, dtype=bool)
    chosen = numbers(free, "free")
    if chosen.size != width or not ((chosen == 0) | (chosen == 1)).all():
        raise ValueError("free must be 0 or 1 for each column of covariates")
    return chosen == 1


def _intervals(
    fit: Cumulative, covariance: Array, level: float, reach: Reaches | None
) -> Intervals:
    """Return errors and intervals of the slopes at each cut."""
    rows = []
    for value, place in zip(fit.slope, fit.place, strict=True):
        rows.append(intervals(value, covariance[np.ix_(place, place)], level, reach))
    return Intervals(*(np.array(part) for part in zip(*rows, strict=True)))


def _clustered(
    fit: Cumulative, table: Array, codes: NDArray[np.int64], each: Array, cluster: ArrayLike
) -> tuple[Array, int, Reaches]:
    width = fit.covariance.shape[0]
    names, groups = clusters_of(cluster, table, width)
    covariance = cr1(fit.covariance, fit.score, names, groups, width)
    commonest = np.bincount(codes).max() / codes.size
    rarer = np.full(codes.size, min(commonest, 1 - commonest))
    refuse_sparse(table, rarer, robust=True, codes=names)
    # As if each column had one slope: one that has several is seen by the same clusters.
    se = np.sqrt(np.diagonal(covariance))[fit.place].min(axis=0)
    design = np.column_stack([np.ones(codes.size), table])
    reach = reaches(design, fit.weight, fit.residual, np.concatenate([[1.0], se]), names)
    return covariance, groups, Reaches(reach.df[1:], reach.widen[1:])
