"""Visits with the day on which each was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.outcomes.analysis import handed_in
from evalkit.outcomes.report import Report

if TYPE_CHECKING:
    import ibis

ATTENDANCE, SESSIONS = "attendance", "sessions"


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
    held, listed = handed_in(report, ATTENDANCE), handed_in(report, SESSIONS)
    if held is None:
        return None
    rows = held[0].expression()
    if listed is None:
        return rows.select("person_id", "date")
    sessions = listed[0].expression().select("session_id", held_on="date")
    both = rows.left_join(sessions, "session_id")
    return both.select("person_id", date=both.date.fill_null(both.held_on))
