"""Least squares with an intercept, for rows in few clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular

from evalkit.arithmetic.design import (
    Array,
    columns,
    group_codes,
    numbers,
    ordinals,
    same_length,
    standardise,
)
from evalkit.arithmetic.sandwich import refuse_lone
from evalkit.errors import Refused

# From here on a cluster has all the information in a direction: 1, but for rounding.
WHOLE = 1 - 1e-7
# A coefficient's share in such a direction is above rounding.
SHARE = 1e-6
# A column of which so little is left after those before it says nothing of its own.
TOLD = 1e-8


@dataclass(frozen=True)
class Fit:
    """A linear regression in clusters.

    Outcomes are divided by their largest size and covariates by their standard deviations,
    so that nothing overflows; `unit` leads back.

    Parameters
    ----------
    covariates : array of float, shape (n, k)
        Those about whose coefficients was asked, as given.
    basis : array of float, shape (n, width)
        Orthonormal columns that span intercept, covariates and controls.
    loading : array of float, shape (k, width)
        Row j times ``basis.T @ outcome`` is coefficient j.
    slope : array of float, shape (k,)
        Coefficients of the covariates.
    unit : array of float, shape (k,)
        What one of each slope is in units of the outcome by units of the covariate.
    residual : array of float, shape (n,)
        Of the outcome.
    codes : array of int, shape (n,)
        Cluster of each row.
    clusters : int
        How many there are.
    """

    covariates: Array
    basis: Array
    loading: Array
    slope: Array
    unit: Array
    residual: Array
    codes: NDArray[np.int64]
    clusters: int


def fit_in_clusters(
    outcome: ArrayLike, covariates: ArrayLike, cluster: ArrayLike, controls: ArrayLike | None
) -> Fit:
    """Check rows and fit them by least squares.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    cluster : array_like, shape (n,)
        Each row's cluster.
    controls : array_like of float, shape (n, c), or None
        Further covariates, such as dummies of areas and periods without the first.

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If a value is missing, the outcome or a column is constant, a column follows from
        those before it, there is one cluster or no more rows than coefficients.
    """
    y, asked = numbers(outcome, "outcome"), columns(covariates)
    codes, clusters = group_codes(cluster)
    same_length(outcome=y, covariates=asked, cluster=codes)
    table, what = asked, "covariates"
    if controls is not None:
        further = columns(controls, "controls")
        same_length(outcome=y, controls=further)
        table, what = np.column_stack([asked, further]), "covariates, then controls"
    if np.ptp(y) == 0:
        raise Refused("refuse_no_variation")
    if clusters < 2:
        raise Refused("refuse_one_cluster", n=y.size)
    scaled, _, deviation = standardise(table, what)
    n, k, width = y.size, asked.shape[1], table.shape[1] + 1
    if n <= width:
        raise Refused("refuse_few_rows", n=n, coefficients=width)
    basis, triangle = np.linalg.qr(np.column_stack([np.ones(n), scaled]))
    loading = solve_triangular(triangle, np.eye(width))[1 : k + 1]
    scale = float(np.abs(y).max())
    parts = basis.T @ (y / scale)
    return Fit(
        *(asked, basis, loading, loading @ parts, scale / deviation[:k]),
        *(y / scale - basis @ parts, codes, clusters),
    )


def rows_by_cluster(fit: Fit) -> Iterator[NDArray[np.int64]]:
    """Yield the positions of each cluster's rows.

    Parameters
    ----------
    fit : Fit
        A regression.
    """
    order = np.argsort(fit.codes, kind="stable")
    yield from np.split(order, np.cumsum(np.bincount(fit.codes))[:-1])


def refuse_decisive(fit: Fit) -> None:
    """Refuse coefficients that could not be estimated without one of the clusters.

    Parameters
    ----------
    fit : Fit
        A regression.

    Raises
    ------
    Refused
        If a covariate takes another value in one cluster only, or there is no coefficient
        without some cluster, as that of a programme which one area alone began, beside
        dummies of areas: residuals of that cluster show nothing of its error.

    Notes
    -----
    Condition (ii) of theorem 1 in Pustejovsky and Tipton (2018); MacKinnon and Webb (2018).
    """
    for place, column in enumerate(fit.covariates.T, start=1):
        refuse_lone(column, fit.codes, fit.clusters, f"covariates {place}")
    size = np.linalg.norm(fit.loading, axis=1)
    for rows in rows_by_cluster(fit):
        own, directions = np.linalg.eigh(fit.basis[rows].T @ fit.basis[rows])
        share = np.abs(fit.loading @ directions[:, own > WHOLE]).max(axis=1, initial=0) / size
        if (lost := share > SHARE).any():
            raise Refused("refuse_decisive_cluster", columns=ordinals(lost), clusters=fit.clusters)


def telling(table: Array) -> NDArray[np.bool_]:
    """Return which columns tell something that those before them do not.

    Parameters
    ----------
    table : array of float, shape (n, k)
        One row a person.

    Returns
    -------
    array of bool, shape (k,)
    """
    apart = table - table.mean(axis=0)
    left = np.zeros(table.shape[1])
    upper = np.diag(np.linalg.qr(apart, mode="r"))
    left[: upper.size] = np.abs(upper)
    found: NDArray[np.bool_] = left > TOLD * np.linalg.norm(apart, axis=0)
    return found
