"""One export of a platform becomes one checked table.

Imports cells, header, identity, marks, sheet, shapes and errors. Everything that is wrong is found
before anything is written; persons are pseudonyms before they reach the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from evalkit.errors import DataError
from evalkit.intake import marks
from evalkit.intake.cells import TYPES, read_cells, tidy
from evalkit.intake.header import DEEPEST, Header, find_header, is_total
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.shapes import LEVELS, Check, Field, Shape
from evalkit.intake.sheet import Sheet, first_rows, open_sheets

CHUNK = 100_000
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
        The first few, as a spreadsheet numbers them.
    check : Check or None
        The check of the table, where it is one.
    """

    level: str
    code: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[int, ...] = ()
    check: Check | None = None


@dataclass
class Export:
    """A table that was read, in a database of its own in memory.

    Parameters
    ----------
    shape : Shape
        What it is.
    database : duckdb.DuckDBPyConnection
        Holds it as ``data``, with ``row_number`` beside our columns.
    sheet, encoding : str
        Of the file.
    header : Header
        What the file calls our columns.
    rows : int
        Of data.
    blank, totals : int
        Rows that were left out as empty, or as totals and notes.
    problems : tuple of Problem
        Worst first.
    made_up : bool
        Whether it says of itself that it is: `evalkit.intake.marks`.
    """

    shape: Shape
    database: duckdb.DuckDBPyConnection
    sheet: str
    encoding: str
    header: Header
    rows: int = 0
    blank: int = 0
    totals: int = 0
    problems: tuple[Problem, ...] = ()
    made_up: bool = False

    @property
    def stopped(self) -> bool:
        """Whether a problem forbids the table."""
        return any(problem.level == "stop" for problem in self.problems)


@dataclass
class _Faults:
    """Counts of what could not be read, with the first rows of each."""

    count: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    # Of each column every row that could not be read: there a cell is not empty.
    unread: dict[str, list[int]] = field(default_factory=dict)
    # Numbers of persons, and those among them that no office gives out.
    persons: int = 0
    made_up: int = 0

    def add(self, column: str, code: str, rows: Sequence[int]) -> None:
        key = (column, code)
        self.count[key] = self.count.get(key, 0) + len(rows)
        first = self.rows.setdefault(key, [])
        first += list(rows[: SHOWN - len(first)])
        self.unread.setdefault(column, []).extend(rows)


@contextmanager
def read_export(
    path: Path,
    shape: Shape,
    names: Pseudonyms | None,
    aliases: Mapping[str, Sequence[str]] | None = None,
    sheet: str = "",
) -> Iterator[Export]:
    """Read a file as a table of one shape, and check it.

    Parameters
    ----------
    path : Path
        CSV, XLSX or XLS.
    shape : Shape
        What it should be.
    names : Pseudonyms or None
        Needed where the shape has persons.
    aliases : mapping of str to sequence of str, optional
        Headers of a platform, by our column.
    sheet : str
        Which sheet of a workbook; the one with our headers if not given.

    Yields
    ------
    Export
        Its database is closed afterwards.

    Raises
    ------
    DataError
        If the file cannot be read, no row is a header of ours, several sheets have one, a
        header stands twice, a column that must be there is not, or there are no rows.
    """
    with open_sheets(path) as sheets, duckdb.connect(":memory:") as database:
        # Nothing of persons goes to a disk of its own accord.
        database.execute("SET temp_directory = ''; SET preserve_insertion_order = true")
        chosen, header, rows = _choose(path, sheets, shape, aliases or {}, sheet)
        made = Export(shape, database, chosen.name, chosen.encoding, header)
        above = [next(rows) for _ in range(header.row)]
        made.made_up = marks.in_banner(above)
        faults = _load(made, rows, names)
        if not made.rows:
            raise DataError("table_empty", path=path)
        found = [*_told(made, faults), *find_problems(made, faults.unread)]
        if faults.made_up and faults.made_up < faults.persons:
            found.append(Problem("stop", "mixed_made_up", (), faults.made_up))
        made.made_up |= bool(faults.made_up)
        made.problems = tuple(sorted(found, key=lambda p: LEVELS.index(p.level)))
        yield made


def _choose(
    path: Path,
    sheets: Sequence[Sheet],
    shape: Shape,
    aliases: Mapping[str, Sequence[str]],
    wanted: str,
) -> tuple[Sheet, Header, Iterator[list[str]]]:
    if wanted and wanted not in [sheet.name for sheet in sheets]:
        raise DataError("sheet_none", path=path, known=[s.name for s in sheets])
    found = []
    for sheet in sheets:
        if wanted in ("", sheet.name):
            head, rows = first_rows(sheet.rows, DEEPEST + 2)
            if header := find_header(head, shape, aliases):
                found.append((sheet, header, rows))
    if not found:
        expected = [field.header.text["zh"] for field in shape.columns.values()]
        raise DataError("header_none", path=path, shape=shape.name, expected=expected)
    if len(found) > 1:
        raise DataError("sheets_several", path=path, found=[sheet.name for sheet, _, _ in found])
    header = found[0][1]
    lacking = [
        field.header.text["zh"]
        for name, field in shape.columns.items()
        if field.required and name not in header.columns
    ]
    if lacking:
        raise DataError("columns_lacking", path=path, missing=lacking, unused=list(header.unused))
    return found[0]


