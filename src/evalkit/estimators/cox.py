"""Hazards of an event by several characteristics at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.coefficients import clusters_of, intervals, refuse_none
from evalkit.arithmetic.design import Array, columns, group_codes, named, same_length
from evalkit.arithmetic.hazards import Hazards, RiskSets, fit_hazards
from evalkit.arithmetic.holford import reach_of_hazards
from evalkit.arithmetic.interval import flags, quantile
from evalkit.arithmetic.sandwich import cluster_sums
from evalkit.arithmetic.small_sample import FEWEST_EVENTS, Reaches, refuse_sparse
from evalkit.arithmetic.survival import times
from evalkit.arithmetic.thin import FEWEST_UNLIKE

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
    strata : int
        Strata; 1 where none were given.
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
    strata: int = 1


@named
def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    ties: str = "efron",
    robust: bool = False,
    strata: ArrayLike | None = None,
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
        How events at the same time are counted; R's default is Efron.
    robust : bool
        Errors that hold where hazards are not proportional.
    strata : array_like, shape (n,), optional
        Each person's stratum; each has a baseline hazard of its own.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Cox

    Raises
    ------
    ValueError
        If lengths differ, an event is neither 0 nor 1, or ties are unknown.
    Refused
        If a value is missing, a time is negative, events or clusters are no more than
        covariates; a covariate is constant (in each stratum), collinear, highest or lowest at
        every event, or differs in one cluster alone; or a value of two has too few events.

    Notes
    -----
    Cox (1972), JRSS B 34(2), 187-220; ties by Efron (1977), JASA 72, 557-565; robust: Lin
    and Wei (1989), JASA 84, 1074-1078, without a small-sample factor, as R's
    ``robust=TRUE``; in clusters times G/(G-1), as Stata, which R leaves out. What few
    persons or clusters take from robust intervals: `evalkit.arithmetic.small_sample`.
    """
    moments, happened, table = times(time), flags(event, "event"), columns(covariates)
    same_length(time=moments, event=happened, covariates=table)
    quantile(level)
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}")
    codes, groups = clusters_of(cluster, table, table.shape[1])
    own, shown = (codes if groups else None), robust or groups > 0
    strata_codes, layers = _strata(strata, moments)
    sets = RiskSets(moments, happened, table, efron=ties == "efron", strata=strata_codes)
    _refuse_sparse(sets, table, shown, own)
    fit, unit = fit_hazards(sets), sets.deviation
    covariance = (_robust(fit, codes, groups) if shown else fit.inverse) / np.outer(unit, unit)
    reach = _reach(fit, table, happened, own, strata_codes) if shown else None
    value = fit.beta / unit
    return Cox(
        *(value, *intervals(value, covariance, level, reach), covariance),
        *(fit.log_likelihood, fit.null, moments.size, int(happened.sum()), groups, layers),
    )


def _strata(strata: ArrayLike | None, moments: Array) -> tuple[NDArray[np.int64] | None, int]:
    if strata is None:
        return None, 1
    codes, layers = group_codes(strata, "strata")
    same_length(time=moments, strata=codes)
    return codes, layers


def _refuse_sparse(
    sets: RiskSets, table: Array, robust: bool, codes: NDArray[np.int64] | None
) -> None:
    needed = FEWEST_UNLIKE if robust else FEWEST_EVENTS
    refuse_sparse(table, _expected(sets), needed=needed, robust=robust, codes=codes)


def _expected(sets: RiskSets) -> Array:
    """Return the events expected of each person if all had the same hazard."""
    _, sums = sets.sums(np.zeros(sets.design.shape[0]))
    found = np.zeros(sets.n)
    found[sets.order] = sets.expected(sums)
    return found


def _reach(
    fit: Hazards,
    table: Array,
    happened: Array,
    codes: NDArray[np.int64] | None,
    strata: NDArray[np.int64] | None,
) -> Reaches:
    expected = np.zeros(happened.size)
    expected[fit.sets.order] = fit.expected
    return reach_of_hazards(table, happened, expected, codes, strata)


def _robust(fit: Hazards, codes: NDArray[np.int64], groups: int) -> Array:
    moved: Array = fit.sets.scores(fit.sums, fit.expected) @ fit.inverse
    if groups:
        moved = cluster_sums(moved, codes, groups) * math.sqrt(groups / (groups - 1))
    covariance: Array = moved.T @ moved
    refuse_none(covariance, fit.inverse)
    return covariance
