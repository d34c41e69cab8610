"""Shares and their difference when people come in clusters."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.design import Array, group_codes, same_length
from evalkit.arithmetic.interval import Point, flags, quantile
from evalkit.arithmetic.sandwich import refuse_lone
from evalkit.arithmetic.small_sample import Reaches, reaches
from evalkit.arithmetic.thin import refuse_small_clusters, too_rare
from evalkit.errors import Refused

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
        Share in [0, 1] with an interval from Student's t with the degrees of freedom that
        the clusters' sizes leave, cut at 0 and 1. Where nobody or everybody was reached, or
        as many in each cluster, the clusters do not show how they differ: the interval is
        then exact for as many persons as there are clusters, without a standard error.

    Raises
    ------
    ValueError
        If lengths differ or a value is neither 0 nor 1.
    Refused
        If there is nobody, a value is missing, or there are fewer than two clusters.

    Notes
    -----
    CR1 variance (Liang and Zeger 1986 with the factor G/(G-1) (n-1)/(n-k)), as Stata and
    statsmodels give it; the interval by CR2 and its degrees of freedom (Bell and McCaffrey
    2002, Survey Methodology 28(2), 169-181), which are G - 1 where clusters are of one size.
    Clusters as persons, as if all of a cluster were of one mind, is the least that they can
    be worth; Clopper and Pearson (1934), Biometrika 26(4), 404-413.
    """
    outcome = flags(reached, "reached")
    quantile(level)
    codes, groups = _clusters(outcome, cluster)
    return _share(outcome, codes, groups, level)


def clustered_difference(
    reached: ArrayLike, exposed: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> Point:
    """Estimate the difference of two shares with a cluster-robust interval.

    Parameters
    ----------
    reached, exposed : array_like of {0, 1}, shape (n,)
        Whether each person was reached, and was in the first group.
    cluster : array_like, shape (n,)
        Each person's cluster; at least six of each group.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Share of the exposed minus share of the others, in [-1, 1], its standard error,
        interval and p-value. Where nobody or everybody of a group was reached, or fewer
        than 10 persons of the rarer sort are expected in one, the interval is put together
        from those of the two shares, without a standard error or a p-value.

    Raises
    ------
    ValueError
        If lengths differ or a value is neither 0 nor 1.
    Refused
        If a group is empty or in fewer than six clusters, a value is missing, there are
        fewer than two clusters or than 4 degrees of freedom, one cluster alone is exposed
        or unexposed, or the clusters show no spread at all.

    Notes
    -----
    Least squares on a 0/1 regressor with CR1 variance, as in `clustered_share`; interval
    and p-value are those of CR2 with Satterthwaite's degrees of freedom, as in
    `evalkit.estimators.cr2`, so that they hold with few clusters. Put together by Newcombe
    (1998), Statistics in Medicine 17(8), 873-890, method 10: squares of the distances to
    the shares' own bounds are added.
    """
    outcome, group = flags(reached, "reached"), flags(exposed, "exposed")
    if outcome.shape != group.shape:
        raise ValueError("reached and exposed must have the same length")
    if group.all() or not group.any():
        raise Refused("refuse_one_group", n=group.size)
    quantile(level)
    codes, groups = _clusters(outcome, cluster)
    refuse_lone(group, codes, groups, "exposed")
    one = group == 1
    refuse_small_clusters(one, codes)
    if too_rare(outcome, one) or min(np.ptp(outcome[one]), np.ptp(outcome[~one])) == 0:
        return _together(outcome, one, codes, level)
    design = np.column_stack([np.ones(group.size), group])
    value, se, reach = _fit(outcome, design, codes)
    if se == 0:
        raise Refused("refuse_no_variation")
    wide, df = se * float(reach.widen[1]), float(reach.df[1])
    half = float(student.ppf(0.5 + level / 2, df)) * wide
    p = 2 * float(student.sf(abs(value) / wide, df))
    return Point(value, max(value - half, -1.0), min(value + half, 1.0), se, p)


def _clusters(outcome: Array, cluster: ArrayLike) -> tuple[NDArray[np.int64], int]:
    codes, groups = group_codes(cluster)
    same_length(reached=outcome, cluster=codes)
    if groups < 2:
        raise Refused("refuse_one_cluster", n=outcome.size)
    return codes, groups


def _share(outcome: Array, codes: NDArray[np.int64], groups: int, level: float) -> Point:
    value = float(outcome.mean())
    if 0 < value < 1:
        found, se, reach = _fit(outcome, np.ones((outcome.size, 1)), codes)
        if se > 0:
            half = float(student.ppf(0.5 + level / 2, reach.df[0])) * se * float(reach.widen[0])
            return Point(found, max(found - half, 0.0), min(found + half, 1.0), se)
    # Of so many persons, each the voice of a cluster.
    low, high = proportion_confint(value * groups, groups, alpha=1 - level, method="beta")
    return Point(value, min(float(low), value), max(float(high), value))


def _together(
    outcome: Array, group: NDArray[np.bool_], codes: NDArray[np.int64], level: float
) -> Point:
    """Return a difference whose interval is made of those of the two shares."""
    first, second = (
        _share(outcome[some], *group_codes(codes[some]), level) for some in (group, ~group)
    )
    value = first.value - second.value
    down = math.hypot(first.value - first.low, second.high - second.value)
    up = math.hypot(first.high - first.value, second.value - second.low)
    return Point(value, max(value - down, -1.0), min(value + up, 1.0))


def _fit(outcome: Array, design: Array, codes: NDArray[np.int64]) -> tuple[float, float, Reaches]:
    """Return the last coefficient, its CR1 error, and how far the intervals reach."""
    fit = OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    # A variance that is zero on paper is an ulp either side of it in the machine:
    # its root is NaN, or a standard error that makes 4e-16 look like evidence.
    variance = np.maximum(np.diagonal(fit.cov_params()), 0.0)
    value = float(np.clip(fit.params[-1], -1.0, 1.0)) if abs(fit.params[-1]) > NO_SPREAD else 0.0
    if not variance[-1] > NO_SPREAD:
        return value, 0.0, Reaches(np.ones(design.shape[1]), np.ones(design.shape[1]))
    se = np.sqrt(np.maximum(variance, NO_SPREAD))
    reach = reaches(design, np.ones(outcome.size), outcome - design @ fit.params, se, codes)
    return value, float(se[-1]), reach
