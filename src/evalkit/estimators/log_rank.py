"""Test whether groups have the event at the same rate over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2 as distribution

from evalkit.arithmetic.design import Array, group_codes, same_length, two_groups
from evalkit.arithmetic.exact import FEWEST, stratified
from evalkit.arithmetic.interval import flags
from evalkit.arithmetic.survival import Counts, group_counts, times
from evalkit.errors import Refused

# Below this a group's score follows from those of the others.
SINGULAR = 1e-10


@dataclass(frozen=True)
class LogRank:
    """The test's result.

    Parameters
    ----------
    chi2 : float
        Statistic, at least 0.
    p : float
        Two-sided p-value: exact where fewer than 5 events are expected in one of two groups.
    df : int
        Degrees of freedom: groups less one.
    """

    chi2: float
    p: float
    df: int = 1


def log_rank(
    time: ArrayLike, event: ArrayLike, first: ArrayLike, *, strata: ArrayLike | None = None
) -> LogRank:
    """Test that two groups share one hazard, in each stratum its own.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    first : array_like of {0, 1}, shape (n,)
        1 for the first group.
    strata : array_like, shape (n,), optional
        Each person's stratum, by name or number; people are compared within it alone.

    Returns
    -------
    LogRank
        Without continuity correction or weights.

    Raises
    ------
    ValueError
        If lengths differ, or an event or a group is neither 0 nor 1.
    Refused
        If a group is empty, a time is negative or missing, a stratum is missing, or there is
        no event while both groups are at risk.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; with strata Mantel and Haenszel
    (1959), Journal of the National Cancer Institute 22(4), 719-748: what is observed less
    expected is added up over strata, and so are its variances. Where fewer than 5 events are
    expected in a group, chi-square does not hold (one person among 200 is "different" in
    one of six such tests); p is then that of the exact test given who was at risk at each
    event time of each stratum (`evalkit.arithmetic.exact.stratified`).
    """
    moments, happened = times(time), flags(event, "event")
    group = two_groups(first, "first")
    same_length(time=moments, event=happened, first=group)
    # The first group first, so that its events are those that are counted.
    place = (~group).astype(np.int64)
    return _two(*group_counts(moments, happened, place, 2, _strata(strata, moments)), group.size)


def log_rank_of_groups(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, *, strata: ArrayLike | None = None
) -> LogRank:
    """Test that two or more groups share one hazard, in each stratum its own.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    group : array_like, shape (n,)
        Each person's group, by name or number.
    strata : array_like, shape (n,), optional
        Each person's stratum, by name or number; people are compared within it alone.

    Returns
    -------
    LogRank
        Without weights; of two groups that of `log_rank`.

    Raises
    ------
    ValueError
        If lengths differ, or an event is neither 0 nor 1.
    Refused
        If there is nobody or one group, a time is negative or missing, a group or a stratum
        is missing, there is no event while a group and others are at risk together, or, of
        more than two groups, fewer than 5 events are expected in one.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; Peto and Peto (1972), JRSS A
    135(2), 185-207; events at one time are shared out as in a multivariate hypergeometric
    distribution, as R's ``survdiff`` and its ``strata``.
    """
    moments, happened = times(time), flags(event, "event")
    number, groups = group_codes(group, "group")
    same_length(time=moments, event=happened, group=number)
    if groups < 2:
        raise Refused("refuse_one_group", n=number.size)
    counts = group_counts(moments, happened, number, groups, _strata(strata, moments))
    return (_two if groups == 2 else _several)(*counts, number.size)


def _strata(strata: ArrayLike | None, moments: Array) -> NDArray[np.int64] | None:
    if strata is None:
        return None
    codes, _ = group_codes(strata, "strata")
    same_length(time=moments, strata=codes)
    return codes


def _two(at_risk_by: Counts, events_by: Counts, persons: int) -> LogRank:
    ours, at_risk = at_risk_by[:, 0], at_risk_by.sum(axis=1)
    own, events = events_by[:, 0], events_by.sum(axis=1)
    # Where all who are left have the event, or are of one group, nothing is compared.
    open_ = (ours > 0) & (ours < at_risk) & (events < at_risk)
    if not open_.any():
        raise Refused("refuse_no_events_together", n=persons)
    share = ours / at_risk
    gap = float((own - events * share).sum())
    n, d, part = at_risk[open_], events[open_], share[open_]
    variance = float((d * part * (1 - part) * (n - d) / (n - 1)).sum())
    statistic = gap * gap / variance
    expected = float((events * share).sum())
    if min(expected, float(events.sum()) - expected) >= FEWEST:
        return LogRank(statistic, float(distribution.sf(statistic, 1)))
    fewer = expected <= events.sum() / 2
    smaller, seen = (ours, own) if fewer else (at_risk - ours, events - own)
    return LogRank(statistic, stratified(smaller, at_risk, events, int(seen.sum())))


def _several(at_risk_by: Counts, events_by: Counts, persons: int) -> LogRank:
    at_risk, events = at_risk_by.sum(axis=1), events_by.sum(axis=1)
    share = at_risk_by / at_risk[:, None]
    expected = (events[:, None] * share).sum(axis=0)
    # Where one person alone is left nothing is shared out.
    spread = events * (at_risk - events) / np.maximum(at_risk - 1, 1)
    covariance = np.diag(spread @ share) - share.T @ (spread[:, None] * share)
    # The scores add up to zero: that of the last group follows from the others.
    score, covariance = (events_by.sum(axis=0) - expected)[:-1], covariance[:-1, :-1]
    root = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    together = (root > 0).all()
    scaled = covariance / np.outer(root, root) if together else covariance
    if not (together and np.linalg.eigvalsh(scaled)[0] > SINGULAR):
        raise Refused("refuse_no_events_together", n=persons)
    if (least := float(expected.min())) < FEWEST:
        raise Refused("refuse_few_expected_in_group", expected=f"{least:.1f}", needed=int(FEWEST))
    statistic = float((score / root) @ np.linalg.solve(scaled, score / root))
    return LogRank(statistic, float(distribution.sf(statistic, root.size)), root.size)
