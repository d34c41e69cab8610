"""Events per time alive and at liberty, up to a horizon."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from evalkit.arithmetic.alive import Followed, Spans
from evalkit.arithmetic.design import Array, numbers, one_number, same_length, two_groups
from evalkit.arithmetic.interval import Point, flags
from evalkit.arithmetic.survival import SAME, times
from evalkit.arithmetic.thin import Reach, reach
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused


class Gathered(NamedTuple):
    """What is expected of a person of a group up to the horizon.

    Parameters
    ----------
    rate : Point
        Events per unit of time alive and at liberty, above 0, with an interval that is
        symmetric in logarithms.
    events, time : float
        Expected number of events, and expected time alive and at liberty.
    """

    rate: Point
    events: float
    time: float


class Part(NamedTuple):
    """What a group gathers, its rate and the error of that.

    Parameters
    ----------
    rate, se : float
        Events per unit of time at risk, and its standard error.
    events, time : float
        Expected of a person.
    n : int
        Persons.
    """

    rate: float
    se: float
    events: float
    time: float
    n: int


@dataclass(frozen=True)
class WhileAlive:
    """While-alive rates of two groups.

    Parameters
    ----------
    difference : Point
        Rate of the first group minus that of the second, in events per unit of time.
    ratio : Point
        The first divided by the second; its standard error is that of its logarithm.
    first, second : Gathered
        Each group by itself.
    """

    difference: Point
    ratio: Point
    first: Gathered
    second: Gathered


def while_alive(
    time: ArrayLike,
    died: ArrayLike,
    first: ArrayLike,
    person: ArrayLike,
    at: ArrayLike,
    *,
    tau: float,
    away: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
    level: float = 0.95,
) -> WhileAlive:
    """Compare how often two groups have events in the time in which they can.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Until when each person was followed, at least 0.
    died : array_like of {0, 1}, shape (n,)
        1 where follow-up ended by death, or by whatever else ends being at risk for good.
    first : array_like of {0, 1}, shape (n,)
        1 for the first group.
    person : array_like of int, shape (m,)
        Whose each event is: a position in `time`, from 0.
    at : array_like of float, shape (m,)
        When each event was, from 0 to the end of that person's follow-up.
    tau : float
        Up to which time, above 0; chosen before the data are seen.
    away : tuple of array_like, each of shape (s,), optional
        Spells of custody and the like: whose, from when, until when, in the unit of time.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    WhileAlive

    Raises
    ------
    ValueError
        If lengths differ, a flag is neither 0 nor 1, a person is no position, or tau is not
        above 0.
    Refused
        If a group is empty, a value is missing, a time is negative, an event or a spell lies
        outside its person's follow-up, spells overlap, the last person of a group leaves
        alive before tau, nobody of a group is ever at liberty, or the groups are too thin to
        show an error (`evalkit.arithmetic.thin.reach`).

    Notes
    -----
    Expected events by expected time at risk: Mao (2023), Biometrics 79(3), 1749-1760. Both
    means by Ghosh and Lin (2000), so that a death is no end of follow-up; the error by the
    delta method from each person's influence. Follow-up may end only for reasons that tell
    nothing of events. All events given count, those in a spell away too.
    """
    moments, dead, group = times(time), flags(died, "died") == 1, two_groups(first, "first")
    same_length(time=moments, died=dead, first=group)
    _refuse_horizon(tau)
    events = _spans((person, at, at), moments, ("person", "at", "at"), "refuse_event_outside")
    counted = np.bincount(events.person[events.start <= tau], minlength=group.size)
    far = reach(counted.astype(float), group, np.ones(group.size))
    spells = _spells(away, moments)
    one, two = (
        _gathered(Followed(moments[some], dead[some], tau), some, events, spells)
        for some in (group, ~group)
    )
    return _compared(one, two, far, level)


def _refuse_horizon(tau: float) -> None:
    one_number(tau, "tau")
    if not (tau > 0 and math.isfinite(tau)):
        raise ValueError("tau must be above 0")


def _compared(one: Part, two: Part, far: Reach, level: float) -> WhileAlive:
    ratio = math.log(one.rate / two.rate)
    spread = math.hypot(one.se / one.rate, two.se / two.rate)
    scale, se = max(one.rate, two.rate), math.hypot(one.se, two.se)
    difference = wald(
        *(one.rate - two.rate, se, level), df=far.df, scale=scale, widen=far.widen
    )  # fmt: skip
    return WhileAlive(
        difference,
        _up(wald(ratio, spread, level, df=far.df, widen=far.widen)),
        *(_alone(part, level) for part in (one, two)),
    )


def _alone(part: Part, level: float) -> Gathered:
    """Return a group's rate with an interval that squares about its own rate call for."""
    free = part.n - 1
    half = float(student.ppf(0.5 + level / 2, free)) * math.sqrt(part.n / free)
    reach_ = math.exp(half * part.se / part.rate)
    rate = Point(part.rate, part.rate / reach_, part.rate * reach_, part.se)
    return Gathered(rate, part.events, part.time)


