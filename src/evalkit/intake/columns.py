"""The rows of a table by columns, each distinct text once.

Imports header and texts. A county has a million rows, in nearly all of which nothing is out of
the ordinary: that none is a total, empty or too long is seen on the distinct texts of each
column. Where it is not so, the rows are looked at one by one (`evalkit.intake.load`).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evalkit.intake.header import is_total, may_be_total
from evalkit.intake.texts import tidy

# Rows whose texts a processor's cache holds at once: all columns of these, then the next.
BLOCK = 500


@dataclass(frozen=True)
class Texts:
    """A column of texts.

    Parameters
    ----------
    distinct : list of str
        In the order in which they come first.
    codes : array of int
        For each row the position of its text among them.
    """

    distinct: list[str] = field(repr=False)
    codes: NDArray[np.intp] = field(repr=False)

    def rows(self, wanted: Callable[[str], object]) -> NDArray[np.bool_]:
        """Return for each row whether its text is wanted."""
        marked = map(bool, map(wanted, self.distinct))
        return np.fromiter(marked, np.bool_, len(self.distinct))[self.codes]

    def count(self, wanted: Callable[[str], object]) -> int:
        """Return how many rows have a text that is wanted."""
        return int(self.rows(wanted).sum())


def texts_of(rows: Sequence[Sequence[str]], width: int) -> list[Texts]:
    """Return the first columns of rows.

    Parameters
    ----------
    rows : sequence of rows
        Cells.
    width : int
        How many columns, all of which each row has.
    """
    places = [defaultdict[str, int](itertools.count().__next__) for _ in range(width)]
    codes = np.empty((width, len(rows)), np.intp)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        for place, code, column in zip(places, codes, zip(*block, strict=False), strict=False):
            code[start : start + BLOCK] = np.fromiter(map(place.__getitem__, column), np.intp)
    return [Texts(list(place), code) for place, code in zip(places, codes, strict=True)]


def one_text(text: str, rows: int) -> Texts:
    """Return a column that has the same text in each row.

    Parameters
    ----------
    text : str
        Of its cells.
    rows : int
        How many.
    """
    return Texts([text], np.zeros(rows, np.intp))


def plain_columns(rows: Sequence[Sequence[str]], width: int) -> list[Texts] | None:
    """Return the columns of rows that are all alike: as long, none of them empty or a total.

    Parameters
    ----------
    rows : sequence of rows
        Cells.
    width : int
        Columns that have a header; behind them stands nothing.

    Returns
    -------
    list of Texts or None
        None where a row has to be looked at by itself.
    """
    if len(set(map(len, rows))) != 1 or len(rows[0]) < width:
        return None
    columns = texts_of(rows, len(rows[0]))
    if any(tidy(text) for column in columns[width:] for text in column.distinct):
        return None
    # A column that is never empty shows that no row is.
    if not any(all(map(str.strip, column.distinct)) for column in columns):
        return None
    for column in columns:
        if may_be_total(column.distinct):
            doubted = np.flatnonzero(column.rows(lambda text: may_be_total([text]))).tolist()
            if any(is_total(rows[row]) for row in doubted):
                return None
    return columns
