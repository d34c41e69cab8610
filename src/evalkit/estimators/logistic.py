"""Odds of an event by several characteristics at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.coefficients import clustered, intervals
from evalkit.arithmetic.design import Array, columns, named, same_length, two_groups
from evalkit.arithmetic.logit import fit_logit


@dataclass(frozen=True)
class Logistic:
    """Coefficients of a logistic regression, the intercept first.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k + 1,)
        Log odds ratios, standard errors, intervals and two-sided p-values.
    covariance : array of float, shape (k + 1, k + 1)
        Of the coefficients.
    n, clusters : int
        Persons, and clusters (0 where persons are independent).
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    covariance: Array
    n: int
    clusters: int


@named
def logistic(
    outcome: ArrayLike,
    covariates: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Logistic:
    """Fit a logistic regression with model-based or cluster-robust errors.

    Parameters
    ----------
    outcome : array_like of {0, 1}, shape (n,)
        Whether each person had the event.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Logistic

    Raises
    ------
    ValueError
        If lengths differ or an outcome is neither 0 nor 1.
    Refused
        If nobody or everybody has the event, a value is missing, a covariate is
        constant, collinear or separates the outcomes, or there are no more clusters
        than coefficients, one cluster alone differs in a covariate, or too few
        clusters or events are on a side of a covariate with two values.

    Notes
    -----
    Cluster-robust: Liang and Zeger (1986) with G/(G-1) (n-1)/(n-k), as statsmodels'
    ``cov_type="cluster"`` and R's sandwich with ``type="HC1"``.
    """
    event, table = two_groups(outcome, "outcome"), columns(covariates)
    same_length(outcome=event, covariates=table)
    fit = fit_logit(event, table)
    covariance, groups, reach = fit.covariance, 0, None
    if cluster is not None:
        weight = fit.fitted * (1 - fit.fitted)
        rarer = np.full(event.size, min(event.mean(), 1 - event.mean()))
        covariance, groups, reach = clustered(
            fit.covariance, fit.design, fit.residual, weight, cluster, rarer
        )
    made = intervals(fit.coefficients, covariance, level, reach)
    return Logistic(fit.coefficients, *made, covariance, event.size, groups)
