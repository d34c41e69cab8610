"""Tables in HTML and in Excel's XML of 2003, which platforms call .xls.

Imports formats, layout and ods.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from evalkit.intake.formats import PLAIN, Format, read_format, shown
from evalkit.intake.layout import MOST_COLUMNS, MOST_ROWS, Grid, Layout, Merged, cells_at
from evalkit.intake.ods import read_tables

_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|table|style)\b", re.I | re.S
)
_XML = re.compile(r"\s*<\?xml\b|\s*<(?:\w+:)?Workbook\b", re.I)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
# Excel's names for formats in this form.
_NAMED = {
    **{"General": "General", "Percent": "0.00%", "Short Date": "yyyy-mm-dd", "Fixed": "0.00"},
    **{"General Date": "yyyy-mm-dd hh:mm", "Long Date": "yyyy-mm-dd", "Short Time": "hh:mm"},
    **{"Medium Date": "dd-mmm-yy", "Long Time": "hh:mm:ss", "Medium Time": "hh:mm"},
}


def is_html(start: str) -> bool:
    """Return whether a text begins as a page."""
    return bool(_HTML.match(start)) or (bool(_XML.match(start)) and "<html" in start.lower())


def is_xml(start: str) -> bool:
    """Return whether a text begins as XML."""
    return bool(_XML.match(start))


def html_tables(text: str) -> list[Grid]:
    """Return the tables of a page; of tables within tables the inner ones."""
    root = html.document_fromstring(_DECLARED.sub("", text))
    found = [
        table for table in root.iter("table") if next(table.iterdescendants("table"), None) is None
    ]
    return [_html_table(table, str(n)) for n, table in enumerate(found, start=1)]


def _html_table(table: Any, name: str) -> Grid:
    layout = Layout()
    rows: list[list[str]] = []
    # Of each column the last row into which a cell from above reaches.
    reach: dict[int, int] = {}
    for number, line in enumerate(table.iter("tr"), start=1):
        if _HIDDEN.search(line.get("style", "")) or line.get("hidden") is not None:
            layout.hidden_rows.append(number)
        placed, place = [], 0
        for cell in line.iterchildren("td", "th"):
            while reach.get(place, 0) >= number:
                place += 1
            down, across = (
                _span(cell, "rowspan", MOST_ROWS[1]),
                _span(cell, "colspan", MOST_COLUMNS[1]),
            )
            if down > 1 or across > 1:
                layout.merged.append(Merged(number, number + down - 1, place, place + across - 1))
            for covered in range(place, place + across):
                reach[covered] = number + down - 1
            placed.append((place, _html_text(cell)))
            place += across
        rows.append(cells_at(iter(placed)))
    return Grid(name, rows, layout)


def _span(cell: Any, name: str, most: int) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), most) if text.isdecimal() else 1


def _html_text(cell: Any) -> str:
    pieces: list[str] = []
    for piece in cell.iter():
        if piece.tag == "br":
            pieces.append("\n")
        if isinstance(piece.tag, str) and piece.tag not in ("style", "script"):
            pieces.append(re.sub(r"[ \t\r\n]+", " ", piece.text or ""))
        if piece is not cell:
            pieces.append(re.sub(r"[ \t\r\n]+", " ", piece.tail or ""))
    return "".join(pieces).strip()


def xml_tables(text: str) -> list[Grid] | None:
    """Return the sheets of a workbook in XML, or None where it is another kind of XML.

    Raises
    ------
    lxml.etree.XMLSyntaxError
        If it is damaged, or has a document type of its own.
    """
    raw = io.BytesIO(_DECLARED.sub("", text).encode("utf-8"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.parse(raw, parser).getroot()
    if root.tag == f"{_SS}Workbook":
        formats = _formats(root)
        return [_xml_table(sheet, formats) for sheet in root.iter(f"{_SS}Worksheet")]
    if root.tag.endswith("}document"):
        raw.seek(0)
        return read_tables(raw)
    return None


def _formats(root: Any) -> dict[str, Format]:
    made = {}
    for style in root.iter(f"{_SS}Style"):
        named = style.find(f"{_SS}NumberFormat")
        code = named.get(f"{_SS}Format", "") if named is not None else ""
        made[style.get(f"{_SS}ID", "")] = read_format(_NAMED.get(code, code))
    return made


def _xml_table(sheet: Any, formats: dict[str, Format]) -> Grid:
    layout, rows, number = Layout(), list[list[str]](), 0
    layout.hidden = any(
        e.text != "SheetVisible" for e in sheet.iter() if str(e.tag).endswith("}Visible")
    )
    place = 0
    for column in sheet.iter(f"{_SS}Column"):
        place = int(column.get(f"{_SS}Index", place + 1))
        last = place + int(column.get(f"{_SS}Span", 0))
        if column.get(f"{_SS}Hidden") == "1":
            layout.hidden_columns.update(range(place - 1, min(last, MOST_COLUMNS[1])))
        place = last
    for row in sheet.iter(f"{_SS}Row"):
        number = int(row.get(f"{_SS}Index", number + 1))
        cells = cells_at(_xml_cells(row, number, layout, formats))
        if cells and number <= MOST_ROWS[1]:
            rows += [[] for _ in range(number - 1 - len(rows))]
            rows.append(cells)
            if row.get(f"{_SS}Hidden") == "1":
                layout.hidden_rows.append(number)
        number += int(row.get(f"{_SS}Span", 0))
    return Grid(sheet.get(f"{_SS}Name", ""), rows, layout)


def _xml_cells(
    row: Any, number: int, layout: Layout, formats: dict[str, Format]
) -> Iterator[tuple[int, str]]:
    place = 0
    for cell in row.iterchildren(f"{_SS}Cell"):
        place = int(cell.get(f"{_SS}Index", place + 1))
        across = int(cell.get(f"{_SS}MergeAcross", 0))
        down = int(cell.get(f"{_SS}MergeDown", 0))
        if across or down:
            layout.merged.append(Merged(number, number + down, place - 1, place - 1 + across))
        data = cell.find(f"{_SS}Data")
        if data is not None and place <= MOST_COLUMNS[1]:
            style = cell.get(f"{_SS}StyleID", row.get(f"{_SS}StyleID", "Default"))
            yield place - 1, _xml_text(data, formats.get(style, PLAIN))
        place += across


def _xml_text(data: Any, form: Format) -> str:
    kind, text = data.get(f"{_SS}Type", "String"), "".join(data.itertext())
    if kind == "Number" and text:
        return shown(float(text), form)
    if kind == "DateTime":
        return re.sub(r"\.\d+$", "", text.replace("T", " "))
    if kind == "Boolean":
        return "是" if text == "1" else "否"
    return text
