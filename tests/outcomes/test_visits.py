"""Visits, the people who made them, and how far they are those of a few."""

import numpy as np
import pytest

from evalkit import present
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal


def signed(visits_of):
    """Who came to which activity: each person to the first ones of the list."""
    return [
        {"session_id": f"S{k}", "person_id": f"P{person}", "date": "2024-05-01"}
        for person, visits in enumerate(visits_of)
        for k in range(visits)
    ]


def held(headcounts, **more):
    return [
        {"session_id": f"S{k}", "date": "2024-05-01", "kind": "class", "headcount": n} | more
        for k, n in enumerate(headcounts)
    ]


@pytest.fixture
def drawn(office):
    def make(visits_of, headcounts=None, **more):
        tables = {"people": [{"person_id": "P0", "township": "T", "age_band": "14-17"}]}
        tables |= {"attendance": signed(visits_of)}
        if headcounts is not None:
            tables |= {"sessions": held(headcounts)}
        return reach.draw_visits(office("reach", **(tables | more)))

    return make


def of_dims(found, estimand, dim):
    return {e.dim(dim): e.value for e in found.of(estimand)}


def test_visits_are_told_beside_the_people_who_made_them(drawn):
    # 40 people come once, 20 three times and 40 to all four: 260 visits, beside 12 unnamed.
    visits_of = [1] * 40 + [3] * 20 + [4] * 40
    present_at = [100 + 3, 60 + 4, 60, 40 + 5]
    attended = drawn(visits_of, present_at)

    found = reach.visits(attended)

    assert of_dims(found, "visit_count", "of") == {"named": 260, "unnamed": 10, "all": 270}
    assert [table.shape for table in attended.tables] == ["attendance", "sessions"]
    assert found.one("people_count").value == 100
    assert found.one("visits_each").value == pytest.approx(2.6)
    ends = found.one("people_bounds")
    # The twelve may be among the hundred, or twelve others; told to the nearest five.
    assert (ends.low, ends.high) == (100, 110)
    title = present.visits_table(found, attended).content["en"].title
    assert title == "260 visits were those of 100 people: 2.6 visits each"


def test_more_unnamed_than_the_others_could_be_are_other_people(drawn):
    # 30 people came to each activity; 200 more were at the second.
    attended = drawn([2] * 30, [30, 230])

    ends = reach.visits(attended).one("people_bounds")

    # None of those thirty can be one of the 200: but each may count as one who came once more.
    assert (ends.low, ends.high) == (200, 230)


def test_nobody_may_have_come_more_often_than_is_possible(drawn):
    attended = drawn([2] * 30, [30, 230])

    ends = reach.visits(attended, most_visits=2).one("people_bounds")

    assert (ends.low, ends.high) == (230, 230)


@pytest.mark.parametrize(
    ("headcounts", "fault", "many"),
    [
        ([50] * 12 + [30] * 20, "below", 20),
        ([50] * 12 + [None] * 20, "untold", 20),
    ],
)
def test_activities_that_cannot_be_are_counted(drawn, headcounts, fault, many):
    attended = drawn([32] * 40, headcounts)

    found = reach.visits(attended)

    assert of_dims(found, "visit_fault", "fault") == {fault: many}
    told = found.one("people_bounds")
    if fault == "untold":
        assert told.low is None and told.reason.code == "headcounts_untold"
        assert set(of_dims(found, "visit_count", "of")) == {"named"}
        assert "cannot be bounded" in present.visits_table(found, attended).content["en"].note
    else:
        # Fewer counted than signed in: nobody is known to have come unnamed there.
        assert (told.low, told.high) == (40, 160)


def test_visits_to_activities_that_no_list_has_are_named(drawn):
    attended = drawn([3] * 40, [40])

    found = reach.visits(attended)

    assert of_dims(found, "visit_fault", "fault") == {"strangers": 80}
    # The same activity under two numbers would be counted by its list and by who signed in.
    assert of_dims(found, "visit_count", "of") == {"named": 120}
    assert found.one("people_bounds").reason.code == "sessions_unmatched"


