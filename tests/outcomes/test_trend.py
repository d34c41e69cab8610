"""Visits and new people month by month, with an interval that may always be looked at."""

import calendar

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.estimators.confidence_sequence import rate_sequence
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def days_of(month):
    return [f"2024-{month:02d}-{d:02d}" for d in (2, calendar.monthrange(2024, month)[1] - 1)]


def came(*each, first=1, dated=True):
    """Of each month the people who came, on its second and on its last but one day."""
    return [
        {"session_id": f"S{day}", "person_id": f"P{i}", "date": day if dated else None}
        for month, persons in enumerate(each, start=first)
        for day in days_of(month)
        for i in persons
    ]


# Forty come in January; 20 stay and 20 new ones come; none of March is new; 15 are in April.
MONTHS = (range(40), range(20, 60), range(30, 60), range(45, 75))


@pytest.fixture
def drawn(office):
    def make(rows, status="confidential", lead=0, **more):
        tables = {"people": [PERSON], "attendance": rows} | more
        return reach.draw_trend(office("reach", status=status, **tables), lead)

    return make


def told(held, planned=100.0, level=0.95):
    return reach.trend(held, planned, level)


def by(found, estimand):
    return {e.dim("month"): e.value for e in found.of(estimand)}


def test_a_person_is_new_in_the_month_of_the_first_visit(drawn):
    held = drawn(came(*MONTHS))

    found = told(held)

    names = [f"2024-0{m}" for m in range(1, 5)]
    assert by(found, "month_visits") == dict(zip(names, (80, 80, 60, 60), strict=True))
    assert by(found, "month_people") == dict(zip(names, (40, 40, 30, 30), strict=True))
    assert by(found, "month_new") == dict(zip(names, (40, 20, 0, 15), strict=True))
    assert held.cut == () and found.of("month_undated") == []


def test_the_mean_so_far_is_of_months_of_30_days_and_has_its_sequence(drawn):
    held = drawn(came(*MONTHS))

    found = told(held)

    days = np.array([31, 29, 31, 30]) * 12 / 365.25
    expected = rate_sequence([40, 20, 0, 15], days, planned=100.0, level=0.95)
    rates = found.of("new_rate")
    # Told to a tenth.
    assert [e.value for e in rates] == pytest.approx(expected.value, abs=0.051)
    assert [e.low for e in rates] == pytest.approx(expected.low, abs=0.051)
    assert [e.high for e in rates] == pytest.approx(expected.high, abs=0.051)
    assert rates[-1].value == pytest.approx(75 / (121 * 12 / 365.25), abs=0.051)
    title = present.trend_figure(found, held).content["en"].title
    assert title.startswith(
        "From 2024-01 to 2024-04 there were on average 18.9 new people a month ("
    )


def test_in_the_first_months_of_a_list_nobody_is_told_to_be_new(drawn):
    held = drawn(came(*MONTHS, range(80, 110)), lead=3)

    found = told(held)

    assert list(by(found, "month_new").values()) == [None, None, None, 15, 30]
    assert list(by(found, "month_visits").values()) == [80, 80, 60, 60, 60]
    expected = rate_sequence([15, 30], np.array([30, 31]) * 12 / 365.25, planned=100.0, level=0.95)
    rates = found.of("new_rate")
    assert [e.value for e in rates[3:]] == pytest.approx(expected.value, abs=0.051)
    assert rates[4].low == pytest.approx(expected.low[1], abs=0.051)
    assert rates[0].reason.code == "list_young"
    assert reach.draw_trend(held.report).lead == 3
    shown = present.trend_figure(found, held).content["en"]
    assert shown.title.startswith("From 2024-04 to 2024-05 there were")
    assert "Nobody is counted as new in the first 3 months of the list" in shown.note


def test_a_list_of_no_more_than_its_first_months_has_visits_alone(drawn):
    held = drawn(came(*MONTHS), lead=4)

    found = told(held)

    assert set(by(found, "month_new").values()) == set(by(found, "new_rate").values()) == {None}
    title = present.trend_figure(found, held).content["en"].title
    assert title == "Visits and new people, month by month"


def test_fewer_months_than_none_are_no_lead(drawn):
    with pytest.raises(UsageError, match="lead"):
        drawn(came(*MONTHS), lead=-1)


def test_another_plan_and_level_give_another_interval(drawn):
    held = drawn(came(*MONTHS))

    usual, wide, other = told(held), told(held, level=0.99), told(held, planned=5.0)

    low = [f.of("new_rate")[-1].low for f in (usual, wide, other)]
    assert low[1] < low[0] and low[2] != low[0]
    note = present.trend_figure(wide, held).content["en"].note
    assert "its 99% interval" in note


def test_a_month_of_few_new_people_ends_what_is_told_of_the_mean(drawn):
    months = (range(40), range(20, 60), range(30, 65), range(45, 90))

    found = told(drawn(came(*months)))

    assert by(found, "month_new")["2024-03"] is None
    assert [e.value is None for e in found.of("new_rate")] == [False, False, True, True]
    # Its title is of the last month that is told.
    assert (
        "From 2024-01 to 2024-02"
        in present.trend_figure(found, drawn_of(found)).content["en"].title
    )


def drawn_of(found):
    return reach.draw_trend(found.report, 0)


def test_months_that_the_list_cuts_are_left_out_and_said(drawn):
    rows = [
        *came(*MONTHS[1:], first=2),
        *({"session_id": "a", "person_id": f"Q{i}", "date": "2024-01-20"} for i in range(50)),
        *({"session_id": "b", "person_id": f"R{i}", "date": "2024-05-20"} for i in range(50)),
    ]
    held = drawn(rows)

    found = told(held)

    assert list(by(found, "month_visits")) == ["2024-02", "2024-03", "2024-04"]
    assert held.cut == ("2024-01", "2024-05")
    note = present.trend_figure(found, held).content["en"].note
    assert "does not hold all of them: 2024-01, 2024-05" in note


