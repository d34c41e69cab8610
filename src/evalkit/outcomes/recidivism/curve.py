"""When the event happened: cumulative incidence, and a test over the whole window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from evalkit.disclosure import Gate
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.kaplan_meier import INTERVALS as CURVES
from evalkit.estimators.kaplan_meier import Life, at, cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank as test_log_rank
from evalkit.outcomes.recidivism.followed import Followed, refuse_group
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.shared import check_level, chosen, lies_below, plan_deviations


def curve(followed: Followed | Refusal, interval: str, level: float) -> Result | Refusal:
    """Estimate the cumulative incidence over time in each group.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    interval : {"log-log", "log", "plain"}
        Scale of the pointwise interval.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``cumulative_incidence[group, time]`` at each time with an event and at the
        end of the window (of a table that is not public: on a fixed grid), and
        ``at_risk[group, time]`` at five or fewer times. Refused where either group
        has fewer events than the plan's gate.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "cumulative_incidence")
    report, plan = followed.report, followed.report.plan
    chosen("interval", interval, CURVES)
    check_level(level)
    used = plan_deviations(report, curve_interval=interval, level=level)
    deviations = followed.deviations + used
    counts = [int(followed.group(code)["event"].sum()) for code in followed.groups]
    if lies_below(counts, plan.min_events):
        least = plan.min_events
        return refuse_group(followed, "too_few_events", least, deviations, "cumulative_incidence")
    lives = [life_table(g["time"], g["event"]) for g in map(followed.group, followed.groups)]
    first = max(_first_shown(life, followed.gate) for life in lives)
    estimates: list[Estimate] = []
    for code, life in zip(followed.groups, lives, strict=True):
        estimates += _curve_of(followed, code, life, first, interval, level, deviations)
    return Result(report, tuple(estimates), deviations)


def _first_shown(life: Life, gate: Gate) -> float:
    """Return the first time at which enough events have happened to be shown."""
    if gate.open:
        return 0.0
    # Past the first bin too, whose midpoint stands for counts that are hidden.
    least = max(gate.policy.threshold, gate.policy.midpoint)
    enough = np.cumsum(life.events) > least
    return float(life.time[int(enough.argmax())]) if enough.any() else float("inf")


def _gated(life: Life, gate: Gate) -> Life:
    """Return the life table from cumulative counts at midpoints, unless public."""
    if gate.open:
        return life
    leaving = life.at_risk - np.append(life.at_risk[1:], 0) - life.events
    events = np.diff(gate.curve(np.cumsum(life.events)), prepend=0)
    censored = np.diff(gate.curve(np.cumsum(leaving)), prepend=0)
    n = int(gate.curve([life.n])[0])
    gone = np.concatenate(([0], np.cumsum(events + censored)[:-1]))
    return Life(life.time, np.maximum(n - gone, np.maximum(events, 1)), events, n)


def _curve_of(
    followed: Followed,
    code: str,
    life: Life,
    first: float,
    interval: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> list[Estimate]:
    report, gate, table = followed.report, followed.gate, followed.cohort.table
    points = cumulative_incidence(_gated(life, gate), interval=interval, level=level)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        group=report.study.label(code),
        definition=report.study.label(followed.definition),
    )
    method = report.term("method.kaplan_meier", interval=interval)
    times = _times(life, followed.window, gate)
    n_true, happened = life.n, np.cumsum(life.events)
    found = []
    for time in times:
        i = at(points, time)
        events = int(happened[i]) if i >= 0 else 0
        found.append(
            report.estimate(
                "cumulative_incidence",
                **shared,
                hidden=time < first or gate.hides_share(events, n_true),
                dims=(("group", code), ("time", f"{time:g}")),
                window=report.term(f"window.{table.unit}", n=int(time)),
                unit="share",
                value=float(points.value[i]) if i >= 0 else 0.0,
                low=float(points.low[i]) if i >= 0 else 0.0,
                high=float(points.high[i]) if i >= 0 else 0.0,
                interval="confidence",
                level=level,
                se=float(points.se[i]) if i >= 0 else 0.0,
                se_scale="identity",
                n=gate.count(life.n),
                events=gate.count(int(points.events[i]) if i >= 0 else 0),
                method=method,
            )
        )
    for time in _ticks(followed.window):
        i = int(np.searchsorted(life.time, time, side="left"))
        left = int(life.at_risk[i]) if i < life.time.size else 0
        found.append(
            report.estimate(
                "at_risk",
                **shared,
                hidden=0 < time < first or gate.hides([left]) or (left == 0 and not gate.open),
                dims=(("group", code), ("time", f"{time:g}")),
                window=report.term(f"window.{table.unit}", n=int(time)),
                unit="persons",
                value=float(gate.count(left)),
                n=gate.count(left),
                digits=0,
            )
        )
    return found


# Steps of a confidential curve: the times of events are people's, a grid is nobody's.
GRID = 12


def _times(life: Life, window: int, gate: Gate) -> list[float]:
    """Return the times at which the curve is recorded: where it steps, if public."""
    if gate.open:
        return sorted({*life.time[life.events > 0].tolist(), float(window)})
    return sorted({float(round(window * step / GRID)) for step in range(1, GRID + 1)} - {0.0})


def _ticks(window: int) -> list[int]:
    return sorted({round(window * quarter / 4) for quarter in range(5)})


def log_rank(followed: Followed | Refusal) -> Result | Refusal:
    """Test that both groups have the event at the same rate over the whole window.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.

    Returns
    -------
    Result or Refusal
        ``log_rank`` (chi-square, one degree of freedom) and ``log_rank_p``.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "log_rank")
    report, table, frame = followed.report, followed.cohort.table, followed.cohort.frame
    counts = [int(followed.group(code)["event"].sum()) for code in followed.groups]
    if lies_below(counts, 1):
        return refuse_group(followed, "too_few_events", 1, followed.deviations, "log_rank")
    test = test_log_rank(frame["time"], frame["event"], frame["group"] == followed.groups[0])
    gate, cells = followed.gate, list(zip(counts, followed.groups, strict=True))
    shared: dict[str, Any] = dict(
        table=table,
        deviations=followed.deviations,
        hidden=any(gate.hides_share(a, len(followed.group(c))) for a, c in cells),
        dims=(("window", followed.window_code),),
        window=followed.window_term,
        definition=report.study.label(followed.definition),
        method=report.term("method.log_rank"),
    )
    # A test computed exactly is rounded in the record, not only on the page.
    chi2 = test.chi2 if gate.open else round(test.chi2, 1)
    # Upwards, so that a small p does not become zero.
    p = test.p if gate.open else math.ceil(test.p * 100) / 100
    return Result(
        report,
        (
            report.estimate(
                "log_rank", **shared, unit="chi2", value=chi2, digits=3 if gate.open else 1
            ),
            report.estimate("log_rank_p", **shared, unit="p", value=p, digits=4),
        ),
        followed.deviations,
    )