def _up(point: Point) -> Point:
    """Return a ratio from its logarithm, whose error and p-value stay."""
    low, high = math.exp(point.low), math.exp(point.high)
    return Point(math.exp(point.value), low, high, point.se, point.p)


def _gathered(followed: Followed, some: NDArray[np.bool_], events: Spans, spells: Spans) -> Part:
    """Return what a group gathers."""
    if followed.leaves_early():
        last = f"{followed.knot[-1]:g}"
        raise Refused("refuse_after_follow_up", tau=f"{followed.tau:g}", last=last)
    number, span = followed.events(_of(events, some)), followed.time_at_risk(_of(spells, some))
    if not span.value > SAME * followed.tau:
        raise Refused("refuse_never_at_liberty", n=followed.n)
    rate = number.value / span.value
    moved = (number.influence - rate * span.influence) / span.value
    se = math.sqrt(float(moved @ moved)) / followed.n
    return Part(rate, se, number.value, span.value, followed.n)


def _of(spans: Spans, some: NDArray[np.bool_]) -> Spans:
    """Return the spans of a group, by positions in it."""
    own, position = some[spans.person], np.cumsum(some) - 1
    return Spans(position[spans.person[own]], spans.start[own], spans.end[own])


def _spells(away: tuple[ArrayLike, ArrayLike, ArrayLike] | None, moments: Array) -> Spans:
    if away is None:
        return Spans(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    names = ("away, person", "away, from", "away, until")
    made = _spans(away, moments, names, "refuse_spell_outside")
    order = np.lexsort((made.start, made.person))
    who, start, end = made.person[order], made.start[order], made.end[order]
    slack = SAME * float(moments.max())
    if twice := int(((who[1:] == who[:-1]) & (start[1:] < end[:-1] - slack)).sum()):
        raise Refused("refuse_spells_overlap", n=twice)
    return Spans(who, start, end)


def _spans(
    given: tuple[ArrayLike, ArrayLike, ArrayLike],
    moments: Array,
    names: tuple[str, str, str],
    outside: str,
) -> Spans:
    """Return whose something is and when, where all of it lies in that person's follow-up."""
    who, start, end = (
        numbers(part, name) if np.size(part) else np.empty(0)
        for part, name in zip(given, names, strict=True)
    )
    same_length(**dict(zip(names, (who, start, end), strict=True)))
    if ((who % 1 != 0) | (who < 0) | (who >= moments.size)).any():
        raise ValueError(f"{names[0]} must be positions from 0 to {moments.size - 1}")
    place = who.astype(np.int64)
    slack = SAME * float(moments.max())
    if bad := int(((start < 0) | (end < start) | (end > moments[place] + slack)).sum()):
        raise Refused(outside, n=bad)
    return Spans(place, start, np.minimum(end, moments[place]))
