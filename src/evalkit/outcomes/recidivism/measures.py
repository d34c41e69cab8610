"""The headline beside the share: how often, in how much time at liberty, how gravely, how soon."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from evalkit.disclosure import Cells, harms
from evalkit.disclosure.gate import as_numbers
from evalkit.errors import Refused
from evalkit.estimators.adjusted_p import adjusted_p
from evalkit.estimators.made_alike import Compared
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure, terms
from evalkit.outcomes.recidivism.compared import Groups, Numbers, alike, pairs
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.report import Refusal, Result
from evalkit.words import Term

# Fewer with a grave event are not shown: the n x p of the UK Justice Data Lab.
FEWEST_GRAVE = 10
YEAR = 365.25
# Days of the units that a table can have.
DAYS = {"day": 1.0, "week": 7.0, "month": YEAR / 12}


class _Row(NamedTuple):
    """One measure of everybody, or why there is none.

    Parameters
    ----------
    code : str
        Under ``[measured]`` in the locale files.
    outcome, time : array of float or None
        Of each person; where there is a time the measure is the one divided by the other.
    cells : sequence of (int, int)
        People with what is counted, and all, in each group.
    counted : bool
        Whether the outcome is a count, so that a group's own value is one of rounded counts.
    why : Term or None
        Why it is not given.
    """

    code: str
    outcome: Numbers | None = None
    time: Numbers | None = None
    cells: Sequence[tuple[int, int]] = ()
    counted: bool = True
    why: Term | None = None


@analysis("measure_difference")
def measures(
    followed: Followed,
    adjusted: Result | Refusal,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    grave: float,
) -> Iterator[Yielded]:
    """Estimate how often, how gravely and how soon, in groups made alike.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjusted : Result or Refusal
        From `adjust`: the share, which is one of the family of measures.
    adjustment : str
        As `adjust` takes it.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level, 0 < level < 1.
    grave : float
        Severity from which an event is grave; 0 where none is.

    Returns
    -------
    Result or Refusal
        ``measure[measure, group]``, ``measure_difference[measure]`` and
        ``measure_p[measure]`` of ``frequency`` (events per 100 people), ``liberty`` (events
        per 100 person-years at liberty), ``severity`` (people with a grave event per 100)
        and ``free`` (mean time without the event within the window); then
        ``measure_holm[measure]``, ``share`` first. What cannot be told has its reason.
    """
    groups = alike(followed, adjustment, covariates)
    found: dict[str, tuple[float, Cells]] = {}
    share = adjusted.one("adjusted_difference_p") if isinstance(adjusted, Result) else None
    if share is not None and share.value is not None:
        found["share"] = share.value, harms(pairs(followed))
    for row in _rows(followed, grave):
        yield from _measured(followed, groups, row, adjustment, level, found)
    yield from _holm(followed, found)


def _holm(followed: Followed, found: dict[str, tuple[float, Cells]]) -> Iterator[Measure]:
    """Yield the p-value of each measure adjusted for the number of those shown."""
    if not found:
        return
    family = adjusted_p([p for p, _ in found.values()])
    for (code, (_, cells)), p in zip(found.items(), family, strict=True):
        yield measure(
            "measure_holm",
            cells,
            by=functools.partial(_given, float(p)),
            dims=(("measure", code), ("window", followed.window_code)),
            definition=followed.report.term(f"measured.{code}", window=followed.window_term),
            method=followed.report.term("method.holm"),
            unit="p",
            digits=4,
        )


def _given(p: float, *_: int) -> float:
    """Return what follows from p-values that may be shown."""
    return p


def _rows(followed: Followed, grave: float) -> Iterator[_Row]:
    frame, name = followed.cohort.frame, followed.definition
    if f"{name}_count" in frame:
        events = frame[f"{name}_count"].to_numpy(dtype=float)
        had = pairs(followed)
        yield _Row("frequency", events, cells=had)
        years = frame["at_liberty"].to_numpy(dtype=float) * DAYS[followed.table.unit] / YEAR
        yield _Row("liberty", events, years, cells=had)
        yield _severity(followed, grave)
    else:
        why = followed.report.term("reason.first_event_only")
        yield from (_Row(code, why=why) for code in ("frequency", "liberty", "severity"))
    yield _free(followed)


def _severity(followed: Followed, grave: float) -> _Row:
    report = followed.report
    gravest = followed.cohort.frame[f"{followed.definition}_gravest"].to_numpy(dtype=float)
    if not grave:
        return _Row("severity", why=report.term("reason.no_grave"))
    if np.isnan(gravest).any():
        return _Row("severity", why=report.term("reason.severity_missing"))
    cells = pairs(followed, gravest >= grave)
    if min(events for events, _ in cells) < FEWEST_GRAVE:
        return _Row("severity", why=report.term("reason.few_grave", n=FEWEST_GRAVE))
    return _Row("severity", (gravest >= grave).astype(float), cells=cells)


def _free(followed: Followed) -> _Row:
    report, frame, had = followed.report, followed.cohort.frame, pairs(followed)
    least = report.plan.min_events
    if min(events for events, _ in had) < least:
        return _Row("free", why=report.term("reason.fewer_events", n=least))
    # Who dies has no event any more, and is not free of it by the programme's merit; with so few
    # deaths as the gate allows it moves nothing.
    free = np.where(frame["event"] == 1, frame["time"], float(followed.window))
    return _Row("free", free, cells=had, counted=False)


def _measured(
    followed: Followed,
    groups: Groups,
    row: _Row,
    adjustment: str,
    level: float,
    found: dict[str, tuple[float, Cells]],
) -> Iterator[Yielded]:
    report = followed.report
    about: dict[str, Any] = dict(
        window=followed.window_term,
        definition=report.term(f"measured.{row.code}", window=followed.window_term),
        method=report.term(f"method.{adjustment}"),
        digits=1,
    )
    dims = (("measure", row.code), ("window", followed.window_code))
    made, why = _compared(followed, groups, row, level)
    if made is None:
        yield measure("measure_difference", dims=dims, unit="mean", reason=why, **about)
        return
    yield from _levels(followed, row, made, adjustment, about)
    numbers, cells = as_numbers(made.point), harms(row.cells)
    yield measure(
        "measure_difference",
        cells,
        by=lambda a, n, b, m: {"n": n + m},
        model=lambda: {key: numbers[key] for key in ("value", "low", "high", "se")},
        **about,
        dims=dims,
        unit="mean",
        interval="confidence",
        level=level,
        se_scale="identity",
        group=report.study.label(report.plan.programme),
        against=report.study.label(report.plan.comparison),
    )
    assert made.point.p is not None
    p = followed.gate.coarse("p", made.point.p)
    found[row.code] = p, cells
    shown = about | {"unit": "p", "digits": 4}
    yield measure("measure_p", cells, model=lambda: p, dims=dims, **shown)


def _compared(
    followed: Followed, groups: Groups, row: _Row, level: float
) -> tuple[Compared | None, Term | None]:
    """Return a measure of both groups, or why there is none."""
    if row.outcome is None:
        return None, row.why
    hundred = row.outcome * (100.0 if row.counted else 1.0)
    try:
        if row.time is None:
            return groups.compare(hundred, level=level), None
        return groups.ratio(hundred, row.time, level=level), None
    except Refused as problem:
        return None, terms(followed.report, followed.table, problem)[0]


def _levels(
    followed: Followed, row: _Row, made: Compared, adjustment: str, about: dict[str, Any]
) -> Iterator[Measure]:
    """Yield the measure of each group as it is compared; the two differ by the difference."""
    report, gate = followed.report, followed.gate
    own = made.treated
    if adjustment != OVERLAP and row.counted:
        own = _own(followed, row)
    own = gate.coarse("mean", own)
    against = gate.coarse("mean", own - gate.coarse("mean", made.point.value))
    for code, value, cell in zip(followed.groups, (own, against), row.cells, strict=True):
        name = report.study.label(code)
        if adjustment == OVERLAP or code == report.plan.comparison:
            name = report.term("group.made_alike", group=name)
        yield measure(
            "measure",
            harms([cell, *row.cells]),
            by=lambda events, n, *_: {"n": n},
            model=functools.partial(float, value),
            **about,
            dims=(("measure", row.code), ("group", code), ("window", followed.window_code)),
            unit="mean",
            group=name,
        )


def _own(followed: Followed, row: _Row) -> float:
    """Return the programme group's own value out of counts that may be computed with."""
    assert row.outcome is not None
    gate = followed.gate
    some = (followed.cohort.frame["group"] == followed.groups[0]).to_numpy()
    per = 1.0
    if row.time is not None:
        per = gate.coarse("share", float(row.time[some].mean()))
    return 100 * gate.count(int(row.outcome[some].sum())) / (gate.count(int(some.sum())) * per)
