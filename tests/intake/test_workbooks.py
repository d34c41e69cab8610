"""Workbooks as offices have them: errors, formulas, merged and hidden cells, kinds of file."""

import datetime
import zipfile

import pytest
from tests.intake.files import CASES, case, notes, outcome, text_file, workbook

HEAD = CASES.split(",")
ROWS = [HEAD, *(case(f"GH000{n}") for n in range(1, 7))]
OWN = "\ue000潭镇"
ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]


def edited(path, before, after, part="xl/worksheets/sheet1.xml"):
    """A workbook with another text in one of its parts."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert before in parts[part], parts[part][:400]
    parts[part] = parts[part].replace(before, after)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, raw in parts.items():
            book.writestr(name, raw)
    return path


@pytest.mark.parametrize("error", [*ERRORS, "Err:502", "#######"])
@pytest.mark.parametrize("column", ["person_id", "age", "consent", "follow_up_end", "sex"])
def test_an_error_is_an_error_in_every_kind_of_column(tmp_path, error, column):
    place = ("person_id", "index_date", "index_kind", "assigned", "legal_class", "follow_up_end",
             "age", "sex", "prior_events", "linked", "consent").index(column)  # fmt: skip
    row = case("GH0009")
    row[place] = error
    text = f"{CASES}\n{','.join(row)}\n"

    assert outcome(text_file(tmp_path, text), "cases", "age") == ["error_cell"]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_of_a_workbook_is_no_empty_cell(tmp_path, error):
    path = workbook(tmp_path, {"表": [HEAD, [*case("GH1")[:-1], 7]]})
    edited(path, b'<c r="K2"><v>7</v></c>', f'<c r="K2" t="e"><v>{error}</v></c>'.encode())

    assert outcome(path, "cases", "consent") == ["error_cell"]


def test_an_empty_consent_stays_unknown(tmp_path):
    path = workbook(
        tmp_path, {"表": [HEAD, case("GH1", consent=""), case("GH2"), case("GH3", consent="否")]}
    )

    assert outcome(path, "cases", "consent") == [None, True, False]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (b'<c r="K2" t="str"><f>IF(1,"","x")</f><v></v></c>', [None]),
        (b'<c r="K2" t="str"><f>IF(1,"","x")</f><v/></c>', [None]),
        (b'<c r="K2" t="str"><f>IF(1,"","x")</f></c>', [None]),
        (b'<c r="K2" t="str"><f>T("y")</f><v>yes</v></c>', [True]),
        (b'<c r="K2"><f>1+1</f><v></v></c>', "workbook_formulas"),
        (b'<c r="K2"><f>1+1</f></c>', "workbook_formulas"),
        (b'<c r="K2" t="b"><v>1</v></c>', [True]),
        (
            b'<c r="K2" t="inlineStr"><is><r><t>y</t></r><r><t>es</t></r>'
            b"<rPh><t>no</t></rPh></is></c>",
            [True],
        ),
    ],
)
def test_a_formula_s_result_is_read_and_one_never_computed_is_refused(tmp_path, cell, found):
    path = workbook(tmp_path, {"表": [HEAD, [*case("GH1")[:-1], 7]]})
    edited(path, b'<c r="K2"><v>7</v></c>', cell)

    assert outcome(path, "cases", "consent") == found


def test_the_cells_below_a_merged_one_have_its_text_and_it_is_told(tmp_path):
    def merge(book, sheet):
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(1, 5, 3, 5, datetime.date(2025, 5, 31), date)

    path = workbook(tmp_path, {"表": ROWS}, touch=merge)

    ends = outcome(path, "cases", "follow_up_end")
    assert [str(day) for day in ends] == ["2025-05-31"] * 3 + ["2025-06-30"] * 3
    assert notes(path, "cases") == {"merged_filled": 2}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((1, 6, 3, 6), "merged_number"),
        ((1, 9, 1, 10), "merged_across"),
        ((1, 9, 2, 10), "merged_across"),
    ],
)
def test_a_merged_number_and_one_across_columns_stop_the_table(tmp_path, cells, code):
    path = workbook(tmp_path, {"表": ROWS}, touch=lambda _, sheet: sheet.merge_range(*cells, "是"))

    assert code in outcome(path, "cases", "age")


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    def hide(_, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(6, 6, 9, None, {"hidden": True})

    path = workbook(tmp_path, {"表": ROWS}, touch=hide)

    assert outcome(path, "cases", "age") == [15] * 6
    assert notes(path, "cases") == {"hidden_rows": 2, "hidden_column": 6}


def test_days_counted_from_1904_are_the_days_that_the_sheet_shows(tmp_path):
    # 45,814 is 2025-06-06 from 1900, and 2029-06-07 from 1904.
    rows = [HEAD, [*case("GH1")[:5], 44_376, *case("GH1")[6:]],
            [*case("GH2")[:5], (44_376, "yyyy-mm-dd"), *case("GH2")[6:]]]  # fmt: skip
    path = workbook(tmp_path, {"表": rows})
    edited(path, b"<workbookPr ", b'<workbookPr date1904="1" ', "xl/workbook.xml")

    assert outcome(path, "cases", "follow_up_end") == [datetime.date(2025, 6, 30)] * 2


@pytest.mark.parametrize("last", [65_536, 1_048_576])
def test_a_sheet_that_ends_where_its_format_ends_is_cut(tmp_path, last):
    def far(_, sheet):
        for place, cell in enumerate(case("GH9")):
            sheet.write(last - 1, place, cell)

    assert outcome(workbook(tmp_path, {"表": ROWS}, touch=far), "cases", "age") == ["sheet_cut"]
    blank = workbook(tmp_path, {"表": ROWS}, touch=lambda _, s: s.write(last - 1, 3, " "))
    assert outcome(blank, "cases", "age") == [15] * 6


def test_a_sheet_with_all_the_columns_of_its_format_is_cut(tmp_path):
    wide = [
        row + [f"第{n}列" if row is HEAD else "x" for n in range(256 - len(HEAD))] for row in ROWS
    ]

    assert outcome(workbook(tmp_path, {"表": wide}), "cases", "age") == ["columns_cut"]


@pytest.mark.parametrize(
    ("band", "found"),
    [
        ("12-13", ["12-13"]),
        ("14—17岁", ["14—17岁"]),
        *((text, ["became_date"]) for text in (
            "12月13日", "13-Dec", "Dec-13", "2025/12/13", "2025-12-13", "12/13",
        )),
    ],
)  # fmt: skip
def test_a_band_that_became_a_date_is_named(tmp_path, band, found):
    text = f"人员编号,乡镇（街道）,年龄段,性别,登记日期\nP1,城东,{band},男,2025-01-01\n"

    assert outcome(text_file(tmp_path, text), "people", "age_band") == found


def test_a_date_in_a_column_of_words_or_numbers_is_named(tmp_path):
    rows = [["人员编号", "乡镇（街道）", "年龄段", "性别", "登记日期"],
            ["P1", (45_000, "m月d日"), (45_000, "d-mmm"), "男", "2025-01-01"]]  # fmt: skip

    assert outcome(workbook(tmp_path, {"表": rows}), "people", "age_band") == ["became_date"]


def test_a_text_as_long_as_a_cell_is_cut(tmp_path):
    text = f"人员编号,乡镇（街道）,年龄段,性别,登记日期\nP1,{'城' * 32_767},14,男,2025-01-01\n"

    assert outcome(text_file(tmp_path, text), "people", "township") == ["text_cut"]


def test_a_document_type_in_a_workbook_is_refused(tmp_path):
    path = workbook(tmp_path, {"表": ROWS})
    edited(path, b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet ')

    assert outcome(path, "cases", "age") == "workbook_broken"


def test_a_header_of_a_hundred_thousand_letters_takes_no_time(tmp_path):
    text = f"{CASES},{'123456a' * 20_000}\n{','.join(case('GH1'))},\n"

    assert outcome(text_file(tmp_path, text), "cases", "age") == [15]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_of_an_office_s_own_making_is_kept_and_told(tmp_path, encoding):
    text = "人员编号,乡镇（街道）,年龄段,性别,登记日期\n" + "".join(
        f"P{n},{OWN if n == 1 else '城东街道'},14-17,男,2025-01-01\n" for n in range(1, 40)
    )
    path = text_file(tmp_path, text, encoding=encoding)

    assert outcome(path, "people", "township")[:2] == [OWN, "城东街道"]
    assert notes(path, "people") == {"private": 1}
