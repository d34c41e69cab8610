"""When the event happened: cumulative incidence, and a test over the whole window."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.stats import chi2 as chi_square

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells, SafeCurve, counted, harm, harms, people
from evalkit.estimators.kaplan_meier import Curve, Life, at, cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank as test_log_rank
from evalkit.estimators.share import share
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import WHOLE, of_a_curve
from evalkit.outcomes.recidivism.curve_alike import alike_curves
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import requirements
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.report import Refusal, Result
from evalkit.outcomes.requirements import require
from evalkit.protocol.outcomes.recidivism import ADJUSTED


@analysis("cumulative_incidence", interval="curve_interval")
def curve(
    followed: Followed,
    interval: str,
    level: float,
    balance: Result | Refusal | None = None,
    adjustment: str | None = None,
    covariates: tuple[str, ...] | None = None,
) -> Iterator[Yielded]:
    """Estimate the cumulative incidence over time in each group.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    interval : {"log-log", "log", "plain"}
        Scale of the pointwise interval.
    level : float
        Confidence level, 0 < level < 1.
    balance : Result or Refusal, optional
        From `profile`, where a cell looks at more characteristics than the plan; of groups
        that are compared as they are.
    adjustment, covariates : str and tuple of str, optional
        As `adjust` takes them, where the plan decides by groups made alike: the curve is
        theirs. The plan's when absent.

    Returns
    -------
    Result or Refusal
        ``cumulative_incidence[group, time]`` at each time with an event and at the
        end of the window (of a table that is not public: on a fixed grid; of groups made
        alike: by twelfths of the window), and ``at_risk[group, time]`` at five or fewer
        times. Who died stays among those of whom the share is one, and is not at risk.
        Refused where a requirement of the comparison fails, or either group has fewer events
        than the plan's gate.
    """
    plan = followed.report.plan
    if plan.primary == ADJUSTED:
        named = plan.covariates if covariates is None else covariates
        yield from _alike_curve(followed, adjustment or plan.adjustment, named, level)
        return
    _require(followed, balance, plan.min_events)
    lives = {code: _life(followed, code) for code in followed.groups}
    first = max(SafeCurve(life, followed.gate).first_shown for life in lives.values())
    for code, life in lives.items():
        about = dict(
            group=followed.report.study.label(code),
            definition=event_label(followed.report, followed.definition),
        )
        yield from _curve_of(followed, code, first, interval, level, about)
        yield from _at_risk(followed, code, life, first, about)


def _alike_curve(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> Iterator[Yielded]:
    # What must hold is asked first: behind it no count of events is told either.
    judged = judge(followed, adjustment, covariates).requirements
    require(followed.report, of_a_curve(judged))
    _refuse_few(followed, followed.report.plan.min_events)
    yield from alike_curves(followed, adjustment, covariates, level)
    lives = {code: _life(followed, code) for code in followed.groups}
    first = max(SafeCurve(life, followed.gate).first_shown for life in lives.values())
    for code, life in lives.items():
        about = dict(
            group=followed.report.study.label(code),
            definition=event_label(followed.report, followed.definition),
        )
        yield from _at_risk(followed, code, life, first, about)


def _life(followed: Followed, code: str) -> Life:
    group = followed.group(code)
    return life_table(group["time"], group["event"])


def _require(followed: Followed, balance: Result | Refusal | None, least: int) -> None:
    followed.require_pair()
    # Both allow for who was followed for less time: no share of all is taken.
    judged = [r for r in requirements(followed, balance) if r.code != WHOLE]
    require(followed.report, judged)
    _refuse_few(followed, least)


def _refuse_few(followed: Followed, least: int) -> None:
    if min(int(followed.group(code)["event"].sum()) for code in followed.groups) < least:
        raise refused(followed.report, "too_few_events", n=least, window=followed.window_term)


def _curve_of(
    followed: Followed, code: str, first: float, interval: str, level: float, about: dict[str, Any]
) -> Iterator[Yielded]:
    report, gate, group = followed.report, followed.gate, followed.group(code)
    # Who died cannot have the event any more, and stays one of all who began (death
    # competes: Aalen and Johansen 1978); the end of what would be seen is the window's.
    began = life_table(group["time"].where(~group["died"], followed.window), group["event"])
    safe = SafeCurve(began, gate)
    points = cumulative_incidence(safe.safe, interval=interval, level=level)
    method = "competing" if group["died"].any() else "kaplan_meier"
    end = _end(followed, code, level)
    for time in safe.times(followed.window):
        i = at(points, time)
        events = int(np.cumsum(began.events)[i]) if i >= 0 else 0
        numbers = _numbers(points, i, end, time == followed.window)
        numbers |= {"n": gate.count(began.n)}
        numbers |= {"events": gate.count(int(points.events[i]) if i >= 0 else 0)}
        yield measure(
            "cumulative_incidence",
            harm(events, began.n) + Cells(withheld=time < first),
            by=functools.partial(_given, numbers),
            **about,
            dims=(("group", code), ("time", f"{time:g}")),
            window=report.term(f"window.{followed.table.unit}", n=int(time)),
            unit="share",
            interval="confidence",
            level=level,
            se_scale="identity",
            method=report.term(f"method.{method}", interval=interval),
        )


def _given(numbers: dict[str, Any], *_: int) -> dict[str, Any]:
    """Return what came from a safe curve: its counts passed the gate as a whole."""
    return numbers


def _at_risk(
    followed: Followed, code: str, life: Life, first: float, about: dict[str, Any]
) -> Iterator[Yielded]:
    for time in _ticks(followed.window):
        i = int(np.searchsorted(life.time, time, side="left"))
        left = int(life.at_risk[i]) if i < life.time.size else 0
        yield measure(
            "at_risk",
            people(left) + Cells(withheld=0 < time < first or left == 0),
            by=counted,
            **about,
            dims=(("group", code), ("time", f"{time:g}")),
            window=followed.report.term(f"window.{followed.table.unit}", n=int(time)),
            unit="persons",
            digits=0,
        )


def _end(followed: Followed, code: str, level: float) -> Point | None:
    """Return the share at the end of a confidential curve, as the table beside it has it."""
    gate, group = followed.gate, followed.group(code)
    if gate.open or not followed.cohort.frame["complete"].all():
        return None
    return share(gate.count(int(group["event"].sum())), gate.count(len(group)), level=level)


def _numbers(points: Curve, i: int, end: Point | None, last: bool) -> dict[str, Any]:
    """Return a point of the curve with its error, nowhere above where the curve ends."""
    value, low, high = _bounded(points, i, end, last)
    numbers: dict[str, Any] = {"value": value, "low": low, "high": high}
    # The table's interval at the end is no normal one.
    spread = i >= 0 and (end is None or value < end.value)
    return numbers | ({"se": float(points.se[i])} if spread else {})


def _bounded(points: Curve, i: int, end: Point | None, last: bool) -> tuple[float, float, float]:
    """Return a point of the curve, nowhere above where the curve ends."""
    if last and end is not None:
        return end.value, end.low, end.high
    if i < 0:
        return 0.0, 0.0, 0.0
    value, low, high = (float(x[i]) for x in (points.value, points.low, points.high))
    if end is None:
        return value, low, high
    value = min(value, end.value)
    return value, min(low, value), max(min(high, end.high), value)


def _ticks(window: int) -> list[int]:
    return sorted({round(window * quarter / 4) for quarter in range(5)})


@analysis("log_rank")
def log_rank(followed: Followed, balance: Result | Refusal | None = None) -> Iterator[Yielded]:
    """Test that both groups have the event at the same rate over the whole window.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    balance : Result or Refusal, optional
        From `profile`, where a cell looks at more characteristics than the plan.

    Returns
    -------
    Result or Refusal
        ``log_rank`` (chi-square, one degree of freedom) and ``log_rank_p``. It compares the
        rates of those still alive and followed, so it is not refused where some were
        followed for less time; it is where another requirement fails.

    Examples
    --------
    test = recidivism.log_rank(followed, balance=balance)
    present.agreement(effect, test)
    """
    report, gate, frame = followed.report, followed.gate, followed.cohort.frame
    _require(followed, balance, 1)
    test = test_log_rank(frame["time"], frame["event"], frame["group"] == followed.groups[0])
    groups = [followed.group(code) for code in followed.groups]
    cells = harms([(int(group["event"].sum()), len(group)) for group in groups])
    about: dict[str, Any] = dict(
        dims=(("window", followed.window_code),),
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        method=report.term("method.log_rank"),
    )
    digits = 3 if gate.open else 1
    yield measure("log_rank", cells, model=lambda: test.chi2, **about, unit="chi2", digits=digits)
    # What the printed statistic gives: a coarser p beside it would contradict it.
    p = float(chi_square.sf(gate.coarse("chi2", test.chi2), 1)) if not gate.open else test.p
    yield measure("log_rank_p", cells, by=lambda *_: p, **about, unit="p", digits=4)
