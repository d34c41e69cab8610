"""Case files, later contacts and absences become one row a person, followed up.

Imports landmark and table. The class is the assignment at the index date: what happens later never
changes it, so that no time before a start is credited to the programme.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.cohort.landmark import FILE, FIRST, REACHED
from evalkit.table import Table, made_from

# Reasons for which nobody could be in contact with the law outside: time not at risk.
CONFINED = ("custody", "special_school", "hospital", "other")
# Only who was given it can have it revoked.
REVOCABLE = "conditional_non_prosecution"
# Stages of a later contact that only the local police know: who moves away is not seen.
LOCAL = ("police_contact", "case_opened")
# Those that national records hold.
NATIONAL = ("prosecuted", "convicted", "revoked")
PROVEN = "proven_reoffence"
# Whether somebody was in contact with the police in as long before the index date as the window.
EARLIER = "earlier_contact"
# Who stands before a court had a case opened, and was in contact with the police: the last
# stage of a contact is often the only one that is written down.
IMPLIED = {
    "police_contact": ("police_contact", "case_opened", "prosecuted", "convicted"),
    "case_opened": ("case_opened", "prosecuted", "convicted"),
    "prosecuted": ("prosecuted", "convicted"),
    "convicted": ("convicted",),
    "revoked": ("revoked",),
}
# A deed within the window may be proven so many days after the window's end: the six
# months of the England and Wales measure (Ministry of Justice, Proven reoffending: guide).
WAITING = 183


def needed(rows: pd.DataFrame, definition: str) -> pd.Series:
    """Return which rows of later contacts are of the stage that a definition needs, or beyond.

    Parameters
    ----------
    definition : str
        A stage, or ``proven_reoffence``: a deed is proven by a conviction or a formal caution,
        and the date tells when.
    """
    if definition == PROVEN:
        return rows["definition"].isin(IMPLIED["convicted"]) | rows["proven_date"].notna()
    return rows["definition"].isin(IMPLIED[definition])


def follow_up(cases: Table, events: Table | None, absences: Table | None, window: int) -> Table:
    """Return one row a person with the first contact of each definition.

    Parameters
    ----------
    cases, events, absences : Table
        Of these shapes. Without events no contact is known of anybody, and nothing may be
        counted (`evalkit.cohort.search` says so); without absences nobody is known to have
        moved away, died or been locked up.
    window : int
        Days after the index date in which a deed counts as a proven re-offence, if it is
        proven in these or in 183 more.

    Returns
    -------
    Table
        Of the shape ``follow_up`` in days: ``group``, and for each definition a flag, its
        ``_time`` (to the event, to death or to the end of what is seen) and its ``_away``
        (days of that time, within the window, in custody, special school or hospital),
        ``_count`` (different contacts within the window, as far as is seen) and ``_gravest``
        (the gravest severity of these; 0 without any, missing where that of one is);
        ``at_liberty`` (days of the window alive, followed and not confined);
        ``died_on`` (day after the index date, or missing); ``proven_late`` (a deed within
        the window that was proven too late to count); then the columns of the case
        file. ``rules`` names the columns that say who counts: ``linked``, ``consented``
        (what is not recorded is no consent), and ``mature`` where follow-up reaches the end
        of the time for proof; ``followed``, where it reaches the end of the window, takes
        its place for what need not be proven. ``end`` is the day to which each is followed.
        Death ends follow-up: it competes with the event, and nothing is waited for.
        Of case files at a landmark (`at_landmark`) also ``reached``, which counts too, and
        ``file``; what was before the index date stays as it was before that of the file.
    """
    frame = cases.frame.set_index("person_id")
    before = frame["index_date"] if FIRST not in frame else frame[FIRST]
    end = (frame["follow_up_end"] - frame["index_date"]).dt.days.astype(float)
    later = _later(frame, events)
    died, impossible = _deaths(frame, absences, later, before)
    columns = _happened(frame, later, absences, end, died, window)
    result = pd.DataFrame(columns).assign(
        linked=frame["linked"].fillna(False).astype(bool),
        # Unknown is not yes.
        consented=frame["consent"].fillna(False).astype(bool),
        followed=(end >= window) | (died <= end),
        mature=(end >= window + WAITING) | (died <= end),
        died_on=died.where(died <= end),
        end=end,
        death_impossible=impossible,
        moved=_first(frame, absences, "moved_away") <= window,
        revocable=frame["index_decision"] == REVOCABLE,
        index_kind=frame["index_kind"].fillna(""),
        age=frame["age"].astype(float),
        prior_events=frame["prior_events"].astype(float),
        index_year=before.dt.year.astype(float),
        male=(frame["sex"] == "male").where(frame["sex"].notna()).astype(float),
        **{EARLIER: _earlier_contact(before, frame["linked"], events, window)},
        **{name: frame[name] for name in (REACHED, FILE) if name in frame},
        **{
            name: frame[name].fillna("")
            for name in ("legal_class", "risk_level", "index_decision", "township", "cluster")
        },
    )
    return _made(result.reset_index(drop=True), cases, events, absences)


def _happened(
    frame: pd.DataFrame,
    later: pd.DataFrame,
    absences: Table | None,
    end: pd.Series,
    died: pd.Series,
    window: int,
) -> dict[str, pd.Series]:
    """Return the group, and of each definition what happened to each person and when."""
    columns: dict[str, pd.Series] = {"group": frame["assigned"]}
    here = _earlier(end, _first(frame, absences, "moved_away").clip(lower=0))
    for name in (*LOCAL, *NATIONAL):
        deeds = _deeds(later[needed(later, name)], frame.index)
        seen = _earlier(here if name in LOCAL else end, died)
        columns |= _event(name, deeds, seen) | _counted(name, deeds, seen.clip(upper=window))
    proven = _deeds(later, frame.index)
    proven = proven[proven.proof <= window + WAITING]
    # Of the dead nothing is proven any more, so that nothing is waited for.
    seen = died.where(died <= end, (end - WAITING).clip(lower=0))
    columns |= _event(PROVEN, proven, seen) | _counted(PROVEN, proven, seen.clip(upper=window))
    columns["proven_late"] = _late(frame, later, window) & (columns[PROVEN] == 0)
    columns |= _away(frame, absences, columns, _earlier(end, died).clip(upper=window))
    return columns


def _later(frame: pd.DataFrame, events: Table | None) -> pd.DataFrame:
    """Return the contacts after the index date, with the day on which the deed was done."""
    if events is None:
        none: dict[str, type] = dict.fromkeys(("event_id", "person_id", "definition"), str)
        none |= dict.fromkeys(("day", "proof", "severity"), float) | {"deed": int}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in none.items()})
    found = events.frame[events.frame["person_id"].isin(frame.index)].copy()
    index = found["person_id"].map(frame["index_date"])
    found["day"] = (found["event_date"] - index).dt.days.astype(float)
    found["proof"] = (found["proven_date"] - index).dt.days.astype(float)
    # The number of a contact is a person's own; its rows lie together.
    both = pd.MultiIndex.from_frame(found[["person_id", "event_id"]])
    found["deed"] = both.factorize()[0]
    # The index event itself is no later contact.
    return found[found["day"] > 0].sort_values("deed", kind="stable")


def _earlier_contact(
    index: pd.Series, linked: pd.Series, events: Table | None, window: int
) -> pd.Series:
    """Return 1 for who had a contact in the days before the index date; unknown without any.

    Records without a single contact from before were not asked for any.
    """
    unknown = pd.Series(float("nan"), index=index.index)
    if events is None:
        return unknown
    rows = events.frame
    day = (rows["event_date"] - rows["person_id"].map(index)).dt.days
    found = rows.loc[(day < 0) & (day >= -window), "person_id"]
    if found.empty:
        return unknown
    known = linked.fillna(False).astype(bool)
    return pd.Series(index.index.isin(found), index.index).astype(float).where(known)


def _first(frame: pd.DataFrame, absences: Table | None, reason: str) -> pd.Series:
    """Return the day after the index date on which each person first was away, if known."""
    if absences is None:
        return pd.Series(float("nan"), index=frame.index)
    spells = absences.frame[absences.frame["reason"] == reason]
    first = spells.groupby("person_id")["start"].min().reindex(frame.index)
    return (first - frame["index_date"]).dt.days.astype(float)


def _deaths(
    frame: pd.DataFrame, absences: Table | None, later: pd.DataFrame, before: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Return the day of each death, and who is said to be dead while a record says otherwise."""
    died = _first(frame, absences, "died")
    last = later.groupby("person_id")["day"].max().reindex(frame.index)
    # Before a landmark one may die; before the index date of the file nobody did.
    waited = (frame["index_date"] - before).dt.days
    impossible = (died < -waited) | (last > died)
    return died.mask(impossible), impossible


