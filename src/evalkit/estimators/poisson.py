"""Rates of events by several characteristics at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from evalkit.arithmetic.coefficients import clustered, intervals, robust
from evalkit.arithmetic.counts import events_in, exposures
from evalkit.arithmetic.design import Array, columns, named, same_length
from evalkit.arithmetic.loglinear import LogLinear, begin, finish, maximise
from evalkit.arithmetic.small_sample import FEWEST_EVENTS, refuse_sparse

ERRORS = ("model", "hc0")


@dataclass(frozen=True)
class Poisson:
    """Coefficients of a Poisson regression, the intercept first.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k + 1,)
        Logarithms of the rate where all covariates are 0, then of the rate ratios;
        standard errors, intervals and two-sided p-values.
    covariance : array of float, shape (k + 1, k + 1)
        Of the coefficients.
    dispersion : float or None
        Pearson's chi-square over its degrees of freedom: well above 1, the counts vary
        more than Poisson counts do, and model-based errors are too small. None with no
        more rows than coefficients.
    deviance : float
        Twice what the likelihood lacks of that in which each row has its own rate.
    n, clusters : int
        Rows, and clusters (0 where rows are independent).
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    covariance: Array
    dispersion: float | None
    deviance: float
    n: int
    clusters: int


@named
def poisson(
    events: ArrayLike,
    exposure: ArrayLike,
    covariates: ArrayLike,
    *,
    errors: str = "model",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Poisson:
    """Fit a Poisson regression with the logarithm of the time at risk as offset.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events of each person, or of each group of persons.
    exposure : array_like of float, shape (n,)
        Time at risk, above 0, in any one unit.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    errors : {"model", "hc0"}
        Errors where rows are independent: of Poisson counts, or of counts of any variance.
    cluster : array_like, shape (n,), optional
        Each row's cluster, in place of ``errors``; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Poisson

    Raises
    ------
    ValueError
        If lengths differ, a count is no whole number, or the kind of error is unknown.
    Refused
        If nobody has an event, a value is missing, a time is not above 0, a covariate is
        constant, collinear or picks out people without any event, or the rows or clusters
        cannot carry a robust error, or a value of a covariate with two values has fewer than
        5 events to be expected (10, and 10 rows or 6 clusters, for robust errors).

    Notes
    -----
    Rate ratios are consistent whatever the variance of the counts (Gourieroux, Monfort
    and Trognon 1984, Econometrica 52(3), 701-720), errors only under ``hc0`` or clusters.
    """
    counts, time, table = events_in(events), exposures(exposure), columns(covariates)
    same_length(events=counts, exposure=time, covariates=table)
    if errors not in ERRORS:
        raise ValueError(f"errors must be one of {', '.join(ERRORS)}")
    expected = counts.sum() * time / time.sum()
    start = begin(counts, time, table)
    if cluster is None and errors == "model":
        refuse_sparse(table, expected, needed=FEWEST_EVENTS, robust=False)
    fit = finish(maximise(start))
    covariance, groups, reach = fit.covariance, 0, None
    parts = (covariance, fit.design, fit.residual, fit.weight)
    if cluster is not None:
        covariance, groups, reach = clustered(*parts, cluster, expected)
    elif errors == "hc0":
        covariance, groups, reach = robust(*parts, expected)
    dispersion, deviance = _lack(counts, fit)
    errors_of = intervals(fit.coefficients, covariance, level, reach)
    n, first = counts.size, fit.coefficients
    return Poisson(first, *errors_of, covariance, dispersion, deviance, n, groups)


def _lack(counts: Array, fit: LogLinear) -> tuple[float | None, float]:
    """Return the dispersion, and what the likelihood lacks."""
    free = counts.size - fit.coefficients.size
    # Somebody without events may be expected to have fewer than the smallest number.
    surprise = np.divide(counts, fit.fitted, out=np.ones(counts.size), where=counts > 0)
    lack = xlogy(counts, surprise) - (counts - fit.fitted)
    square = np.divide(fit.residual**2, fit.fitted, out=np.zeros(counts.size), where=fit.fitted > 0)
    dispersion = float(square.sum()) / free if free > 0 else None
    return dispersion, max(2 * float(lack.sum()), 0.0)