@pytest.mark.parametrize(("strangers", "known"), [(20, True), (25, False)])
def test_a_twentieth_of_the_visits_may_be_to_activities_that_no_list_has(drawn, strangers, known):
    # 400 visits in all, the last of them to a second activity.
    attended = drawn([2] * strangers + [1] * (400 - 2 * strangers), [400 - strangers])

    assert (reach.visits(attended).one("people_bounds").low is not None) is known


def test_an_activity_that_nobody_signed_in_to_has_all_its_people_unnamed(drawn):
    attended = drawn([1] * 40, [40, 60])

    found = reach.visits(attended)

    assert found.one("visit_count", of="unnamed").value == 60
    assert (found.one("people_bounds").low, found.one("people_bounds").high) == (60, 100)


def test_without_a_list_of_activities_nothing_is_said_of_the_unnamed(drawn):
    found = reach.visits(drawn([1] * 40 + [2] * 30))

    assert of_dims(found, "visit_count", "of") == {"named": 100}
    assert found.one("people_bounds").reason.code == "no_sessions"
    assert found.of("visit_fault") == []


def test_an_area_without_lists_of_who_came_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_visits(office("reach", people=[person]))

    assert isinstance(refused, Refusal)
    found = reach.visits(refused)
    shown = present.visits_table(found, refused)
    assert shown.content["en"].frame == "absent"
    spread = reach.concentration(refused, (0.1,), 0.95)
    assert present.lorenz_figure(spread, refused).content["en"].frame == "absent"


def spread_of(visits_of, share):
    """The share of the visits of the most frequent, by hand."""
    visits = np.sort(np.array(visits_of))[::-1]
    return visits[: round(share * len(visits))].sum() / visits.sum()


def test_the_visits_of_a_few_are_told(drawn):
    visits_of = [30] * 20 + [5] * 60 + [1] * 120
    attended = drawn(visits_of)

    found = reach.concentration(attended, (0.1, 0.4), 0.95)

    tops = of_dims(found, "top_visits", "top")
    assert tops["0.1"] == pytest.approx(spread_of(visits_of, 0.1), abs=0.001)
    assert tops["0.4"] == pytest.approx(spread_of(visits_of, 0.4), abs=0.001)
    curve = of_dims(found, "lorenz", "people")
    assert curve["0.9"] == pytest.approx(1 - spread_of(visits_of, 0.1), abs=0.001)
    assert curve["0.5"] == pytest.approx(100 / 1020, abs=0.001)
    ordered = np.sort(np.array(visits_of))
    ranks = np.arange(1, 201)
    gini = 2 * (ranks * ordered).sum() / (200 * ordered.sum()) - 201 / 200
    index = found.one("visits_gini")
    assert index.value == pytest.approx(gini, abs=0.01) and index.low < index.value < index.high
    shown = present.lorenz_figure(found, attended).content["en"]
    assert shown.title == "The top 10% of the people made 58.8% of the visits"
    assert "Gini coefficient 0.63" in shown.note and "top 40% of the people" in shown.alt


def test_a_top_of_too_few_people_is_not_told(drawn):
    attended = drawn([30] * 20 + [1] * 180)

    found = reach.concentration(attended, (0.01, 0.1), 0.95)

    first, second = found.of("top_visits")
    assert first.value is None and first.reason is not None
    assert second.value == pytest.approx(600 / 780, abs=0.001)
    # The title tells the first that may be told.
    assert "top 10%" in present.lorenz_figure(found, attended).content["en"].title


def test_too_few_people_have_no_curve(drawn):
    attended = drawn([1, 2, 3] * 4)

    assert isinstance(reach.concentration(attended, (0.1,), 0.95), Refusal)
