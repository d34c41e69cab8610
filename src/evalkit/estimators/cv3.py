"""Differences between areas, with the spread that leaving out each area in turn shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.arithmetic.bias_reduced import bias_reduced, left_out
from evalkit.arithmetic.design import Array, named, ordinals
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.least_squares import fit_in_clusters, refuse_decisive
from evalkit.arithmetic.small_sample import FEWEST_DEGREES, refuse_few_clusters_on_a_side
from evalkit.arithmetic.wald import NO_SPREAD
from evalkit.errors import Refused


@dataclass(frozen=True)
class ClusterJackknife:
    """Coefficients of covariates, with errors from leaving out each cluster.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k,)
        In the unit of the outcome by that of the covariate; p is two-sided, against zero.
    without : array of float, shape (clusters, k)
        Coefficients without each cluster, in the order in which clusters appear.
    df : int
        Degrees of freedom of Student's t: clusters less one.
    n, clusters : int
        Rows and clusters.
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    without: Array
    df: int
    n: int
    clusters: int


@named
def cv3(
    outcome: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike,
    *,
    controls: ArrayLike | None = None,
    level: float = 0.95,
) -> ClusterJackknife:
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
    ClusterJackknife

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
    df = fit.clusters - 1
    se = np.sqrt((moved**2).sum(axis=0) * df / fit.clusters)
    if not (se > NO_SPREAD).all():
        raise Refused("refuse_no_variation")
    _, degrees = bias_reduced(fit)
    if (few := degrees < FEWEST_DEGREES).any():
        words = {"columns": ordinals(few), "df": f"{degrees.min():.1f}"}
        raise Refused("refuse_few_degrees", clusters=fit.clusters, **words)
    half = float(student.ppf(0.5 + level / 2, df)) * se
    p = 2 * student.sf(np.abs(fit.slope) / se, df)
    low, high = (fit.slope - half) * fit.unit, (fit.slope + half) * fit.unit
    without = (fit.slope - moved) * fit.unit
    return ClusterJackknife(
        *(fit.slope * fit.unit, se * fit.unit, low, high, p, without, df),
        *(fit.codes.size, fit.clusters),
    )
