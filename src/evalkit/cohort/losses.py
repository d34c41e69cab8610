"""Whom each group lost after it was formed, by what could go with the outcome.

Imports follow_up and table.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalkit.cohort.follow_up import PROVEN, WAITING, needed
from evalkit.table import Table


@dataclass(frozen=True)
class Loss:
    """What became of the case files of one group.

    Parameters
    ----------
    group : str
        Code of the group.
    files : int
        Its case files.
    lost : int
        Of these, those who do not count because their records were not searched, consent is
        not recorded, or their own follow-up ends early or nowhere. Who was seen for too short
        a time because the records end there for everybody is not lost: that goes by the index
        date alone.
    contradicted : int
        Of these, those who are marked as not searched and have a later contact all the same.
    """

    group: str
    files: int
    lost: int
    contradicted: int


def losses(
    cases: Table, events: Table | None, absences: Table | None, definition: str, window: int
) -> list[Loss]:
    """Return whom each group lost."""
    frame = cases.frame.set_index("person_id")
    end, index = frame["follow_up_end"], frame["index_date"]
    days = (end - index).dt.days
    reached = window + WAITING if definition == PROVEN else window
    seen = _contacts(frame, events, definition)
    early = end.isna() | ((days < reached) & (end < end.max()))
    # Follow-up that is said to end with the event, or with death, was whole.
    early &= ~(days - seen <= 1) | (definition == PROVEN)
    early &= ~frame.index.isin(_dead(absences))
    unsearched = ~frame["linked"].fillna(False).astype(bool)
    lost = unsearched | early | ~frame["consent"].fillna(False).astype(bool)
    told = unsearched & seen.notna()
    return [
        Loss(str(group), len(part), int(lost[part.index].sum()), int(told[part.index].sum()))
        for group, part in frame.groupby("assigned", sort=True)
    ]


def _contacts(frame: pd.DataFrame, events: Table | None, definition: str) -> pd.Series:
    """Return the day of each person's first later contact of the kind, if any."""
    if events is None:
        return pd.Series(float("nan"), index=frame.index)
    rows = events.frame[needed(events.frame, definition)]
    rows = rows[rows["person_id"].isin(frame.index)]
    day = (rows["event_date"] - rows["person_id"].map(frame["index_date"])).dt.days
    return day[day > 0].groupby(rows["person_id"]).min().reindex(frame.index).astype(float)


def _dead(absences: Table | None) -> set[str]:
    if absences is None:
        return set()
    rows = absences.frame
    return set(rows.loc[rows["reason"] == "died", "person_id"].dropna())
