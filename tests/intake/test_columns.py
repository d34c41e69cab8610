"""Rows are read by columns where they are all alike, and one by one where they are not."""

import hashlib
import hmac

import pytest
from tests.intake.files import CASES, KEY, case, text_file

from evalkit.intake import load
from evalkit.intake.columns import plain_columns, texts_of
from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms
from evalkit.schema import load_schema

SHAPE = load_schema("cases")


def table(folder, *lines, name="t.csv"):
    with read_export(text_file(folder, "\n".join([CASES, *lines]), name), SHAPE, KEY) as made:
        rows = made.database.execute("SELECT * FROM data ORDER BY row_number").fetchall()
        return rows, made.problems, made.blank, made.totals, made.parts[0].rows


def cases(*numbers):
    return [",".join(case(f"GH{n:04}")) for n in numbers]


# What is out of the ordinary in a row: a blank row, a total, a cell too many, one too few.
ODD = {
    "nothing": [],
    "a blank row": ["", *cases(9)],
    "blank cells": [",,", " , ,", *cases(9)],
    "a total": ["合计,12", *cases(9)],
    "a total at the end": ["合计"],
    "a note": ["填表人：某", *cases(9)],
    "a word like a total in a row of data": [cases(9)[0].replace("GH0009", "合计GH0009")],
    "a cell too many": [cases(9)[0] + ",?"],
    "an empty cell too many": [cases(9)[0] + ","],
    "a cell too few": [cases(9)[0].rpartition(",")[0]],
    "a number that is none": [cases(9)[0].replace("GH0009", '=""')],
}


@pytest.mark.parametrize("odd", ODD)
def test_rows_read_by_columns_say_what_they_say_one_by_one(tmp_path, monkeypatch, odd):
    lines = [*cases(1, 2, 3), *ODD[odd], *cases(4)]
    by_columns = table(tmp_path, *lines)

    monkeypatch.setattr(load, "plain_columns", lambda rows, width: None)

    assert table(tmp_path, *lines) == by_columns
    assert by_columns[4] >= 4


def test_chunks_of_both_kinds_make_one_table(tmp_path, monkeypatch):
    lines = [*cases(*range(1, 5)), "", "合计,4", *cases(*range(5, 12)), ""]
    whole = table(tmp_path, *lines)

    monkeypatch.setattr(load, "CHUNK", 4)

    assert table(tmp_path, *lines) == whole


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "b"], ["c"]],
        [["a", "b"], ["c", "d", "e"]],
        [["a"], ["c"]],
        [["a", "b", "x"], ["c", "d", ""]],
        [["a", ""], ["", "b"]],
        [["a", "b"], ["合计", "3"]],
        [["a", "b"], ["Total:", "3"]],
    ],
)
def test_a_row_that_may_be_none_of_data_is_looked_at_by_itself(rows):
    assert plain_columns(rows, 2) is None


def test_each_distinct_text_stands_once(monkeypatch):
    monkeypatch.setattr("evalkit.intake.columns.BLOCK", 2)
    first, second = texts_of([["a", "1"], ["b", "1"], ["a", "2"], ["c", "1"], ["b", "1"]], 2)

    assert (first.distinct, first.codes.tolist()) == (["a", "b", "c"], [0, 1, 0, 2, 1])
    assert (second.distinct, second.codes.tolist()) == (["1", "2"], [0, 0, 1, 0, 0])
    assert first.count("ab".__contains__) == 4


@pytest.mark.parametrize("length", [32, 63, 64, 65, 200])
def test_a_pseudonym_is_the_hmac_of_rfc_2104(length):
    key = bytes(range(length))

    wanted = hmac.new(key, b"evalkit personGH0001", hashlib.sha256).hexdigest()[:24]
    assert Pseudonyms(key).of("GH0001") == wanted


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\x1a\x1a"])
def test_the_character_that_once_ended_a_file_is_no_text(tmp_path, end):
    rows, problems, *_ = table(tmp_path, *cases(1), cases(2)[0] + end)

    assert len(rows) == 2
    assert (rows, problems) == table(tmp_path, *cases(1, 2))[:2]
