"""Which rows a condition chooses, and that it can do nothing else."""

import pandas as pd
import pytest

from evalkit.condition import select
from evalkit.errors import DataError
from evalkit.words import sentence

COLUMNS = "age, group, score"


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
    ("age > -1", [True, True, True]),
    ("age not in [13, 15]", [False, False, True]),
    ("not group == 'aid'", [False, True, False]),
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
    "age > (",
    "age if 1 else 2",
    "lambda: 1",
    "age > 1/0",
    "group.str.match('(')",
    "age > 1 + 1",
    "age * 2 > 3",
    "abs(age) > 3",
    "age[0] > 3",
    "(x := age) > 3",
    "group > f'{age}'",
    "True",
    "not age",
    "\0",
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


def test_a_condition_writes_no_file(frame, tmp_path):
    with pytest.raises(DataError):
        select(frame, f"age.to_csv('{tmp_path}/people.csv')", "study.toml")

    assert list(tmp_path.iterdir()) == []
