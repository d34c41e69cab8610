"""Test whether groups have an event of one cause equally often, where others compete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from evalkit.arithmetic.competing import causes
from evalkit.arithmetic.design import Array, group_codes, same_length
from evalkit.arithmetic.survival import time_codes, times
from evalkit.errors import Refused

# Events that must be expected in each group (Cochran 1954), as of any chi-square.
FEWEST = 5.0
# Where everybody has had the event, nothing is left to have it.
TINY = 1e-300


@dataclass(frozen=True)
class Gray:
    """The test's result.

    Parameters
    ----------
    chi2, p : float
        Statistic and p-value.
    df : int
        Degrees of freedom: groups less one.
    """

    chi2: float
    p: float
    df: int


def gray(time: ArrayLike, cause: ArrayLike, group: ArrayLike, *, of: int = 1) -> Gray:
    """Test that the cumulative incidence of a cause is the same in all groups.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the first event of any cause, or to the end of follow-up, at least 0.
    cause : array_like of int, shape (n,)
        0 where follow-up ended without an event, otherwise the number of the cause.
    group : array_like, shape (n,)
        Each person's group.
    of : int
        The cause.

    Returns
    -------
    Gray

    Raises
    ------
    ValueError
        If lengths differ, or a cause is not a whole number of at least 0.
    Refused
        If there is nobody or one group, a time is negative or missing, or there is no
        event of the cause while more than one group is at risk, or fewer than 5 are
        expected in a group.

    Notes
    -----
    Gray (1988), Annals of Statistics 16(3), 1141-1154, with rho = 0, as R's cmprsk.
    """
    moments, codes = times(time), causes(cause, of)
    number, groups = group_codes(group, "group")
    same_length(time=moments, cause=codes, group=number)
    if groups < 2:
        raise Refused("refuse_one_group", n=codes.size)
    if not (codes == 1).any():
        raise Refused("refuse_no_cause", n=codes.size)
    counts = _counts(moments, codes, number, groups)
    score, covariance = _score(*counts)
    # A score is events less those expected.
    if (least := float((counts[1].sum(axis=0) - score).min())) < FEWEST and score.any():
        raise Refused("refuse_few_expected", expected=f"{least:.1f}", needed=int(FEWEST))
    score, covariance = score[:-1], covariance[:-1, :-1]
    root = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    if not (root > 0).all():
        raise Refused("refuse_no_events_together", n=codes.size)
    scaled = covariance / np.outer(root, root)
    if not np.linalg.eigvalsh(scaled)[0] > 1e-10:
        raise Refused("refuse_no_events_together", n=codes.size)
    statistic = float((score / root) @ np.linalg.solve(scaled, score / root))
    return Gray(statistic, float(chi2.sf(statistic, groups - 1)), groups - 1)


def _counts(
    moments: Array, codes: NDArray[np.int8], number: NDArray[np.int64], groups: int
) -> tuple[Array, Array, Array]:
    """Return at risk, events of the cause and of others, each (times, groups)."""
    moment, place = time_codes(moments)
    cell = place * np.int64(groups) + number
    shape = (moment.size, groups)
    leaving, own, other = (
        np.bincount(cell[chosen], minlength=moment.size * groups).reshape(shape).astype(float)
        for chosen in (codes >= 0, codes == 1, codes == 2)
    )
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1]
    some = (own + other).sum(axis=1) > 0
    return at_risk[some], own[some], other[some]


def _score(at_risk: Array, own: Array, other: Array) -> tuple[Array, Array]:
    """Return the score of each group and its covariance.

    For each group the incidence under the hypothesis is that of all; ``still`` is the
    group's survival from any cause, and ``odds`` how much of 1 - incidence is lost to
    other causes by then.
    """
    there = at_risk > 0
    fell = 1 - np.divide(own + other, at_risk, out=np.zeros_like(own), where=there)
    still = np.cumprod(fell, axis=0)
    before = np.vstack([np.ones(own.shape[1]), still[:-1]])
    alone = np.cumsum(np.divide(before * own, at_risk, out=np.zeros_like(own), where=there), axis=0)
    alone_before = np.vstack([np.zeros(own.shape[1]), alone[:-1]])
    # Persons at risk of the cause had nobody left by another one.
    weight = np.divide(at_risk, before, out=np.zeros_like(own), where=there)
    whole = weight.sum(axis=1)
    pooled = np.cumsum(own.sum(axis=1) / whole)
    pooled_before = np.concatenate([[0.0], pooled[:-1]])
    exposed = weight * (1 - alone_before)
    together = exposed.sum(axis=1)[:, None]
    share = np.divide(exposed, together, out=np.zeros_like(exposed), where=together > 0)
    score = (own - own.sum(axis=1)[:, None] * share).sum(axis=0)
    return score, _covariance(at_risk, own, other, still, before, weight, pooled, pooled_before)


def _covariance(
    at_risk: Array,
    own: Array,
    other: Array,
    still: Array,
    before: Array,
    weight: Array,
    pooled: Array,
    pooled_before: Array,
) -> Array:
    groups = own.shape[1]
    events, whole = own.sum(axis=1), weight.sum(axis=1)
    there = at_risk > 0
    rate = events / (whole * np.maximum(1 - pooled_before, TINY))
    odds = np.divide((1 - pooled)[:, None], still, out=np.zeros_like(still), where=still > 0)
    many = (events[:, None] > 1) & there
    ties = 1 - np.divide(
        events[:, None] - 1, whole[:, None] * before - 1, out=np.zeros_like(before), where=many
    )
    exposed = whole[:, None] * at_risk
    of_cause = np.divide(
        ties * before * events[:, None], exposed, out=np.zeros_like(before), where=there
    )
    ties = 1 - np.divide(
        other - 1, at_risk - 1, out=np.zeros_like(other), where=(other > 1) & (at_risk > 1)
    )
    of_others = np.divide(
        ties * before**2 * other, at_risk**2, out=np.zeros_like(before), where=there
    )
    covariance = np.zeros((groups, groups))
    for k in range(groups):
        # How an event in group k moves the score of each group at once, and later on.
        slope = -weight * (weight[:, k] / whole)[:, None]
        slope[:, k] += weight[:, k]
        later = np.cumsum(slope * rate[:, None], axis=0)
        to_come = later[-1] - later
        lost = odds[:, k, None]
        first = slope + (1 - lost) * to_come
        second = lost * to_come
        covariance += (first * of_cause[:, k, None]).T @ first
        covariance += (second * of_others[:, k, None]).T @ second
    return covariance
