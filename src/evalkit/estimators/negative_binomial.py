"""Rates of events that differ between people by more than is known of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gammaln, xlogy

from evalkit.arithmetic.coefficients import clustered, intervals
from evalkit.arithmetic.counts import events_in, exposures
from evalkit.arithmetic.design import Array, columns, named, same_length
from evalkit.arithmetic.loglinear import Frame, begin, finish, maximise
from evalkit.arithmetic.small_sample import refuse_sparse
from evalkit.errors import Refused

# A sum runs over all whole numbers below the largest count.
LARGEST = 10_000_000
# Counts that vary by less than this share more than Poisson counts are Poisson counts.
NO_MORE = 1e-6


@dataclass(frozen=True)
class NegativeBinomial:
    """Coefficients of a negative binomial regression, the intercept first.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k + 1,)
        Logarithms of the rate where all covariates are 0, then of the rate ratios;
        standard errors, intervals and two-sided p-values.
    covariance : array of float, shape (k + 1, k + 1)
        Of the coefficients.
    alpha : float
        Variance of a count is mu + alpha mu^2; R's theta is 1 / alpha.
    overdispersed : bool
        Whether the counts vary more than Poisson counts do. Where not, alpha is 0 and
        the fit is that of a Poisson regression.
    loglik : float
        Logarithm of the likelihood, with all its constants.
    n, clusters : int
        Rows, and clusters (0 where rows are independent).
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    covariance: Array
    alpha: float
    overdispersed: bool
    loglik: float
    n: int
    clusters: int


@named
def negative_binomial(
    events: ArrayLike,
    exposure: ArrayLike,
    covariates: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> NegativeBinomial:
    """Fit a negative binomial regression, with its dispersion, by maximum likelihood.

    Parameters
    ----------
    events : array_like of int, shape (n,)
        Events of each person.
    exposure : array_like of float, shape (n,)
        Time at risk, above 0, in any one unit; its logarithm is the offset.
    covariates : array_like of float, shape (n, k)
        Without a column for the intercept.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    NegativeBinomial

    Raises
    ------
    ValueError
        If lengths differ or a count is no whole number.
    Refused
        If nobody has an event, somebody has above ten million, a value is missing, a
        time is not above 0, a covariate is constant, collinear or picks out people
        without any event, the clusters cannot carry an error, or a value of a
        covariate with two values has fewer than 10 events to be expected.

    Notes
    -----
    The quadratic variance ("NB2") of Lawless (1987), Canadian Journal of Statistics
    15(3), 209-225. Errors come from the expected information, in which dispersion and
    coefficients are orthogonal, as in R's ``glm.nb``. Unlike Poisson errors they follow
    the variance of the counts only if it has this form; clusters follow any form.
    """
    counts, time, table = events_in(events), exposures(exposure), columns(covariates)
    same_length(events=counts, exposure=time, covariates=table)
    if above := int((counts > LARGEST).sum()):
        raise Refused("refuse_large_counts", n=above, largest=LARGEST)
    # How many persons have more than so many events.
    beyond = counts.size - np.cumsum(np.bincount(counts.astype(np.int64)))[:-1].astype(float)
    expected, start = counts.sum() * time / time.sum(), begin(counts, time, table)
    if cluster is None:
        refuse_sparse(table, expected, robust=False)
    frame, alpha = _dispersed(maximise(start), beyond)
    fit = finish(frame, alpha)
    covariance, groups, reach = fit.covariance, 0, None
    if cluster is not None:
        covariance, groups, reach = clustered(
            covariance, fit.design, fit.residual, fit.weight, cluster, expected
        )
    return NegativeBinomial(
        *(fit.coefficients, *intervals(fit.coefficients, covariance, level, reach), covariance),
        alpha=alpha,
        overdispersed=alpha > 0,
        loglik=_loglik(counts, fit.fitted, alpha, beyond),
        n=counts.size,
        clusters=groups,
    )


def _dispersed(frame: Frame, beyond: Array) -> tuple[Frame, float]:
    """Return the fit at the dispersion of the largest likelihood, and that dispersion."""
    mean = np.exp(frame.linear)
    square = float(((frame.events - mean) ** 2).sum())
    more = square - float(frame.events.sum())
    if more <= NO_MORE * square:
        return frame, 0.0

    def slope(log_alpha: float) -> float:
        nonlocal frame
        alpha = math.exp(log_alpha)
        # From where the last dispersion ended it is a step or two.
        frame = maximise(frame, alpha)
        return _slope(frame, alpha, beyond)

    # The slope is above 0 near a dispersion of 0, and below 0 for a very large one.
    low = high = math.log(more / float((mean**2).sum()))
    while slope(high) > 0:
        low, high = high, high + 1
    while low == high or slope(low) <= 0:
        low, high = low - 1, low
    alpha = math.exp(brentq(slope, low, high, xtol=1e-12, rtol=1e-14))
    return maximise(frame, alpha), alpha


def _slope(frame: Frame, alpha: float, beyond: Array) -> float:
    """Return the derivative of the log-likelihood by alpha."""
    mean, below = np.exp(frame.linear), np.arange(beyond.size)
    part = alpha * mean
    shrunk = part / (1 + part)
    rows = (np.log1p(part) - shrunk) / alpha**2 - frame.events * shrunk / alpha
    return float((beyond * (below / (1 + alpha * below))).sum() + rows.sum())


def _loglik(counts: Array, mean: Array, alpha: float, beyond: Array) -> float:
    rows = xlogy(counts, mean) - gammaln(counts + 1)
    if alpha == 0:
        return float((rows - mean).sum())
    rows -= (counts + 1 / alpha) * np.log1p(alpha * mean)
    return float(rows.sum() + (beyond * np.log1p(alpha * np.arange(beyond.size))).sum())
