"""Differences between few areas, with errors that do not flatter."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from evalkit.arithmetic.bias_reduced import bias_reduced
from evalkit.arithmetic.design import Array, named
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.jackknife import by_student
from evalkit.arithmetic.least_squares import fit_in_clusters, refuse_decisive
from evalkit.arithmetic.small_sample import refuse_few_degrees
from evalkit.arithmetic.wald import NO_SPREAD
from evalkit.errors import Refused


@dataclass(frozen=True)
class FewClusters:
    """Coefficients of covariates, with errors for few clusters.

    Parameters
    ----------
    value, se, df, low, high, p : array of float, shape (k,)
        In the unit of the outcome by that of the covariate; degrees of freedom are each
        coefficient's own.
    n, clusters : int
        Rows and clusters.
    """

    value: Array
    se: Array
    df: Array
    low: Array
    high: Array
    p: Array
    n: int
    clusters: int


@named
def cr2(
    outcome: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike,
    *,
    controls: ArrayLike | None = None,
    level: float = 0.95,
) -> FewClusters:
    """Fit least squares with CR2 errors and Satterthwaite degrees of freedom.

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
    FewClusters

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If a value is missing, a column is constant or collinear, a coefficient rests on
        one cluster, its degrees of freedom are below 4, or nothing varies.

    Notes
    -----
    Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181; Pustejovsky and Tipton
    (2018), Journal of Business & Economic Statistics 36(4), 672-683, with independent rows
    as the working model, as clubSandwich's "CR2" for ``lm``. Below 4 degrees of freedom:
    Tipton (2015), Psychological Methods 20(3), 375-393.
    """
    quantile(level)
    fit = fit_in_clusters(outcome, covariates, cluster, controls)
    refuse_decisive(fit)
    se, df = bias_reduced(fit)
    if not (se > NO_SPREAD).all():
        raise Refused("refuse_no_variation")
    refuse_few_degrees(df, fit.clusters)
    low, high, p = by_student(fit.slope, se, df, level)
    return FewClusters(
        *(fit.slope * fit.unit, se * fit.unit, df, low * fit.unit, high * fit.unit, p),
        *(fit.codes.size, fit.clusters),
    )
