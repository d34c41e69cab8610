"""Who counts: every row is kept, or left out once by the first rule it fails."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.cohort import Rule, Step, count_flow, draw
from evalkit.table import FrameRows, Table, holds, read_condition
from evalkit.words import Term

RULES = st.lists(st.lists(st.booleans(), min_size=6, max_size=6), max_size=4)


def a_table(rows):
    frame = pd.DataFrame({"person": range(rows)})
    return Table(
        "cases",
        "follow_up",
        FrameRows(frame),
        "0" * 64,
        "public",
        Term("cases", {}),
        "facts",
        "day",
    )


def a_rule(code, keep):
    return Rule(code, pd.Series(keep, dtype=bool))


def test_without_a_rule_everybody_counts():
    cohort = draw(a_table(3), [])

    assert cohort.n == 3
    assert cohort.flow == (Step("all", 0, 3),)


def test_the_first_rule_that_a_row_fails_counts_it_as_left_out():
    known, in_group = a_rule("known", [1, 0, 0, 1]), a_rule("in_group", [1, 0, 1, 0])

    cohort = draw(a_table(4), [known, in_group])
    other = draw(a_table(4), [in_group, known])

    assert cohort.flow == (Step("all", 0, 4), Step("known", 2, 2), Step("in_group", 1, 1))
    assert other.flow == (Step("all", 0, 4), Step("in_group", 2, 2), Step("known", 1, 1))
    assert cohort.frame["person"].tolist() == other.frame["person"].tolist() == [0]


@LAW
@given(RULES)
def test_the_flow_adds_up(rules):
    cohort = draw(a_table(6), [a_rule(f"rule {i}", keep) for i, keep in enumerate(rules)])

    for before, after in zip(cohort.flow, cohort.flow[1:], strict=False):
        assert before.kept == after.kept + after.left_out
    assert cohort.flow[-1].kept == cohort.n == len(cohort.frame)
    assert cohort.n + sum(step.left_out for step in cohort.flow) == 6
    assert [step.code for step in cohort.flow[1:]] == [f"rule {i}" for i in range(len(rules))]


@LAW
@given(RULES)
def test_those_who_count_pass_every_rule_whatever_the_order(rules):
    wanted = [row for row in range(6) if all(keep[row] for keep in rules)]

    cohort = draw(a_table(6), [a_rule("rule", keep) for keep in rules])
    turned = draw(a_table(6), [a_rule("rule", keep) for keep in reversed(rules)])

    assert cohort.frame["person"].tolist() == turned.frame["person"].tolist() == wanted


def test_a_cohort_may_be_empty():
    cohort = draw(a_table(2), [a_rule("known", [False, False])])

    assert cohort.n == 0
    assert cohort.flow[-1] == Step("known", 2, 0)
    assert cohort.frame.columns.tolist() == ["person"]


def test_drawing_leaves_the_table_as_it_was():
    table = a_table(3)

    cohort = draw(table, [a_rule("known", [0, 1, 1])])

    assert table.frame["person"].tolist() == [0, 1, 2]
    assert cohort.table is table
    assert cohort.frame.index.tolist() == [0, 1]


@LAW
@given(RULES, st.lists(st.sampled_from([1, 2, None]), min_size=6, max_size=6))
def test_the_flow_is_the_same_where_the_data_are(rules, ages):
    frame = pd.DataFrame({f"rule_{i}": keep for i, keep in enumerate(rules)})
    table = a_table(6).with_frame(frame.reindex(range(6)).assign(age=pd.array(ages, dtype="Int64")))
    asked = [Rule(name, holds(name)) for name in frame]
    inside = read_condition("not (age == 1)", table.frame, "study.toml")
    asked += [Rule("subset_known", inside.known()), Rule("in_subset", inside)]

    assert count_flow(table.expression(), asked) == draw(table, asked).flow


def test_a_mask_cannot_be_counted_where_the_data_are():
    table = a_table(2)

    with pytest.raises(TypeError, match="the rule known is a mask of a frame"):
        count_flow(table.expression(), [a_rule("known", [0, 1])])
