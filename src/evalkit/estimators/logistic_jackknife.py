"""Odds of an event, with the spread that leaving out each cluster in turn shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.coefficients import clustered
from evalkit.arithmetic.design import Array, columns, group_codes, named, same_length, two_groups
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.jackknife import Jackknife, jackknifed
from evalkit.arithmetic.logit import fit_logit
from evalkit.errors import Refused


@named
def logistic_jackknife(
    outcome: ArrayLike, covariates: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> Jackknife:
    """Fit a logistic regression with the cluster jackknife's errors.

    Parameters
    ----------
    outcome : array_like of {0, 1}, shape (n,)
        Whether each person had the event.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    cluster : array_like, shape (n,)
        Each person's cluster.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Jackknife
        Log odds ratios, the intercept first.

    Raises
    ------
    ValueError
        If lengths differ or an outcome is neither 0 nor 1.
    Refused
        Where `evalkit.estimators.logistic.logistic` in clusters is refused, or a coefficient
        has no finite estimate without one of the clusters.

    Notes
    -----
    MacKinnon, Nielsen and Webb (2025), arXiv:2406.00650: the model is fitted again without
    each cluster; (G - 1) / G times the squares about the coefficients with all, and Student's
    t with G - 1 degrees of freedom.
    """
    event, table = two_groups(outcome, "outcome"), columns(covariates)
    same_length(outcome=event, covariates=table)
    quantile(level)
    fit = fit_logit(event, table)
    weight = fit.fitted * (1 - fit.fitted)
    rarer = np.full(event.size, min(event.mean(), 1 - event.mean()))
    # For what it refuses: too few clusters, on a side too, and too few degrees of freedom.
    clustered(fit.covariance, fit.design, fit.residual, weight, cluster, rarer)
    codes, groups = group_codes(cluster)
    without = np.array([_without(event, table, codes, code, groups) for code in range(groups)])
    return jackknifed(fit.coefficients, fit.coefficients - without, event.size, level)


def _without(
    event: NDArray[np.bool_], table: Array, codes: NDArray[np.int64], code: int, groups: int
) -> Array:
    """Return the coefficients without one cluster."""
    kept = codes != code
    some = event[kept]
    every = [str(place) for place in range(1, table.shape[1] + 1)]
    if some.all() or not some.any():
        raise Refused("refuse_decisive_cluster", columns=every, clusters=groups)
    try:
        return fit_logit(some, table[kept]).coefficients
    except Refused as refusal:
        lost = refusal.values.get("columns", every)
        raise Refused("refuse_decisive_cluster", columns=lost, clusters=groups) from None
