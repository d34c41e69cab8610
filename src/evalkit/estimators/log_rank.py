"""Test whether two groups have the event at the same rate over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2 as distribution

from evalkit.arithmetic.design import same_length, two_groups
from evalkit.arithmetic.exact import FEWEST, stratified
from evalkit.arithmetic.interval import flags
from evalkit.arithmetic.survival import risk_counts, time_codes, times
from evalkit.errors import Refused


@dataclass(frozen=True)
class LogRank:
    """The test's result.

    Parameters
    ----------
    chi2 : float
        Statistic with one degree of freedom, at least 0.
    p : float
        Two-sided p-value: exact where fewer than 5 events are expected in a group.
    """

    chi2: float
    p: float


def log_rank(time: ArrayLike, event: ArrayLike, first: ArrayLike) -> LogRank:
    """Test that two groups share one hazard.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    first : array_like of {0, 1}, shape (n,)
        1 for the first group.

    Returns
    -------
    LogRank
        Without continuity correction or weights.

    Raises
    ------
    ValueError
        If lengths differ, or an event or a group is neither 0 nor 1.
    Refused
        If a group is empty, a time is negative or missing, or there is no event while
        both groups are at risk.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170. Where fewer than 5 events are
    expected in a group, chi-square does not hold (one person among 200 is "different" in
    one of six such tests); p is then that of the exact test given who was at risk at each
    event time (`evalkit.arithmetic.exact.stratified`).
    """
    moments, happened = times(time), flags(event, "event")
    group = two_groups(first, "first")
    same_length(time=moments, event=happened, first=group)
    moment, codes = time_codes(moments)
    _, at_risk = risk_counts(codes, moment.size)
    _, ours = risk_counts(codes[group], moment.size)
    events = np.bincount(codes[happened == 1], minlength=moment.size)
    # Where all who are left have the event, or are of one group, nothing is compared.
    open_ = (events > 0) & (ours > 0) & (ours < at_risk) & (events < at_risk)
    if not open_.any():
        raise Refused("refuse_no_events_together", n=group.size)
    own = np.bincount(codes[group & (happened == 1)], minlength=moment.size)
    share = np.divide(ours, at_risk, out=np.zeros(moment.size), where=at_risk > 0)
    gap = float((own - events * share).sum())
    n, d, part = at_risk[open_], events[open_], share[open_]
    variance = float((d * part * (1 - part) * (n - d) / (n - 1)).sum())
    statistic = gap * gap / variance
    expected = float((events * share)[events > 0].sum())
    if min(expected, float(events.sum()) - expected) >= FEWEST:
        return LogRank(statistic, float(distribution.sf(statistic, 1)))
    smaller = ours if expected <= events.sum() / 2 else at_risk - ours
    seen = int((own if expected <= events.sum() / 2 else events - own)[events > 0].sum())
    some = events > 0
    return LogRank(statistic, stratified(smaller[some], at_risk[some], events[some], seen))
