"""Treated persons compared with untreated ones who are alike in every characteristic."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, as_names, group_codes, numbers, same_length, two_groups
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.sandwich import cr1, refuse_lone
from evalkit.arithmetic.thin import reach
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused


@dataclass(frozen=True)
class Exact:
    """A difference among persons who are alike.

    Parameters
    ----------
    point : Point
        Treated minus untreated, in the unit of the outcome.
    weight : array of float, shape (n,)
        1 for matched treated persons, those of the untreated add up to the number of
        them in each stratum; 0 for who was not matched.
    stratum : array of int, shape (n,)
        Each person's combination of characteristics; -1 for who was not matched.
    strata, unmatched : int
        Combinations with both groups; treated persons without any untreated one alike.
    """

    point: Point
    weight: Array
    stratum: NDArray[np.int64]
    strata: int
    unmatched: int


def exact_matching(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Exact:
    """Estimate the effect on those treated who have somebody alike in the other group.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit.
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    covariates : array_like, shape (n, k)
        Categories, or numbers with few values.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Exact

    Raises
    ------
    ValueError
        If lengths differ or a group is neither 0 nor 1.
    Refused
        If a group is empty, a value is missing, nobody is alike, clusters cannot carry an
        error, or the matched are too thin to show one (`evalkit.arithmetic.thin.reach`).

    Notes
    -----
    Cochran (1968), Biometrics 24(2), 295-313, weighted to the treated; the error is that
    of a weighted regression on the treatment (HC1, or CR1 in clusters), as R's MatchIt
    with sandwich. Interval and p-value have the degrees of freedom that the weights leave.
    """
    y, group = numbers(outcome, "outcome"), two_groups(treated)
    stratum = _strata(covariates)
    same_length(outcome=y, treated=group, covariates=stratum)
    size = int(stratum.max()) + 1
    ours = np.bincount(stratum[group], minlength=size)
    theirs = np.bincount(stratum[~group], minlength=size)
    both = ((ours > 0) & (theirs > 0))[stratum]
    if not both.any():
        raise Refused("refuse_nobody_alike", treated=int(group.sum()))
    share = ours[stratum] / np.maximum(theirs[stratum], 1)
    weight = np.where(both, np.where(group, 1.0, share), 0.0)
    one = group.astype(float)
    point = _difference(y[both], one[both], weight[both], _own(cluster, one, both), level)
    return Exact(
        point=point,
        weight=weight,
        stratum=np.where(both, stratum, -1),
        strata=int(((ours > 0) & (theirs > 0)).sum()),
        unmatched=int((group & ~both).sum()),
    )


def _strata(covariates: ArrayLike) -> NDArray[np.int64]:
    # Each column of a frame by itself: an id beyond 2^53 is no float.
    table = (
        covariates if isinstance(covariates, pd.DataFrame) else pd.DataFrame(as_names(covariates))
    )
    if table.shape[1] == 0:
        raise ValueError("covariates must be a table with at least one column")
    if table.shape[0] == 0:
        raise Refused("refuse_empty", what="covariates")
    stratum = np.zeros(table.shape[0], dtype=np.int64)
    for name in table:
        codes, size = group_codes(table[name].to_numpy(), "covariates")
        # Numbered anew after each column, so that many columns do not overflow.
        stratum, _ = group_codes(stratum * size + codes)
    return stratum


def _own(
    cluster: ArrayLike | None, one: Array, both: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    if cluster is None:
        return None
    codes, _ = group_codes(cluster)
    same_length(treated=one, cluster=codes)
    codes, groups = group_codes(codes[both])
    refuse_lone(one[both], codes, groups, "treated")
    return codes


def _difference(
    y: Array, one: Array, weight: Array, codes: NDArray[np.int64] | None, level: float
) -> Point:
    if y.size <= 2:
        raise Refused("refuse_no_variation")
    design = np.column_stack([np.ones(y.size), one])
    bread = np.asarray(np.linalg.inv(design.T @ (weight[:, None] * design)), dtype=np.float64)
    means = bread @ (design.T @ (weight * y))
    scores = design * (weight * (y - design @ means))[:, None]
    scale = float(np.abs(y).max())
    own = np.arange(y.size) if codes is None else codes
    groups = int(own.max()) + 1
    far = reach(y, one == 1, weight, codes)
    # With a cluster for each person this is HC1.
    variance = float(cr1(bread, scores, own, groups, 2)[1, 1])
    se = math.sqrt(variance)
    return wald(float(means[1]), se, level, df=far.df, scale=scale, widen=far.widen)
