"""A table that was read, with what is wrong with it.

Imports header and shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from evalkit.intake.header import Header
from evalkit.schema import Check, Schema

# Rows of the second file or sheet are numbered from here, those of the third from twice it:
# no format holds so many.
PART = 100_000_000
# So many rows are named on the terminal; all are counted.
SHOWN = 5


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with some rows, or with the whole.

    Parameters
    ----------
    level : {"stop", "warn", "note"}
        Whether the table is refused, doubted, or only described.
    code : str
        Of a fault or a check.
    columns : tuple of str
        What the file calls the columns.
    count : int
        Rows.
    rows : tuple of int
        The first few; `Export.place` says where they are.
    check : Check or None
        The check of the table, where it is one.
    names : tuple of str
        Our names of the columns.
    """

    level: str
    code: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[int, ...] = ()
    check: Check | None = None
    names: tuple[str, ...] = ()


@dataclass
class Part:
    """One file, or one sheet of a workbook.

    Parameters
    ----------
    file, sheet, encoding : str
        Its name; the sheet's, "" for a text file; the encoding, "" for a workbook.
    header : Header
        What it calls our columns.
    rows : int
        Of data.
    """

    file: str
    sheet: str
    encoding: str
    header: Header
    rows: int = 0


@dataclass
class Export:
    """A table that was read, in a database of its own in memory.

    Parameters
    ----------
    shape : Schema
        What it is.
    database : duckdb.DuckDBPyConnection
        Holds it as ``data``, with ``row_number`` beside our columns.
    sheet, encoding : str
        Of its first part.
    header : Header
        What the files call our columns, taken together.
    rows : int
        Of data.
    blank, totals : int
        Rows that were left out as empty, or as totals and notes.
    problems : tuple of Problem
        Worst first.
    made_up : bool
        Whether it says of itself that it is: `evalkit.intake.marks`.
    parts : list of Part
        The files and sheets that it was made of.
    left_out : dict of str to int
        Rows that a rule of the platform file left out, by the rule.
    skipped : list of str
        Sheets of the files that hold something, but no header of the table.
    """

    shape: Schema
    database: duckdb.DuckDBPyConnection
    sheet: str
    encoding: str
    header: Header
    rows: int = 0
    blank: int = 0
    totals: int = 0
    problems: tuple[Problem, ...] = ()
    made_up: bool = False
    parts: list[Part] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        """Whether a problem forbids the table."""
        return any(problem.level == "stop" for problem in self.problems)

    def place(self, row: int) -> tuple[str, int]:
        """Return the part and the row in it, as a spreadsheet numbers it.

        Parameters
        ----------
        row : int
            Of a problem. The part is "" where there is only one.
        """
        place, number = divmod(row, PART)
        if len(self.parts) < 2:
            return "", number
        part = self.parts[place]
        several = len({p.file for p in self.parts}) > 1
        return " ".join(name for name in (part.file if several else "", part.sheet) if name), number