def _earlier(end: pd.Series, left: pd.Series) -> pd.Series:
    # Without an end nothing is known of a person, whatever else is.
    return pd.Series(np.fmin(end, left), index=end.index).where(end.notna())


def _away(
    frame: pd.DataFrame,
    absences: Table | None,
    columns: Mapping[str, pd.Series],
    last: pd.Series,
) -> dict[str, pd.Series]:
    """Return the days of each definition's time at which a person was confined, and those free."""
    names = [name.removesuffix("_time") for name in columns if name.endswith("_time")]
    ends = {name: columns[f"{name}_time"].clip(upper=last) for name in names} | {"": last}
    days = {name: dict.fromkeys(frame.index, 0.0) for name in ends}
    spells = [] if absences is None else _spells(frame, absences, last)
    for person, start, stop in spells:
        for name, end in ends.items():
            days[name][person] += max(0.0, min(stop, end[person]) - start)
    away = {f"{name}_away": pd.Series(days[name], dtype=float) for name in names}
    return away | {"at_liberty": last - pd.Series(days[""], dtype=float)}


def _spells(
    frame: pd.DataFrame, absences: Table, last: pd.Series
) -> list[tuple[str, float, float]]:
    """Return who was confined from which day to before which, each day once."""
    rows = absences.frame
    rows = rows[rows["reason"].isin(CONFINED) & rows["person_id"].isin(frame.index)]
    index = rows["person_id"].map(frame["index_date"])
    starts = (rows["start"] - index).dt.days.clip(lower=0)
    # The last day of a spell is one of it; a spell that goes on lasts to the end.
    stops = ((rows["end"] - index).dt.days + 1).fillna(rows["person_id"].map(last))
    found: list[tuple[str, float, float]] = []
    seen: dict[str, float] = {}
    for person, start, stop in sorted(zip(rows["person_id"], starts, stops, strict=True)):
        begins = max(start, seen.get(person, 0.0))
        if stop > begins:
            found.append((person, float(begins), float(stop)))
            seen[person] = float(stop)
    return found


