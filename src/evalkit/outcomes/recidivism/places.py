"""Columns of words as parts of people: of a closed list, or places large enough to compare."""

from __future__ import annotations

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from evalkit.outcomes.analysis import chosen
from evalkit.outcomes.labels import closed_list, group_code
from evalkit.outcomes.recidivism.followed import Followed

# What has as many values as an office writes: names of places, and years; of no person.
PLACES = ("township", "cluster", "index_year")
# A part with fewer of either group tells apart who is in it, and not where they are from.
LEAST = 10
JOINED = "joined"
TOWNSHIP = "township"


def places(followed: Followed, name: str) -> pd.Series:
    """Return the part that each person is from: a place, or several small ones together.

    Parameters
    ----------
    name : {"township", "cluster", "index_year"}
        The column; a year is a place in time.

    Returns
    -------
    pandas.Series
        A name or ``joined``: places with fewer than ten people of either group. Where these
        are fewer than the plan's `min_people` in all, they go with the smallest that stands
        alone.
    """
    frame, least = followed.cohort.frame, followed.report.plan.min_people
    words = frame[name].map(_word).map(group_code)
    # Every row is of one of the two groups, whichever places only one of them has.
    counts = pd.crosstab(words, frame["group"]).reindex(columns=[*followed.groups], fill_value=0)
    kept = [str(place) for place in counts.index[counts.min(axis=1) >= LEAST]]
    parts = words.where(words.isin(kept), JOINED)
    if kept and 0 < int((parts == JOINED).sum()) < least:
        sizes = counts.loc[kept].sum(axis=1)
        smallest = str(sizes.idxmin())
        parts = parts.where(parts != JOINED, smallest)
    return parts


def _word(value: float | str | None) -> str:
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def parts(followed: Followed, name: str) -> tuple[pd.Series, list[str]]:
    """Return the part of each person by a column of words, and the parts that people are of.

    Parameters
    ----------
    name : str
        A column with a closed list, or of `PLACES`; what is not known is a part, "".
    """
    if name in PLACES:
        words = places(followed, name)
        return words, sorted({*words})
    words = followed.cohort.frame[name].fillna("").astype(str)
    known = [*closed_list(followed.report, name), ""]
    return words, [value for value in known if (words == value).any()]


def places_of(followed: Followed, cluster: str) -> NDArray[Any] | None:
    """Return each person's township; None where the table has none.

    Parameters
    ----------
    cluster : str
        Its column; empty: the township, where it is known. Who has none is of one of their own.

    Raises
    ------
    UsageError
        If the table has no such column.
    """
    frame, name = followed.cohort.frame, cluster or TOWNSHIP
    if cluster:
        chosen("cluster", cluster, sorted({*map(str, followed.table.frame.columns)}))
    if name not in frame or not (frame[name].fillna("").astype(str) != "").any():
        return None
    return frame[name].fillna("").astype(str).to_numpy(dtype=object)
