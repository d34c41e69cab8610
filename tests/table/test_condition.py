"""Which rows a condition chooses, and that it can do nothing else."""

import pandas as pd
import pytest

from evalkit.errors import DataError
from evalkit.table import read_condition
from evalkit.words import sentence

COLUMNS = "age, group, score"


def select(frame, condition, where):
    return read_condition(condition, frame, where).mask(frame)


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


UNLIKE = [
    ("age > 'old'", "age"),
    ("age == '13'", "age"),
    ("group == 1", "group"),
    ("group in ['aid', 1]", "group"),
    ("met == 'yes'", "met"),
    ("since > 2024", "since"),
    ("since > 'May'", "since"),
    ("since > '1/5/2024'", "since"),
    ("since > '2024-02-30'", "since"),
    ("age > group", "age"),
    ("odd == 1", "odd"),
]


@pytest.mark.parametrize(("condition", "column"), UNLIKE)
def test_a_column_beside_what_it_cannot_hold_is_refused_by_name(condition, column, frame):
    more = {
        "met": pd.array([True, False, None], dtype="boolean"),
        "since": pd.to_datetime(["2024-05-01", None, "2024-05-03"]),
        "odd": [1, "a", None],
    }

    with pytest.raises(DataError) as caught:
        select(frame.assign(**more), condition, "study.toml")

    assert sentence(caught.value, "en") == (
        f'study.toml: the condition "{condition}" compares the column {column} with something of '
        "another kind. A number is written as it is (age >= 16), a word in quotes, a date as "
        '"2024-05-31", yes or no as True or False.'
    )
    assert sentence(caught.value, "zh").startswith(f"study.toml：条件“{condition}”拿列 {column} ")


def test_what_is_not_known_is_neither_chosen_nor_its_opposite(frame):
    # The second person has no score.
    for text, known in [
        ("score > 1", [True, False, True]),
        ("score != 1", [True, False, True]),
        ("score > 1 or age == 15", [True, True, True]),
        ("score > 1 and age == 13", [True, True, True]),
        ("score > 1 and age == 15", [True, False, True]),
    ]:
        condition = read_condition(text, frame, "study.toml")
        other = read_condition(f"not ({text})", frame, "study.toml")

        assert condition.known().mask(frame).tolist() == known, text
        assert (condition.mask(frame) | other.mask(frame)).tolist() == known, text


def test_a_condition_says_which_columns_it_names(frame):
    condition = read_condition("score > 1 or not age in [13, 15]", frame, "study.toml")

    assert condition.columns == ("age", "score")


def test_a_condition_shows_its_text_and_no_tree(frame):
    assert repr(read_condition("age > 1", frame, "study.toml")) == "Condition(text='age > 1')"


def test_a_condition_changes_nothing_in_the_table(frame):
    before = frame.copy()

    select(frame, "age >= 15", "study.toml")

    assert frame.equals(before)


def test_a_condition_writes_no_file(frame, tmp_path):
    with pytest.raises(DataError):
        select(frame, f"age.to_csv('{tmp_path}/people.csv')", "study.toml")

    assert list(tmp_path.iterdir()) == []


WORDS = pd.DataFrame({"band": ["6-11", "12-13"], "age": [7, 12]})


@pytest.mark.parametrize(
    "text",
    ['band >= "12"', 'band < "2"', '"12" <= band', 'age > 3 and band > "6-11"', "band < band"],
)
def test_words_have_no_order(text):
    with pytest.raises(DataError, match="order of the words in band"):
        read_condition(text, WORDS, "study.toml")


@pytest.mark.parametrize("text", ["age > 3 # and age < 9", "not " * 900 + "age > 3", "# all"])
def test_a_comment_and_what_nobody_can_read_are_no_condition(text):
    with pytest.raises(DataError, match="cannot be read"):
        read_condition(text, WORDS, "study.toml")


def test_a_sign_within_a_word_is_no_comment():
    assert list(read_condition('band == "#1"', WORDS, "study.toml").mask(WORDS)) == [False, False]
