"""How characteristics move the share with an event of one cause, where others compete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.coefficients import intervals, refuse_none
from evalkit.arithmetic.competing import causes
from evalkit.arithmetic.design import Array, columns, named, same_length
from evalkit.arithmetic.hazards import fit_hazards
from evalkit.arithmetic.holford import reach_of_hazards
from evalkit.arithmetic.interval import quantile
from evalkit.arithmetic.small_sample import refuse_sparse
from evalkit.arithmetic.subdistribution import SubdistributionSets
from evalkit.arithmetic.survival import times
from evalkit.errors import Refused


@dataclass(frozen=True)
class FineGray:
    """Log ratios of subdistribution hazards.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k,)
        Log ratios for one unit of each covariate, robust standard errors, intervals and
        two-sided p-values. Above 0, more have had the event of the cause by any time.
    covariance : array of float, shape (k, k)
        Of the coefficients.
    log_likelihood, null : float
        Log pseudo-likelihood at the estimate, and without covariates.
    n, events, competing : int
        Persons, those with an event of the cause, and those with one of another.
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
    competing: int


@named
def fine_gray(
    time: ArrayLike,
    cause: ArrayLike,
    covariates: ArrayLike,
    *,
    of: int = 1,
    level: float = 0.95,
) -> FineGray:
    """Fit proportional subdistribution hazards of one cause.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the first event of any cause, or to the end of follow-up, at least 0.
    cause : array_like of int, shape (n,)
        0 where follow-up ended without an event, otherwise the number of the cause.
    covariates : array_like of float, shape (n, k)
        What was known at time 0.
    of : int
        The cause.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    FineGray

    Raises
    ------
    ValueError
        If lengths differ, or a cause is not a whole number of at least 0.
    Refused
        If there is nobody, a value is missing, a time is negative, nobody has the cause, its
        events are no more than covariates, a covariate is constant, collinear or the highest
        (or lowest) at every event, or one of its two values has too few persons or events.

    Notes
    -----
    Fine and Gray (1999), JASA 94, 496-509, with ties by Breslow and the robust error that
    counts the estimated weights of those with another cause, without a small-sample factor,
    as R's ``cmprsk::crr``. It says how the cumulative incidence moves, not what causes the
    event: a covariate that only makes the other causes rarer moves it too (Latouche et al.
    2013, Journal of Clinical Epidemiology 66(6), 648-653). What few persons take from the
    intervals: `evalkit.arithmetic.small_sample`.
    """
    moments, codes, table = times(time), causes(cause, of), columns(covariates)
    same_length(time=moments, cause=codes, covariates=table)
    quantile(level)
    happened = (codes == 1).astype(float)
    if not happened.any():
        raise Refused("refuse_no_cause", n=codes.size)
    sets = SubdistributionSets(moments, codes, table)
    refuse_sparse(table, _expected(sets), robust=True)
    fit = fit_hazards(sets)
    moved = sets.scores(fit.sums, fit.expected) @ fit.inverse
    covariance = moved.T @ moved
    refuse_none(covariance, fit.inverse)
    covariance = covariance / np.outer(sets.deviation, sets.deviation)
    expected = np.zeros(codes.size)
    expected[sets.order] = fit.expected
    reach, value = reach_of_hazards(table, happened, expected), fit.beta / sets.deviation
    return FineGray(
        *(value, *intervals(value, covariance, level, reach), covariance),
        *(fit.log_likelihood, fit.null),
        *(codes.size, int(happened.sum()), int((codes == 2).sum())),
    )


def _expected(sets: SubdistributionSets) -> Array:
    """Return the events expected of each person if no covariate mattered."""
    _, sums = sets.sums(np.zeros(sets.design.shape[0]))
    found = np.zeros(sets.n)
    found[sets.order] = sets.expected(sums)
    return found
