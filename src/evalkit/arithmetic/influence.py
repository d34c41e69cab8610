"""How much each person moves an estimate, and the standard error that follows.

With clusters, the persons of one are added up first.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, group_codes, same_length
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.logit import Logit
from evalkit.arithmetic.sandwich import cluster_sums, refuse_lone
from evalkit.arithmetic.wald import wald


def weighted_mean_influence(
    outcome: Array, weight: Array, slope: Array, group: Array, fit: Logit
) -> tuple[float, Array]:
    """Return a group's weighted mean and how much each person moves it.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        In any unit.
    weight, slope : array of float, shape (n,)
        Each person's weight, and its derivative by the log odds of being treated; only
        those of the group count.
    group : array of {0, 1}, shape (n,)
        Who is in the group.
    fit : Logit
        The propensity scores, whose own uncertainty counts; its outcome was being treated.

    Returns
    -------
    float
        The mean, in the unit of the outcome.
    array of float, shape (n,)
        Influence, with the part that comes by the error of the propensity scores.

    Notes
    -----
    Stacked estimating equations: Stefanski and Boos (2002), American Statistician 56(1),
    29-38; Lunceford and Davidian (2004), Statistics in Medicine 23(19), 2937-2960.
    """
    total = float((weight * group).sum())
    mean = float((weight * group) @ outcome) / total
    gap = (outcome - mean) * group
    direct = weight * gap * outcome.size / total
    by_score = fit.design.T @ (slope * gap) / total
    return mean, direct + _score_influence(fit) @ by_score


def _score_influence(fit: Logit) -> Array:
    """Return how much each person moves the coefficients of the propensity score."""
    rows = fit.fitted.size
    moved: Array = (fit.design * fit.residual[:, None]) @ fit.covariance * rows
    return moved


def estimate(
    value: float, influence: Array, level: float, cluster: ArrayLike | None, treated: Array
) -> Point:
    """Return an estimate with the interval that its influence gives.

    Parameters
    ----------
    value : float
        The estimate.
    influence : array of float, shape (n,)
        How much each person moves it, with mean zero on paper.
    level : float
        Confidence level, 0 < level < 1.
    cluster : array_like, shape (n,), or None
        Each person's cluster.
    treated : array of {0, 1}, shape (n,)
        Whose treatment must not lie in one cluster alone.

    Raises
    ------
    Refusal
        If there is one cluster, or one cluster alone is treated or untreated.
    """
    n = influence.size
    scale = float(np.abs(influence).max(initial=0.0)) + abs(value)
    if cluster is None:
        return wald(value, math.sqrt(float(influence @ influence)) / n, level, scale=scale / n)
    codes, groups = group_codes(cluster)
    same_length(treated=treated, cluster=codes)
    refuse_lone(treated, codes, groups, "treated")
    sums = cluster_sums(influence[:, None], codes, groups)[:, 0]
    se = math.sqrt(float(sums @ sums) * groups / (groups - 1)) / n
    return wald(value, se, level, df=groups - 1, scale=scale / n)
