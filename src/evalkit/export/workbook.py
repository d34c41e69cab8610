"""A report's tables and estimates as a workbook: typed numbers, units, and where they come from."""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from evalkit.errors import PageError
from evalkit.estimate import Estimate
from evalkit.export.foot_notes import MARKS, lightened, shared
from evalkit.export.letters import letters
from evalkit.export.origin import clipped, origin_list, status_line, title
from evalkit.export.pictures import as_png
from evalkit.export.results import form_name, provenance
from evalkit.export.typed import ended, number_format, number_of, parted
from evalkit.files import scratch_folder
from evalkit.landing import is_formula, print_head, xml_text
from evalkit.language import language
from evalkit.outcomes.claims.said import unit_words
from evalkit.present.content import Cell, Content, Table
from evalkit.protocol import RESULTS, Brand
from evalkit.quantity import parse_unit
from evalkit.record import Record
from evalkit.words import catalogue, say

# What the file format itself can hold in a cell.
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 44, 8
# Letters across a page of A4 on its side, and the height of a line and of the title in points.
PAGE, LINE, TITLE, TALLEST = 130, 15, 26, 400
# Of a sheet's name: what Excel does not take, and how long it may be.
UNNAMED, LONGEST_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]"), 31
# Widths of the two columns of the first sheet, and the height of a logo's row in points.
NAMES, FRONT, LOGO = 26, 90, 32
COLUMNS = (
    *("result", "value", "low", "high", "interval", "level", "unit", "code"),
    *("n", "events", "denominator", "method", "verdict", "why", "plan_state", "disclosure", "data"),
)


def write_workbook(folder: Path, record: Record, lang: str) -> Path:
    """Write every table and estimate of a report in one language and return the path.

    Parameters
    ----------
    record : Record
        Read back from the executed notebook; the time of its run is the file's, so that the
        same notebook gives the same bytes.

    Raises
    ------
    PageError
        If a cell is longer than the file format holds.
    """
    header, origin = record.header, provenance(record)
    target = folder / form_name(lang, "xlsx", made_up=header.made_up)
    held = [seen.content[lang] for seen in record.seen]
    foot = shared(held)
    tables = [each for each in (_noted(one, foot, lang) for one in held) if isinstance(each, Table)]
    stream = io.BytesIO()
    # A text of a ledger is a text: never a formula, a link or a number. And nothing lies
    # on the disk before it is whole.
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **texts})
    made = datetime.fromisoformat(origin.made_at).replace(tzinfo=None)
    name = title(header, lang)
    about = {"title": xml_text(clipped(name)), "comments": xml_text(origin.command)}
    book.set_properties({**about, "created": made})
    made_up = header.made_up or record.made_up
    head = f"{say('page.made_up', lang)} · {name}" if made_up else name
    sheets = _Sheets(book, head, lang, target)
    sheets.front(record, tables, foot)
    for position, table in enumerate(tables, start=1):
        sheets.table(position, table)
    sheets.estimates(list(record.estimates.values()))
    book.close()
    target.write_bytes(stream.getvalue())
    return target


def _noted(content: Content, foot: Sequence[str], lang: str) -> Content:
    """Return a table with the marks of what stands at the foot of the page in its place."""
    made, marks = lightened(content, foot)
    if not (marks and isinstance(made, Table)):
        return made
    return replace(made, note=f"{made.note} {say('page.see_notes', lang, marks=marks)}".strip())


