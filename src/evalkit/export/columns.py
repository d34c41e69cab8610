"""Widths of a DOCX table's columns: no number and no short word breaks inside its cell."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from evalkit.export.letters import letters
from evalkit.export.sheet import PIECE, spread

# Width of a letter in its size. An office without Calibri draws in a wider face: the
# estimate is for that one, and a rounded edge must not break a word.
NARROW, PLAIN, UPPER, WIDE, BOLD, SLACK = 0.42, 0.64, 0.74, 0.98, 1.1, 1.5
SLIM, BROAD = frozenset(" .,:;|!'()[]/ijlft\u00a0"), frozenset("mwMW%@")
UNSEEN = frozenset("\u2060\u200b")
# What pandoc's style of tables leaves on both sides of a cell together, in points.
MARGINS = 10.8
TWIPS = 20
# A line of so many letters is one piece; a longer word may break, as an id must.
SHORT, LONGEST = 12, 30
SIZES = {"Note": 8.5, "Id": 8.0}
SIZE = 9.0


@dataclass(frozen=True)
class _Line:
    """One line of a cell, as the page breaks it."""

    text: str
    size: float
    bold: bool
    whole: bool

    @functools.cached_property
    def natural(self) -> float:
        return _points(self.text, self.size, self.bold)

    @functools.cached_property
    def least(self) -> float:
        if letters(self.text) <= (LONGEST if self.whole else SHORT):
            return self.natural
        pieces = (piece[:LONGEST] for piece in PIECE.findall(self.text))
        return max((_points(piece, self.size, self.bold) for piece in pieces), default=0.0)


def _points(text: str, size: float, bold: bool) -> float:
    width = 0.0
    for sign in text:
        if ord(sign) > 0x2E7F:
            width += 1.0
        elif sign not in UNSEEN:
            plain = UPPER if sign.isupper() else PLAIN
            width += NARROW if sign in SLIM else WIDE if sign in BROAD else plain
    return width * size * (BOLD if bold else 1.0) + SLACK


def fit_columns(table: Any, across: float) -> None:
    """Give each column of a table the width of its longest piece, and more where there is room."""
    rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
    columns = max((len(row) for row in rows), default=0)
    if not columns or any(len(row) != columns for row in rows):
        return
    cells = list(zip(*rows, strict=True))
    lines = [[_lines(cell) for cell in column] for column in cells]
    if sum(_most(column, "least") for column in lines) > across:
        # What does not fit whole breaks between its numbers, never inside one.
        for text in table.iter(qn("w:t")):
            text.text = (text.text or "").replace("\u00a0", " ")
        lines = [[_lines(cell, False) for cell in column] for column in cells]
    _set(table, rows, _widths(lines, across))


def _lines(cell: Any, whole: bool = True) -> list[_Line]:
    """Return the lines of a cell; of a column of figures the first is one piece."""
    found: list[_Line] = []
    for paragraph in cell.findall(qn("w:p")):
        side = paragraph.find(qn("w:pPr") + "/" + qn("w:jc"))
        figures = whole and side is not None and side.get(qn("w:val")) in ("right", "end")
        text, size, bold, chip = "", SIZE, False, False
        for node in paragraph.iter(qn("w:t"), qn("w:br")):
            if node.tag == qn("w:br"):
                found.append(_Line(text.strip(" "), size, bold, chip or figures))
                text, bold, chip = "", False, False
                continue
            run = node.getparent().find(qn("w:rPr"))
            style = None if run is None else run.find(qn("w:rStyle"))
            name = "" if style is None else style.get(qn("w:val"))
            size = SIZES.get(name, SIZE)
            figures = figures and name != "Note"
            chip = chip or name == "Chip"
            strong = run is not None and run.find(qn("w:b")) is not None
            bold = bold or strong or name == "Chip"
            text += node.text or ""
        found.append(_Line(text.strip(" "), size, bold, chip or figures))
    return found


def _most(column: Sequence[Sequence[_Line]], which: str) -> float:
    return MARGINS + max((getattr(line, which) for cell in column for line in cell), default=0.0)


def _widths(lines: Sequence[Sequence[Sequence[_Line]]], across: float) -> list[float]:
    natural = [_most(column, "natural") for column in lines]
    widths = [_most(column, "least") for column in lines]
    if sum(natural) <= across:
        return natural
    if sum(widths) > across:
        return [width * across / sum(widths) for width in widths]
    texts = [[sum(line.natural for line in cell) for cell in column] for column in lines]
    return spread(widths, natural, texts, across)


def _set(table: Any, rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> None:
    twips = [math.floor(width * TWIPS) for width in widths]
    _measure(table.find(qn("w:tblPr")), "w:tblW", sum(twips))
    for column, width in zip(table.find(qn("w:tblGrid")), twips, strict=True):
        column.set(qn("w:w"), str(width))
    for row in rows:
        for cell, width in zip(row, twips, strict=True):
            properties = cell.find(qn("w:tcPr"))
            if properties is None:
                properties = OxmlElement("w:tcPr")
                cell.insert(0, properties)
            _measure(properties, "w:tcW", width)


def _measure(properties: Any, name: str, twips: int) -> None:
    width = properties.find(qn(name))
    if width is None:
        width = OxmlElement(name)
        properties.insert(0, width)
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(twips))
