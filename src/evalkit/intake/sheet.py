"""A workbook or a text file becomes rows of texts, as a spreadsheet numbers them.

Imports decode and errors. Nothing is interpreted here but what a file format decides:
which cells a row has, and what a number looks like as text.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine as calamine

from evalkit.errors import DataError
from evalkit.intake.decode import encoding_of

# A workbook is held in memory whole; a million rows unpack to about 200 MB.
MOST_UNPACKED = 500_000_000
MOST_RATIO = 400
# A workbook's numbers are floats: beyond this they have lost their last digits.
EXACT = 2**53
HEAD = 1 << 16
FORMULA = re.compile(rb"<c [^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(</c>|<v\s*/>|<v></v>)")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# One field may hold a long report, but not a file.
csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, row by row.

    Parameters
    ----------
    name : str
        Of the sheet; "" for a text file.
    encoding : str
        Of a text file; "" for a workbook.
    rows : iterator of list of str
        The first is row 1.
    """

    name: str
    encoding: str
    rows: Iterator[list[str]]


@contextmanager
def open_sheets(path: Path) -> Iterator[list[Sheet]]:
    """Open a file as its sheets; those of a workbook that hold something.

    Parameters
    ----------
    path : Path
        CSV or another text with separators, XLSX or XLS, told by content and not by name.

    Yields
    ------
    list of Sheet
        One for a text file.

    Raises
    ------
    DataError
        If there is no file or nothing in it, it is a folder, in an encoding that is not
        read, locked by a password, no workbook, or unpacks to too much.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError:
        raise DataError("file_missing", path=path) from None
    except IsADirectoryError:
        raise DataError("file_is_folder", path=path) from None
    except PermissionError:
        raise DataError("file_unreadable", path=path) from None
    if not start:
        raise DataError("table_empty", path=path)
    if start in (ZIP, OLE):
        yield _workbook(path, start == ZIP)
        return
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as text:
        yield [Sheet("", encoding, _records(path, text))]


def _records(path: Path, text: Any) -> Iterator[list[str]]:
    head = text.read(HEAD)
    if not head.strip("\ufeff \t\r\n\x1a"):
        raise DataError("table_empty", path=path)
    text.seek(0)
    mark = _separator(head)
    # Some programs of the eighties still end a file by this character.
    lines = (line.rstrip("\x1a") for line in text)
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise DataError("table_broken_line", path=path, line=str(reader.line_num)) from None


def _separator(head: str) -> str:
    """Return the mark that most of the first lines have equally often, at least once."""
    lines = [line for line in head.splitlines()[:50] if line.strip()]
    best, most = ",", 0
    for mark in (",", "\t", ";", "|", "，"):
        counts = sorted(line.count(mark) for line in lines)
        # The middle line: banners have none, and a field may hold some.
        if (middle := counts[len(counts) // 2]) > most:
            best, most = mark, middle
    return best


def _workbook(path: Path, zipped: bool) -> list[Sheet]:
    if zipped:
        _check_unpacked(path)
    try:
        book = calamine.load_workbook(str(path))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except calamine.PasswordError:
        raise DataError("workbook_locked", path=path) from None
    except (calamine.CalamineError, OSError, ValueError):
        raise DataError("workbook_broken", path=path) from None
    found = [Sheet(name, "", _rows(sheet)) for name, sheet in sheets if sheet.height]
    if not found:
        raise DataError("table_empty", path=path)
    return found


def _check_unpacked(path: Path) -> None:
    """Refuse what is no workbook, a bomb, or holds formulas that were never computed."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            size = sum(info.file_size for info in infos)
            packed = max(1, path.stat().st_size)
            if size > MOST_UNPACKED or (size > 50_000_000 and size > MOST_RATIO * packed):
                megabytes = str(size // 1_000_000)
                raise DataError("workbook_large", path=path, megabytes=megabytes)
            sheets = [i for i in infos if re.search(r"worksheets/[^/]+\.xml$", i.filename)]
            for info in sheets:
                if _never_computed(archive, info):
                    raise DataError("workbook_formulas", path=path)
    except zipfile.BadZipFile:
        raise DataError("workbook_broken", path=path) from None
    except (RuntimeError, OSError):
        raise DataError("workbook_locked", path=path) from None


def _never_computed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(info) as part:
        while block := part.read(1 << 20):
            seen = tail + block
            if FORMULA.search(seen):
                return True
            tail = seen[-4096:]
    return False


def _rows(sheet: Any) -> Iterator[list[str]]:
    # Rows above and columns left of the data count as the sheet numbers them.
    for row in sheet.to_python(skip_empty_area=False):
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if cell.is_integer():
            # What has more digits than a float holds is shown as it was kept: 4.5E+17.
            return str(int(cell)) if abs(cell) < EXACT else f"{cell:E}"
        return repr(cell)
    if isinstance(cell, int):
        return str(cell) if abs(cell) < EXACT else f"{float(cell):E}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def first_rows(
    rows: Iterator[list[str]], count: int
) -> tuple[list[list[str]], Iterator[list[str]]]:
    """Return the first rows, and all rows from the beginning.

    Parameters
    ----------
    rows : iterator of list of str
        Of a sheet.
    count : int
        How many.
    """
    head = list(itertools.islice(rows, count))
    return head, itertools.chain(head, rows)
