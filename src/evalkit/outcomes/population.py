"""The rows of a table of population counts that count everybody once by a column."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

# A band says both ends, the lower one, or one age. Other words (不满, months) are no ends.
_YEARS = r"\s*(?:周?岁|years?(?: old)?)?\s*"
CLOSED = re.compile(
    rf"(?:aged?|ages)?\s*(\d+){_YEARS}(?:(?:[-‐–—―－~～〜至到]+|to){_YEARS}(\d+){_YEARS})?", re.I
)
UPWARDS = re.compile(
    rf"(?:aged?|ages)?\s*(\d+){_YEARS}(?:及?以上|[+＋]|(?:and|or) (?:over|older|above|up))", re.I
)
OLDEST = 150
# Words for all together, as the table of population counts has them.
WHOLE = {"township": "全部", "age_band": "全部", "sex": "all", "groups": "全部"}
# Words of a total that a row beside its parts may bear instead; it is no township.
SUMS = ("合计", "总计", "小计")


class Twice(Exception):
    """Rows count some people more than once, or not each township in each class."""


class Unread(Exception):
    """The words of an age band do not say which ages are in it."""


def ends_of(band: str) -> tuple[int, int] | None:
    """Return the lowest and the highest age of a band; None where its words do not tell."""
    if found := CLOSED.fullmatch(band.strip()):
        low, high = int(found[1]), int(found[2] or found[1])
        return (low, high) if low <= high else None
    found = UPWARDS.fullmatch(band.strip())
    return (int(found[1]), OLDEST) if found else None


def counted_once(rows: pd.DataFrame, column: str, over: Sequence[str]) -> pd.DataFrame:
    """Return the rows that count everybody once in each class of a column.

    Where there is a total its parts are left out: together they are everybody twice.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of the shape ``population``.
    column : str
        One of `WHOLE`.
    over : sequence of str
        Those of `WHOLE` that may have a total beside their parts; of the others all rows must
        have one value.

    Raises
    ------
    Twice
        If a township lacks a class, or somebody is in two rows.
    Unread
        If an age band cannot be read.
    """
    whole = {name: rows[name] == WHOLE[name] for name in over}
    rows = rows[~whole[column]]
    for name in [name for name in over if name != column]:
        total = whole[name][rows.index]
        rows = rows[total] if total.any() else rows
    parts = [str(band) for band in rows["age_band"].unique() if band != WHOLE["age_band"]]
    if any(ends_of(band) is None for band in parts):
        raise Unread
    one = [*(name for name in WHOLE if name not in over), "as_of"]
    keys = [name for name in WHOLE if name in over]
    twice = (
        rows["township"].isin(SUMS).any()
        or rows.duplicated(keys).any()
        or (rows[one].nunique() > 1).any()
    )
    if twice or overlapping(parts) or len(rows) != np.prod(rows[keys].nunique()):
        raise Twice
    return rows


def overlapping(bands: Iterable[str]) -> bool:
    """Return whether an age is in two bands."""
    ends = sorted(filter(None, map(ends_of, bands)))
    return any(low <= before for (_, before), (low, _) in itertools.pairwise(ends))
