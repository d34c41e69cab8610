"""Errors and intervals of the coefficients of a regression with a linear predictor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from scipy.stats import t as student

from evalkit.arithmetic.design import Array, group_codes, same_length
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.sandwich import cr1, refuse_lone
from evalkit.arithmetic.small_sample import Reaches, reaches, refuse_sparse
from evalkit.errors import Refused

# A robust error this far below the model's is zero on paper.
NO_ERROR = 1e-8
# Whose leverage is this near to 1 is fitted exactly, whatever happened to that person.
ALONE = 1e-8


class Intervals(NamedTuple):
    """Standard errors, intervals and p-values of coefficients.

    Parameters
    ----------
    se, low, high, p : array of float, shape (k,)
        In the unit of each coefficient; p is two-sided, against zero.
    """

    se: Array
    low: Array
    high: Array
    p: Array


def intervals(
    value: Array, covariance: Array, level: float, reach: Reaches | None = None
) -> Intervals:
    """Return the errors and symmetric intervals of coefficients.

    Parameters
    ----------
    value : array of float, shape (k,)
        Coefficients.
    covariance : array of float, shape (k, k)
        Of the coefficients.
    level : float
        Confidence level, 0 < level < 1.
    reach : Reaches, optional
        Of robust errors; without it the normal distribution.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    """
    z = quantile(level)
    se = np.sqrt(np.diagonal(covariance))
    if reach is None:
        return Intervals(se, value - z * se, value + z * se, 2 * norm.sf(np.abs(value) / se))
    wide = se * reach.widen
    half = student.ppf(0.5 + level / 2, reach.df) * wide
    p = 2 * student.sf(np.abs(value) / wide, reach.df)
    return Intervals(se, value - half, value + half, p)


class Robust(NamedTuple):
    """Errors that rows or clusters show by themselves.

    Parameters
    ----------
    covariance : array of float, shape (k, k)
        Of the coefficients, in large samples.
    groups : int
        Clusters; 0 where rows are independent.
    reach : Reaches
        What few rows or clusters add to the intervals.
    """

    covariance: Array
    groups: int
    reach: Reaches


def clustered(
    bread: Array,
    design: Array,
    residual: Array,
    weight: Array,
    cluster: ArrayLike,
    expected: Array,
) -> Robust:
    """Return cluster-robust errors of coefficients.

    Parameters
    ----------
    bread : array of float, shape (k, k)
        Inverse of the information.
    design : array of float, shape (n, k)
        A column of 1, then the covariates.
    residual : array of float, shape (n,)
        Derivative of the likelihood by each person's linear predictor.
    weight : array of float, shape (n,)
        Minus its second derivative, as counted in the bread.
    cluster : array_like, shape (n,)
        Each person's cluster.
    expected : array of float, shape (n,)
        Events expected of each person if no covariate mattered.

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If there are no more clusters than coefficients, one cluster alone differs in a
        covariate, the clusters leave no error or too few degrees of freedom, or a value of
        a covariate with two values is in too few clusters or has too few events.
    """
    width = design.shape[1]
    codes, groups = clusters_of(cluster, design[:, 1:], width)
    covariance = cr1(bread, design * residual[:, None], codes, groups, width)
    refuse_none(covariance, bread)
    refuse_sparse(design[:, 1:], expected, robust=True, codes=codes)
    se = np.sqrt(np.diagonal(covariance))
    return Robust(covariance, groups, reaches(design, weight, residual, se, codes))


def clusters_of(
    cluster: ArrayLike | None, covariates: Array, coefficients: int
) -> tuple[NDArray[np.int64], int]:
    """Return each person's cluster, and how many there are, where they can carry errors.

    Parameters
    ----------
    cluster : array_like, shape (n,), or None
        Each person's cluster; no person and 0 where persons are independent.
    covariates : array of float, shape (n, k)
        Without a column of 1.
    coefficients : int
        How many are estimated.

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If there are no more clusters than coefficients, or one cluster alone differs in
        a covariate.
    """
    if cluster is None:
        return np.empty(0, dtype=np.int64), 0
    codes, groups = group_codes(cluster)
    same_length(covariates=covariates, cluster=codes)
    for place, column in enumerate(covariates.T, start=1):
        refuse_lone(column, codes, groups, f"covariates {place}")
    if groups <= coefficients:
        raise Refused("refuse_few_clusters", clusters=groups, coefficients=coefficients)
    return codes, groups


def robust(bread: Array, design: Array, residual: Array, weight: Array, expected: Array) -> Robust:
    """Return errors of coefficients that hold whatever the variance of a row.

    Parameters
    ----------
    bread : array of float, shape (k, k)
        Inverse of the information.
    design : array of float, shape (n, k)
        A column of 1, then the covariates.
    residual : array of float, shape (n,)
        Derivative of the likelihood by each person's linear predictor.
    weight : array of float, shape (n,)
        Minus its second derivative, as counted in the bread.
    expected : array of float, shape (n,)
        Events expected of each person if no covariate mattered.

    Raises
    ------
    Refused
        If a person decides a coefficient alone, whose error then cannot be seen, or few
        decide it, or a value of a covariate with two values has too few persons or events.

    Notes
    -----
    White (1980), Econometrica 48(4), 817-838; without a small-sample factor ("HC0").
    """
    leverage = weight * ((design @ bread) * design).sum(axis=1)
    if alone := int((leverage > 1 - ALONE).sum()):
        raise Refused("refuse_lone_person", n=alone)
    moved = (design * residual[:, None]) @ bread
    covariance: Array = moved.T @ moved
    refuse_none(covariance, bread)
    refuse_sparse(design[:, 1:], expected, robust=True)
    se = np.sqrt(np.diagonal(covariance))
    return Robust(covariance, 0, reaches(design, weight, residual, se, None))


def refuse_none(covariance: Array, bread: Array) -> None:
    """Refuse a robust covariance whose errors are zero on paper.

    Parameters
    ----------
    covariance, bread : array of float, shape (k, k)
        Robust, and model-based.

    Raises
    ------
    Refused
        If one is: an interval of no width would claim certainty.
    """
    if (np.diagonal(covariance) <= NO_ERROR**2 * np.diagonal(bread)).any():
        raise Refused("refuse_no_variation")
