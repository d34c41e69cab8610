"""Hazards of an event by several characteristics at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from scipy.stats import t as student

from evalkit.arithmetic.design import Array, columns, group_codes, same_length
from evalkit.arithmetic.hazards import Hazards, RiskSets, fit_hazards
from evalkit.arithmetic.interval import flags, quantile
from evalkit.arithmetic.sandwich import cluster_sums, refuse_lone
from evalkit.arithmetic.survival import times
from evalkit.errors import Refusal

# A robust error that is zero on paper is so small a share of the model's.
NO_SPREAD = 1e-9
TIES = ("efron", "breslow")


@dataclass(frozen=True)
class Cox:
    """Log hazard ratios.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k,)
        Log hazard ratios of one unit of each covariate, standard errors, intervals and
        two-sided p-values.
    covariance : array of float, shape (k, k)
        Of the coefficients.
    log_likelihood, null : float
        Log partial likelihood at the estimate, and without covariates.
    n, events, clusters : int
        Persons, events, and clusters (0 where persons are independent).
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    covariance: Array
    log_likelihood: float
    null: float
    n: int
    events: int
    clusters: int


def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    ties: str = "efron",
    robust: bool = False,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Cox:
    """Fit proportional hazards with model-based, robust or cluster-robust errors.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    covariates : array_like of float, shape (n, k)
        What was known at time 0.
    ties : {"efron", "breslow"}
        How events at the same time are counted; statsmodels' default is Breslow, R's
        is Efron.
    robust : bool
        Errors that hold where hazards are not proportional.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then come from Student's t with G - 1 degrees
        of freedom.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Cox

    Raises
    ------
    ValueError
        If lengths differ, an event is neither 0 nor 1, or ties are unknown.
    Refusal
        If there is no event or no more events than covariates, a time is negative, a
        value is missing, a covariate is constant, collinear or the highest (or lowest)
        at every event, there are no more clusters than covariates, or one cluster alone
        differs in a covariate.

    Notes
    -----
    Cox (1972), JRSS B 34(2), 187-220; ties by Efron (1977), JASA 72, 557-565; robust: Lin
    and Wei (1989), JASA 84, 1074-1078, without a small-sample factor, as R's
    ``robust=TRUE``; in clusters times G/(G-1), as Stata, which R leaves out.
    """
    moments, happened, table = times(time), flags(event, "event"), columns(covariates)
    same_length(time=moments, event=happened, covariates=table)
    half = quantile(level)
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}")
    codes, groups = _clusters(cluster, table)
    fit = fit_hazards(RiskSets(moments, happened, table, efron=ties == "efron"))
    covariance = _robust(fit, codes, groups) if robust or groups else fit.inverse
    unit = fit.sets.deviation
    value, covariance = fit.beta / unit, covariance / np.outer(unit, unit)
    se = np.sqrt(np.diagonal(covariance))
    if not (se > NO_SPREAD * np.sqrt(np.diagonal(fit.inverse)) / unit).all():
        raise Refusal("refuse_no_variation")
    ratio = np.abs(value) / se
    p = 2 * (student.sf(ratio, groups - 1) if groups else norm.sf(ratio))
    half = float(student.ppf(0.5 + level / 2, groups - 1)) if groups else half
    ends, likelihoods = (value - half * se, value + half * se), (fit.log_likelihood, fit.null)
    sizes = moments.size, int(happened.sum()), groups
    return Cox(value, se, *ends, p, covariance, *likelihoods, *sizes)


def _robust(fit: Hazards, codes: NDArray[np.int64], groups: int) -> Array:
    moved: Array = fit.sets.scores(fit.sums, fit.expected) @ fit.inverse
    if groups:
        moved = cluster_sums(moved, codes, groups) * math.sqrt(groups / (groups - 1))
    return moved.T @ moved


def _clusters(cluster: ArrayLike | None, table: Array) -> tuple[NDArray[np.int64], int]:
    if cluster is None:
        return np.empty(0, dtype=np.int64), 0
    codes, groups = group_codes(cluster)
    same_length(covariates=table, cluster=codes)
    for place, column in enumerate(table.T, start=1):
        refuse_lone(column, codes, groups, f"covariates {place}")
    if groups <= table.shape[1]:
        raise Refusal("refuse_few_clusters", clusters=groups, coefficients=table.shape[1])
    return codes, groups
