"""Which rows a condition chooses, and what a table still lets through."""

import re
from functools import partial
from tokenize import TokenError

import pandas as pd
import pytest
from tests.helpers import PERSON, read_content, table_refusal

from evalkit.errors import DataError
from evalkit.table import definitions, select
from evalkit.words import sentence

COLUMNS = "age, group, score"
HEADER = "arm,arrest,days,age\n"


@pytest.fixture
def refusal(tmp_path):
    """What a reader is told in both languages, without the file's path and the person."""
    return partial(table_refusal, tmp_path)


@pytest.fixture
def frame():
    """Three people; the second has no score."""
    return pd.DataFrame(
        {
            "age": [13, 15, 17],
            "group": pd.Series(["aid", "no_aid", "aid"], dtype="str"),
            "score": [1.5, None, 2.5],
        }
    )


CHOSEN = [
    ("", [True, True, True]),
    ("age >= 15", [False, True, True]),
    ("14 <= age < 17", [False, True, False]),
    ("group == 'aid'", [True, False, True]),
    ('group == "aid" and age > 14', [False, False, True]),
    ("age == 13 or age == 17", [True, False, True]),
    ("not (age > 14)", [True, False, False]),
    ("group in ['no_aid']", [False, True, False]),
    ("score > 1", [True, False, True]),
    ("age > 99", [False, False, False]),
]


@pytest.mark.parametrize(("condition", "rows"), CHOSEN)
def test_a_condition_chooses_the_rows_that_meet_it(condition, rows, frame):
    chosen = select(frame, condition, "study.toml")

    assert chosen.tolist() == rows
    assert chosen.index.equals(frame.index)


REFUSED = [
    "age",
    "age + 1",
    "1 < 2",
    "age >",
    "school == 1",
    "age > limit",
    "age > 'old'",
    "x = age > 3",
    "age.nope > 3",
    "[x for x in age]",
    "@frame.age > 3",
    "@pd.DataFrame(1) == 1",
    "age > @__builtins__",
    "__import__('os').getcwd() == ''",
    "open('x') == 1",
    "age.__class__",
]


@pytest.mark.parametrize("condition", REFUSED)
def test_a_condition_that_names_no_columns_is_refused_with_those_there_are(condition, frame):
    with pytest.raises(DataError) as caught:
        select(frame, condition, "study.toml")

    assert sentence(caught.value, "en") == (
        f'study.toml: the condition "{condition}" cannot be read, or names no column. '
        f"Columns: {COLUMNS}."
    )
    assert sentence(caught.value, "zh") == (
        f"study.toml：条件“{condition}”读不懂，或其中的列不存在。现有列：age、group、score。"
    )


def test_a_condition_changes_nothing_in_the_table(frame):
    before = frame.copy()

    select(frame, "age >= 15", "study.toml")

    assert frame.equals(before)


def test_definitions_are_the_columns_with_a_time():
    assert definitions(["group", "rearrest", "rearrest_time", "arrest_time"]) == [
        "arrest", "rearrest",
    ]  # fmt: skip


# Defects from here on.


@pytest.mark.xfail(
    reason="defect: Python's own error",
    raises=(TokenError, NotImplementedError, ZeroDivisionError, re.error),
)
@pytest.mark.parametrize(
    "condition", ["age > (", "age if 1 else 2", "lambda: 1", "age > 1/0", "group.str.match('(')"]
)
def test_these_conditions_are_refused_too(condition, frame):
    with pytest.raises(DataError):
        select(frame, condition, "study.toml")


@pytest.mark.xfail(reason="defect: methods of a column are called", raises=AssertionError)
def test_a_condition_writes_no_file(frame, tmp_path):
    with pytest.raises(DataError):
        select(frame, f"age.to_csv('{tmp_path}/people.csv')", "study.toml")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.xfail(reason="defect: the first row is taken for a header", raises=AssertionError)
def test_a_table_without_a_header_tells_nothing_of_its_first_person(refusal):
    en, _ = refusal(f"{PERSON},1,20\n{PERSON},0,365\n")

    assert en.startswith("missing column arm, arrest, days.")


# pandas only warns; the project's pytest makes that warning an error.
@pytest.mark.xfail(
    reason="defect: the extra cell is dropped", raises=(pytest.fail.Exception, Warning)
)
def test_a_first_row_with_too_many_cells_is_refused(refusal):
    en, _ = refusal(HEADER + "aid,1,20,17,9\nno_aid,0,365,15\n")

    assert en.startswith("cannot be read as a table.")


@pytest.mark.xfail(reason="defect: the first of them is taken", raises=pytest.fail.Exception)
def test_a_column_that_stands_there_twice_is_refused(refusal):
    en, _ = refusal("arm,arm,arrest,days\naid,no_aid,1,20\n")

    assert "arm" in en


@pytest.mark.xfail(reason="defect: it becomes -9223372036854775808", raises=pytest.fail.Exception)
@pytest.mark.parametrize("count", ["99999999999999999999", "1e30"])
def test_a_count_beyond_every_population_is_refused(count, refusal):
    en, _ = refusal(f"answer,count\ngood,{count}\n", "survey_counts", columns={})

    assert en.startswith("column count: 1 cells")


@pytest.mark.xfail(reason="defect: rows are counted, not lines", raises=AssertionError)
@pytest.mark.parametrize("before", ["\n\n", 'aid,1,20,"1\n7"\n'])
def test_the_line_that_is_named_is_the_line_of_the_file(before, refusal):
    content = HEADER + before + "aid,5,20,17\n"
    line = content.splitlines().index("aid,5,20,17") + 1

    en, _ = refusal(content, status="public")

    assert f"the first in line {line}." in en


@pytest.mark.xfail(reason="defect: a table of no events passes", raises=pytest.fail.Exception)
def test_a_follow_up_table_without_a_definition_is_refused(refusal):
    en, _ = refusal(HEADER + "aid,1,20,17\n", columns={"group": "arm"})

    assert "_time" in en


@pytest.mark.xfail(
    reason="defect: ids that no shape promises become numbers", raises=AssertionError
)
def test_an_id_outside_the_shape_stays_text(tmp_path):
    content = "reached,exposure,cluster,person\n1,1,a,0012\n"
    known = {"reached": "reached", "exposure": "exposure", "cluster": "cluster", "person": "person"}

    table = read_content(tmp_path, content, "uptake", columns=known)

    assert table.frame["person"].tolist() == ["0012"]
