"""Shares and their difference when people come in clusters."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from evalkit.arithmetic.design import group_codes, same_length
from evalkit.arithmetic.interval import Point, flags, quantile
from evalkit.arithmetic.sandwich import refuse_lone
from evalkit.errors import Refusal

# The variance of a share in a province of millions is far above this.
NO_SPREAD = 1e-14


def clustered_share(reached: ArrayLike, cluster: ArrayLike, *, level: float = 0.95) -> Point:
    """Estimate a share with a cluster-robust interval.

    Parameters
    ----------
    reached : array_like of {0, 1}, shape (n,)
        Whether each person was reached.
    cluster : array_like, shape (n,)
        Each person's cluster; at least two distinct.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Share in [0, 1] with an interval from Student's t with G - 1 degrees of
        freedom, cut at 0 and 1.

    Raises
    ------
    ValueError
        If lengths differ or a value is neither 0 nor 1.
    Refusal
        If there is nobody, a value is missing, or there are fewer than two clusters.

    Notes
    -----
    CR1 variance (Liang and Zeger 1986 with the factor G/(G-1) (n-1)/(n-k)), as
    Stata and statsmodels give it.
    """
    outcome = flags(reached, "reached")
    point = _fit(outcome, np.ones((outcome.size, 1)), cluster, level)
    return Point(point.value, max(point.low, 0.0), min(point.high, 1.0), point.se)


def clustered_difference(
    reached: ArrayLike, exposed: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> Point:
    """Estimate the difference of two shares with a cluster-robust interval.

    Parameters
    ----------
    reached, exposed : array_like of {0, 1}, shape (n,)
        Whether each person was reached, and was in the first group.
    cluster : array_like, shape (n,)
        Each person's cluster; at least two distinct.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Share of the exposed minus share of the others, in [-1, 1], its standard
        error, interval and p-value from Student's t with G - 1 degrees of
        freedom.

    Raises
    ------
    ValueError
        If lengths differ or a value is neither 0 nor 1.
    Refusal
        If a group is empty, a value is missing, or there are fewer than two clusters, or
        one cluster alone is exposed or unexposed.

    Notes
    -----
    Least squares on a 0/1 regressor, CR1 variance, as in `clustered_share`.
    """
    outcome, group = flags(reached, "reached"), flags(exposed, "exposed")
    if outcome.shape != group.shape:
        raise ValueError("reached and exposed must have the same length")
    if group.all() or not group.any():
        raise Refusal("refuse_one_group", n=group.size)
    codes, groups = group_codes(cluster)
    same_length(reached=outcome, cluster=codes)
    refuse_lone(group, codes, groups, "exposed")
    point = _fit(outcome, np.column_stack([group, np.ones(group.size)]), cluster, level)
    return Point(point.value, max(point.low, -1.0), min(point.high, 1.0), point.se, point.p)


def _fit(outcome: np.ndarray, design: np.ndarray, cluster: ArrayLike, level: float) -> Point:
    quantile(level)
    codes, groups = group_codes(cluster)
    if codes.shape != outcome.shape:
        raise ValueError("reached and cluster must have the same length")
    if groups < 2:
        raise Refusal("refuse_one_cluster", n=outcome.size)
    fit = OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    # A variance that is zero on paper is an ulp either side of it in the machine:
    # its root is NaN, or a standard error that makes 4e-16 look like evidence.
    variance = max(float(fit.cov_params()[0, 0]), 0.0)
    se = math.sqrt(variance) if variance > NO_SPREAD else 0.0
    value = float(np.clip(fit.params[0], -1.0, 1.0)) if abs(fit.params[0]) > NO_SPREAD else 0.0
    half = float(student.ppf(0.5 + level / 2, groups - 1)) * se
    # Without spread between clusters there is nothing to test against.
    p = 2 * float(student.sf(abs(value) / se, groups - 1)) if se > 0 else None
    return Point(value, value - half, value + half, se, p)
