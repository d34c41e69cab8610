"""Volunteers who registered, who are active, and whose the hours are."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal


def registered(n=400):
    return [{"person_id": f"V{i}", "joined_at": "2020-01-01", "team_id": "T1"} for i in range(n)]


def given(person, hours, date="2025-05-01", k=0):
    return {"record_id": f"S{person}-{date}-{k}", "person_id": person, "date": date,
            "hours": hours, "project_id": "X1"}  # fmt: skip


def worked(hours_of, **more):
    return [given(f"V{i}", hours, **more) for i, hours in enumerate(hours_of)]


@pytest.fixture
def drawn(office):
    def make(register, hours, days=365):
        person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
        report = office("reach", people=[person], volunteers=register, hours=hours)
        return reach.draw_volunteers(report, days)

    return make


def told(counted, top=(0.2,)):
    return reach.volunteers(counted, top, 0.95)


def counts(found):
    return {e.dim("who"): e.value for e in found.of("volunteer_count")}


def test_active_is_who_gave_an_hour_in_the_days_that_count(drawn):
    # 100 came in the last year, the last on 1 May 2025; 60 others only before.
    rows = worked([2.0] * 100) + [given(f"V{i}", 3.0, "2024-04-30") for i in range(100, 160)]
    counted = drawn(registered(), rows)

    found = told(counted)

    assert counts(found) == {"registered": 400, "ever": 160, "active": 100}
    assert found.one("volunteer_active").value == pytest.approx(0.25)
    assert found.one("hours_each").value == pytest.approx(2.0)
    table = present.volunteers_table(found, counted).content["en"]
    assert table.title == "Of 400 registered volunteers 25.0% are active"
    assert "in the 365 days up to 2025-05-01" in table.note
    # Hours to a tenth, as people say them.
    assert "2.0" in [cell.text for row in table.rows for cell in row.cells]


@pytest.mark.parametrize(("days", "active"), [(366, 60), (367, 160), (1, 60)])
def test_the_first_day_of_the_time_is_in_it(drawn, days, active):
    rows = worked([2.0] * 60) + [given(f"V{i}", 3.0, "2024-04-30") for i in range(60, 160)]

    # From 30 April 2024 to 1 May 2025 are 367 days, both counted.
    assert counts(told(drawn(registered(), rows, days)))["active"] == active


def test_hours_of_people_who_are_not_registered_are_theirs_alone(drawn):
    rows = worked([2.0] * 100) + [given(f"Z{i}", 9.0, "2023-01-01") for i in range(20)]

    found = told(drawn(registered(), rows))

    assert counts(found) == {"registered": 400, "ever": 100, "active": 100, "strangers": 20}
    assert found.one("hours_each").value == pytest.approx(2.0)


@pytest.mark.parametrize(("strangers", "linked"), [(20, True), (21, False), (400, False)])
def test_hours_under_other_numbers_make_nobody_inactive(drawn, strangers, linked):
    # One in twenty of 400 who gave hours may be missing in the register.
    rows = worked([2.0] * (400 - strangers)) + [given(f"Z{i}", 9.0) for i in range(strangers)]
    counted = drawn(registered(), rows)

    found = told(counted)

    assert (found.one("volunteer_active").value is not None) is linked
    assert bool(found.of("hours_each")) is linked
    assert ("active" in counts(found)) is linked
    if not linked:
        table = present.volunteers_table(found, counted).content["en"]
        assert "who is active cannot be told" in table.note
        assert table.title == "Volunteers who registered, and who came"


def test_entries_of_one_person_are_added_up_and_none_of_nothing_makes_active(drawn):
    rows = worked([1.5] * 100) + worked([0.5] * 100, k=1)
    rows += [given(f"V{i}", 0.0) for i in range(200, 300)]

    found = told(drawn(registered(), rows))

    assert counts(found)["active"] == counts(found)["ever"] == 100
    assert found.one("hours_each").value == pytest.approx(2.0)


def test_hours_of_a_few_are_told(drawn):
    hours = [20.0] * 20 + [10.0] * 40 + [1.0] * 140
    counted = drawn(registered(), worked(hours))

    found = told(counted, (0.01, 0.1, 0.3))

    ordered = np.sort(hours)[::-1]
    few, tenth, third = found.of("top_hours")
    assert few.value is None and few.reason is not None
    assert tenth.value == pytest.approx(ordered[:20].sum() / ordered.sum(), abs=0.001)
    assert third.value == pytest.approx(ordered[:60].sum() / ordered.sum(), abs=0.001)
    ranks = np.arange(1, 201)
    gini = 2 * (ranks * ordered[::-1]).sum() / (200 * ordered.sum()) - 201 / 200
    assert found.one("hours_gini").value == pytest.approx(gini, abs=0.011)
    said = str(present.volunteers_table(found, counted).content["en"])
    assert "top 10% of the active" in said


def test_where_nobody_came_lately_only_that_is_told(drawn):
    rows = [given(f"V{i}", 2.0, "2020-01-01") for i in range(100)]
    rows.append(given("V0", 0.0, "2025-05-01"))

    found = told(drawn(registered(), rows))

    assert counts(found)["active"] == 0 and found.of("hours_each") == []
    assert found.one("volunteer_active").value == 0.0


def test_an_area_without_them_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_volunteers(office("reach", people=[person], volunteers=registered()))

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "no_volunteers"
    shown = present.volunteers_table(told(refused), refused)
    assert shown.content["en"].frame == "absent"


def test_no_days_are_no_time(drawn):
    with pytest.raises(UsageError, match="days"):
        drawn(registered(), worked([1.0] * 20), days=0)
