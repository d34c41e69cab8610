"""Volunteers: registered, active by a stated rule, and how far the hours are those of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, counted, part, people, ratio
from evalkit.errors import UsageError
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
from evalkit.outcomes.reach.gates import MATCHED
from evalkit.outcomes.reach.uneven import Uneven, uneven
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import Table, ask

VOLUNTEERS, HOURS = "volunteers", "hours"
# Hours are told apart to a hundredth: no office writes finer ones.
FINE = 2


@dataclass(frozen=True, kw_only=True)
class Volunteers(Drawn):
    """The volunteers of an area; the cohort's rows are how many ``persons`` gave so many ``hours``.

    Hours of the days that count, of registered volunteers.

    Parameters
    ----------
    days : int
        Length of the time that counts, up to the last entry of all.
    until : pandas.Timestamp
        Its last day.
    counts : mapping of str to int
        Volunteers "registered", who "ever" gave an hour, and who did so in that time ("active");
        "strangers", people with hours who are not registered, of them in that time "recent".
    """

    days: int
    until: pd.Timestamp
    counts: Mapping[str, int] = field(repr=False)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The register and the hours."""
        hours = self.report.office(HOURS)
        assert hours is not None
        return (self.table, hours)


def draw_volunteers(report: Report, days: int = 365) -> Volunteers | Refusal:
    """Draw the volunteers of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.
    days : int
        Active is who gave an hour in so many days up to the last entry of hours, at least 1.

    Returns
    -------
    Volunteers or Refusal
        A refusal where the register or the hours were not handed in.

    Raises
    ------
    UsageError
        If there are no days.
    """
    if days < 1:
        raise UsageError("choice_value", choice="days", found=str(days), allowed=">= 1")
    held = handed_in(report, VOLUNTEERS, HOURS)
    if held is None:
        return lacking(report, "volunteer_count", "no_volunteers")
    register, hours = held
    entries = hours.expression()
    until = pd.Timestamp(ask(entries.aggregate(last=entries.date.max()))["last"].iloc[0])
    first = (until - pd.Timedelta(days=days - 1)).date()
    worked = entries.filter(entries.hours > 0)
    each = worked.group_by("person_id").aggregate(
        given=worked.hours.sum(where=worked.date >= first).fill_null(0).round(FINE)
    )
    names = register.expression().select("person_id").distinct().mutate(registered=True)
    both = names.join(each, "person_id", how="outer")
    told = both.mutate(
        known=both.registered.fill_null(False), ever=both.given.notnull(),
        given=both.given.fill_null(0),
    )  # fmt: skip
    cube = ask(told.group_by(["known", "ever", "given"]).aggregate(persons=told.count()))
    own = cube[cube["known"]]
    counts = {
        "registered": int(own["persons"].sum()),
        "ever": int(own.loc[own["ever"], "persons"].sum()),
        "active": int(own.loc[own["given"] > 0, "persons"].sum()),
        "strangers": int(cube.loc[~cube["known"], "persons"].sum()),
        "recent": int(cube.loc[~cube["known"] & (cube["given"] > 0), "persons"].sum()),
    }
    made = own.loc[own["given"] > 0].groupby("given", sort=True)["persons"].sum().reset_index()
    return Volunteers(
        report=report,
        cohort=Cohort(made.rename(columns={"given": "hours"}), (), register),
        deviations=(),
        estimates=(),
        days=days,
        until=until,
        counts=counts,
    )


@analysis("volunteer_count")
def volunteers(drawn: Volunteers, top: Sequence[float], level: float) -> Iterator[Yielded]:
    """Count volunteers, and tell how far their hours are those of a few.

    Parameters
    ----------
    drawn : Volunteers or Refusal
        From `draw_volunteers`.
    top : sequence of float
        Shares of the active volunteers, each between 0 and 1.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``volunteer_count[who]`` of those "registered", who "ever" gave an hour, who are
        "active", and of "strangers", people with hours who are not registered;
        ``volunteer_active``, the active out of the registered, which with all that follows is
        absent where the register lacks more than one in twenty of those who gave hours in the
        time; ``hours_each``, their hours a
        person; ``top_hours[top]`` and ``hours_gini``, of the active.
    """
    report, n = drawn.report, drawn.counts
    # Under other numbers the same people would be registered and never seen.
    linked = n["active"] >= MATCHED * (n["active"] + n["recent"])
    for who in ("registered", *(("ever", "active") if linked else ()), "strangers"):
        if n[who] or who != "strangers":
            yield measure(
                "volunteer_count", people(n[who]), by=counted, dims=(("who", who),),
                unit="persons", digits=0, definition=report.term(f"volunteers.{who}"),
                table=drawn.tables,
            )  # fmt: skip
    if not linked:
        yield Absent("volunteer_active", refused(report, "hours_unmatched", least=MATCHED))
        return
    window = report.term("volunteers.window", days=drawn.days, until=f"{drawn.until:%Y-%m-%d}")
    yield measure(
        "volunteer_active", part(n["active"], n["registered"]), by=ratio, unit="share",
        window=window, table=drawn.tables,
    )  # fmt: skip
    if n["active"]:
        yield from _hours(drawn, top, level, {"table": drawn.tables, "window": window})


def _hours(
    drawn: Volunteers, top: Sequence[float], level: float, about: dict[str, Any]
) -> Iterator[Yielded]:
    """Yield the hours of an active volunteer, and how far they are those of a few."""
    n, frame = drawn.counts, drawn.cohort.frame
    given = float((frame["hours"] * frame["persons"]).sum())
    yield measure(
        "hours_each", Cells((round(given), n["active"]), (n["active"],)),
        by=lambda hours, persons: {"value": hours / persons, "n": persons}, unit="spread",
        digits=1, **about,
    )  # fmt: skip
    told = Uneven(
        frame["hours"], frame["persons"], top="top_hours", index="hours_gini",
        named="volunteers.top", method="method.gini_hours", about=about,
    )  # fmt: skip
    yield from uneven(drawn, told, top, level)
