"""Differences between areas, with the spread that leaving out each area in turn shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.bias_reduced import bias_reduced, left_out
from evalkit.arithmetic.design import named
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.jackknife import Jackknife, jackknifed
from evalkit.arithmetic.least_squares import fit_in_clusters, refuse_decisive
from evalkit.arithmetic.small_sample import refuse_few_clusters_on_a_side, refuse_few_degrees
from evalkit.arithmetic.wald import NO_SPREAD
from evalkit.errors import Refused


@named
def cv3(
    outcome: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike,
    *,
    controls: ArrayLike | None = None,
    level: float = 0.95,
) -> Jackknife:
    """Fit least squares with the cluster jackknife's errors (CV3).

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; 0 and 1 give a difference of risks.
    covariates : array_like of float, shape (n, k)
        Those whose coefficients are wanted, without a column for the intercept.
    cluster : array_like, shape (n,)
        Each row's cluster.
    controls : array_like of float, shape (n, c), optional
        Fitted too, without a result of their own: such as dummies of areas and periods,
        without the first of each.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Jackknife
        In the unit of the outcome by that of the covariate.

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If a value is missing, a column is constant or collinear, a coefficient rests on
        one cluster, a value of a covariate with two values is in fewer than 6 clusters, a
        coefficient has fewer than 4 degrees of freedom (as `evalkit.estimators.cr2` counts
        them), or nothing varies.

    Notes
    -----
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38(5), 671-694, and
    Stata Journal 23(4), 942-982: (G - 1) / G times the squares of the coefficients without
    each cluster about the one with all, and Student's t with G - 1 degrees of freedom. A
    control that one cluster alone has, as its dummy, is left out with it.
    """
    quantile(level)
    fit = fit_in_clusters(outcome, covariates, cluster, controls)
    refuse_decisive(fit)
    refuse_few_clusters_on_a_side(fit.covariates, fit.codes)
    moved = left_out(fit)
    if not (np.sqrt((moved**2).sum(axis=0)) > NO_SPREAD).all():
        raise Refused("refuse_no_variation")
    refuse_few_degrees(bias_reduced(fit)[1], fit.clusters)
    return jackknifed(fit.slope, moved, fit.codes.size, level, fit.unit)
