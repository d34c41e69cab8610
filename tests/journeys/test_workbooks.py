"""Every built workbook says what its page says."""

import json
import re
import shutil
import zipfile

import openpyxl
import pytest
from bs4 import BeautifulSoup

from evalkit.export import write_workbook
from evalkit.record import read_notebook
from evalkit.words import MINUS, number

from .conftest import build_one
from .test_own_area import ledger, write


def reports(root):
    return sorted(path.parent for path in root.glob("*/*/*/results.json"))


def visible(cell):
    """A cell as Excel shows it: a typed number by its format."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    first = cell.number_format.split(";")[0]
    places = len(first.rstrip("%").partition(".")[2])
    value = cell.value * 100 if "%" in first else cell.value
    text = number(value, f"num{places}", "en")
    plus = "+" if first.startswith("+") and value > 0 else ""
    text = text if "," in first else text.replace(",", "")
    return plus + text + ("%" if "%" in first else "")


def numbers(text):
    return re.findall(rf"[+{MINUS}]?\d[\d,]*(?:\.\d+)?%?", text)


def _unlike_a_fold(name):
    return name != "ek-fold"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_of_a_page_stands_in_its_workbook_number_by_number(built, lang):
    seen = 0
    for folder in reports(built[0]):
        page = BeautifulSoup((folder / f"report.{lang}.html").read_text("utf-8"), "html.parser")
        # What is folded beside its figure is a table of the report; the list of results is none.
        tables = [t for t in page.select("main table.ek-table:not(.ek-listing)")
                  if not t.find_parent("details", class_=_unlike_a_fold)]  # fmt: skip
        book = openpyxl.load_workbook(folder / f"report.{lang}.xlsx")
        sheets = book.worksheets[1:-1]

        assert len(sheets) == len(tables), folder
        for sheet, table in zip(sheets, tables, strict=True):
            for mark in table.select('[aria-hidden="true"], .ek-no'):
                mark.decompose()
            printed = numbers(table.get_text(" "))
            assert numbers(" ".join(visible(c) for r in sheet.iter_rows() for c in r)) == printed
            seen += len(printed)
    assert seen > 1000


def test_both_languages_hold_the_same_typed_numbers(built):
    for folder in reports(built[0]):
        one, other = (
            [
                [cell.value for row in sheet.iter_rows() for cell in row
                 if isinstance(cell.value, int | float)]
                for sheet in openpyxl.load_workbook(folder / f"report.{lang}.xlsx")
            ]
            for lang in ("en", "zh")
        )  # fmt: skip

        assert one == other, folder


def test_the_last_sheet_holds_every_estimate_of_the_record(built):
    for folder in reports(built[0]):
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        sheet = openpyxl.load_workbook(folder / "report.en.xlsx").worksheets[-1]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))

        assert [row[0] for row in rows] == [e["id"] for e in results["estimates"]]
        for row, e in zip(rows, results["estimates"], strict=True):
            if e["disclosure"] == "withheld":
                assert (row[1], row[2], row[3]) == ("withheld", None, None)
            else:
                # The file format holds 16 digits of a number.
                for got, value in zip(row[1:4], (e["value"], e["low"], e["high"]), strict=True):
                    assert got == (None if value is None else pytest.approx(value, rel=1e-15))


def test_every_estimate_has_its_unit_in_words_and_as_a_code(built):
    seen = set()
    for folder in reports(built[0]):
        estimates = json.loads((folder / "results.json").read_text("utf-8"))["estimates"]
        sheet = openpyxl.load_workbook(folder / "report.zh.xlsx").worksheets[-1]
        heads, *rows = sheet.iter_rows(values_only=True)
        words, codes = heads.index("单位"), heads.index("单位代码")

        assert [row[codes] for row in rows] == [e["unit"] for e in estimates]
        said = {row[words] for row in rows}
        assert not any(re.search(r"[A-Za-z]{2}", word) for word in said), said
        seen |= said
    assert {"人", "个报道中的数字", "条核对结果", "无单位"} <= seen


def test_a_number_with_a_unit_below_it_is_a_number(built):
    book = openpyxl.load_workbook(built[0] / "pilots/guigang/claims/report.zh.xlsx")
    (sheet,) = (s for s in book if any("报道中的每个数字" in str(c.value) for c in s[1]))
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    at = rows[0].index("代表的区间")
    first = next(row for row in rows if row[0] == "GG-01")

    assert first[at] == 32 and first[at + 1] == "个部门\n精确"
    assert rows[0][at + 1] == "“代表的区间”的单位与读法"


def test_no_cell_is_a_formula_and_no_file_names_this_machine(built):
    for folder in reports(built[0]):
        for lang in ("en", "zh"):
            with zipfile.ZipFile(folder / f"report.{lang}.xlsx") as book:
                for name in book.namelist():
                    text = book.read(name).decode("utf-8")
                    assert "<f>" not in text and str(built[0]) not in text


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path):
    path = write(tmp_path)
    slip = ledger().replace("657 children came", '"=HYPERLINK(""http://x"",""657"")"')
    (tmp_path / "rivertown.csv").write_text(slip, encoding="utf-8")

    assert build_one(tmp_path, "rivertown", "claims", path.name).error is None
    book = openpyxl.load_workbook(tmp_path / "out/rivertown/rivertown/claims/report.en.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_the_same_report_gives_the_same_bytes(built, tmp_path):
    folder = built[0] / "pilots" / "dachang" / "claims"
    record = read_notebook(folder / "report.ipynb")

    shutil.copy(folder / "results.json", tmp_path)
    again = write_workbook(tmp_path, record, "zh")

    assert again.read_bytes() == (folder / "report.zh.xlsx").read_bytes()