def _load(made: Export, rows: Iterator[list[str]], names: Pseudonyms | None) -> _Faults:
    """Fill the database chunk by chunk; return what could not be read."""
    types = {name: TYPES[field.kind] for name, field in made.shape.columns.items()}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    made.database.execute(f"CREATE TABLE data (row_number BIGINT, {columns})")
    faults, chunk, numbers = _Faults(), list[list[str]](), list[int]()
    width = max(made.header.columns.values()) + 1
    for number, row in enumerate(rows, start=made.header.row + 1):
        if not any(row) or not any(cell.strip() for cell in row):
            made.blank += 1
        elif is_total(row):
            made.totals += 1
        else:
            if len(row) < width:
                # A workbook leaves out empty cells at the end; a text file must not.
                if made.encoding:
                    faults.add("", "row_short", [number])
                row = [*row, *[""] * (width - len(row))]
            chunk.append(row)
            numbers.append(number)
        if len(chunk) == CHUNK:
            _insert(made, chunk, numbers, names, faults, types)
            chunk, numbers = [], []
    if chunk:
        _insert(made, chunk, numbers, names, faults, types)
    return faults


def _insert(
    made: Export,
    chunk: list[list[str]],
    numbers: list[int],
    names: Pseudonyms | None,
    faults: _Faults,
    types: Mapping[str, str],
) -> None:
    frame = pd.DataFrame({"row_number": numbers})
    for name, described in made.shape.columns.items():
        if name not in made.header.columns:
            continue
        position = made.header.columns[name]
        cells = pd.Series([row[position] for row in chunk], dtype=object)
        if described.kind == "person":
            faults.persons += int((cells.str.strip() != "").sum())
            faults.made_up += marks.count_numbers(cells)
        percent = name in made.header.percent
        read = read_cells(cells, described.kind, _words(described), percent, names)
        frame[name] = read.values
        for code, rows in read.faults.items():
            faults.add(name, code, [numbers[row] for row in rows])
        if read.serials:
            faults.add(name, "serial_dates", [0] * read.serials)
    made.rows += len(numbers)
    there = [name for name in types if name in frame]
    into = ", ".join(f'"{name}"' for name in there)
    cast = ", ".join(f'CAST("{name}" AS {types[name]})' for name in there)
    made.database.register("chunk", frame)
    made.database.execute(
        f"INSERT INTO data (row_number, {into}) SELECT row_number, {cast} FROM chunk"
    )
    made.database.unregister("chunk")


def _words(described: Field) -> dict[str, str]:
    """Return the code of each word that a choice may be."""
    words = {}
    for code, choice in described.choices.items():
        for word in (code, *choice.label.text.values(), *choice.aliases):
            # As the cells are: in half-width characters.
            words[tidy(word).lower()] = code
    return words


def _told(made: Export, faults: _Faults) -> list[Problem]:
    titles = made.header.titles
    found = []
    for (column, code), count in faults.count.items():
        level = "note" if code == "serial_dates" else "stop"
        rows = () if code == "serial_dates" else tuple(faults.rows[column, code])
        called = (titles[column],) if column else ()
        found.append(Problem(level, code, called, count, rows))
    return found


def find_problems(made: Export, unread: Mapping[str, Sequence[int]] | None = None) -> list[Problem]:
    """Return what the rules of a table find, each by one query.

    Parameters
    ----------
    made : Export
        Its database is filled.
    unread : mapping of str to sequence of int, optional
        Of a column the rows whose cell was there, but could not be read.
    """
    found = []
    titles = {
        name: made.header.titles.get(name, described.header.text["zh"])
        for name, described in made.shape.columns.items()
    }
    for name, described in made.shape.columns.items():
        if name not in made.header.columns:
            continue
        rules = {}
        if not described.missing:
            rules["empty"] = f'"{name}" IS NULL'
            rules["empty"] += _apart_from(made, (unread or {}).get(name, ()))
        if described.low is not None:
            rules["below"] = f'"{name}" < {described.low!r}'
        if described.high is not None:
            rules["above"] = f'"{name}" > {described.high!r}'
        if described.kind in ("number", "share"):
            rules["not_finite"] = f'NOT isfinite("{name}")'
        for code, rule in rules.items():
            count, rows = _rows_where(made, rule)
            if count:
                found.append(Problem("stop", code, (titles[name],), count, rows))
    if made.shape.key and all(name in made.header.columns for name in made.shape.key):
        count, rows = _twice(made)
        if count:
            called = tuple(titles[name] for name in made.shape.key)
            found.append(Problem("stop", "twice", called, count, rows))
    for check in made.shape.checks:
        if not all(name in made.header.columns for name in check.columns):
            continue
        lost = [n for column in check.columns for n in (unread or {}).get(column, ())]
        count, rows = _rows_where(made, f"({check.sql}){_apart_from(made, lost)}")
        if count:
            called = tuple(titles[name] for name in check.columns)
            found.append(Problem(check.level, check.id, called, count, rows, check))
    return found


def _apart_from(made: Export, rows: Sequence[int]) -> str:
    """Return what leaves out rows whose cell could not be read: that is told already."""
    if not rows:
        return ""
    made.database.register("unread", pd.DataFrame({"n": sorted(set(rows))}))
    return " AND row_number NOT IN (SELECT n FROM unread)"


def _rows_where(made: Export, rule: str) -> tuple[int, tuple[int, ...]]:
    query = (
        f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM data WHERE {rule}"
    )
    count, rows = made.database.execute(query).fetchall()[0]
    return int(count), tuple(rows or ())


def _twice(made: Export) -> tuple[int, tuple[int, ...]]:
    key = ", ".join(f'"{name}"' for name in made.shape.key)
    whole = " AND ".join(f'"{name}" IS NOT NULL' for name in made.shape.key)
    query = (
        f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM (SELECT "
        f"row_number, row_number() OVER (PARTITION BY {key} ORDER BY row_number) AS n "
        f"FROM data WHERE {whole}) WHERE n > 1"
    )
    count, rows = made.database.execute(query).fetchall()[0]
    return int(count), tuple(rows or ())
