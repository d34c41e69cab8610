"""The same question of those who began: from a landmark, and from one start to the next."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit import cohort as people
from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harms
from evalkit.errors import Refused
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused, terms
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import ends_of, outcome_of, point_of, require_shown
from evalkit.outcomes.recidivism.followed import TRIAL, Followed, cohort_of, draw_cohort
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.requirements import require
from evalkit.words import Term

ASSIGNED, LANDMARK, SEQUENCE = "assigned", "landmark", "sequence"
Counts = list[tuple[int, int]]


@analysis("started_difference")
def starts(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    landmark: int,
    every: int,
    last: int,
) -> Iterator[Yielded]:
    """Estimate the difference by who had begun, beside that by the planned classes.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates, level
        As `adjust` takes them.
    landmark : int
        Days after the index date, from 1: who is in the programme is who had begun by then.
    every, last : int
        Of a sequence of landmarks, the days between them and the last, `every` <= `last`: at
        each, who began since the one before is compared with who had not begun; a person
        counts at every landmark that they reach, and the error respects that.

    Returns
    -------
    Result or Refusal
        ``started_difference[start]``: ``assigned``, ``landmark`` and ``sequence``; one whose
        own gates fail has the reason instead of a number. Nothing where no start is known.
        Refused where anything fails of what `gates` names for the planned classes.

    Raises
    ------
    ValueError
        If the days of the sequence are none.
    """
    if not (1 <= every <= last and landmark >= 1):
        raise ValueError(f"landmark {landmark}, every {every}, last {last}")
    cases = followed.cases
    if cases is None or not cases.frame["plan_start"].notna().any():
        return
    require(followed.report, judge(followed, adjustment, covariates).requirements)
    require_shown(followed)
    way = (adjustment, covariates, level)
    for start, drawn in (
        (ASSIGNED, lambda: _drawn(followed, 0)),
        (LANDMARK, lambda: _drawn(followed, landmark)),
        (SEQUENCE, lambda: _sequence(followed, range(every, last + 1, every))),
    ):
        days = {"n": landmark, "every": every, "last": last}
        yield _measured(followed, start, days, drawn, way)


def _measured(followed: Followed, start: str, days: dict[str, int], drawn: Any, way: Any) -> Any:
    """Return the difference of one way to count starts, or why there is none."""
    report, level = followed.report, way[2]
    about: dict[str, Any] = dict(
        dims=(("start", start),),
        unit="points",
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        method=report.term(f"start.{start}", **days),
        row=True,
    )
    try:
        point, cells = _point(drawn(), *way)
    except Refused as problem:
        return measure("started_difference", reason=_why(followed, problem), **about)
    return measure(
        "started_difference",
        harms(cells),
        by=lambda a, n, b, m: {"n": n + m, "events": a + b},
        model=functools.partial(ends_of, point),
        interval="confidence",
        level=level,
        **about,
    )


def _why(followed: Followed, problem: Refused) -> Term:
    reason, _ = terms(followed.report, followed.table, problem)
    return reason


def _drawn(followed: Followed, landmark: int) -> Followed:
    """Return the people followed from a landmark; those who were drawn where it is theirs."""
    if landmark == followed.landmark:
        return followed
    of = followed
    found = draw_cohort(of.report, of.definition, of.window, of.subset, landmark)
    # They were drawn from the same table, so that there is one.
    assert isinstance(found, Followed)
    return found


def _point(
    drawn: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> tuple[Point, Counts]:
    """Return the difference and the people behind it, each counted once in a class."""
    frame = drawn.cohort.frame
    file = frame[people.FILE].to_numpy() if TRIAL in frame else None
    cells = pairs(drawn) if file is None else _once(drawn)
    least = drawn.report.plan.min_people
    # A person who counts at several landmarks makes no group of sixty.
    if min(n for _, n in cells) < least:
        raise refused(drawn.report, "fewer_people", n=least, window=drawn.window_term)
    named = covariates if file is None else (*covariates, TRIAL)
    judged = judge(drawn, adjustment, named)
    require(drawn.report, judged.requirements)
    alike = judged.alike
    assert alike is not None
    # Who counts at several landmarks is one person.
    given = (outcome_of(drawn), alike.treated, alike.covariates, adjustment, level)
    return point_of(*given, None if file is None else file.astype(object)), cells


def _once(drawn: Followed) -> Counts:
    """Return of each class how many persons had the event, and how many they are."""
    counts = []
    for code in drawn.groups:
        group = drawn.group(code)
        happened = group.loc[group["event"] == 1, people.FILE]
        counts.append((happened.nunique(), group[people.FILE].nunique()))
    return counts


def _sequence(followed: Followed, days: range) -> Followed:
    """Return the people of all landmarks, below each other, with the number of the landmark."""
    of, parts, tables = followed, [], []
    for number, day in enumerate(days):
        # Who had begun at the index date counts at the first landmark.
        since = day - days.step if number else None
        tables.append(of.report.table_by(window=of.window, landmark=day, since=since))
        cohort = cohort_of(of.report, tables[-1], of.definition, of.window, of.subset)
        # Where nobody begins there is nobody to compare the others with.
        if number == 0 or cohort.frame["group"].nunique() > 1:
            parts.append(cohort.frame.assign(**{TRIAL: float(number)}))
    stacked = pd.concat(parts, ignore_index=True)
    cohort = people.Cohort(stacked, (), tables[0].with_frame(stacked))
    return replace(of, cohort=cohort, landmark=days.start, judged=[], alike={}, estimates=())
