"""What a sheet is beside its cells: merged, hidden, cut.

Imports nothing of evalkit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# Rows and columns at which the formats of workbooks end: XLS, then XLSX.
MOST_ROWS = (65_536, 1_048_576)
MOST_COLUMNS = (256, 16_384)


@dataclass(frozen=True)
class Merged:
    """A range of cells that was made one.

    Parameters
    ----------
    top, bottom : int
        Its rows, counted from 1.
    left, right : int
        Its columns, counted from 0.
    """

    top: int
    bottom: int
    left: int
    right: int


@dataclass
class Layout:
    """What a sheet says of its rows and columns.

    Parameters
    ----------
    merged : list of Merged
        In any order.
    hidden_rows : list of int
        Those that a filter or a hand hid; filled as the rows are read.
    hidden_columns : set of int
        Counted from 0.
    hidden : bool
        Whether the sheet itself is hidden.
    mac : bool
        Whether day numbers count from 1904.
    """

    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    mac: bool = False


@dataclass(frozen=True)
class Grid:
    """One sheet, read whole.

    Parameters
    ----------
    name : str
        Of the sheet.
    rows : list of list of str
        The first is row 1; none are empty at the end.
    layout : Layout
        What is merged and hidden.
    """

    name: str
    rows: list[list[str]]
    layout: Layout


class Spread:
    """Gives the cells below a merged one its text.

    Parameters
    ----------
    merged : list of Merged
        Of the sheet.
    """

    def __init__(self, merged: list[Merged]) -> None:
        self._coming = sorted(merged, key=lambda m: -m.top)
        self._open: list[tuple[Merged, str]] = []

    def over(self, number: int, row: list[str]) -> tuple[list[str], list[Merged]]:
        """Return a row with the texts of the cells that it shares, and which those are.

        Parameters
        ----------
        number : int
            Of the row; rows come in their order.
        """
        while self._coming and self._coming[-1].top <= number:
            one = self._coming.pop()
            if one.top == number:
                text = row[one.left] if one.left < len(row) else ""
                self._open.append((one, text))
        if not self._open:
            return row, []
        self._open = [(m, text) for m, text in self._open if m.bottom >= number]
        filled = list(row)
        for one, text in self._open:
            filled += [""] * (one.right + 1 - len(filled))
            # What may lie under a merged cell is not shown, and does not count.
            filled[one.left : one.right + 1] = [text] * (one.right + 1 - one.left)
        return filled, [one for one, _ in self._open]


def cells_at(placed: Iterator[tuple[int, str]]) -> list[str]:
    """Return the cells of a row, those that the file leaves out being empty.

    Parameters
    ----------
    placed : iterator of tuple of int and str
        Positions, counted from 0 and rising, with texts.

    Raises
    ------
    ValueError
        If a position does not rise, so that a text would stand in another's place.
    """
    row: list[str] = []
    last = -1
    for place, text in placed:
        if place <= last:
            raise ValueError("positions must rise")
        last = place
        if text:
            row += [""] * (place - len(row))
            row.append(text)
    return row
