"""A small file takes little, whatever it says of its size.

Unbounded, these took minutes or gigabytes. Memory is counted; a test that took the time of old
would be seen by everybody.
"""

import re
import tracemalloc
import zipfile

import pytest
from tests.intake.files import CASES, case, outcome, text_file, workbook
from tests.intake.test_kinds_of_file import open_document, row, said

from evalkit.schema import load_schema

MEGABYTES = 200
HEAD, ROW = CASES.split(","), case("GH1")


def edited(path, before, after):
    """The workbook with another text in its only sheet."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    assert re.search(before, text)
    parts[name] = re.sub(before, lambda _: after, text, count=1).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, raw in parts.items():
            book.writestr(part, raw)
    return path


def cell(at, text):
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def ends(line):
    return lambda folder: edited(
        workbook(folder, {"S": [HEAD, ROW]}), "</sheetData>", f"{line}</sheetData>"
    )


def opened(rows):
    return lambda folder: open_document(folder / "t.ods", row(map(said, HEAD)) + rows)


FILES = {
    "a blank in the last cell": ends(f'<row r="1048576">{cell("XFD1048576", " ")}</row>'),
    "a blank low down": ends(f'<row r="1048576">{cell("A1048576", " ")}</row>'),
    "a row beyond the sheet": ends(f'<row r="9999999999">{cell("A9999999999", "x")}</row>'),
    "a column beyond the sheet": ends(f'<row r="3">{cell("ZZZZZZZ3", "x")}</row>'),
    "merged cells over everything": lambda folder: edited(
        workbook(folder, {"S": [HEAD, ROW]}), "</sheetData>",
        "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 500 + "</mergeCells>",
    ),
    "a row repeated a million times": opened(
        row([said("x", 'office:value-type="string" table:number-columns-repeated="16384"')],
            'table:number-rows-repeated="1048575"')
    ),
    "blanks repeated a million times": opened(
        row([said(" ", 'table:number-columns-repeated="16384"')],
            'table:number-rows-repeated="1048575"')
    ),
    "two thousand million blanks": opened(
        row(["<table:table-cell><text:p><text:s text:c='2000000000'/></text:p>"
             "</table:table-cell>"])
    ),
    "a header of letters": lambda folder: text_file(folder, "a" * 200_000 + "\n1\n"),
    "a header of commas": lambda folder: text_file(folder, CASES + "," * 200_000 + "\n"),
    "a header of brackets": lambda folder: text_file(
        folder, CASES.replace("年龄", "年龄" + "（" * 100_000) + "\n" + ",".join(ROW) + "\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_small_file_takes_little(name, tmp_path):
    path = FILES[name](tmp_path)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    found = outcome(path, "cases", "age")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # A table, or a sentence: both come in milliseconds.
    assert found
    assert most < MEGABYTES * 2**20


NUMBERS = ["9" * 30_000, "一" * 30_000, "1." + "9" * 30_000, "９" * 30_000, "1" + "万" * 5_000,
           "百分之" + "九" * 9_000, "1" + ",111" * 5_000]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("column", ["age", "index_date", "follow_up_end", "prior_events"])
def test_a_number_of_thousands_of_digits_is_none(text, column, tmp_path):
    place = list(load_schema("cases").columns).index(column)
    header = [f.header.text["zh"] for f in load_schema("cases").columns.values()]
    cells = [f.example for f in load_schema("cases").columns.values()]
    cells[place] = f'"{text}"'
    path = text_file(tmp_path, ",".join(header) + "\n" + ",".join(cells) + "\n")

    assert outcome(path, "cases", column) in (["not_number"], ["no_date"], ["not_date"])
