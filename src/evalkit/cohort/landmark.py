"""Case files followed from a day after the index date, in classes by who had begun by then.

Imports table. Who begins a service has to live and stay out of trouble until then: counted
from the index date, that time would be the service's merit (immortal time). From the landmark
on, both classes are of people who got so far.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.table import Table

# What is added to the case files: their own index date, who got so far, and each file's number
# in the table, by which one that counts at several landmarks is known again.
FIRST, REACHED, FILE = "first_index", "reached", "file"
# Reasons for which nobody can be seen, or be in contact with the law here, any more.
GONE = ("died", "moved_away")


def at_landmark(
    cases: Table,
    events: Table | None,
    absences: Table | None,
    day: int,
    since: int | None = None,
) -> Table:
    """Return case files followed from a landmark, in classes by who had begun the plan.

    Parameters
    ----------
    cases, events, absences : Table
        Of these shapes.
    day : int
        Days after the index date, from 1.
    since : int, optional
        Who had begun by that day does not count any more: with landmarks one after the other
        each person's start counts once (a sequence of nested trials). Nobody when absent.

    Returns
    -------
    Table
        The case files with ``index_date`` at the landmark, the one of the file kept as
        ``first_index``; ``assigned``, by who had begun; ``reached``, who was by then free of
        any later contact, alive, here and followed; and ``file``.

    Notes
    -----
    Anderson, Cain and Gelber (1983), Journal of Clinical Oncology 1, 710-719; the sequence as
    in Hernán et al. (2008), Epidemiology 19(6), 766-779.
    """
    frame = cases.frame
    first, landmark = frame["index_date"], frame["index_date"] + pd.Timedelta(days=day)
    begun = frame["plan_start"] <= landmark
    reached = landmark.notna() & (frame["follow_up_end"] > landmark)
    reached &= ~_before(frame, events, "event_date", first, landmark)
    if absences is not None:
        left = absences.frame[absences.frame["reason"].isin(GONE)]
        reached &= ~_before(frame, absences.with_frame(left), "start", None, landmark)
    if since is not None:
        reached &= ~(frame["plan_start"] <= first + pd.Timedelta(days=since))
    made = frame.assign(index_date=landmark, assigned=np.where(begun, "programme", "comparison"))
    made[FIRST], made[REACHED] = first, reached
    made[FILE] = np.arange(len(frame), dtype=float)
    return cases.with_frame(made)


def _before(
    frame: pd.DataFrame,
    rows: Table | None,
    date: str,
    first: pd.Series | None,
    last: pd.Series,
) -> pd.Series:
    """Return who has a row dated up to a day, and after another where one is given."""
    none = pd.Series(False, index=frame.index)
    if rows is None:
        return none
    dated = rows.frame[["person_id", date]].dropna()
    ends = pd.Series(last.to_numpy(), index=frame["person_id"])
    inside = dated[date] <= dated["person_id"].map(ends)
    if first is not None:
        begins = pd.Series(first.to_numpy(), index=frame["person_id"])
        inside &= dated[date] > dated["person_id"].map(begins)
    found: pd.Series = frame["person_id"].isin(dated.loc[inside, "person_id"])
    return found
