"""How much each person moves an estimate, and the standard error that follows.

With clusters, the persons of one are added up first.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, group_codes, same_length
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.logit import Logit
from evalkit.arithmetic.sandwich import cluster_sums, refuse_lone
from evalkit.arithmetic.thin import reach
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
    value: float,
    influence: Array,
    outcome: Array,
    weight: Array,
    treated: NDArray[np.bool_],
    level: float,
    cluster: ArrayLike | None,
    fitted: tuple[int, int] = (0, 0),
    widen: float = 1.0,
) -> Point:
    """Return an estimate with the interval that its influence gives.

    Parameters
    ----------
    value : float
        The estimate, a difference of two weighted means or close to one.
    influence : array of float, shape (n,)
        How much each person moves it, with mean zero on paper.
    outcome : array of float, shape (n,)
        In any unit.
    weight : array of float, shape (n,)
        Each person's weight in the own group.
    treated : array of bool, shape (n,)
        Who is in the first group.
    level : float
        Confidence level, 0 < level < 1.
    cluster : array_like, shape (n,), or None
        Each person's cluster.
    fitted : tuple of (int, int)
        Slopes fitted to the outcomes of each group.
    widen : float
        How much further the interval reaches for what the standard error leaves out.

    Returns
    -------
    Point
        The standard error of large samples; interval and p-value reach as far as
        `evalkit.arithmetic.thin.reach` says.

    Raises
    ------
    Refused
        If there is one cluster, one cluster alone is treated or untreated, or the groups
        are too thin to show an error (`evalkit.arithmetic.thin.reach`).
    """
    n = influence.size
    # Noise of the machine is a share of the outcome, not of what is left of it.
    scale = float(np.abs(outcome).max()) / n
    if cluster is None:
        far = reach(outcome, treated, weight, fitted=fitted)
        se = math.sqrt(float(influence @ influence)) / n
        return wald(value, se, level, df=far.df, scale=scale, widen=far.widen * widen)
    codes, groups = group_codes(cluster)
    same_length(treated=treated, cluster=codes)
    refuse_lone(treated, codes, groups, "treated")
    far = reach(outcome, treated, weight, codes)
    sums = cluster_sums(influence[:, None], codes, groups)[:, 0]
    se = math.sqrt(float(sums @ sums) * groups / (groups - 1)) / n
    return wald(value, se, level, df=far.df, scale=scale, widen=far.widen * widen)
