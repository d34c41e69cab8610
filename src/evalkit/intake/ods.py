"""A workbook in OpenDocument form (ODS, or flat as FODS), row by row.

Imports formats, layout and texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from evalkit.intake.formats import plain_number, read_format, shown
from evalkit.intake.layout import MOST_COLUMNS, MOST_ROWS, Grid, Layout, Merged, cells_at
from evalkit.intake.texts import LONGEST

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_SHARE = read_format("0%")


# Cells that are one row, written once and repeated: no table is so many times the same.
MOST_REPEATED = 1_000_000


class Repeated(Exception):
    """A row that is repeated so often that a small file would fill the memory."""


def read_tables(file: IO[bytes]) -> list[Grid]:
    """Return the sheets of a document.

    Raises
    ------
    lxml.etree.XMLSyntaxError
        If it is damaged, or has a document type of its own.
    Repeated
        If a row is repeated to more than a million cells.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.parse(file, parser)
    unseen = {
        style.getparent().get(f"{_STYLE}name")
        for style in tree.getroot().iter(f"{_STYLE}table-properties")
        if style.get(f"{_TABLE}display") == "false"
    }
    return [_table(table, unseen) for table in tree.getroot().iter(f"{_TABLE}table")]


def _table(table: Any, unseen: set[str]) -> Grid:
    layout = Layout(hidden=table.get(f"{_TABLE}style-name", "") in unseen)
    place = 0
    for column in table.iter(f"{_TABLE}table-column"):
        times = _times(column, "columns")
        if _hidden(column):
            layout.hidden_columns.update(range(place, min(place + times, MOST_COLUMNS[1])))
        place += times
    rows: list[list[str]] = []
    number = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = _times(row, "rows")
        cells = cells_at(_cells(row, number + 1, layout))
        if cells:
            if times > 1 and len(cells) * times > MOST_REPEATED:
                raise Repeated
            rows += [[] for _ in range(number - len(rows))]
            rows += [cells] * times
            if _hidden(row):
                layout.hidden_rows += range(number + 1, number + times + 1)
        number += times
    return Grid(table.get(f"{_TABLE}name", ""), rows, layout)


def _times(element: Any, what: str) -> int:
    most = MOST_COLUMNS[1] if what == "columns" else MOST_ROWS[1]
    return min(int(element.get(f"{_TABLE}number-{what}-repeated", "1")), most)


def _hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility", "visible") != "visible"


def _cells(row: Any, number: int, layout: Layout) -> Iterator[tuple[int, str]]:
    place = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = _times(cell, "columns")
        down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        if down > 1 or across > 1:
            layout.merged.append(Merged(number, number + down - 1, place, place + across - 1))
        text = _text(cell)
        # Cells repeated to the edge of the sheet are empty ones.
        for at in range(place, place + times) if text.strip() else ():
            yield at, text
        place += times


def _text(cell: Any) -> str:
    seen = "\n".join(_paragraph(p) for p in cell.iterchildren(f"{_TEXT}p"))
    kind = cell.get(f"{_OFFICE}value-type", "")
    if seen.startswith(("#", "Err:")):
        return seen
    if kind == "percentage":
        return shown(float(cell.get(f"{_OFFICE}value")), _SHARE)
    if kind in ("float", "currency"):
        value = plain_number(float(cell.get(f"{_OFFICE}value")))
        # Noughts and letters that the cell's format shows; digits that it hides are kept.
        differs = seen.replace(",", "") != value and seen.startswith("0") and seen.isdigit()
        return seen if differs or (value.isdigit() and _around(seen, value)) else value
    if kind == "date":
        day = cell.get(f"{_OFFICE}date-value", "").replace("T", " ")
        return day if " " in day else f"{day} 00:00:00"
    if kind == "boolean":
        return "是" if cell.get(f"{_OFFICE}boolean-value") == "true" else "否"
    return seen or cell.get(f"{_OFFICE}string-value", "")


def _around(seen: str, value: str) -> bool:
    """Return whether a text shows a whole number with words around it."""
    digits = "".join(c for c in seen if c.isdigit())
    return digits.lstrip("0") == value.lstrip("0") and any(c.isalpha() for c in seen)


def _paragraph(element: Any) -> str:
    made = element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            made += " " * min(int(child.get(f"{_TEXT}c", "1")), LONGEST)
        elif child.tag == f"{_TEXT}tab":
            made += "\t"
        elif child.tag == f"{_TEXT}line-break":
            made += "\n"
        elif child.tag in (f"{_TEXT}span", f"{_TEXT}a"):
            made += _paragraph(child)
        made += child.tail or ""
    return made
