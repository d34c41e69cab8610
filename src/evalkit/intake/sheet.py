"""A workbook or a text file becomes rows of texts, as a spreadsheet numbers them.

Imports biff, decode, layout, markup, ods, xlsx and errors. Nothing is interpreted here
but what a file format decides: which cells a row has, and what a number looks like as text.
What a file is, its content tells and not its name.
"""

from __future__ import annotations

import csv
import itertools
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from evalkit.errors import DataError
from evalkit.intake.biff import Locked, Unknown, read_sheets, stream_names
from evalkit.intake.decode import encoding_of
from evalkit.intake.layout import Grid, Layout
from evalkit.intake.markup import html_tables, is_html, is_xml, xml_tables
from evalkit.intake.ods import Repeated, read_tables
from evalkit.intake.xlsx import Book, tidy_name

# A workbook is held in memory whole; a million rows unpack to about 200 MB.
MOST_UNPACKED = 500_000_000
MOST_RATIO = 400
HEAD = 1 << 16
# Some programs of the eighties still end a file by this character.
OLD_END = "\x1a"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What a file begins with that is neither a text nor a workbook that is read here.
OTHERS = {
    **{
        b"%PDF": "file_is_pdf",
        b"Rar!": "file_is_archive",
        b"7z\xbc\xaf": "file_is_archive",
        b"\x1f\x8b": "file_is_archive",
    },
    **{
        b"BZh": "file_is_archive",
        b"\xfd7zXZ": "file_is_archive",
        b"PK\x05\x06": "file_is_archive",
        b"PAR1": "file_is_parquet",
    },
    **{
        b"\x89PNG": "file_is_picture",
        b"\xff\xd8\xff": "file_is_picture",
        b"GIF8": "file_is_picture",
        b"BM": "file_is_picture",
    },
    **{
        b"{\\rtf": "file_is_document",
        b"SQLite format 3": "file_is_database",
        b"\0\1\0\0Standard": "file_is_database",
    },
    **{b"MIME-Version:": "file_is_web_archive", b"\x09\x00\x04\x00": "file_is_old_workbook"},
    **{b"\x09\x02\x06\x00": "file_is_old_workbook", b"\x09\x04\x06\x00": "file_is_old_workbook"},
    **{b"\xff\xfe\0\0": "file_is_utf32", b"\0\0\xfe\xff": "file_is_utf32"},
}
# An archive packed in another way is a RuntimeError.
DAMAGED = (
    *(etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),
    *(ValueError, KeyError, IndexError, OverflowError),
)
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
    layout : Layout
        What is merged and hidden; hidden rows are known once the rows are read.
    """

    name: str
    encoding: str
    rows: Iterator[list[str]]
    layout: Layout = field(default_factory=Layout)


@contextmanager
def open_sheets(path: Path) -> Iterator[list[Sheet]]:
    """Open a file as its sheets; those of a workbook that hold something.

    Parameters
    ----------
    path : Path
        CSV or another text with separators, XLSX, XLS, ODS, or tables in HTML or in Excel's
        XML, told by content and not by name.

    Yields
    ------
    list of Sheet
        One for a text file.

    Raises
    ------
    DataError
        If there is no file or nothing in it, it is a folder, in an encoding that is not
        read, locked by a password, no table at all, or unpacks to too much.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except FileNotFoundError:
        raise DataError("file_missing", path=path) from None
    except IsADirectoryError:
        raise DataError("file_is_folder", path=path) from None
    except PermissionError:
        raise DataError("file_unreadable", path=path) from None
    if not start:
        raise DataError("table_empty", path=path)
    if start.startswith(ZIP):
        with _opened(path) as archive:
            yield _of_archive(path, archive)
        return
    if start.startswith(OLE):
        yield _of_compound(path)
        return
    for signature, key in OTHERS.items():
        if start.startswith(signature) and (key != "file_is_picture" or b"\0" in start):
            raise DataError(key, path=path)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as text:
        begin = text.read(HEAD).lstrip("\ufeff")
        text.seek(0)
        if is_html(begin) or is_xml(begin):
            yield _of_markup(path, text.read(), is_html(begin))
            return
        yield [Sheet("", encoding, _records(path, text))]


