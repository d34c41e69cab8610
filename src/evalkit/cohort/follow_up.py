"""Case files, later contacts and absences become one row a person, followed up.

Imports table. The class is the assignment at the index date: what happens later never
changes it, so that no time before a start is credited to the programme.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.table import Table, made_from

# Stages of a later contact that only the local police know: who moves away is not seen.
LOCAL = ("police_contact", "case_opened")
# Those that national records hold.
NATIONAL = ("prosecuted", "convicted", "revoked")
PROVEN = "proven_reoffence"
# A deed within the window may be proven so many days after the window's end: the six
# months of the England and Wales measure (Ministry of Justice, Proven reoffending: guide).
WAITING = 183


def follow_up(cases: Table, events: Table | None, absences: Table | None, window: int) -> Table:
    """Return one row a person with the first contact of each definition.

    Parameters
    ----------
    cases, events, absences : Table
        Of these shapes. Without events no contact is known of anybody; without absences
        nobody moved away.
    window : int
        Days after the index date in which a deed counts as a proven re-offence, if it is
        proven in these or in 183 more.

    Returns
    -------
    Table
        Of the shape ``follow_up`` in days: ``group``, and for each definition a flag and
        its ``_time``; then the columns of the case file. ``rules`` names the columns that
        say who counts: ``linked``, ``consented``, and ``mature`` where follow-up reaches
        the window and the time for proof. The dead stay in follow-up: the share with the
        event is one of all who began.
    """
    frame = cases.frame.set_index("person_id")
    end = (frame["follow_up_end"] - frame["index_date"]).dt.days.astype(float)
    later = _later(frame, events)
    columns: dict[str, pd.Series] = {"group": frame["assigned"]}
    here = _last_day_here(frame, absences, end)
    for name in (*LOCAL, *NATIONAL):
        first = later.loc[later["definition"] == name].groupby("person_id")["day"].min()
        columns |= _event(name, first, here if name in LOCAL else end)
    proven = _proven(later, window)
    columns |= _event(PROVEN, proven, (end - WAITING).clip(lower=0))
    result = pd.DataFrame(columns).assign(
        linked=frame["linked"].fillna(False).astype(bool),
        consented=frame["consent"].fillna(True).astype(bool),
        mature=(end >= window + WAITING),
        age=frame["age"].astype(float),
        prior_events=frame["prior_events"].astype(float),
        male=(frame["sex"] == "male").where(frame["sex"].notna()).astype(float),
        **{
            name: frame[name].fillna("")
            for name in ("legal_class", "risk_level", "township", "cluster")
        },
    )
    return _made(result.reset_index(drop=True), cases, events, absences)


def _later(frame: pd.DataFrame, events: Table | None) -> pd.DataFrame:
    """Return the contacts after the index date, with the day on which the deed was done."""
    if events is None:
        none = {"event_id": str, "person_id": str, "definition": str, "day": float, "proof": float}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in none.items()})
    found = events.frame[events.frame["person_id"].isin(frame.index)].copy()
    index = found["person_id"].map(frame["index_date"])
    found["day"] = (found["event_date"] - index).dt.days.astype(float)
    found["proof"] = (found["proven_date"] - index).dt.days.astype(float)
    # The index event itself is no later contact.
    return found[found["day"] > 0]


def _last_day_here(frame: pd.DataFrame, absences: Table | None, end: pd.Series) -> pd.Series:
    if absences is None:
        return end
    away = absences.frame[absences.frame["reason"] == "moved_away"]
    first = away.groupby("person_id")["start"].min().reindex(frame.index)
    left = (first - frame["index_date"]).dt.days.astype(float).clip(lower=0)
    return pd.Series(np.fmin(end, left), index=frame.index)


def _proven(later: pd.DataFrame, window: int) -> pd.Series:
    # Of a contact that has several rows, any may hold the date of its proof.
    deed = later.groupby(["person_id", "event_id"]).agg(day=("day", "min"), proof=("proof", "min"))
    counts = deed[deed["proof"] <= window + WAITING]
    return counts.groupby("person_id")["day"].min()


def _event(name: str, first: pd.Series, end: pd.Series) -> dict[str, pd.Series]:
    """Return the flag and the time of one definition; what lies after the end is not seen."""
    day = first.reindex(end.index)
    happened = day <= end
    return {name: happened.astype("int64"), f"{name}_time": day.where(happened, end)}


def _made(frame: pd.DataFrame, *tables: Table | None) -> Table:
    # Without an end nothing is known of a person: they are left out, and have no time.
    times = [name for name in frame.columns if name.endswith("_time")]
    frame[times] = frame[times].fillna(0.0)
    there = [table for table in tables if table is not None]
    return made_from(there, "follow_up", frame, "day", ("linked", "consented", "mature"))
