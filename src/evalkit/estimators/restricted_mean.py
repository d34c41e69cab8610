"""Mean time without an event, up to some time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, one_number, same_length, two_groups
from evalkit.arithmetic.interval import Point, flags
from evalkit.arithmetic.survival import event_counts, times
from evalkit.arithmetic.thin import reach
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused


@dataclass(frozen=True)
class RestrictedMean:
    """Restricted mean survival time of two groups and its difference.

    Parameters
    ----------
    difference : Point
        First group minus second, in the unit of time.
    first, second : float
        Mean time without the event up to tau in each group.
    first_se, second_se : float
        Their standard errors.
    """

    difference: Point
    first: float
    second: float
    first_se: float
    second_se: float


def restricted_mean(
    time: ArrayLike, event: ArrayLike, first: ArrayLike, *, tau: float, level: float = 0.95
) -> RestrictedMean:
    """Estimate how much longer one group stays without the event, up to a time.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    first : array_like of {0, 1}, shape (n,)
        1 for the first group.
    tau : float
        Up to which time, above 0; chosen before the data are seen.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    RestrictedMean

    Raises
    ------
    ValueError
        If lengths differ, a flag is neither 0 nor 1, or tau is not above 0.
    Refused
        If a group is empty, a time is negative or missing, the last person of a group
        leaves without the event before tau, nobody of a group or everybody has it by then,
        a group has fewer than 10 persons, or fewer than 10 events are expected in one.

    Notes
    -----
    Area under the Kaplan-Meier curve with the error by Greenwood: Royston and Parmar
    (2013), BMC Medical Research Methodology 13, 152; Uno et al. (2014), Journal of
    Clinical Oncology 32(22), 2380-2385. Interval and p-value with Welch's degrees of freedom,
    as of a difference of means (`evalkit.arithmetic.thin`), since Greenwood's variance is
    one about the group's own curve.
    """
    moments, happened, group = times(time), flags(event, "event"), two_groups(first, "first")
    same_length(time=moments, event=happened, first=group)
    one_number(tau, "tau")
    if not (tau > 0 and math.isfinite(tau)):
        raise ValueError("tau must be above 0")
    one, one_variance = _area(moments[group], happened[group], tau)
    two, two_variance = _area(moments[~group], happened[~group], tau)
    # Who has had no event waits until tau, as far as is known.
    by_then = np.where((happened == 1) & (moments <= tau), moments, tau)
    far = reach(by_then, group, np.ones(group.size))
    se = math.sqrt(one_variance + two_variance)
    return RestrictedMean(
        difference=wald(one - two, se, level, df=far.df, scale=tau, widen=far.widen),
        first=one,
        second=two,
        first_se=math.sqrt(one_variance),
        second_se=math.sqrt(two_variance),
    )


def _area(moments: Array, happened: Array, tau: float) -> tuple[float, float]:
    """Return the area under a group's curve up to tau, and its variance."""
    moment, at_risk, events = event_counts(moments, happened)
    last = moments.max()
    if last < tau and events[-1] < at_risk[-1]:
        raise Refused("refuse_after_follow_up", tau=f"{tau:g}", last=f"{last:g}")
    used = (events > 0) & (moment <= tau)
    at, deaths, before = moment[used], events[used], at_risk[used]
    survival = np.concatenate([[1.0], np.cumprod(1 - deaths / before)])
    widths = np.diff(np.concatenate([[0.0], at, [tau]]))
    pieces = survival * widths
    after = np.cumsum(pieces[::-1])[::-1][1:]
    # Where all at risk have the event nothing is left after it: 0 times infinity is 0.
    rest = before - deaths
    share = np.divide(deaths, before * rest, out=np.zeros(at.size), where=rest > 0)
    return float(pieces.sum()), float((after**2 * share).sum())
