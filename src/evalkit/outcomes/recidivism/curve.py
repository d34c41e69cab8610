"""When the event happened: cumulative incidence, and a test over the whole window."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import chi2 as chi_square

from evalkit import errors
from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Gate
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.kaplan_meier import INTERVALS as CURVES
from evalkit.estimators.kaplan_meier import Curve, Life, at, cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank as test_log_rank
from evalkit.estimators.share import share
from evalkit.outcomes.recidivism.followed import Followed, refuse_group
from evalkit.outcomes.recidivism.gates import requirements
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.requirements import refused_by
from evalkit.outcomes.shared import check_level, chosen, lies_below, plan_deviations


def curve(
    followed: Followed | Refusal,
    interval: str,
    level: float,
    balance: Result | Refusal | None = None,
) -> Result | Refusal:
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
        From `profile`, where a cell looks at more characteristics than the plan.

    Returns
    -------
    Result or Refusal
        ``cumulative_incidence[group, time]`` at each time with an event and at the
        end of the window (of a table that is not public: on a fixed grid), and
        ``at_risk[group, time]`` at five or fewer times. Who died stays among those of whom
        the share is one, and is not at risk. Refused where a requirement of the comparison
        fails, or either group has fewer events than the plan's gate.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "cumulative_incidence")
    report, plan = followed.report, followed.report.plan
    chosen("interval", interval, CURVES)
    check_level(level)
    used = plan_deviations(report, curve_interval=interval, level=level)
    deviations = followed.deviations + used
    refused = _guarded(followed, "cumulative_incidence", balance, deviations)
    if refused is not None:
        return refused
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


def _guarded(
    followed: Followed,
    estimand: str,
    balance: Result | Refusal | None,
    deviations: tuple[Deviation, ...],
) -> Refusal | None:
    # Both allow for who was followed for less time: no share of all is taken.
    judged = [r for r in requirements(followed, balance) if r.code != "unequal_follow_up"]
    return refused_by(followed.report, estimand, judged, followed.cohort.table, deviations)


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
    group = followed.group(code)
    # Who died cannot have the event any more, and stays one of all who began (death
    # competes: Aalen and Johansen 1978); the end of what would be seen is the window's.
    began = life_table(group["time"].where(~group["died"], followed.window), group["event"])
    points = cumulative_incidence(_gated(began, gate), interval=interval, level=level)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        group=report.study.label(code),
        definition=report.study.label(followed.definition),
    )
    competing = bool(group["died"].any())
    method = report.term(
        f"method.{'competing' if competing else 'kaplan_meier'}", interval=interval
    )
    end = _end(followed, code, level)
    found = []
    for time in _times(began, followed.window, gate):
        i = at(points, time)
        events = int(np.cumsum(began.events)[i]) if i >= 0 else 0
        value, low, high = _bounded(points, i, end, time == followed.window)
        # The table's interval at the end is no normal one.
        spread = i >= 0 and (end is None or value < end.value)
        found.append(
            report.estimate(
                "cumulative_incidence",
                **shared,
                hidden=time < first or gate.hides_share(events, began.n),
                dims=(("group", code), ("time", f"{time:g}")),
                window=report.term(f"window.{table.unit}", n=int(time)),
                unit="share",
                value=value,
                low=low,
                high=high,
                interval="confidence",
                level=level,
                se=float(points.se[i]) if spread else None,
                se_scale="identity" if spread else None,
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


def _end(followed: Followed, code: str, level: float) -> Point | None:
    """Return the share at the end of a confidential curve, as the table beside it has it."""
    gate, group = followed.gate, followed.group(code)
    if gate.open or not followed.cohort.frame["complete"].all():
        return None
    return share(gate.count(int(group["event"].sum())), gate.count(len(group)), level=level)


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


# Steps of a confidential curve: the times of events are people's, a grid is nobody's.
GRID = 12


def _times(life: Life, window: int, gate: Gate) -> list[float]:
    """Return the times at which the curve is recorded: where it steps, if public."""
    if gate.open:
        return sorted({*life.time[life.events > 0].tolist(), float(window)})
    return sorted({float(round(window * step / GRID)) for step in range(1, GRID + 1)} - {0.0})


def _ticks(window: int) -> list[int]:
    return sorted({round(window * quarter / 4) for quarter in range(5)})


def log_rank(
    followed: Followed | Refusal, balance: Result | Refusal | None = None
) -> Result | Refusal:
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
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "log_rank")
    report, table, frame = followed.report, followed.cohort.table, followed.cohort.frame
    refused = _guarded(followed, "log_rank", balance, followed.deviations)
    if refused is not None:
        return refused
    counts = [int(followed.group(code)["event"].sum()) for code in followed.groups]
    if lies_below(counts, 1):
        return refuse_group(followed, "too_few_events", 1, followed.deviations, "log_rank")
    try:
        test = test_log_rank(frame["time"], frame["event"], frame["group"] == followed.groups[0])
    except errors.Refused as problem:
        passes = report.term("would_pass.estimator")
        said = report.said(problem)
        return refuse(report, "log_rank", said, passes, table, followed.deviations)
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
    # What the printed statistic gives: a coarser p beside it would contradict it.
    p = test.p if gate.open else float(chi_square.sf(chi2, 1))
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
