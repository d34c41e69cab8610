"""A made-up table as an office's platform would hand it out, to go through ``evalkit read``.

Imports intake. Headers are written in one of several ways, dates and choices too, as each
platform has its own; a title stands above and a total below. The title says that it is made up.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from evalkit.intake.header import plain
from evalkit.intake.marks import BANNERS, REGION
from evalkit.schema import Column, Schema

FORMS = ("gb18030", "utf-8-sig", "xlsx")
# A sheet ends at 1,048,576 rows; offices' platforms give up on a workbook long before.
MOST_IN_SHEET = 100_000
# A clerk who types a choice by another word than the list's.
OTHER_WORD = 0.1
FIXED = datetime.datetime(2000, 1, 1)
DATES = (
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y-%m-%d}",
    "{0.year}/{0.month}/{0.day}",
    "{0:%Y%m%d}",
)
CLOCKS = ("{0:%Y-%m-%d %H:%M}", "{0.year}年{0.month}月{0.day}日 {0:%H:%M}", "{0:%Y/%m/%d %H:%M:%S}")
SPELT = str.maketrans("0123456789", "〇一二三四五六七八九")
_ADDED = ("count", None)
LOOKS = {"date": "yyyy-mm-dd", "month": "yyyy-mm", "datetime": "yyyy-mm-dd hh:mm"}

Rows = Sequence[Sequence[Any]]
Writer = Callable[[Any], str]


def form_of(shape: Schema, rows: int, forms: Sequence[str] = FORMS, order: int = 0) -> str:
    """Return the form in which a table is handed out.

    Parameters
    ----------
    shape : Schema
        The table.
    order : int
        Of the area, so that the same table comes in several forms.
    """
    chosen = forms[(len(shape.name) + order) % len(forms)]
    return "utf-8-sig" if chosen == "xlsx" and rows > MOST_IN_SHEET else chosen


def write_export(
    shape: Schema,
    names: Sequence[str],
    rows: Rows,
    folder: Path,
    title: str,
    form: str,
    random: np.random.Generator,
) -> Path:
    """Write a table as an export of a platform.

    Parameters
    ----------
    shape : Schema
        What it is.
    names : sequence of str
        The columns that the platform has, in the order of the shape.
    rows : sequence of sequences
        Cells in that order, as DuckDB gives them: text with the raw numbers of persons,
        date, datetime, float, int, bool, or None.
    title : str
        What stands above, behind the words that say that it is made up.
    random : Generator
        Decides how headers, dates and choices are written.
    """
    fields = [shape.columns[name] for name in names]
    heads = ["序号", *_headers(shape, fields, rows, random)]
    writers = [_writer(field, form == "xlsx", random) for field in fields]
    body = [
        [str(number), *(None if c is None else w(c) for c, w in zip(row, writers, strict=True))]
        for number, row in enumerate(rows, start=1)
    ]
    banner = f"{' '.join(BANNERS)}：{title}"
    last = _total(fields, rows)
    path = folder / f"{shape.title.text['zh']}.{'xlsx' if form == 'xlsx' else 'csv'}"
    if form == "xlsx":
        _workbook(path, [banner], heads, body, last, fields)
    else:
        with path.open("w", encoding=form, newline="") as file:
            # What Windows programs write.
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerows([[banner], heads, *body, *last])
    return path


def _headers(
    shape: Schema, fields: Sequence[Column], rows: Rows, random: np.random.Generator
) -> list[str]:
    """Return a header for each column: ours, or another that platforms use."""
    first = rows[0] if rows else [None] * len(fields)
    meant: dict[str, str] = {}
    for field in shape.columns.values():
        for word in (field.name, *field.header.text.values(), *field.aliases):
            meant.setdefault(plain(word), field.name)
    heads = []
    for field, cell in zip(fields, first, strict=True):
        words = [field.header.text["zh"], *field.aliases]
        if field.kind == "person" and not str(cell).startswith(REGION):
            # A platform's own number does not stand under "identity number".
            words = [word for word in words if "身份证" not in word]
        words = [word for word in words if meant[plain(word)] == field.name]
        heads.append(words[int(random.integers(len(words)))])
    return heads


def _writer(field: Column, workbook: bool, random: np.random.Generator) -> Writer:
    if field.kind in ("date", "datetime", "month") and workbook:
        # Cells of a workbook are dates themselves.
        return lambda cell: cell
    if field.kind == "date":
        return _dates(random)
    if field.kind == "month":
        return "{0.year}年{0.month}月".format
    if field.kind == "datetime":
        return CLOCKS[int(random.integers(len(CLOCKS)))].format
    if field.kind == "flag":
        yes, no = (("是", "否"), ("√", "×"))[int(random.integers(2))]
        return lambda cell: yes if cell else no
    if field.kind == "choice":
        return _choices(field, random)
    if field.kind == "number":
        return _number(field)
    return str


def _dates(random: np.random.Generator) -> Writer:
    style = int(random.integers(len(DATES)))

    def write(cell: datetime.date) -> str:
        # The first of a month, here and there, is written out in full.
        if style == 0 and cell.day == 1 and cell.month < 10:
            return f"{cell.year}年{cell.month}月一日".translate(SPELT)
        return DATES[style].format(cell)

    return write


def _choices(field: Column, random: np.random.Generator) -> Writer:
    meant: dict[str, str] = {}
    for code, choice in field.choices.items():
        for word in (code, *choice.label.text.values(), *choice.aliases):
            meant[word.lower()] = code
    others = {
        code: [w for w in choice.aliases if meant[w.lower()] == code and not w.isascii()]
        for code, choice in field.choices.items()
    }

    def write(cell: str) -> str:
        if others[cell] and random.random() < OTHER_WORD:
            return others[cell][int(random.integers(len(others[cell])))]
        return field.choices[cell].label.text["zh"]

    return write


def _number(field: Column) -> Writer:
    if field.name == "amount":
        # As books of account have it; who reads it gets the same number back.
        return lambda cell: f"{cell:,.2f}" if cell == round(cell, 2) else repr(cell)
    return lambda cell: repr(cell).removesuffix(".0")


def _total(fields: Sequence[Column], rows: Rows) -> list[list[str]]:
    """Return the row below that adds up counts, where there are any, and who made the table."""
    sums = [
        # Ages, which have an upper bound, are not added up.
        str(sum(row[place] or 0 for row in rows)) if (field.kind, field.high) == _ADDED else ""
        for place, field in enumerate(fields)
    ]
    footer = ["制表人：样例"]
    return [["合计", *sums], footer] if any(sums) else [footer]


def _workbook(
    path: Path,
    banner: list[str],
    heads: Sequence[str],
    body: Rows,
    last: Rows,
    fields: Sequence[Column],
) -> None:
    options = {"constant_memory": True, "default_date_format": LOOKS["date"]}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": banner[0], "created": FIXED})
        looks = {kind: book.add_format({"num_format": look}) for kind, look in LOOKS.items()}
        sheet = book.add_worksheet("Sheet1")
        sheet.write_string(0, 0, banner[0])
        for place, head in enumerate(heads):
            sheet.write_string(1, place, head)
        for number, row in enumerate([*body, *last], start=2):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(number, place, cell, looks[fields[place - 1].kind])
                elif cell not in (None, ""):
                    sheet.write_string(number, place, cell)
