"""What is a number, a group or a name, before anything is estimated."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from evalkit.arithmetic.design import columns, group_codes, numbers, two_groups
from evalkit.errors import Refused

DATES = pd.Series(pd.date_range("2025-01-01", periods=3))


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, 2, 3], dtype="int8"),
        pd.Series([1, 2, 3], dtype="Int64", index=[7, 7, 9]),
        [decimal.Decimal(1), 2, 3.0],
        np.ma.masked_array([1, 2, 3], mask=False),
        (1, True + True, 3),
    ],
)
def test_numbers_of_every_sort_are_taken_by_position(values):
    assert numbers(values, "x").tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "values",
    [
        DATES,
        DATES.to_numpy(),
        DATES - DATES[0],
        np.array([1 + 2j, 1]),
        ["1", "2"],
        ["Ma Aye Aye", 2],
        np.array(["a", "b"]),
        np.array(["1", "2"], dtype=object),
        [1, "2", None],
        pd.Series(["1", "2"]),
        pd.Series(["1", 2], dtype=object),
        pd.Series(["1", "2"], dtype="string"),
        pd.Series(["1", "2"], dtype="category"),
        [datetime.date(2025, 1, 1)],
    ],
)
def test_what_is_no_number_is_told_without_showing_it(values):
    for checked in (numbers, columns):
        with pytest.raises(Refused, match=r"^“x” holds text, dates or other things") as caught:
            checked(values, "x")
        assert "Ma Aye" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        np.ma.masked_array([1, 2, 3], mask=[0, 1, 0]),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([True, None, False], dtype="boolean"),
        [1, None, 3],
    ],
)
def test_a_missing_number_is_refused_however_it_is_missing(values):
    with pytest.raises(Refused) as caught:
        numbers(values, "x")

    assert caught.value.key == "refuse_not_finite"


def test_a_frame_with_a_date_among_its_columns_is_no_table_of_numbers():
    with pytest.raises(Refused, match=r"^“covariates” holds text, dates"):
        columns(pd.DataFrame({"age": [1, 2, 3], "born": DATES}))


@pytest.mark.parametrize(
    "values", [["a", "b", float("nan")], ["a", None, "b"], pd.Series(["a", None, "b"])]
)
def test_a_person_without_a_cluster_is_refused(values):
    with pytest.raises(Refused) as caught:
        group_codes(values)

    assert caught.value.key == "refuse_not_finite"


def test_a_number_and_its_text_are_two_clusters():
    assert group_codes([1, "1", 1])[0].tolist() == [0, 1, 0]


def test_a_group_that_is_missing_or_a_third_one_is_not_the_first():
    with pytest.raises(Refused):
        two_groups([1, np.nan, 0])
    with pytest.raises(ValueError, match="0 or 1"):
        two_groups([1, 2, 0])
