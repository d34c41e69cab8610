"""A share with the error of clusters, from how many clusters have which counts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.design import numbers, same_length
from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused

# Beside the mean square of the counts a variance this small is zero on paper.
NO_SPREAD = 1e-20


def counted_share(
    events: ArrayLike, base: ArrayLike, clusters: ArrayLike, *, level: float = 0.95
) -> Point:
    """Estimate a share of units that come in clusters, from a table of counts.

    Parameters
    ----------
    events, base : array_like of int, shape (k,)
        Units with the outcome, and all units, of one cluster; 0 <= events <= base. Clusters
        without any unit count for nothing.
    clusters : array_like of int, shape (k,)
        How many clusters have these two counts, at least 0.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Share in [0, 1] of all units, and its interval, symmetric in the log odds, with
        Student's t on as many degrees of freedom as there are clusters less one. Where all
        units are alike, or as many of each cluster, the interval is exact for as many units
        as the clusters are worth by their sizes, without a standard error.

    Raises
    ------
    ValueError
        If lengths differ or a count is impossible.
    Refused
        If a value is missing, there is no unit, or there are fewer than two clusters.

    Notes
    -----
    The same numbers as `evalkit.estimators.survey_share` gives for one row a unit, each with
    weight 1 and its cluster as its primary sampling unit: the variance of a ratio between
    clusters (Woodruff 1971, JASA 66, 411-414). A million units become a few hundred rows.
    """
    quantile(level)
    e, b, k = (numbers(x, n) for x, n in
               ((events, "events"), (base, "base"), (clusters, "clusters")))  # fmt: skip
    same_length(events=e, base=b, clusters=k)
    if (e < 0).any() or (e > b).any() or (k < 0).any():
        raise ValueError("events must be from 0 to base, and clusters at least 0")
    e, b, k = (x[(b > 0) & (k > 0)] for x in (e, b, k))
    units, many = float(b @ k), float(k.sum())
    if many < 2:
        raise Refused("refuse_one_cluster", n=int(units))
    value = float(e @ k) / units
    variance = many / (many - 1) * float(k @ (e - value * b) ** 2) / units**2
    if 0 < value < 1 and variance > NO_SPREAD:
        se = math.sqrt(variance)
        half = float(student.ppf(0.5 + level / 2, many - 1)) * se / (value * (1 - value))
        low, high = (float(expit(logit(value) + side)) for side in (-half, half))
        return Point(value, low, high, se)
    worth = units**2 / float(k @ b**2)
    low, high = proportion_confint(value * worth, worth, alpha=1 - level, method="beta")
    return Point(value, float(np.minimum(low, value)), float(np.maximum(high, value)))
