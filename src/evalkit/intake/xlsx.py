"""A workbook in XLSX, row by row: what its cells show, and what is merged or hidden.

Imports formats, layout and errors. Read as a stream by lxml, because the readers that are
faster turn an error into an empty cell, and know neither formats nor hidden rows.
"""

from __future__ import annotations

import functools
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lxml import etree

from evalkit.errors import DataError
from evalkit.intake.formats import PLAIN, Format, built_in, read_format, shown
from evalkit.intake.layout import MOST_COLUMNS, MOST_ROWS, Layout, Merged, cells_at

FIRST_OWN_FORMAT = 164
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_TRUE = ("1", "true", "on")


class Book:
    """An open workbook.

    Parameters
    ----------
    path : Path
        The file, for messages.
    archive : ZipFile
        Its parts.

    Raises
    ------
    DataError
        If it is damaged.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self._parts = {tidy_name(name).lower(): name for name in archive.namelist()}
        start = self._related("", "officeDocument")[0]
        self._book = start
        root = self._tree(start)
        properties = root.find("{*}workbookPr")
        self.mac = properties is not None and properties.get("date1904", "0") in _TRUE
        self._formats = self._read_formats()
        self._strings: list[str] | None = None
        parts = self._relations(start)
        self.sheets = [
            (str(sheet.get("name", "")), parts[key][1], sheet.get("state", "visible") != "visible")
            for sheet in root.iterfind("{*}sheets/{*}sheet")
            if (key := _relation(sheet)) in parts and parts[key][0].endswith("/worksheet")
        ]

    def layout(self, part: str, hidden: bool) -> Layout:
        """Return what a sheet says of its rows and columns."""
        made = Layout(hidden=hidden, mac=self.mac)
        if not self._mentions(part, (b"mergeCell", b'hidden="1"', b'hidden="true"', b'width="0"')):
            return made
        with self._open(part) as file:
            for _, element in self._events(file, ("mergeCell", "col", "row")):
                kind = etree.QName(element).localname
                if kind == "mergeCell" and (match := _RANGE.fullmatch(element.get("ref", ""))):
                    left, right = _column(match[1]), _column(match[3] or match[1])
                    made.merged.append(
                        Merged(int(match[2]), int(match[4] or match[2]), left, right)
                    )
                elif kind == "col" and _hidden(element):
                    first, last = int(element.get("min", 1)), int(element.get("max", 1))
                    made.hidden_columns.update(range(first - 1, min(last, 16_384)))
        return made

    def _mentions(self, part: str, words: tuple[bytes, ...]) -> bool:
        """Return whether a part has one of some words: a look costs less than a reading."""
        tail = b""
        with self._open(part) as file:
            while block := file.read(1 << 20):
                if any(word in tail + block for word in words):
                    return True
                tail = block[-32:]
        return False

    def rows(self, part: str, layout: Layout) -> Iterator[list[str]]:
        """Yield the rows of a sheet, the first being row 1."""
        last = 0
        with self._open(part) as file:
            for _, element in self._events(file, ("row",)):
                number = int(element.get("r", last + 1))
                if not last < number <= MOST_ROWS[1]:
                    raise DataError("workbook_broken", path=self.path)
                row = cells_at(self._cells(element))
                if not row:
                    continue
                for _ in range(last + 1, number):
                    yield []
                if _hidden(element):
                    layout.hidden_rows.append(number)
                last = number
                yield row

    def _cells(self, row: Any) -> Iterator[tuple[int, str]]:
        place = -1
        for cell in row:
            name = cell.get("r")
            at = _column(name.rstrip("0123456789")) if name else place + 1
            if not place < at < MOST_COLUMNS[1]:
                raise DataError("workbook_broken", path=self.path)
            place = at
            yield place, self._text(cell)

    def _text(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        value, formula = None, False
        for child in cell:
            tag = child.tag
            if not isinstance(tag, str):
                continue
            if tag.endswith("}v"):
                value = child.text or ""
            elif tag.endswith("}f"):
                formula = True
            elif tag.endswith("}is"):
                return _rich(child)
        if not value:
            # The empty text is a result; no result at all is a formula that nobody computed.
            if formula and kind not in ("str", "e"):
                raise DataError("workbook_formulas", path=self.path)
            return "#VALUE!" if kind == "e" else ""
        if kind == "s":
            return self._string(value)
        if kind == "b":
            return "是" if value in _TRUE else "否"
        if kind in ("str", "e", "d", "inlineStr"):
            return _unescaped(value.replace("T", " ") if kind == "d" else value)
        return self._number(value, cell.get("s", "0"))

    def _number(self, value: str, style: str) -> str:
        form = self._formats.get(style, PLAIN)
        try:
            return shown(float(value), form, mac=self.mac)
        except (ValueError, OverflowError):
            raise DataError("workbook_broken", path=self.path) from None

    def _string(self, place: str) -> str:
        if self._strings is None:
            self._strings = self._read_strings()
        try:
            return self._strings[int(place)]
        except (ValueError, IndexError):
            raise DataError("workbook_broken", path=self.path) from None

    def _read_strings(self) -> list[str]:
        found = self._related(self._book, "sharedStrings")
        if not found:
            return []
        with self._open(found[0]) as file:
            return [_rich(element) for _, element in self._events(file, ("si",))]

    def _read_formats(self) -> dict[str, Format]:
        found = self._related(self._book, "styles")
        if not found:
            return {}
        root = self._tree(found[0])
        own = {
            one.get("numFmtId"): read_format(one.get("formatCode", ""))
            for one in root.iterfind("{*}numFmts/{*}numFmt")
        }
        made = {}
        for place, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            number = style.get("numFmtId", "0")
            if number in own:
                made[str(place)] = own[number]
            elif number.isdigit() and int(number) < FIRST_OWN_FORMAT:
                made[str(place)] = built_in(int(number))
        return made

    def _related(self, source: str, kind: str) -> list[str]:
        return [
            part for name, part in self._relations(source).values() if name.endswith("/" + kind)
        ]

    def _relations(self, source: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(source)
        file = posixpath.join(folder, "_rels", f"{name}.rels")
        if file.lower() not in self._parts:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", ""),
                posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))[1:],
            )
            for one in self._tree(file)
        }

    def _open(self, part: str) -> IO[bytes]:
        try:
            return self._archive.open(self._parts[part.lower()])
        except KeyError:
            raise DataError("workbook_broken", path=self.path) from None

    def _tree(self, part: str) -> Any:
        with self._open(part) as file:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            tree = etree.parse(file, parser)
        self._check(tree)
        return tree.getroot()

    def _events(self, file: IO[bytes], tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        """Yield the elements as they end, and let go of them."""
        wanted = tuple("{*}" + tag for tag in tags)
        checked = False
        for event, element in etree.iterparse(
            file, tag=wanted, resolve_entities=False, no_network=True, load_dtd=False
        ):
            if not checked:
                self._check(element.getroottree())
                checked = True
            yield event, element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _check(self, tree: Any) -> None:
        # No program writes a document type into a workbook; with one come entities.
        if tree.docinfo.doctype:
            raise DataError("workbook_broken", path=self.path)


def _relation(sheet: Any) -> str:
    return next((str(v) for k, v in sheet.attrib.items() if k.endswith("}id")), "")


def tidy_name(name: str) -> str:
    """Return the name of a part as the standard writes it; some programs use backslashes."""
    return name.replace("\\", "/")


def _hidden(element: Any) -> bool:
    # A row without height and a column without width are as hidden.
    size = element.get("ht") or element.get("width") or "1"
    return element.get("hidden", "0") in _TRUE or not float(size)


def _rich(element: Any) -> str:
    """Return a text with its runs; without the readings that stand above characters."""
    found = [
        piece.text or ""
        for piece in element.iter("{*}t")
        if not str(piece.getparent().tag).endswith("}rPh")
    ]
    return _unescaped("".join(found))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


@functools.lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