def test_who_came_in_a_month_that_is_cut_is_not_new_later(drawn):
    rows = came(*MONTHS[1:], first=2)
    rows += [{"session_id": "a", "person_id": f"P{i}", "date": "2024-01-20"} for i in range(20, 40)]

    # Of the forty of February twenty had come in January.
    assert by(told(drawn(rows)), "month_new")["2024-02"] == 20


def test_the_day_of_an_activity_stands_for_that_of_its_visits(drawn):
    rows = came(*MONTHS, dated=False)
    sessions = [
        {"session_id": name, "date": name[1:], "kind": "class", "headcount": 40}
        for name in sorted({row["session_id"] for row in rows})
    ]

    found = told(drawn(rows, sessions=sessions))

    assert list(by(found, "month_new").values()) == [40, 20, 0, 15]


@pytest.mark.parametrize(("many", "known"), [(14, True), (15, False)])
def test_one_visit_in_twenty_may_be_without_a_day(drawn, many, known):
    # 280 visits have one.
    rows = came(*MONTHS)
    rows += [{"session_id": "a", "person_id": f"Z{i}", "date": None} for i in range(many)]
    held = drawn(rows)

    found = told(held)

    assert isinstance(found, Refusal) is not known
    shown = present.trend_figure(found, held)
    if known:
        assert found.one("month_undated").value == 15
        assert "visits without a day: 15" in shown.content["en"].note
    else:
        assert found.estimate.reason.code == "visits_undated"


def test_nineteen_in_twenty_are_enough(drawn):
    rows = came(*MONTHS)
    rows += [{"session_id": "b", "person_id": f"P{i}", "date": "2024-02-15"} for i in range(5)]
    rows += [{"session_id": "a", "person_id": f"Z{i}", "date": None} for i in range(15)]

    assert not isinstance(told(drawn(rows), planned=1.0), Refusal)


def site(i, opened, closed=None):
    return {"site_id": f"Z{i}", "name": "x", "kind": "station", "township": "T",
            "opened_at": opened, "closed_at": closed}  # fmt: skip


def test_sites_that_opened_and_closed_are_marked(drawn):
    sites = [site(1, "2024-02-10"), site(2, "2024-02-28", "2024-04-30"), site(3, "2023-05-01")]
    held = drawn(came(*MONTHS), sites=sites)

    found = told(held)

    marked = {(e.dim("month"), e.dim("change")): e.value for e in found.of("month_change")}
    assert marked == {("2024-02", "opened"): 2, ("2024-04", "closed"): 1}
    note = present.trend_figure(found, held).content["en"].note
    assert "Marked: 2024-02: sites opened, 2, 2024-04: sites closed, 1." in note


def test_one_month_alone_is_a_sentence(drawn):
    held = drawn(came(range(40)))

    found = told(held)

    assert "Fewer than two whole months" in present.trend_figure(found, held).text["en"]
    assert len(present.trend_table(found, held).content["en"].rows) == 1


def test_without_a_whole_month_nothing_is_told(drawn):
    rows = [{"session_id": "a", "person_id": f"P{i}", "date": "2024-01-20"} for i in range(50)]

    assert told(drawn(rows)).estimate.reason.code == "no_whole_month"


def test_where_all_is_withheld_there_is_no_picture(drawn):
    held = drawn(came(range(5), range(5), range(5)))

    # Nobody is new later, and nothing else is of more than five people.
    rows = present.trend_table(told(held), held).content["en"].rows
    assert "withheld" in str(rows)
    assert held.cohort.frame["new"].tolist() == [5, 0, 0]


def test_the_same_comes_out_visit_by_visit(drawn):
    random = np.random.default_rng(6)
    all_days = pd.date_range("2024-01-01", "2024-12-31")
    rows = {
        (f"P{random.integers(0, 300)}", f"{all_days[random.integers(0, 366)]:%Y-%m-%d}")
        for _ in range(900)
    }
    listed = [{"session_id": f"S{day}", "person_id": who, "date": day} for who, day in rows]

    found = told(drawn(listed, status="public"))

    first = {}
    for who, day in sorted(rows, key=lambda row: row[1]):
        first.setdefault(who, day[:7])
    for month in [f"2024-{m:02d}" for m in range(1, 13)]:
        own = [who for who, day in rows if day.startswith(month)]
        assert by(found, "month_visits")[month] == len(own)
        assert by(found, "month_people")[month] == len(set(own))
        assert by(found, "month_new")[month] == sum(at == month for at in first.values())


def test_the_table_of_the_months_is_folded_beneath_its_picture(drawn):
    held = drawn(came(*MONTHS))

    table = present.trend_table(told(held), held).content["en"]

    assert table.folded and len(table.rows) == 4


def test_an_area_without_lists_of_who_came_says_so_once(office):
    refused = reach.draw_trend(office("reach", people=[PERSON]))

    found = told(refused)
    assert isinstance(found, Refusal) and refused.estimate.reason.code == "no_attendance"
    for show in (present.trend_figure, present.trend_table):
        assert show(found, refused).content["en"].frame == "absent"


@pytest.mark.parametrize("planned", [0.5, float("inf")])
def test_fewer_than_one_new_person_is_no_plan(drawn, planned):
    with pytest.raises(UsageError, match="planned"):
        told(drawn(came(*MONTHS)), planned=planned)
