"""The rows of a file or sheet go into the database, and what cannot be read is counted.

Imports cells, columns, handed, header, identity, layout, marks, platform_words, scales,
shapes and sheet. Persons are pseudonyms before they reach the database.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.intake import marks
from evalkit.intake.cells import TYPES, Manner, read_cells
from evalkit.intake.columns import Texts, one_text, plain_columns, texts_of
from evalkit.intake.handed import PART, SHOWN, Export, Part, Problem
from evalkit.intake.header import (
    BESIDE,
    MEASURED,
    TOTALS,
    is_other_unit,
    is_total,
    states_unit,
)
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.layout import MOST_COLUMNS, MOST_ROWS, Merged, Spread
from evalkit.intake.platform_words import Platform, Rule
from evalkit.intake.scales import is_answer
from evalkit.intake.sheet import Sheet
from evalkit.intake.texts import tidy
from evalkit.schema import Column, Schema

CHUNK = 100_000
# What is read, and told.
NOTES = ("serial_dates", "private", "merged_filled", "hidden_rows", "hidden_column", "converted")


@dataclass
class Faults:
    """Counts of what could not be read, with the first rows of each.

    Parameters
    ----------
    count : dict of (str, str) to int
        Rows, by column ("" for none) and code.
    rows : dict of (str, str) to list of int
        The first few.
    unread : dict of str to list of int
        Of each column every row that could not be read: there a cell is not empty.
    titles : dict of str to str
        What the files call each column.
    persons, made_up : int
        Numbers of persons, and those among them that no office gives out.
    """

    count: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    unread: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    persons: int = 0
    made_up: int = 0

    def add(self, column: str, code: str, rows: Sequence[int]) -> None:
        """Count rows.

        Parameters
        ----------
        column : str
            Ours, or "" where it is of no one column.
        code : str
            Of the fault, or of what is only told.
        """
        key = (column, code)
        self.count[key] = self.count.get(key, 0) + len(rows)
        first = self.rows.setdefault(key, [])
        first += list(rows[: SHOWN - len(first)])
        if code not in NOTES:
            self.unread.setdefault(column, []).extend(rows)

    def told(self) -> list[Problem]:
        """Return what was counted, as problems."""
        return [
            Problem(
                "note" if code in NOTES else "stop",
                code,
                (self.titles[column],) if column else (),
                count,
                tuple(self.rows[column, code]),
                names=(column,) if column else (),
            )
            for (column, code), count in self.count.items()
        ]


class _Place:
    """Where the reading of a part has come to.

    Parameters
    ----------
    part, sheet
        As `Loader.load` takes them.
    base : int
        Added to the numbers of its rows.
    platform : Platform
        What is known of the platform.
    shape : Schema
        Of the table.
    """

    def __init__(
        self, part: Part, sheet: Sheet, base: int, platform: Platform, shape: Schema
    ) -> None:
        self.part, self.sheet, self.base = part, sheet, base
        header = part.header
        self.spread, self.blank = Spread(sheet.layout.merged), 0
        self.row = self.last = header.row
        self.rules = [(rule, _position(rule, part)) for rule in platform.leave_out]
        units = [n for n, t in enumerate(header.every) if BESIDE.fullmatch(t)]
        self.units = [n for n in units if n not in header.columns.values()]
        self.width = 1 + max((n for n, title in enumerate(header.every) if title), default=0)
        # Where a word for a total is a value of the column: both sexes together.
        self.spared = {
            at for name, at in header.columns.items() if _says_total(shape.columns[name])
        }
        # Whether rows that are all alike need not be looked at one by one.
        self.simple = not (sheet.layout.merged or self.rules or self.units or self.spared)

    def adds_up(self, row: Sequence[str]) -> bool:
        """Return whether a row adds up others, by its cells that may say so."""
        if self.spared:
            row = ["" if at in self.spared else cell for at, cell in enumerate(row)]
        return is_total(row)

    def passed(self, rows: int) -> tuple[NDArray[np.int64], int]:
        """Pass rows of data; return their numbers, and how many empty ones stood above them."""
        numbers = np.arange(self.row + 1, self.row + rows + 1, dtype=np.int64) + self.base
        above, self.blank = self.blank, 0
        self.row = self.last = self.row + rows
        return numbers, above


def _says_total(column: Column) -> bool:
    """Return whether a word for a total is one of the values of a column."""
    words = (w for c in column.choices.values() for w in (*c.label.text.values(), *c.aliases))
    return any(TOTALS.fullmatch(word) for word in words)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make lists of texts without a search for circles, of which there are none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Loader:
    """Fills the database of a table, part by part.

    Parameters
    ----------
    made : Export
        Its database is empty.
    names : Pseudonyms or None
        Needed where the shape has persons.
    platform : Platform
        What is known of the platform.
    """

    def __init__(self, made: Export, names: Pseudonyms | None, platform: Platform) -> None:
        self.made, self.names, self.platform = made, names, platform
        self.faults = Faults()
        self._types = {name: TYPES[field.kind] for name, field in made.shape.columns.items()}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self._types.items())
        made.database.execute(f"CREATE TABLE data (row_number BIGINT, {columns})")

    def load(self, part: Part, sheet: Sheet, rows: Iterator[list[str]]) -> None:
        """Read the rows below the header of a part."""
        base = len(self.made.parts) * PART
        self.made.parts.append(part)
        for name, title in part.header.titles.items():
            self.faults.titles.setdefault(name, title)
        place = _Place(part, sheet, base, self.platform, self.made.shape)
        with _uncollected():
            while chunk := list(itertools.islice(rows, CHUNK)):
                self._load(place, chunk)
        if place.last in MOST_ROWS:
            self.faults.add("", "sheet_cut", [base + place.last])
        self._tell(part, sheet, base)

    def _load(self, place: _Place, chunk: list[list[str]]) -> None:
        """Insert the data of some rows."""
        if place.simple and (plain := plain_columns(chunk, place.width)) is not None:
            numbers, above = place.passed(len(chunk))
            self.made.blank += above
            self._insert(place, plain, numbers)
            return
        kept = list(self._kept(place, chunk))
        if not kept:
            return
        numbers = np.array([number for number, _ in kept], dtype=np.int64) + place.base
        rows = [row for _, row in kept]
        self._insert(place, texts_of(rows, place.width), numbers)

    def _kept(self, place: _Place, rows: list[list[str]]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of data; count those that are none, and those of a wrong width."""
        part, base, width, units = place.part, place.base, place.width, place.units
        for row in rows:
            place.row += 1
            number = place.row
            if not any(row) or not any(cell.strip() for cell in row):
                place.spread.over(number, row)
                place.blank += 1
                continue
            # Empty rows at the end are no rows.
            self.made.blank, place.blank, place.last = self.made.blank + place.blank, 0, number
            whole, merged = place.spread.over(number, row)
            if place.adds_up(row):
                self.made.totals += 1
                if states_unit(row):
                    self.faults.add("", "unit_below", [base + number])
                continue
            if rule := next((r for r, at in place.rules if r.fits(whole, at)), None):
                self.made.left_out[rule.text] = self.made.left_out.get(rule.text, 0) + 1
                continue
            self._tell_merged(part, merged, base + number)
            if any(is_other_unit(whole[n]) for n in units if n < len(whole)):
                self.faults.add("", "unit_beside", [base + number])
            if any(tidy(cell) for cell in whole[width:]):
                self.faults.add("", "row_long", [base + number])
            if len(whole) < width:
                # A workbook leaves out empty cells at the end; a text file must not.
                if part.encoding and len(whole) <= max(part.header.columns.values()):
                    self.faults.add("", "row_short", [base + number])
                whole = [*whole, *[""] * (width - len(whole))]
            yield number, whole

    def _tell_merged(self, part: Part, merged: Sequence[Merged], number: int) -> None:
        for one in merged:
            ours = [n for n, at in part.header.columns.items() if one.left <= at <= one.right]
            row = number % PART
            if len(ours) > 1 or (ours and one.right > one.left and row >= one.top
                                 and part.header.columns[ours[0]] != one.left):  # fmt: skip
                self.faults.add(ours[0], "merged_across", [number])
            elif ours and one.top != one.bottom:
                measured = self.made.shape.columns[ours[0]].kind in MEASURED
                # A number that stands for several rows may be their sum.
                code = "merged_number" if measured else "merged_filled"
                if measured or row > one.top:
                    self.faults.add(ours[0], code, [number])

    def _insert(self, place: _Place, columns: Sequence[Texts], numbers: NDArray[np.int64]) -> None:
        part, held = place.part, {"row_number": pd.Series(numbers)}
        for name, described in self.made.shape.columns.items():
            if name in part.header.columns:
                texts = columns[part.header.columns[name]]
            elif name in self.platform.constants:
                texts = one_text(self.platform.constants[name], len(numbers))
            else:
                continue
            if described.kind == "person":
                # What is left of a text is something.
                self.faults.persons += texts.count(str.strip)
                self.faults.made_up += texts.count(marks.is_made_up)
            manner = self._manner(name, described, part, place.sheet)
            read = read_cells(texts, described.kind, manner, self.names)
            held[name] = read.compact
            for code, rows in (*read.faults.items(), *read.notes.items()):
                self.faults.add(name, code, numbers[rows].tolist())
        frame = pd.DataFrame(held)
        part.rows += len(numbers)
        self.made.rows += len(numbers)
        there = [name for name in self._types if name in frame]
        into = ", ".join(f'"{name}"' for name in there)
        cast = ", ".join(f'CAST("{name}" AS {self._types[name]})' for name in there)
        self.made.database.register("chunk", frame)
        self.made.database.execute(
            f"INSERT INTO data (row_number, {into}) SELECT row_number, {cast} FROM chunk"
        )
        self.made.database.unregister("chunk")

    def _manner(self, name: str, described: Column, part: Part, sheet: Sheet) -> Manner:
        return Manner(
            choices=_words(described),
            percent=name in part.header.percent,
            unit=described.unit,
            words=self.platform.words if is_answer(self.made.shape, name) else None,
            factor=part.header.factors.get(name, Fraction(1)),
            order=self.platform.order,
            mac=sheet.layout.mac,
            band=name.endswith("band"),
        )

    def _tell(self, part: Part, sheet: Sheet, base: int) -> None:
        """Note what is hidden and converted, and a sheet whose columns are cut off."""
        layout, header = sheet.layout, part.header
        hidden = [base + n for n in sorted(set(layout.hidden_rows)) if n > header.row]
        if hidden:
            self.faults.add("", "hidden_rows", hidden)
        for name, position in header.columns.items():
            if position in layout.hidden_columns:
                self.faults.add(name, "hidden_column", range(base, base + part.rows))
                self.faults.rows[name, "hidden_column"] = []
            if name in header.factors:
                self.faults.add(name, "converted", range(base, base + part.rows))
                self.faults.rows[name, "converted"] = []
        if len([title for title in header.every if title]) in MOST_COLUMNS:
            self.faults.add("", "columns_cut", [base + header.row])


def _position(rule: Rule, part: Part) -> int:
    return rule.position(part.header.columns, part.header.every, part.file)


def _words(described: Column) -> dict[str, str]:
    """Return the code of each word that a choice may be."""
    words = {}
    for code, choice in described.choices.items():
        for word in (code, *choice.label.text.values(), *choice.aliases):
            # As the cells are: in half-width characters.
            words[tidy(word).lower()] = code
    return words