def _records(path: Path, text: Any) -> Iterator[list[str]]:
    head = text.read(HEAD)
    if not head.strip("\ufeff \t\r\n\x1a"):
        raise DataError("table_empty", path=path)
    text.seek(0)
    mark = _separator(head)
    lines = (line.rstrip(OLD_END) for line in text) if _ends_as_of_old(path) else text
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise DataError("table_broken_line", path=path, line=str(reader.line_num)) from None


def _ends_as_of_old(path: Path) -> bool:
    """Return whether the last byte or two may be the character that once ended a file."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(-min(file.tell(), 4), os.SEEK_END)
        return OLD_END.encode() in file.read()


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


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; refuse a bomb, and what is damaged in any part that is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            packed = max(1, path.stat().st_size)
            if size > MOST_UNPACKED or (size > 50_000_000 and size > MOST_RATIO * packed):
                megabytes = str(size // 1_000_000)
                raise DataError("workbook_large", path=path, megabytes=megabytes)
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise DataError("workbook_locked", path=path)
            yield archive
    except zipfile.BadZipFile:
        raise DataError("workbook_broken", path=path) from None


def _of_archive(path: Path, archive: zipfile.ZipFile) -> list[Sheet]:
    names = {tidy_name(name) for name in archive.namelist()}
    try:
        if "xl/workbook.bin" in names:
            raise DataError("file_is_binary_workbook", path=path)
        if "content.xml" in names:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise DataError("workbook_locked", path=path)
            with archive.open("content.xml") as file:
                return _tables(path, read_tables(file))
        if any(name.startswith("word/") for name in names):
            raise DataError("file_is_document", path=path)
        if "_rels/.rels" not in names:
            raise DataError("file_is_archive", path=path)
        book = Book(path, archive)
        sheets = []
        for name, part, hidden in book.sheets:
            layout = book.layout(part, hidden)
            sheets.append(Sheet(name, "", _whole(path, book.rows(part, layout)), layout))
    except Repeated:
        raise DataError("workbook_repeats", path=path) from None
    except DAMAGED:
        raise DataError("workbook_broken", path=path) from None
    return _filled(path, sheets)


def _whole(path: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except DAMAGED:
        raise DataError("workbook_broken", path=path) from None


def _filled(path: Path, sheets: list[Sheet]) -> list[Sheet]:
    """Return the sheets that have a row."""
    found = []
    for sheet in sheets:
        first, rows = first_rows(sheet.rows, 1)
        if first:
            found.append(Sheet(sheet.name, sheet.encoding, rows, sheet.layout))
    if not found:
        raise DataError("table_empty", path=path)
    return found


def _tables(path: Path, tables: list[Grid]) -> list[Sheet]:
    return _filled(path, [Sheet(t.name, "", iter(t.rows), t.layout) for t in tables])


def _of_markup(path: Path, text: str, page: bool) -> list[Sheet]:
    try:
        tables = html_tables(text) if page else xml_tables(text)
    except (*DAMAGED, etree.ParserError):
        raise DataError("markup_broken", path=path) from None
    if tables is None:
        raise DataError("file_is_xml", path=path)
    if not tables:
        raise DataError("markup_empty", path=path)
    return _tables(path, tables)


def _of_compound(path: Path) -> list[Sheet]:
    raw = path.read_bytes()
    try:
        streams = stream_names(raw)
        if "encryptedpackage" in streams:
            raise DataError("workbook_locked", path=path)
        if "worddocument" in streams:
            raise DataError("file_is_document", path=path)
        if "book" in streams and "workbook" not in streams:
            raise DataError("file_is_old_workbook", path=path)
        return _tables(path, read_sheets(raw))
    except Locked:
        raise DataError("workbook_locked", path=path) from None
    except Unknown:
        raise DataError("workbook_broken", path=path) from None


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
