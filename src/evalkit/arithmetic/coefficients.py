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
from evalkit.errors import Refusal

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


def intervals(value: Array, covariance: Array, groups: int, level: float) -> Intervals:
    """Return the errors and symmetric intervals of coefficients.

    Parameters
    ----------
    value : array of float, shape (k,)
        Coefficients.
    covariance : array of float, shape (k, k)
        Of the coefficients.
    groups : int
        Clusters, for Student's t with G - 1 degrees of freedom; 0 for the normal.
    level : float
        Confidence level, 0 < level < 1.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    """
    half = quantile(level)
    if groups:
        half = float(student.ppf(0.5 + level / 2, groups - 1))
    se = np.sqrt(np.diagonal(covariance))
    ratio = np.abs(value) / se
    p = 2 * (student.sf(ratio, groups - 1) if groups else norm.sf(ratio))
    return Intervals(se, value - half * se, value + half * se, p)


def clustered(
    bread: Array, design: Array, residual: Array, cluster: ArrayLike
) -> tuple[Array, int]:
    """Return the cluster-robust covariance of coefficients, and how many clusters there are.

    Parameters
    ----------
    bread : array of float, shape (k, k)
        Inverse of the information.
    design : array of float, shape (n, k)
        A column of 1, then the covariates.
    residual : array of float, shape (n,)
        Derivative of the likelihood by each person's linear predictor.
    cluster : array_like, shape (n,)
        Each person's cluster.

    Raises
    ------
    ValueError
        If lengths differ.
    Refusal
        If there are no more clusters than coefficients, one cluster alone differs in a
        covariate, or the clusters leave no error.
    """
    width = design.shape[1]
    codes, groups = clusters_of(cluster, design[:, 1:], width)
    covariance = cr1(bread, design * residual[:, None], codes, groups, width)
    refuse_none(covariance, bread)
    return covariance, groups


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
    Refusal
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
        raise Refusal("refuse_few_clusters", clusters=groups, coefficients=coefficients)
    return codes, groups


def robust(bread: Array, design: Array, residual: Array, weight: Array) -> Array:
    """Return the covariance of coefficients that holds whatever the variance of a row.

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

    Raises
    ------
    Refusal
        If a person decides a coefficient alone, whose error then cannot be seen.

    Notes
    -----
    White (1980), Econometrica 48(4), 817-838; without a small-sample factor ("HC0").
    """
    leverage = weight * ((design @ bread) * design).sum(axis=1)
    if alone := int((leverage > 1 - ALONE).sum()):
        raise Refusal("refuse_lone_person", n=alone)
    moved = (design * residual[:, None]) @ bread
    covariance: Array = moved.T @ moved
    refuse_none(covariance, bread)
    return covariance


def refuse_none(covariance: Array, bread: Array) -> None:
    """Refuse a robust covariance whose errors are zero on paper.

    Parameters
    ----------
    covariance, bread : array of float, shape (k, k)
        Robust, and model-based.

    Raises
    ------
    Refusal
        If one is: an interval of no width would claim certainty.
    """
    if (np.diagonal(covariance) <= NO_ERROR**2 * np.diagonal(bread)).any():
        raise Refusal("refuse_no_variation")
