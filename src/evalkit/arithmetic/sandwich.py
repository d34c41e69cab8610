"""Variances that hold when persons of a cluster resemble one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.errors import Refused


def cluster_sums(scores: Array, codes: NDArray[np.int64], groups: int) -> Array:
    """Add up the rows of each cluster.

    Parameters
    ----------
    scores : array of float, shape (n, k)
        One row a person.
    codes : array of int, shape (n,)
        Cluster of each person, 0 to ``groups - 1``.
    groups : int
        Number of clusters.

    Returns
    -------
    array of float, shape (groups, k)
    """
    return np.column_stack([np.bincount(codes, column, groups) for column in scores.T])


def cr1(bread: Array, scores: Array, codes: NDArray[np.int64], groups: int, rank: int) -> Array:
    """Return the cluster-robust covariance of coefficients.

    Parameters
    ----------
    bread : array of float, shape (k, k)
        Inverse of the information (of X'X in least squares).
    scores : array of float, shape (n, k)
        Each person's estimating function.
    codes : array of int, shape (n,)
        Cluster of each person.
    groups, rank : int
        Clusters, at least 2; coefficients fitted, those of dummies included.

    Returns
    -------
    array of float, shape (k, k)

    Raises
    ------
    Refused
        If there is one cluster.

    Notes
    -----
    Liang and Zeger (1986), Biometrika 73(1), 13-22, with G/(G-1) (n-1)/(n-K), as in
    Stata, statsmodels and sandwich's "HC1".
    """
    if groups < 2:
        raise Refused("refuse_one_cluster", n=scores.shape[0])
    rows = scores.shape[0]
    sums = cluster_sums(scores, codes, groups) @ bread
    return sums.T @ sums * (groups / (groups - 1)) * ((rows - 1) / (rows - rank))


def refuse_lone(column: NDArray, codes: NDArray[np.int64], groups: int, what: str) -> None:
    """Refuse a variable that takes another value in one cluster only.

    Parameters
    ----------
    column : array, shape (n,)
        A regressor.
    codes : array of int, shape (n,)
        Cluster of each person.
    groups : int
        Number of clusters.
    what : str
        Name of the variable, for the message.

    Raises
    ------
    Refused
        If there is one cluster, or the variable is constant outside one cluster: the
        residuals of that cluster add up to zero by construction, so that any standard
        error from clusters is far too small.

    Notes
    -----
    MacKinnon and Webb (2018), Econometrics Journal 21(2), 114-135.
    """
    if groups < 2:
        raise Refused("refuse_one_cluster", n=column.size)
    # Whatever the constant is, one of any two clusters has it.
    for value in {float(column[np.argmax(codes == code)]) for code in (0, 1)}:
        other = np.unique(codes[column != value]).size
        if other <= 1:
            raise Refused("refuse_lone_cluster", what=what, clusters=groups)
