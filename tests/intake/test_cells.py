"""What offices write in cells."""

import datetime

import pandas as pd
import pytest

from evalkit.intake.cells import Manner, read_cells
from evalkit.intake.identity import Pseudonyms, fault_of
from evalkit.intake.texts import tidy

KEY = Pseudonyms(b"k" * 32)
# Nobody's: no county has the region code of all noughts. The checksum fits.
PERSON = "000000201003072917"


def one(text, kind, names=KEY, **manner):
    """The value of one cell, or the code of its fault."""
    read = read_cells(pd.Series([text]), kind, Manner(**manner), names)
    if read.faults:
        return next(iter(read.faults))
    value = read.values.iloc[0]
    return None if pd.isna(value) else value


def day(year, month, date, *clock):
    return pd.Timestamp(datetime.datetime(year, month, date, *clock))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-03-07", day(2025, 3, 7)),
        ("2025/3/7", day(2025, 3, 7)),
        ("2025.3.7", day(2025, 3, 7)),
        ("20250307", day(2025, 3, 7)),
        ("2025年3月7日", day(2025, 3, 7)),
        ("２０２５年３月７日", day(2025, 3, 7)),
        ("二〇〇九年七月三日", day(2009, 7, 3)),
        ("二○二四年十二月二十一日", day(2024, 12, 21)),
        ("二〇二四年十月十日", day(2024, 10, 10)),
        ("2025-03-07 14:20", day(2025, 3, 7, 14, 20)),
        ("2025-03-07T14:20:05", day(2025, 3, 7, 14, 20, 5)),
        ("2025年3月7日下午2时20分", day(2025, 3, 7, 14, 20)),
        ("2025年3月7日 上午9点", day(2025, 3, 7, 9)),
        ("45723", day(2025, 3, 7)),
        ("45723.5", day(2025, 3, 7, 12)),
        ("2025-02-30", "no_such_date"),
        ("2025-13-01", "no_such_date"),
        ("2025-03-07 25:00", "no_such_date"),
        ("07/03/2025", "not_date"),
        ("25-3-7", "not_date"),
        ("去年", "not_date"),
        ("12345", "not_date"),
        ("", None),
        (" \u3000", None),
    ],
)
def test_moments(text, value):
    assert one(text, "datetime") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年3月", day(2025, 3, 1)),
        ("2025年03月份", day(2025, 3, 1)),
        ("2025-03", day(2025, 3, 1)),
        ("2025/3", day(2025, 3, 1)),
        ("2025.3", day(2025, 3, 1)),
        ("202503", day(2025, 3, 1)),
        ("二〇二五年三月", day(2025, 3, 1)),
        ("2025年 3月", day(2025, 3, 1)),
        ("2025-03-31", day(2025, 3, 1)),
        ("2025年3月1日", day(2025, 3, 1)),
        ("45723", day(2025, 3, 1)),
        ("2025年13月", "no_such_date"),
        ("202500", "no_such_date"),
        ("3月", "not_date"),
        ("2025年", "not_date"),
        ("2025年一季度", "not_date"),
        ("", None),
    ],
)
def test_months_of_which_any_day_or_none_is_written(text, value):
    assert one(text, "month") == value


def test_a_month_without_a_day_is_no_date():
    assert one("2025年3月", "date") == "not_date"


def test_a_date_leaves_the_time_out():
    assert one("2025-03-07 14:20", "date") == day(2025, 3, 7)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("１２．５", 12.5),
        ("1,234,567", 1234567.0),
        ("-3", -3.0),
        ("1.2万", 12000.0),
        ("三百五十", 350.0),
        ("一千零五", 1005.0),
        ("十二", 12.0),
        ("三万", 30000.0),
        ("二〇", 20.0),
        ("约12", "not_number"),
        ("12,34", "not_number"),
        ("1e5", "not_number"),
        ("十百", "not_number"),
        ("#N/A", "error_cell"),
        ("9" * 400, "not_number"),
    ],
)
def test_numbers(text, value):
    assert one(text, "number") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("7.0", 7), ("007", 7), ("-1", "not_count"), ("7.5", "not_count")],
)
def test_counts(text, value):
    assert one(text, "count") == value


@pytest.mark.parametrize(
    ("text", "percent", "value"),
    [
        ("95%", False, 0.95),
        ("９５％", False, 0.95),
        ("百分之九十五", False, 0.95),
        ("0.95", False, 0.95),
        ("95", False, "share_unclear"),
        ("1", False, "share_unclear"),
        ("95", True, 0.95),
        ("0.95", True, "share_unclear"),
        ("100", True, 1.0),
        ("0", True, 0.0),
        ("0", False, 0.0),
    ],
)
def test_shares(text, percent, value):
    found = one(text, "share", percent=percent)

    assert found == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("是", True),
        ("否", False),
        ("有", True),
        ("√", True),
        ("1.0", True),
        ("N", False),
        ("也许", "not_flag"),
        ("2", "not_flag"),
    ],
)
def test_flags(text, value):
    assert one(text, "flag") == value


def test_choices_are_known_by_code_word_or_other_word():
    words = {"male": "male", "男": "male", "男性": "male", "1": "male", "女": "female"}

    found = [one(text, "choice", choices=words) for text in ("男", " 男性 ", "1.0", "Male", "她")]

    assert found == ["male", "male", "male", "male", "not_choice"]


def test_ids_stay_text():
    assert [one(text, "id") for text in ("007", "0012.50", "甲-1")] == ["007", "0012.50", "甲-1"]


@pytest.mark.parametrize("kind", ["id", "person"])
@pytest.mark.parametrize("text", ["4.5E+17", "4.50101E+17", "1e5"])
def test_a_number_whose_digits_are_lost_is_no_id(kind, text):
    assert one(text, kind, names=KEY) == "lost_digits"


def test_a_person_is_the_same_in_every_way_of_writing_and_never_seen():
    wide = PERSON.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    written = [PERSON, f" {PERSON[:6]} {PERSON[6:14]} {PERSON[14:]} ", wide, PERSON.lower()]

    found = {one(text, "person", names=KEY) for text in written}

    assert len(found) == 1
    assert PERSON[6:14] not in found.pop()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (PERSON, ""),
        (PERSON[:-1] + "5", "checksum"),
        ("1234", ""),
        ("4.5E+17", "lost_digits"),
    ],
)
def test_identity_numbers_are_checked(number, fault):
    assert fault_of(number) == fault


def test_an_identity_number_with_a_day_that_never_was_is_refused():
    from evalkit.intake.identity import CHECKS, WEIGHTS

    body = "00000020100230291"
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))

    assert fault_of(body + CHECKS[total % 11]) == "birth_date"


def test_other_keys_give_other_names():
    other = Pseudonyms(b"x" * 32)

    assert KEY.of(PERSON) != other.of(PERSON)
    assert KEY.key_id != other.key_id


def test_blanks_that_cannot_be_seen_are_taken_off():
    assert tidy("\u200b 甲\ufeff\u3000") == "甲"


def test_faults_are_told_by_row():
    read = read_cells(pd.Series(["1", "x", "", "y", "2"]), "count")

    assert {code: rows.tolist() for code, rows in read.faults.items()} == {"not_number": [1, 3]}
    assert read.values.isna().tolist() == [False, True, True, True, False]


def test_days_of_excel_are_counted():
    read = read_cells(pd.Series(["45723", "2025-03-07", "45723"]), "date")

    assert read.notes["serial_dates"].tolist() == [0, 2]
