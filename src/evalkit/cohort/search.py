"""Were the records searched: what later contacts a group's case files lead to, and to when.

Imports follow_up and table. Nobody found is no result before it is known that somebody
could have been found: these counts are taken of each group by itself, before any outcome.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.cohort.follow_up import PROVEN, needed
from evalkit.cohort.uneven import by_months, by_value, uneven, uneven_runs
from evalkit.table import Table

# Quarters of the window in which contacts may come at different rates.
QUARTERS = 4
# Of the mean rate, what is expected at least in each quarter: where the records of both
# groups end early, nothing else is left to compare with.
FLOOR = 0.5
# Days after the last deed that is proven in which others need not be proven yet.
LAG = 62
# Below this a run without contacts is not chance.
UNLIKELY = 0.001

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Search:
    """What the table of later contacts holds on the case files of one group.

    Parameters
    ----------
    group : str
        Code of the group.
    files : int
        Its case files.
    ended : int
        Of these, those of whom it is known up to when a contact would be seen.
    searched : int
        Of these, those whose records were searched (``linked``).
    found : int
        Persons searched who have a row in the table of later contacts, of any kind.
    at_stage : int
        Persons searched who have a row of the stage that the definition needs, after the
        index date: what was before it shows nothing of what came later.
    undated : int
        Of these, those none of whose rows of that stage holds the date that it needs.
    chance : float
        Of seeing no contact after the last that the table holds, or none before the first,
        if the records reached over the whole window: near 0 where they begin late or stop
        early; 1 where nothing can be told.
    nowhere : float
        Of finding nobody in the township, site or index year where nobody is found, by
        Bonferroni's rule over all of them: near 0 where a part was not searched.
    uneven : float
        Of having so few contacts in some part (`evalkit.cohort.uneven`), beside the other
        group's: near 0 where this group's records of a part are missing.
    """

    group: str
    files: int
    ended: int
    searched: int
    found: int
    at_stage: int
    undated: int
    chance: float
    nowhere: float
    uneven: float


def searches(
    cases: Table, events: Table, definition: str, window: int, *, again: bool = False
) -> list[Search]:
    """Return what is known of the search for later contacts, group by group.

    Parameters
    ----------
    again : bool
        Whether another definition was judged already: what rests on no stage is taken as well.
    """
    frame = cases.frame.set_index("person_id")
    rows = events.frame
    date = "proven_date" if definition == PROVEN else "event_date"
    after = rows["event_date"] > rows["person_id"].map(frame["index_date"])
    stage = rows[needed(rows, definition) & after]
    contacts = _contacts(frame, stage[stage[date].notna()], window)
    # The last deeds are not all proven yet, and of a hundred thousand people that is seen.
    grace = LAG if definition == PROVEN else 0
    found = []
    for group, part in frame.groupby("assigned", sort=True):
        searched = part.index[part["linked"].fillna(False).astype(bool)]
        there = stage[stage["person_id"].isin(searched)]
        dated = there.loc[there[date].notna(), "person_id"]
        found.append(
            Search(
                group=str(group),
                files=len(part),
                ended=int(part["follow_up_end"].notna().sum()),
                searched=len(searched),
                found=int(searched.isin(rows["person_id"]).sum()),
                at_stage=there["person_id"].nunique(),
                undated=there["person_id"].nunique() - dated.nunique(),
                chance=_chance(frame, frame.loc[searched], contacts, window, grace),
                nowhere=1.0
                if again
                else _nowhere(frame.loc[searched], searched.isin(rows["person_id"])),
                uneven=_uneven(frame, str(group), contacts, window),
            )
        )
    return found


def matched(one: Table, other: Table, key: str = "person_id", theirs: str = "") -> tuple[int, int]:
    """Return how many of a table's keys are found in another table, and how many it has.

    Parameters
    ----------
    one, other : Table
        The first should lead to the second.
    key, theirs : str
        Their columns; the second's is the same where it is left out. Each key counts once.
    """
    given = one.frame[key].dropna().drop_duplicates()
    return int(given.isin(other.frame[theirs or key].dropna()).sum()), len(given)


def _nowhere(part: pd.DataFrame, found: NDArray[np.bool_]) -> float:
    """Return how likely it is that nobody is found in the emptiest part of a group by itself.

    People are found at half of the rest's rate at least: parts differ, and are not to be
    accused of it.
    """
    if not found.any():
        return 1.0
    years = part["index_date"].dt.year
    named = [part[c] for c in ("township", "cluster", "sex", "legal_class")]
    # Who has no township is a part as well, whose records may lie elsewhere.
    splits = [*(column.astype(object).where(column.notna(), "") for column in named), years]
    counted = [pd.Series(found, index=part.index).groupby(s).agg(["sum", "size"]) for s in splits]
    sizes = [int(n) for c in counted for n in c.loc[c["sum"] == 0, "size"]]
    if not sizes:
        return 1.0
    # At the rate of the rest: that of everybody is the lower for the empty part.
    empty = max(sizes)
    once = (1 - FLOOR * float(found.sum()) / (len(part) - empty)) ** empty
    return min(1.0, once * sum(map(len, counted)))


def _uneven(frame: pd.DataFrame, group: str, contacts: pd.DataFrame, window: int) -> float:
    """Return the chance of a group's emptiest part beside the others', over all splits."""
    both = frame[frame["linked"].fillna(False).astype(bool) & frame["index_date"].notna()]
    mine, days = both["assigned"] == group, _followed(both, window)
    if mine.all() or not mine.any():
        return 1.0
    seen = contacts[contacts["day"] <= window]
    first = seen.groupby("person_id")["day"].min().reindex(both.index)
    first = first.where(first <= days)
    splits = [both["township"], both["cluster"], both["sex"], both["legal_class"]]
    splits += [both["index_date"].dt.year, both["index_kind"]]
    parts = [by_value(split, mine, first.notna()) for split in splits]
    chances = [uneven(some) for some in parts if len(some) > 1]
    chances.append(uneven_runs(*by_months(both["index_date"], days, mine, first)))
    return min(1.0, min(chances) * len(chances))


def _contacts(frame: pd.DataFrame, stage: pd.DataFrame, window: int) -> pd.DataFrame:
    """Return each contact after the index date, with its day and its date."""
    known = stage[stage["person_id"].isin(frame.index)]
    day = (known["event_date"] - known["person_id"].map(frame["index_date"])).dt.days
    return pd.DataFrame({"person_id": known["person_id"], "day": day, "date": known["event_date"]})[
        day > 0
    ]


def _chance(
    frame: pd.DataFrame, part: pd.DataFrame, contacts: pd.DataFrame, window: int, grace: int
) -> float:
    """Return how likely it is that no contact of a group lies outside the dates known.

    Contacts come at everyone's rate by quarter of the window, but nowhere at less than half
    of its mean. Where it is unlikely that none of anybody lies before the first counted in
    days from the index date, they do not come at such a rate, and nothing can be told.
    """
    mine = contacts[contacts["person_id"].isin(part.index)]
    inside = mine[mine["day"] <= window]
    everybody = contacts[contacts["day"] <= window]
    if mine.empty or everybody.empty:
        return 1.0
    n, first = inside["person_id"].nunique(), float(everybody["day"].min())
    ends = _followed(part, window)
    until = ((mine["date"].max() - part["index_date"]).dt.days + grace).clip(lower=0)
    since = ((mine["date"].min() - part["index_date"]).dt.days - 1).clip(lower=0)
    rate = _rate(frame, contacts, window)
    whole = _expected(rate, ends, window)
    if not whole:
        return 1.0
    if inside.empty:
        # Contacts there are, and none within the window, where so many would be expected.
        return math.exp(-whole)
    early = _expected(rate, ends.clip(upper=first - 1), window)
    if (1 - early / whole) ** n < UNLIKELY:
        return 1.0
    before = _expected(rate, ends.clip(upper=until), window)
    missed = _expected(rate, ends.clip(upper=since), window)
    return float(min(before / whole, 1 - missed / whole) ** n)


def _followed(part: pd.DataFrame, window: int) -> pd.Series:
    return (part["follow_up_end"] - part["index_date"]).dt.days.clip(0, window).fillna(0)


def _rate(frame: pd.DataFrame, contacts: pd.DataFrame, window: int) -> Array:
    inside = contacts[contacts["day"] <= window].sort_values("day").drop_duplicates("person_id")
    happened, edges = np.histogram(inside["day"], QUARTERS, (0, window))
    ends = _followed(frame, window)
    exposed = np.array([_inside(ends, a, b) for a, b in itertools.pairwise(edges)])
    mean = happened.sum() / max(exposed.sum(), 1)
    return np.asarray(np.maximum(happened / np.maximum(exposed, 1), FLOOR * mean))


def _expected(rate: Array, ends: pd.Series, window: int) -> float:
    edges = np.linspace(0, window, QUARTERS + 1)
    spans = itertools.pairwise(edges)
    return sum(float(r) * _inside(ends, a, b) for r, (a, b) in zip(rate, spans, strict=True))


def _inside(days: pd.Series, low: float, high: float) -> float:
    # An index date that is missing gives no day.
    return float(np.nansum(np.clip(np.minimum(days.to_numpy(), high) - low, 0, None)))
