"""Visits, and how many people made them: counted where they are, no visit comes into memory."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY, Cells, counted, people
from evalkit.estimators.concentration import gini, lorenz
from evalkit.estimators.unique_people import unique_people
from evalkit.outcomes.analysis import (
    Absent,
    Drawn,
    Yielded,
    analysis,
    handed_in,
    lacking,
    measure,
    refused,
)
from evalkit.outcomes.reach.dated import served_sessions, served_visits
from evalkit.outcomes.reach.gates import MATCHED
from evalkit.outcomes.reach.uneven import Uneven, uneven
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import Table, ask

if TYPE_CHECKING:
    import ibis

ATTENDANCE, SESSIONS = "attendance", "sessions"
# Shares of the people, from those with the fewest visits up, at which the curve is told.
CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


# What is told of activities, and of visits, that cannot be as the lists say.
FAULTS = {"below": "sessions", "untold": "sessions", "strangers": "visits", "staff": "visits"}


@dataclass(frozen=True, kw_only=True)
class Visits(Drawn):
    """The visits of an area; the cohort's rows are how many ``persons`` have so many ``visits``.

    Parameters
    ----------
    sessions : mapping of str to int
        Counts of activities: "activities", of which the number of people present is
        "untold", or "below" those who signed in; "strangers", visits to activities that no
        list has; "held", visits of people with a number to an activity of the list.
        Empty where no list of activities was handed in.
    unnamed : pandas.DataFrame
        How many ``sessions`` have so many people ``unnamed``: present beside those who
        signed in.
    staff : int
        Visits to trainings and supervision, which are in none of these.
    """

    sessions: Mapping[str, int] = field(repr=False)
    unnamed: pd.DataFrame = field(repr=False)
    staff: int = 0

    @property
    def tables(self) -> tuple[Table, ...]:
        """Where numbers about all who were present come from."""
        listed = self.report.office(SESSIONS)
        return (self.table,) if listed is None else (self.table, listed)

    @property
    def named(self) -> int:
        """Visits of people with a number."""
        frame = self.cohort.frame
        return int((frame["visits"] * frame["persons"]).sum())

    @property
    def persons(self) -> int:
        """People with a number."""
        return int(self.cohort.frame["persons"].sum())


def draw_visits(report: Report) -> Visits | Refusal:
    """Draw the visits of an area's activities.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Visits or Refusal
        A refusal where nobody signed in, or no list was handed in.
    """
    held = handed_in(report, ATTENDANCE)
    if held is None:
        return lacking(report, "visit_count", "no_attendance")
    (signed,) = held
    rows = served_visits(report)
    assert rows is not None
    staff = signed.n - int(ask(rows.aggregate(n=rows.count()))["n"].iloc[0])
    if staff == signed.n:
        return lacking(report, "visit_count", "no_attendance")
    each = rows.group_by("person_id").aggregate(visits=rows.count())
    made = ask(each.group_by("visits").aggregate(persons=each.count()))
    listed = handed_in(report, SESSIONS)
    counts: dict[str, int] = {}
    unnamed = pd.DataFrame()
    if listed is not None:
        sessions = served_sessions(report)
        assert sessions is not None
        counts, unnamed = _beside(rows, sessions)
    return Visits(
        report=report,
        # What a database gives comes in any order.
        cohort=Cohort(made.sort_values("visits", ignore_index=True), (), signed),
        deviations=(),
        estimates=(),
        sessions=counts,
        unnamed=unnamed,
        staff=staff,
    )


def _beside(rows: ibis.Table, listed: ibis.Table) -> tuple[dict[str, int], pd.DataFrame]:
    """Return what the list of activities says beside those who signed in."""
    import ibis

    signed = rows.group_by("session_id").aggregate(signed=rows.count())
    held = listed.select("session_id", "headcount")
    both = held.join(signed, "session_id", how="outer")
    told = both.mutate(
        here=both.session_id.notnull(),
        signed=both.signed.fill_null(0),
        over=both.headcount - both.signed.fill_null(0),
    )
    # More signed in than were counted: nobody is known to have come unnamed.
    spare = ibis.greatest(told.over, 0).fill_null(0)
    cube = ask(
        told.group_by(
            here=told.here, untold=told.here & told.headcount.isnull(),
            below=(told.here & (told.over < 0)).fill_null(False), unnamed=spare,
        ).aggregate(sessions=told.count(), signed=told.signed.sum())
    )  # fmt: skip
    inside = cube[cube["here"]]
    counts = {
        "activities": int(inside["sessions"].sum()),
        "held": int(inside["signed"].sum()),
        "strangers": int(cube.loc[~cube["here"], "signed"].sum()),
        **{key: int(inside.loc[inside[key], "sessions"].sum()) for key in ("untold", "below")},
    }
    many = inside.groupby("unnamed", sort=True)["sessions"].sum().reset_index()
    return counts, many.astype(int)


@analysis("visit_count")
def visits(drawn: Visits, most_visits: int | None = None) -> Iterator[Yielded]:
    """Count visits and the people who made them.

    Parameters
    ----------
    drawn : Visits or Refusal
        From `draw_visits`.
    most_visits : int, optional
        Activities that one person can have come to at most, where that is known.

    Returns
    -------
    Result or Refusal
        ``visit_count[of]`` of those who signed in ("named"), of the others who were present
        ("unnamed"), and of both ("all"); ``people_count``, people who signed in;
        ``visits_each``, their visits a person; ``people_bounds``, how many people all visits
        can be, whoever the unnamed were; ``visit_fault[fault]`` for activities with fewer
        present than signed in, or of which the number present is not known, and for visits
        to activities that no list has. What rests on the number present is absent where one
        is not known, or more than one visit in twenty is to an activity that no list has.
    """
    report, n = drawn.report, drawn.sessions
    about: dict[str, Any] = dict(unit="visits", digits=0)
    yield measure(
        "visit_count", Cells((drawn.named,), (drawn.persons,)), by=counted,
        dims=(("of", "named"),), definition=report.term("visits.named"), **about,
    )  # fmt: skip
    yield measure("people_count", people(drawn.persons), by=counted, unit="persons", digits=0)
    yield measure(
        "visits_each",
        Cells((drawn.named, drawn.persons), (drawn.persons,)),
        by=lambda visits, persons: {"value": visits / persons, "n": persons},
        unit="spread",
        digits=1,
    )
    yield from _faults(drawn)
    if (lack := _lack(n)) is not None:
        yield Absent("people_bounds", refused(report, lack))
        return
    spare = int((drawn.unnamed["unnamed"] * drawn.unnamed["sessions"]).sum())
    for of, many in (("unnamed", spare), ("all", drawn.named + spare)):
        yield measure(
            "visit_count", Cells((many,), (many,)), by=counted, dims=(("of", of),),
            definition=report.term(f"visits.{of}"), table=drawn.tables, **about,
        )  # fmt: skip
    yield from _bounds(drawn, most_visits)


def _lack(sessions: Mapping[str, int]) -> str | None:
    """Return why nobody can say how many were present besides; None where it is known."""
    if not sessions:
        return "no_sessions"
    signed = sessions["held"] + sessions["strangers"]
    if sessions["held"] < MATCHED * signed:
        # Under other numbers an activity would be counted twice: by its list, and by who signed.
        return "sessions_unmatched"
    return "headcounts_untold" if sessions["untold"] else None


def _faults(drawn: Visits) -> Iterator[Yielded]:
    many = {**drawn.sessions, "staff": drawn.staff}
    for fault, unit in FAULTS.items():
        if not (n := many.get(fault, 0)):
            continue
        # Activities are nobody's: they are told as they are.
        whole = unit == "sessions"
        yield measure(
            "visit_fault", NOBODY if whole else Cells((n,), ()),
            by=functools.partial(_whole, n) if whole else counted, dims=(("fault", fault),),
            unit=unit, digits=0, definition=drawn.report.term(f"visits.fault_{fault}"),
            table=drawn.tables,
        )  # fmt: skip


def _whole(n: int) -> dict[str, float]:
    return {"value": float(n)}


def _bounds(drawn: Visits, most_visits: int | None) -> Iterator[Yielded]:
    """Yield how many people all visits can be."""
    frame, spare = drawn.cohort.frame, drawn.unnamed
    found = unique_people(
        np.repeat(spare["unnamed"], spare["sessions"]),
        visits=np.repeat(frame["visits"], frame["persons"]),
        most_visits=most_visits,
    )
    yield measure(
        "people_bounds",
        people(drawn.persons) + Cells((found.low, found.high)),
        by=lambda _, low, high: {"low": low, "high": high},
        unit="persons",
        digits=0,
        interval="bounds",
        method=drawn.report.term("method.unique_people"),
        table=drawn.tables,
    )


@analysis("top_visits")
def concentration(drawn: Visits, top: Sequence[float], level: float) -> Iterator[Yielded]:
    """Estimate how far the visits are those of a few.

    Parameters
    ----------
    drawn : Visits or Refusal
        From `draw_visits`.
    top : sequence of float
        Shares of the people, each between 0 and 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``top_visits[top]``: the share of the visits that this share of the people made, those
        with the most visits; ``visits_gini``; ``lorenz[people]``: the share of the visits of
        the people with the fewest, for the curve. All of people who signed in. Refused where
        too few did.
    """
    frame = drawn.cohort.frame
    made = (frame["visits"], frame["persons"])
    cells = people(drawn.persons)
    # What nobody's visits can tell is told of none: neither index nor curve.
    gini(*made, level=level)
    told = Uneven(
        *made, top="top_visits", index="visits_gini", named="visits.top", method="method.gini"
    )
    yield from uneven(drawn, told, top, level)
    curve = lorenz(*made)
    for share in CURVE:
        value = float(np.interp(share, curve.persons, curve.visits))
        yield measure(
            "lorenz", cells, model=_alone(value), unit="share", dims=(("people", f"{share:g}"),)
        )


def _alone(value: float) -> Any:
    return lambda: value
