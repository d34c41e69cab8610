"""Test whether two groups have the event at the same rate over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.duration.survfunc import survdiff

from evalkit.arithmetic.interval import finite


@dataclass(frozen=True)
class LogRank:
    """The test's result.

    Parameters
    ----------
    chi2 : float
        Statistic with one degree of freedom, at least 0.
    p : float
        Two-sided p-value.
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
    first : array_like of bool, shape (n,)
        True for the first group.

    Returns
    -------
    LogRank
        Without continuity correction or weights.

    Raises
    ------
    ValueError
        If a group is empty, or there is no event at all.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50, 163-170.
    """
    times, flags = finite(time, "time"), finite(event, "event")
    group = np.asarray(first, dtype=bool)
    if not times.shape == flags.shape == group.shape:
        raise ValueError("time, event and group must have the same length")
    if group.all() or not group.any():
        raise ValueError("each group needs at least one person")
    if not flags.any():
        raise ValueError("without an event there is nothing to compare")
    statistic, p = survdiff(times, flags, group.astype(int))
    return LogRank(float(statistic), float(p))