class _Sheets:
    """The sheets of one workbook, with the formats that they share."""

    def __init__(self, book: xlsxwriter.Workbook, title: str, lang: str, target: Path) -> None:
        self.book, self.title, self.lang, self.file = book, title, lang, target.name
        self.results = target.with_name(RESULTS)
        self.font = language(lang).font
        self._numbers: dict[str, Format] = {}
        self._properties: dict[Format, dict[str, Any]] = {}
        self._literals: dict[Format, Format] = {}
        self.text = self._format(text_wrap=True)
        self.bold = self._format(bold=True, text_wrap=True)
        self.big = self._format(bold=True, font_size=16)
        self.note = self._format(font_color="#4A5866", font_size=9, text_wrap=True)
        self.head = self._format(bold=True, text_wrap=True, top=2, bottom=2)
        self.head_right = self._format(
            bold=True, text_wrap=True, top=2, bottom=2, align="right", indent=1
        )
        self.right = self._format(text_wrap=True, align="right", indent=1)
        self.withheld = self._format(font_color="#4A5866", pattern=14, fg_color="#E4E8EC")

    def _format(self, **properties: Any) -> Format:
        base = {"font_name": self.font, "font_size": 10.5, "valign": "top"}
        made = self.book.add_format({**base, **properties})
        self._properties[made] = properties
        return made

    def _say(self, key: str, **values: Any) -> str:
        return say(key, self.lang, **values)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_header("&L" + print_head(clipped(self.title)))
        sheet.set_footer("&L" + self.file + "&R&P / &N")
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
        if len(text) > LONGEST_CELL:
            raise PageError("cell_long", page=self.file, length=str(len(text)))
        text = xml_text(text)
        sheet.write_string(row, column, text, self._literal(form) if is_formula(text) else form)

    def _literal(self, form: Format) -> Format:
        """Return a format whose cell stays a text when somebody edits it."""
        if form not in self._literals:
            properties = self._properties[form]
            self._literals[form] = self._format(**properties, quote_prefix=True)
        return self._literals[form]

    def front(self, record: Record, tables: Sequence[Table], foot: Sequence[str]) -> None:
        """Write what the report is, what it says, where it comes from, and what follows."""
        sheet = self._sheet(self._say("book.front"))
        sheet.set_column(0, 0, NAMES)
        sheet.set_column(1, 1, FRONT)
        self._write(sheet, 0, 0, self.title, self.big)
        sheet.set_row(0, TITLE)
        self._publish(sheet, record.header.brand)
        row = 1
        headline = next(seen for seen in record.seen if seen.name == "headline")
        lines = [
            (self._say("page.status_built"), status_line(record.header, self.lang)),
            (self._say("shown.headline"), headline.text[self.lang]),
            *(
                (item["name"], item["value"])
                for item in origin_list(record, self.results, self.lang)
                # What is not stated has a row of its own.
                if item["value"]
            ),
        ]
        lines += [
            (self._say("shown.table_number", n=n).strip(" .　"), table.title)
            for n, table in enumerate(tables, start=1)
        ]
        lines += [
            (self._say("book.foot_note", mark=mark), said)
            for mark, said in zip(MARKS, foot, strict=False)
        ]
        lines.append((self._say("book.estimates"), self._say("book.estimates_note")))
        for name, value in lines:
            row += 1
            self._write(sheet, row, 0, name, self.bold)
            self._write(sheet, row, 1, value, self.text)
            sheet.set_row(row, _height([value], [FRONT]))

    def _publish(self, sheet: Worksheet, brand: Brand | None) -> None:
        """Name the publisher under the title, beside its logo."""
        if brand is None:
            return
        self._write(sheet, 1, 1, brand.name.text[self.lang], self.bold)
        if "light" in brand.colours:
            sheet.set_tab_color(brand.colours["light"])
        if brand.logo is None or brand.alt is None:
            return
        sheet.set_row(1, LOGO)
        with scratch_folder(prefix="evalkit-logo-") as work:
            (work / brand.logo.name).write_bytes(brand.logo.data)
            drawn = as_png(work / brand.logo.name).read_bytes()
        wide, high = struct.unpack(">II", drawn[16:24])
        # A point of a row's height is 4/3 dots, and a letter of a column's width 7.
        scale = min((LOGO - 4) * 4 / 3 / high, (NAMES - 2) * 7 / wide)
        told = {"x_scale": scale, "y_scale": scale, "x_offset": 2, "y_offset": 2}
        told |= {
            "image_data": io.BytesIO(drawn),
            "description": xml_text(brand.alt.text[self.lang]),
        }
        sheet.insert_image(1, 0, brand.logo.name, told)

    def table(self, position: int, table: Table) -> None:
        """Write one table of the report."""
        sheet = self._sheet(sheet_name(position, table.title))
        table = parted(table, lambda head: self._say("book.beside", head=head))
        table = ended(table, self._ends)
        self._write(sheet, 0, 0, table.title, self.big)
        sheet.set_row(0, TITLE)
        widths = _widths(table)
        sheet.merge_range(1, 0, 1, max(1, len(widths) - 1), "", self.note)
        self._write(sheet, 1, 0, table.note, self.note)
        sheet.set_row(1, _height([table.note], [sum(widths)]))
        self._cells(sheet, 2, table, widths)

    def _ends(self, head: str) -> tuple[str, str]:
        return self._say("book.low_of", head=head), self._say("book.high_of", head=head)

    def _cells(self, sheet: Worksheet, top: int, table: Table, widths: Sequence[int]) -> None:
        for column, head in enumerate(table.heads):
            form = self.head_right if head.align == "right" else self.head
            self._write(sheet, top, column, head.text, form)
            sheet.set_column(column, column, widths[column])
        sheet.set_row(top, _height([head.text for head in table.heads], widths))
        for position, row in enumerate(table.rows, start=top + 1):
            for column, cell in enumerate(row.cells):
                self._cell(sheet, position, column, cell)
            # Not every program makes a row as high as its text.
            sheet.set_row(position, _height([cell.text for cell in row.cells], widths))
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        number = number_of(cell.lines[0]) if len(cell.lines) == 1 else None
        if number is None or number.number is None:
            form = self.right if cell.align == "right" else self.text
            looks = {piece.look for line in cell.lines for piece in line.pieces}
            self._write(
                sheet, row, column, cell.text, self.withheld if "withheld" in looks else form
            )
            return
        pattern = number_format(number)
        if pattern not in self._numbers:
            form = self._format(num_format=pattern, align="right", indent=1)
            self._numbers[pattern] = form
        sheet.write_number(row, column, number.number, self._numbers[pattern])

    def estimates(self, estimates: Sequence[Estimate]) -> None:
        """Write every estimate, as the record holds it."""
        sheet = self._sheet(self._say("book.estimates"))
        heads = [self._say(f"book.{key}") for key in COLUMNS]
        for column, head in enumerate(heads):
            self._write(sheet, 0, column, head, self.head)
            sheet.set_column(column, column, 42 if COLUMNS[column] in ("result", "why") else 14)
        for row, estimate in enumerate(estimates, start=1):
            for column, value in enumerate(self._fields(estimate)):
                if isinstance(value, str):
                    self._write(sheet, row, column, value, self.text)
                elif value is not None:
                    sheet.write_number(row, column, value, self.text)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(1, len(estimates)), len(COLUMNS) - 1)
        # All of them side by side would be printed too small to be read.
        sheet.print_area(0, 0, max(1, len(estimates)), COLUMNS.index("method") - 1)

    def _fields(self, e: Estimate) -> list[str | float | None]:
        withheld = self._say("shown.withheld") if e.disclosure == "withheld" else None
        return [
            e.id,
            withheld if e.value is None else e.value,
            e.low,
            e.high,
            self._say(f"interval.{e.interval}"),
            e.level,
            unit_text(e.unit, self.lang),
            e.unit,
            withheld if e.n is None else e.n,
            e.events,
            e.denominator,
            e.method.text[self.lang] if e.method else None,
            self._say(f"verdict.{e.verdict}") if e.verdict else None,
            e.reason.text[self.lang] if e.reason else None,
            self._say(f"plan_state.{e.plan}"),
            self._say(f"disclosed.{e.disclosure}"),
            # Its fingerprint stands once, on the first sheet.
            ", ".join(name for name, _ in e.data),
        ]