@dataclass(frozen=True)
class _Deeds:
    """Contacts, one a row whatever number of stages it reached, in the order of persons.

    Parameters
    ----------
    who : array of int
        Whose it is: a position among the case files.
    day, proof, severity : array of float
        First day, first proof, and gravest severity, where they are known.
    """

    who: NDArray[np.int64]
    day: NDArray[np.float64]
    proof: NDArray[np.float64]
    severity: NDArray[np.float64]

    def __getitem__(self, some: NDArray[np.bool_]) -> _Deeds:
        return _Deeds(self.who[some], self.day[some], self.proof[some], self.severity[some])

    def of_each(self, values: NDArray[np.float64], index: pd.Index, most: np.ufunc) -> pd.Series:
        """Return the least or the largest value of each person; missing where there is none."""
        found = np.full(len(index), math.nan)
        most.at(found, self.who, values)
        return pd.Series(found, index=index)


def _deeds(later: pd.DataFrame, index: pd.Index) -> _Deeds:
    """Return the contacts behind rows of stages, which lie in the order of contacts."""
    # Of a contact that has several rows, any may hold the date of its proof.
    who = index.get_indexer(pd.Index(later["person_id"]))
    numbers = later["deed"].to_numpy()
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    day, proof, severity = (later[name].to_numpy(float) for name in ("day", "proof", "severity"))
    if not first.size:
        return _Deeds(who, day, proof, severity)
    least, most = np.fmin.reduceat, np.fmax.reduceat
    return _Deeds(who[first], least(day, first), least(proof, first), most(severity, first))


def _counted(name: str, deeds: _Deeds, last: pd.Series) -> dict[str, pd.Series]:
    """Return how many contacts of a definition a person had up to a day, and the gravest."""
    own = deeds[deeds.day <= last.to_numpy()[deeds.who]]
    count = np.bincount(own.who, minlength=len(last)).astype(float)
    # One that is not graded may be the gravest.
    graded = np.where(np.isnan(own.severity), math.inf, own.severity)
    gravest = own.of_each(graded, last.index, np.fmax).fillna(0.0)
    return {
        f"{name}_count": pd.Series(count, index=last.index),
        f"{name}_gravest": gravest.replace(math.inf, math.nan),
    }


def _late(frame: pd.DataFrame, later: pd.DataFrame, window: int) -> pd.Series:
    """Return who did something within the window that was proven, and too late to count."""
    late = later[(later["day"] <= window) & (later["proof"] > window + WAITING)]
    return pd.Series(frame.index.isin(late["person_id"]), index=frame.index)


def _event(name: str, deeds: _Deeds, end: pd.Series) -> dict[str, pd.Series]:
    """Return the flag and the time of one definition; what lies after the end is not seen."""
    day = deeds.of_each(deeds.day, end.index, np.fmin)
    happened = day <= end
    return {name: happened.astype("int64"), f"{name}_time": day.where(happened, end)}


def _made(frame: pd.DataFrame, *tables: Table | None) -> Table:
    # Without an end nothing is known of a person: they are left out, and have no time.
    times = [name for name in frame.columns if name.endswith(("_time", "_away", "at_liberty"))]
    frame[times] = frame[times].fillna(0.0)
    there = [table for table in tables if table is not None]
    reached = [REACHED] if REACHED in frame else []
    rules = ("linked", "consented", *reached, "mature")
    return made_from(there, "follow_up", frame, "day", rules)
