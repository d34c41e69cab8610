"""A condition is the same as a mask of a frame and as an expression of a database."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.table import FrameRows, ask, holds, one_of, read_condition
from evalkit.table import given as has

ROWS = 4
DAYS = ["2024-02-28", "2024-02-29", "2024-03-01"]
WORDS = ["aid", "no_aid", "援助", "O'Neil", "a\\b%"]
NUMBERS = [-1, 0, 1, 2, 15]
FLOATS = [-0.5, 0.0, 0.1, 1.0, 2.5, 1e300]


def column(values, make):
    cells = st.lists(st.sampled_from([*values, None]), min_size=ROWS, max_size=ROWS)
    return cells.map(make)


FRAMES = st.fixed_dictionaries(
    {
        # As offices' tables have them, and as linked ones do.
        "age": column(NUMBERS, lambda cells: pd.array(cells, dtype="Int64")),
        "count": st.lists(st.sampled_from(NUMBERS), min_size=ROWS, max_size=ROWS),
        "score": column(FLOATS, lambda cells: pd.Series(cells, dtype=float)),
        "group": column(WORDS, lambda cells: pd.Series(cells, dtype="str")),
        "place": column([*WORDS, ""], lambda cells: pd.Series(cells, dtype=object)),
        "kind": column(WORDS, pd.Categorical),
        "met": column([True, False], lambda cells: pd.array(cells, dtype="boolean")),
        "there": st.lists(st.booleans(), min_size=ROWS, max_size=ROWS),
        "since": column(DAYS, pd.to_datetime),
        "until": column(DAYS, pd.to_datetime),
    }
).map(pd.DataFrame)

EQUAL = ["==", "!="]
SIGNS = ["<", "<=", ">", ">=", *EQUAL]
KINDS = [
    (["age", "count", "score", "-age", "-score"], [*NUMBERS, *FLOATS, 2**53, -(2**53)]),
    (["group", "place", "kind"], [*WORDS, ""]),
    (["since", "until"], [*DAYS, "2024-02-29 12:00"]),
    (["met", "there"], [True, False]),
    (["met", "there", "age"], [0, 1, True]),
]


def literal(value):
    return repr(value)


@st.composite
def comparisons(draw):
    columns, values = draw(st.sampled_from(KINDS))
    # Words stand in no order.
    signs = st.sampled_from(EQUAL if "group" in columns else SIGNS)
    names, constants = st.sampled_from(columns), st.sampled_from(values).map(literal)
    form = draw(st.integers(0, 4))
    if form == 0:
        return f"{draw(names)} {draw(signs)} {draw(names)}"
    if form == 1:
        some = draw(st.lists(constants, min_size=1, max_size=3))
        return f"{draw(names)} {draw(st.sampled_from(['in', 'not in']))} [{', '.join(some)}]"
    if form == 2:
        return f"{draw(constants)} {draw(signs)} {draw(names)} {draw(signs)} {draw(constants)}"
    if form == 3:
        return draw(st.sampled_from(["met", "there"]))
    return f"{draw(names)} {draw(signs)} {draw(constants)}"


CONDITIONS = st.recursive(
    comparisons(),
    lambda part: st.one_of(
        part.map(lambda text: f"not ({text})"),
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
    ),
    max_leaves=5,
)


def in_database(frame, condition):
    """Whether each row is chosen, and whether that is known, as the database says."""
    rows = FrameRows(frame.assign(place_in_file=range(len(frame)))).expression()
    asked = rows.select(
        rows.place_in_file,
        truth=condition.expression(rows),
        known=condition.known().expression(rows),
    )
    found = ask(asked).sort_values("place_in_file")
    truth = [None if pd.isna(value) else bool(value) for value in found["truth"]]
    return truth, found["known"].tolist()


def in_memory(frame, condition):
    """The same, as the masks say."""
    chosen, known = condition.mask(frame), condition.known().mask(frame)
    truth = [bool(c) if k else None for c, k in zip(chosen, known, strict=True)]
    return truth, known.tolist()


@LAW
@given(FRAMES, CONDITIONS)
def test_a_mask_and_an_expression_choose_the_same_rows(frame, text):
    condition = read_condition(text, frame, "study.toml")

    assert in_memory(frame, condition) == in_database(frame, condition)


@LAW
@given(FRAMES, CONDITIONS)
def test_a_condition_reads_the_same_of_a_frame_and_of_an_expression(frame, text):
    rows = FrameRows(frame).expression()

    assert read_condition(text, frame, "a") == read_condition(text, rows, "a")


@LAW
@given(FRAMES, CONDITIONS)
def test_each_row_is_chosen_or_its_opposite_is_or_neither_is_known(frame, text):
    condition = read_condition(text, frame, "study.toml")
    other = read_condition(f"not ({text})", frame, "study.toml")

    chosen, turned = condition.mask(frame), other.mask(frame)
    assert not (chosen & turned).any()
    assert ((chosen | turned) == condition.known().mask(frame)).all()


@LAW
@given(FRAMES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_conditions_without_a_text_are_the_same_in_both(frame, words):
    made = [has(name) for name in frame] + [holds("met"), holds("there"), one_of("place", words)]

    for condition in made:
        assert in_memory(frame, condition) == in_database(frame, condition), condition


def test_the_columns_keep_their_kinds_where_everything_is_missing():
    frame = pd.DataFrame({"word": pd.Series([None, None], dtype=object), "n": [1.0, None]})
    condition = read_condition("word == 'a' or n == 1", frame, "study.toml")

    assert (
        in_memory(frame, condition)
        == in_database(frame, condition)
        == (
            [True, None],
            [True, False],
        )
    )


@pytest.mark.parametrize("text", ["since < '2024-02-29'", "since == '2024-02-28 00:00:00'"])
def test_a_word_beside_a_date_is_a_date(text):
    frame = pd.DataFrame({"since": [dt.datetime(2024, 2, 28), dt.datetime(2024, 2, 29)]})
    condition = read_condition(text, frame, "study.toml")

    assert condition.mask(frame).tolist() == [True, False]
    assert in_database(frame, condition)[0] == [True, False]
