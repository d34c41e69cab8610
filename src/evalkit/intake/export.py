"""The export of a platform, in one file or several, becomes one checked table.

Imports handed, header, identity, load, marks, platform_words, rules, scales, shapes, sheet and
errors.
Everything that is wrong is found before anything is written; persons are pseudonyms before
they reach the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from evalkit.errors import DataError
from evalkit.intake import marks
from evalkit.intake.handed import Export, Part, Problem
from evalkit.intake.header import DEEPEST, Header, find_header
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.load import Loader
from evalkit.intake.platform_words import Platform
from evalkit.intake.rules import find_problems
from evalkit.intake.scales import doubt_answers, turn_answers
from evalkit.intake.sheet import Sheet, first_rows, open_sheets
from evalkit.schema import LEVELS, Column, Schema

NO_HEADER = Header(0, {}, {}, frozenset(), ())
Found = tuple[Sheet, Header, Iterator[list[str]]]


@contextmanager
def read_export(
    files: Path | Sequence[Path],
    shape: Schema,
    names: Pseudonyms | None,
    platform: Platform | None = None,
    sheets: Sequence[str] = (),
    people: str = "minors",
) -> Iterator[Export]:
    """Read a file, or several that continue one another, as a table of one shape; check it.

    Parameters
    ----------
    files : Path or sequence of Path
        CSV, XLSX, XLS, ODS, or tables in HTML or in Excel's XML.
    shape : Schema
        What they should be together.
    names : Pseudonyms or None
        Needed where the shape has persons.
    sheets : sequence of str
        Which sheets of the workbooks; all with our headers if none is given.

    Yields
    ------
    Export
        Its database is closed afterwards.

    Raises
    ------
    DataError
        If a file cannot be read, no row is a header of ours, only some sheets have all
        columns, a header stands twice or in a unit that is not ours, a column that must be
        there is not, or there are no rows.
    """
    paths = [files] if isinstance(files, Path) else list(files)
    known = platform or Platform()
    with duckdb.connect(":memory:") as database:
        # Nothing of persons goes to a disk of its own accord. More threads only wait for rows.
        database.execute("SET temp_directory = ''; SET preserve_insertion_order = true")
        database.execute("SET threads = 1")
        made = Export(shape, database, "", "", NO_HEADER)
        loader = Loader(made, names, known)
        for path in paths:
            _read_file(path, loader, sheets)
        if not made.rows:
            raise DataError("table_empty", path=paths[0])
        made.sheet, made.encoding = made.parts[0].sheet, made.parts[0].encoding
        made.header = _together(made, known)
        found = [*turn_answers(made), *loader.faults.told()]
        found += [*find_problems(made, loader.faults.unread, people), *doubt_answers(made)]
        if loader.faults.made_up and loader.faults.made_up < loader.faults.persons:
            found.append(Problem("stop", "mixed_made_up", (), loader.faults.made_up))
        made.made_up |= bool(loader.faults.made_up)
        made.problems = tuple(sorted(found, key=lambda p: LEVELS.index(p.level)))
        yield made


def _read_file(path: Path, loader: Loader, wanted: Sequence[str]) -> None:
    made = loader.made
    with open_sheets(path) as sheets:
        chosen = _choose(path, sheets, made.shape, loader.platform, wanted)
        read = {sheet.name for sheet, _, _ in chosen}
        if not wanted:
            made.skipped += [s.name for s in sheets if s.name not in read]
        for sheet, header, rows in chosen:
            above = [next(rows) for _ in range(header.row)]
            made.made_up |= marks.in_banner(above)
            loader.load(Part(path.name, sheet.name, sheet.encoding, header), sheet, rows)


def _choose(
    path: Path,
    sheets: Sequence[Sheet],
    shape: Schema,
    platform: Platform,
    wanted: Sequence[str],
) -> list[Found]:
    if set(wanted) - {sheet.name for sheet in sheets}:
        raise DataError("sheet_none", path=path, known=[s.name for s in sheets])
    found: list[Found] = []
    heads: dict[str, list[list[str]]] = {}
    for sheet in sheets:
        if not wanted or sheet.name in wanted:
            head, rows = first_rows(sheet.rows, DEEPEST + 2)
            where = f"{path}, {sheet.name}" if sheet.name else str(path)
            names = (path.stem, sheet.name)
            if header := find_header(head, shape, platform.headers, where, names):
                found.append((sheet, header, rows))
            else:
                heads[sheet.name] = head
    if not found:
        expected = [header_name(field) for field in shape.columns.values()]
        raise DataError("header_none", path=path, shape=shape.name, expected=expected)
    if going_on := [name for name, head in heads.items() if _goes_on(head, found)]:
        raise DataError("sheet_headless", path=path, sheets=going_on)
    lacking = [_lacking(shape, header, platform) for _, header, _ in found]
    hidden = [sheet.layout.hidden for sheet, _, _ in found]
    mixed = (any(lacking) and not all(lacking)) or (any(hidden) and not all(hidden))
    if len(found) > 1 and not wanted and mixed:
        raise DataError("sheets_several", path=path, found=[sheet.name for sheet, _, _ in found])
    for (_, header, _), missing in zip(found, lacking, strict=True):
        if missing:
            raise DataError(
                "columns_lacking", path=path, missing=missing, unused=list(header.unused)
            )
        if both := sorted(set(platform.constants) & set(header.columns)):
            raise DataError("constant_twice", path=path, columns=both)
    return found


def _goes_on(head: list[list[str]], found: list[Found]) -> bool:
    """Return whether a sheet without a header has rows as wide as one with it."""
    widths = {sum(1 for title in header.every if title) for _, header, _ in found}
    first = next((row for row in head if any(cell.strip() for cell in row)), [])
    return sum(1 for cell in first if cell.strip()) in widths - {1, 2}


def _lacking(shape: Schema, header: Header, platform: Platform) -> list[str]:
    return [
        header_name(field)
        for name, field in shape.columns.items()
        if field.required and name not in header.columns and name not in platform.constants
    ]


def header_name(field: Column) -> str:
    """Return what a column is called: as offices write it, and in English."""
    return f"{field.header.text['zh']} ({field.header.text['en']})"


def _together(made: Export, platform: Platform) -> Header:
    """Return the headers of all parts as one: a column is there if a part has it."""
    merged = made.parts[0].header
    columns = dict.fromkeys(platform.constants, -1)
    titles: dict[str, str] = {}
    for part in made.parts:
        columns |= part.header.columns
        titles = {**part.header.titles, **titles}
    unused = tuple(dict.fromkeys(t for part in made.parts for t in part.header.unused))
    return replace(merged, columns=columns, titles=titles, unused=unused)
