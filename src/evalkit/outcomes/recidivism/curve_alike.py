"""The share with the event by month, in groups that were made alike."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from evalkit.arithmetic.interval import log_log, quantile
from evalkit.disclosure import harm
from evalkit.errors import Refused
from evalkit.estimators.made_alike import Compared
from evalkit.outcomes.analysis import Measure, measure
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import Groups, Numbers, alike, events_by, shown_shares
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.overlap import OVERLAP

# Months of a year: as many steps as a curve of data that are not public has.
STEPS = 12
Points = list[tuple[float, Compared | None]]


def alike_curves(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> Iterator[Measure]:
    """Yield the share with the event by month in each group as it is compared.

    Parameters
    ----------
    adjustment : str
        How the groups are made alike.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.
    level : float
        Confidence level, 0 < level < 1.

    Raises
    ------
    Refused
        If a requirement fails, or the window's end has no estimate.
    """
    groups = alike(followed, adjustment, covariates)
    points = _points(followed, groups, level)
    last = points[-1][1]
    assert last is not None
    ends = shown_shares(followed, adjustment, last.treated, last.point.value)
    for code, side, end in zip(followed.groups, ("treated", "control"), ends, strict=True):
        weighted = adjustment == OVERLAP or side == "control"
        name = followed.report.study.label(code)
        about = dict(
            group=followed.report.term("group.made_alike", group=name) if weighted else name,
            definition=event_label(followed.report, followed.definition),
            method=followed.report.term(f"method.{adjustment}"),
            level=level,
        )
        line = _line(followed, code, points, side, weighted, level)
        yield from _curve(followed, code, points, line, end, about)


def _points(followed: Followed, groups: Groups, level: float) -> Points:
    """Return the comparison at each time; None where too few have had the event by then."""
    window = followed.window
    steps = min(STEPS, window)
    times = [float(round(window * step / steps)) for step in range(1, steps + 1)]
    by, found = events_by(followed, times), []
    for i, time in enumerate(times):
        last = i == len(times) - 1
        try:
            made = (
                groups.compare(by[:, i], level=level) if last or _enough(followed, time) else None
            )
        except Refused:
            # Of few events there is no error yet; of the whole window there must be one.
            if last:
                raise
            made = None
        found.append((time, made))
    return found


def _enough(followed: Followed, at: float) -> bool:
    """Return whether enough of each group had the event by a time for it to be shown."""
    policy = followed.gate.policy
    had = [_by(followed, code, [at])[0] for code in followed.groups]
    return min(had) > max(policy.threshold, policy.midpoint)


def _by(followed: Followed, code: str, times: list[float]) -> list[int]:
    """Return how many of a group had the event by each time."""
    group = followed.group(code)
    when = group.loc[group["event"] == 1, "time"].to_numpy()
    return [int((when <= at).sum()) for at in times]


def _line(
    followed: Followed, code: str, points: Points, side: str, weighted: bool, level: float
) -> dict[float, Numbers]:
    """Return value, low and high at the times that are shown, as they may be."""
    gate, known = followed.gate, [(time, made) for time, made in points if made is not None]
    times = [time for time, _ in known]
    value = np.array([getattr(made, side) for _, made in known])
    se = np.array([getattr(made, f"{side}_se") for _, made in known])
    # A share with the event never falls, and never lies above where its curve ends.
    value = np.minimum(np.maximum.accumulate(np.clip(value, 0, 1)), np.clip(value[-1], 0, 1))
    low, high = log_log(value, se, quantile(level))
    events, n = _by(followed, code, times), len(followed.group(code))
    line = np.stack([value, low, high], axis=1)
    if gate.open:
        return dict(zip(times, line, strict=True))
    if not weighted:
        # Nobody of it is weighed: a count that would date an event goes to its bin's middle.
        line = np.clip(line + (gate.curve(events) / gate.count(n) - value)[:, None], 0, 1)
    held = _held(events, gate.policy.threshold) if weighted else range(len(events))
    coarse = [[gate.coarse("share", float(x)) for x in line[at]] for at in held]
    return dict(zip(times, map(np.array, coarse), strict=True))


def _held(events: list[int], least: int) -> list[int]:
    """Return where each point of a curve that steps by few events was last moved by enough."""
    at, found = 0, []
    for i, n in enumerate(events):
        if n - events[at] > least:
            at = i
        found.append(at)
    return found


def _curve(
    followed: Followed,
    code: str,
    points: Points,
    line: dict[float, Numbers],
    end: float,
    about: dict[str, Any],
) -> Iterator[Measure]:
    report, gate, n = followed.report, followed.gate, len(followed.group(code))
    for time, events in zip((t for t, _ in points), _by(followed, code, [t for t, _ in points]),
                            strict=True):  # fmt: skip
        own = about | dict(
            dims=(("group", code), ("time", f"{time:g}")),
            window=report.term(f"window.{followed.table.unit}", n=int(time)),
            unit="share",
        )
        if time not in line:
            del own["level"]
            yield measure("cumulative_incidence", **own, reason=report.term("reason.few_yet"))
            continue
        numbers = _ended(line[time], end, last=time == points[-1][0])
        numbers |= {"n": gate.count(n)}
        given = functools.partial(_given, numbers)
        yield measure(
            "cumulative_incidence", harm(events, n), by=given, **own, interval="confidence"
        )


def _ended(point: Numbers, end: float, last: bool) -> dict[str, Any]:
    """Return a point of a curve that ends where the table beside it does."""
    value, low, high = map(float, point)
    shift = end - value if last else min(end - value, 0.0)
    value, low, high = (min(max(x + shift, 0.0), 1.0) for x in (value, low, high))
    return {"value": value, "low": min(low, value), "high": max(high, value)}


def _given(numbers: dict[str, Any], *_: int) -> dict[str, Any]:
    """Return what was made coarse already."""
    return numbers
