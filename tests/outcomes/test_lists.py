"""How many people there are beside those on two lists."""

import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.estimators.capture_recapture import chapman, dependent_lists
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

from .test_reach_gates import people


def lists(office, both, first, second, nameless=0):
    """So many on both lists, and on the first and the second alone; some come twice."""
    came = [f"p{i}" for i in range(both + first)]
    asked = [f"p{i}" for i in (*range(both), *range(both + first, both + first + second))]
    rows = [
        {"session_id": f"s{k}", "person_id": p, "date": "2024-05-01"}
        for p in came for k in range(1 + (p in came[:20]))
    ]  # fmt: skip
    raised = [
        {"need_id": f"n{i}", "person_id": p, "raised_at": "2024-05-01", "category": "tutoring"}
        for i, p in enumerate([*asked, *asked[:5], *[None] * nameless])
    ]  # fmt: skip
    return office("reach", people=people(1, 5), attendance=rows, needs=raised)


def test_people_of_two_lists_are_those_of_the_estimator(office):
    drawn = reach.draw_lists(lists(office, 60, 240, 140), ("attendance", "needs"))

    found = reach.two_lists(drawn, odds_ratio=(0.5, 2), level=0.9)

    # However often each of them is on a list.
    assert {e.dim("list"): e.value for e in found.of("on_lists")} == {
        "first": 300, "second": 200, "both": 60, "either": 440,
    }  # fmt: skip
    point = chapman(300, 200, 60, level=0.9)
    e = found.one("listed_people")
    assert (e.value, e.low, e.high) == pytest.approx((point.value, point.low, point.high), abs=5)
    assert {e.value % 10, e.low % 10, e.high % 10} == {0}
    other = dependent_lists(300, 200, 60, odds_ratio=(0.5, 2), level=0.9)
    rows = found.of("dependent_people")
    assert [e.value for e in rows] == pytest.approx([*other.value], abs=5)
    assert [e.dim("odds_ratio") for e in rows] == ["0.5", "2"]
    table = present.lists_table(found, drawn).content["en"]
    assert table.title.startswith("About 9") and "if the two lists are independent" in table.title
    assert "which two lists cannot show" in table.note and "cannot be matched" not in table.note


def test_rows_without_a_number_are_matched_to_nobody_and_said(office):
    drawn = reach.draw_lists(lists(office, 60, 240, 140, nameless=7), ("attendance", "needs"))

    found = reach.two_lists(drawn, odds_ratio=(2,), level=0.95)

    assert found.one("on_lists", list="second").value == 200
    assert drawn.nameless == 7
    assert "cannot be matched: 7" in present.lists_table(found, drawn).content["en"].note


def test_the_order_of_the_lists_is_theirs(office):
    drawn = reach.draw_lists(lists(office, 60, 240, 140), ("needs", "attendance"))

    assert (drawn.on(True, False), drawn.on(False, True)) == (140, 240)
    assert [name.code for name in drawn.names] == ["needs", "attendance"]


@pytest.mark.parametrize(("both", "stands"), [(7, True), (6, False)])
def test_fewer_than_seven_on_both_say_nothing(office, both, stands):
    drawn = reach.draw_lists(lists(office, both, 100, 100), ("attendance", "needs"))

    found = reach.two_lists(drawn, odds_ratio=(2,), level=0.95)

    assert isinstance(found, Refusal) != stands


def test_a_list_that_was_not_handed_in_is_no_list(office):
    report = office("reach", people=people(1, 5))

    drawn = reach.draw_lists(report, ("attendance", "needs"))

    found = reach.two_lists(drawn, odds_ratio=(2,), level=0.95)
    assert isinstance(found, Refusal) and found.estimate.reason.code == "no_lists"
    assert present.lists_table(found, drawn).content["en"].frame == "absent"


@pytest.mark.parametrize("wrong", [("needs", "needs"), ("needs",), ("needs", "hours")])
def test_two_different_lists_of_those_served_are_asked_for(office, wrong):
    report = office("reach", people=people(1, 5))

    with pytest.raises(UsageError):
        reach.draw_lists(report, wrong)
