"""Whether activities were staffed by the rule, and of which that is not known."""

import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal


def activity(i, month=1):
    return {"session_id": f"S{i}", "date": f"2024-{month:02d}-15", "kind": "class", "headcount": 9}


def duty(i, *roles, present=True):
    return [{"session_id": f"S{i}", "person_id": f"{role}{k}", "role": role, "planned": True,
             "present": present} for k, role in enumerate(roles)]  # fmt: skip


FULL = ("social_worker", "volunteer", "volunteer")


@pytest.fixture
def drawn(office):
    def make(sessions, roster):
        person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
        return reach.draw_staffing(
            office("reach", people=[person], sessions=sessions, roster=roster)
        )

    return make


def told(held, **changes):
    return reach.staffing(held, **{"workers": 1, "helpers": 2} | changes)


def test_activities_with_enough_of_both_keep_the_rule(drawn):
    roster = [row for i in range(6) for row in duty(i, *FULL)]
    roster += duty(6, "social_worker", "volunteer") + duty(7, "volunteer", "volunteer")
    # Planned and absent is not there; an expert is neither.
    roster += duty(8, *FULL, present=False) + duty(9, "social_worker", "expert", "expert")
    held = drawn([activity(i) for i in range(10)], roster)

    assert told(held).one("staffed_share").value == pytest.approx(0.6)
    assert told(held, helpers=1).one("staffed_share").value == pytest.approx(0.7)
    assert told(held, workers=0).one("staffed_share").value == pytest.approx(0.7)
    assert told(held, workers=0, helpers=0).one("staffed_share").value == 1.0
    assert told(held).one("staffed_share").population.text["en"] == "10 activities"


def test_months_stand_in_their_order_where_five_activities_were_held(drawn):
    sessions, roster = [], []
    for month, many, kept in ((2, 5, 4), (1, 8, 4), (3, 4, 4)):
        for _ in range(many):
            i = len(sessions)
            sessions.append(activity(i, month))
            roster += duty(i, *(FULL if kept > 0 else ("volunteer",)))
            kept -= 1
    held = drawn(sessions, roster)

    found = told(held)

    months = {e.dim("month"): e.value for e in found.of("staffed_month")}
    assert list(months) == ["2024-01", "2024-02"]
    assert months == pytest.approx({"2024-01": 0.5, "2024-02": 0.8})
    shown = present.staffing_figure(found, held).content["en"]
    assert shown.title == (
        "In 70.6% of 17 activities social workers (at least 1) and volunteers (at least 2) "
        "were there"
    )
    assert "2024-01 50.0%" in shown.alt and "2024-02 80.0%" in shown.alt


def test_what_is_not_known_of_somebody_is_not_known_of_the_activity(drawn):
    roster = [row for i in range(6) for row in duty(i, *FULL)]
    roster[4]["present"] = None
    held = drawn([activity(i) for i in range(9)], roster)

    found = told(held)

    # One without an entry on presence, three without anybody on a list.
    assert found.one("staffed_unknown").value == 4
    assert found.one("staffed_share").value == 1.0
    assert found.one("staffed_share").population.text["en"] == "5 activities"


def test_one_month_alone_is_a_sentence(drawn):
    held = drawn([activity(i) for i in range(6)], [r for i in range(6) for r in duty(i, *FULL)])

    assert "kept in 100.0% of 6 activities" in present.staffing_figure(told(held), held).text["en"]


def test_where_it_is_known_of_none_nothing_is_told(drawn):
    held = drawn([activity(0)], duty(5, *FULL))

    refused = told(held)
    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "roster_unmatched"
    assert "Of no activity" in present.staffing_figure(refused, held).text["en"]


def test_an_area_without_a_duty_list_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_staffing(office("reach", people=[person], sessions=[activity(0)]))

    assert refused.estimate.reason.code == "no_roster"
    shown = present.staffing_figure(told(refused), refused)
    assert shown.content["en"].frame == "absent"


@pytest.mark.parametrize("wrong", [{"workers": -1}, {"helpers": -2}])
def test_fewer_than_nobody_is_no_rule(drawn, wrong):
    held = drawn([activity(0)], duty(0, *FULL))

    with pytest.raises(UsageError, match=next(iter(wrong))):
        told(held, **wrong)
