"""How likely each person was to be in the programme, given what was known before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, columns, named, numbers, same_length, two_groups
from evalkit.arithmetic.logit import fit_logit
from evalkit.errors import Refused


@dataclass(frozen=True)
class Propensity:
    """Propensity scores.

    Parameters
    ----------
    score, linear : array of float, shape (n,)
        Probability of being treated, in (0, 1), and its log odds.
    coefficients : array of float, shape (k + 1,)
        Log odds: the intercept, then one for each covariate.
    """

    score: Array
    linear: Array
    coefficients: Array


@dataclass(frozen=True)
class Support:
    """Where treated and untreated persons can be compared.

    Parameters
    ----------
    low, high : float
        Common range: from the larger of the two smallest scores to the smaller of the
        two largest.
    treated_outside, control_outside : float
        Share of each group outside the common range, in [0, 1].
    effective : float
        Kish's effective number of untreated persons under the weights e/(1 - e).
    effective_share : float
        The same as a share of the untreated, in (0, 1].
    outside : array of bool, shape (n,)
        Who is outside the common range.
    """

    low: float
    high: float
    treated_outside: float
    control_outside: float
    effective: float
    effective_share: float
    outside: NDArray[np.bool_]


@named
def propensity(treated: ArrayLike, covariates: ArrayLike) -> Propensity:
    """Fit each person's probability of being treated by logistic regression.

    Parameters
    ----------
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    covariates : array_like of float, shape (n, k)
        What was known before; main effects as they are given.

    Returns
    -------
    Propensity

    Raises
    ------
    ValueError
        If lengths differ or a group is neither 0 nor 1.
    Refused
        If a group is empty, a value is missing, a covariate is constant or collinear,
        or covariates separate the groups.

    Notes
    -----
    Rosenbaum and Rubin (1983), Biometrika 70(1), 41-55. Maximum likelihood.
    """
    group, table = two_groups(treated), columns(covariates)
    same_length(treated=group, covariates=table)
    fit = fit_logit(group, table)
    return Propensity(fit.fitted, fit.linear, fit.coefficients)


def common_support(linear: ArrayLike, treated: ArrayLike) -> Support:
    """Describe the overlap of two groups on the log odds of the propensity score.

    Parameters
    ----------
    linear : array_like of float, shape (n,)
        Log odds of being treated.
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.

    Returns
    -------
    Support
        The range in log odds.

    Raises
    ------
    ValueError
        If lengths differ or a group is neither 0 nor 1.
    Refused
        If a group is empty, a value is missing, or the ranges do not meet.

    Notes
    -----
    Minima and maxima: Dehejia and Wahba (1999), JASA 94, 1053-1062. Effective number:
    Kish (1965), Survey Sampling.
    """
    score, group = numbers(linear, "linear"), two_groups(treated)
    same_length(linear=score, treated=group)
    first, second = score[group], score[~group]
    low, high = max(first.min(), second.min()), min(first.max(), second.max())
    if low > high:
        raise Refused("refuse_no_overlap", treated=first.size, control=second.size)
    # The odds themselves may be too large a number; only their proportions count.
    odds = np.exp(second - second.max())
    effective = float(odds.sum() ** 2 / (odds**2).sum())
    outside = (score < low) | (score > high)
    return Support(
        low=float(low),
        high=float(high),
        treated_outside=float(outside[group].mean()),
        control_outside=float(outside[~group].mean()),
        effective=effective,
        effective_share=effective / second.size,
        outside=outside,
    )
