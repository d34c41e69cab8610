"""Visits with the day on which each was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.outcomes.analysis import handed_in
from evalkit.outcomes.report import Report
from evalkit.table import ask

if TYPE_CHECKING:
    import ibis

ATTENDANCE, SESSIONS = "attendance", "sessions"


# Activities of staff and volunteers alone: who comes to them is not served.
STAFF_ONLY = ("training", "supervision")


def served_sessions(report: Report) -> ibis.Table | None:
    """Return the activities that are for those whom the service is meant for.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    ibis.Table or None
        Without trainings and supervision; what is of no told kind is among them. None where
        no list of activities was handed in.
    """
    listed = handed_in(report, SESSIONS)
    if listed is None:
        return None
    rows = listed[0].expression()
    return rows.filter(~rows.kind.isin(STAFF_ONLY).fill_null(False))


def served_visits(report: Report) -> ibis.Table | None:
    """Return who signed in to activities that are not for staff alone.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    ibis.Table or None
        None where no list of who came was handed in.
    """
    held, listed = handed_in(report, ATTENDANCE), handed_in(report, SESSIONS)
    if held is None:
        return None
    rows = held[0].expression()
    if listed is None:
        return rows
    sessions = listed[0].expression()
    own = sessions.filter(sessions.kind.isin(STAFF_ONLY)).select("session_id")
    # A list of millions is not held to another one for nothing.
    there = int(ask(own.aggregate(n=own.count()))["n"].iloc[0])
    return rows.anti_join(own, "session_id") if there else rows


def dated_visits(report: Report) -> ibis.Table | None:
    """Return who came on which day; the day of the activity where the list of who came has none.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    ibis.Table or None
        One row a visit: ``person_id`` and ``date``, missing where nobody says when. None
        where no list of who came was handed in.
    """
    rows, listed = served_visits(report), handed_in(report, SESSIONS)
    if rows is None:
        return None
    if listed is None:
        return rows.select("person_id", "date")
    sessions = listed[0].expression().select("session_id", held_on="date")
    both = rows.left_join(sessions, "session_id")
    return both.select("person_id", date=both.date.fill_null(both.held_on))