def unit_text(code: str, lang: str) -> str:
    """Return the unit of an estimate in words.

    Parameters
    ----------
    code : str
        As the estimate holds it: one of ``[unit]``, or two with a slash between them.
    """
    if f"unit.{code}" in catalogue(lang):
        return say(f"unit.{code}", lang)
    return unit_words(parse_unit(code)).text(lang)


def sheet_name(position: int, title: str) -> str:
    """Return what a table's sheet is called: its number, and of its title what Excel holds."""
    plain = " ".join(UNNAMED.sub(" ", f"{position} {title}").split())
    return plain[:LONGEST_NAME].strip().strip("'")


def _widths(table: Table) -> list[int]:
    """Return the columns' widths in letters, so that a page holds them side by side."""
    widths = []
    for column, head in enumerate(table.heads):
        cells = [_width(row.cells[column].text) for row in table.rows]
        widths.append(min(WIDEST, max([NARROWEST, _width(head.text), *cells]) + 2))
    spare = max(0, sum(widths) - PAGE)
    # Only wide columns give way: a number must not be broken.
    least = WIDEST // 2
    wide = sum(width for width in widths if width > least)
    return [w if w <= least else max(least, w - spare * w // wide) for w in widths]


def _height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Return the height of a row in points, for the text that needs most lines."""
    lines = 1
    for text, width in zip(texts, widths, strict=False):
        # Words are not broken, so that a line is seldom full.
        needed = sum(max(1, math.ceil(_width(line) * 1.15 / width)) for line in text.split("\n"))
        lines = max(lines, needed)
    return min(TALLEST, LINE * lines + 3)


def _width(text: str) -> int:
    """Return the width of a text's longest line in letters."""
    return max(letters(line) for line in text.split("\n"))
