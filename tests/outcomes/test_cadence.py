"""Activities of a kind, held as often as planned or not."""

import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.reach.calendar import whole_months
from evalkit.outcomes.report import Refusal

PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def activity(i, day, kind="class"):
    return {"session_id": f"S{i}", "date": day, "kind": kind, "headcount": 9}


def listed(first="2024-01-02", last="2024-09-29", **trainings):
    """A class on the first and last day and each tenth, and so many trainings in a month."""
    days = [f"{m:%Y-%m}-10" for m in pd.date_range(first, last, freq="MS")]
    rows = [activity(f"c{day}", day) for day in (first, *days, last)]
    for month, many in trainings.items():
        day = f"2024-{month[1:]}-15"
        rows += [activity(f"{month}{k}", day, "training") for k in range(many)]
    return rows


@pytest.fixture
def drawn(office):
    def make(rows, kind="training"):
        return reach.draw_cadence(office("reach", people=[PERSON], sessions=rows), kind)

    return make


# So many others that one of no kind is fewer than one in twenty.
UNTOLD_BESIDE = 30


def months(found):
    return {e.dim("month"): e.value for e in found.of("cadence_month")}


def test_one_more_in_a_quarter_makes_up_for_none_of_another(drawn):
    held = drawn(listed(m01=3, m04=1, m05=1))

    found = reach.cadence(held, per_quarter=2)

    # Two of three, two, and none of three quarters of two.
    met = found.one("cadence_met")
    assert met.value == pytest.approx(4 / 6)
    assert met.population.text["en"] == "4 of 6, whole quarters: 3"
    assert reach.cadence(held, per_quarter=1).one("cadence_met").value == pytest.approx(2 / 3)
    shown = present.cadence_figure(found, held).content["en"]
    assert shown.title == (
        "66.7% of what was planned was held (training of staff or volunteers): "
        "4 of 6, whole quarters: 3"
    )
    assert "2024-01 3" in shown.alt and "2024-02 0" in shown.alt
    assert "a plan that this page sets: 2 in each quarter" in shown.note


def test_each_whole_month_has_its_number_none_included(drawn):
    found = reach.cadence(drawn(listed(m02=2, m07=1)), per_quarter=1)

    assert list(months(found)) == [f"2024-0{m}" for m in range(1, 10)]
    assert months(found)["2024-02"] == 2 and months(found)["2024-07"] == 1
    assert sum(months(found).values()) == 3


def test_a_month_without_any_activity_is_not_known(drawn):
    rows = [row for row in listed(m02=1, m08=1) if not row["date"].startswith("2024-05")]

    found = reach.cadence(drawn(rows), per_quarter=1)

    # A plan that is held to the months with a record would be kept by writing less.
    met = found.one("cadence_met")
    assert met.value is None and met.reason.code == "list_gaps"
    assert "in 1 months" in met.reason.text["en"] and not months(found)


def test_a_quarter_that_the_list_cuts_is_not_held_to_the_plan(drawn):
    found = reach.cadence(drawn(listed(first="2024-02-09", last="2024-09-20", m05=1)), 1)

    assert list(months(found)) == [f"2024-0{m}" for m in range(3, 9)]
    assert found.one("cadence_met").population.text["en"] == "1 of 1, whole quarters: 1"


def test_without_a_whole_quarter_only_months_are_told(drawn):
    held = drawn(listed(last="2024-02-28", m01=2))

    found = reach.cadence(held, 1)

    assert found.one("cadence_met").reason.code == "no_quarter"
    assert months(found) == {"2024-01": 2, "2024-02": 0}
    shown = present.cadence_figure(found, held).content["en"]
    assert shown.title == "Month by month: training of staff or volunteers"
    assert "no whole quarter" in shown.note


def test_another_kind_is_another_plan(drawn):
    rows = listed(m01=1)
    rows += [activity(f"x{m}", f"2024-0{m}-20", "supervision") for m in range(1, 10)]

    found = reach.cadence(drawn(rows, kind="supervision"), per_quarter=3)

    assert found.one("cadence_met").value == 1.0
    assert found.one("cadence_met").dim("kind") == "supervision"


def test_an_activity_without_a_kind_may_be_one(drawn):
    rows = listed(m01=1)
    rows += [activity(f"y{i}", "2024-03-20", "class") for i in range(UNTOLD_BESIDE)]
    rows += [activity("x1", "2024-01-20", None)]
    held = drawn(rows)

    found = reach.cadence(held, 1)

    assert found.one("cadence_untold").value == 1
    assert sum(months(found).values()) == 1
    assert "of which no kind is told: 1" in present.cadence_figure(found, held).content["en"].note


def test_too_many_activities_without_a_kind_leave_no_share(drawn):
    rows = listed(m01=1)
    rows += [activity(f"x{m}", f"2024-0{m}-20", None) for m in range(1, 5)]

    met = reach.cadence(drawn(rows), 1).one("cadence_met")

    assert met.value is None and met.reason.code == "kinds_untold"


def test_where_none_is_listed_nobody_says_that_none_was_held(drawn):
    held = drawn(listed())

    found = reach.cadence(held, 1)

    assert found.one("cadence_met").reason.code == "kind_unlisted"
    assert months(found) == {}
    said = present.cadence_figure(found, held).text["en"]
    assert "training of staff or volunteers" in said and "is not known" in said


def test_one_month_alone_is_a_sentence(drawn):
    held = drawn(listed(last="2024-01-30", m01=1))

    assert "Fewer than two" in present.cadence_figure(reach.cadence(held, 1), held).text["en"]


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [
        ("2024-01-07", "2024-03-25", [1, 2, 3]),
        ("2024-01-08", "2024-03-24", [2]),
        ("2024-01-01", "2024-03-31", [1, 2, 3]),
        ("2024-01-31", "2024-03-01", [2]),
    ],
)
def test_a_month_is_whole_by_its_first_and_last_week(first, last, kept):
    days = pd.Series(pd.to_datetime([first, "2024-02-14", last, None]))

    assert [month.month for month in whole_months(days)] == kept


def test_no_days_have_no_months():
    assert len(whole_months(pd.Series([], dtype="datetime64[ns]"))) == 0


def test_one_month_may_begin_and_end_a_list():
    days = pd.Series(pd.to_datetime(["2024-01-02", "2024-01-30"]))

    assert len(whole_months(days)) == 1
    assert len(whole_months(days[1:])) == 0


def test_an_area_without_activities_says_so_once(office):
    refused = reach.draw_cadence(office("reach", people=[PERSON]), "training")

    found = reach.cadence(refused, 1)
    assert isinstance(found, Refusal) and refused.estimate.reason.code == "no_activities"
    assert present.cadence_figure(found, refused).content["en"].frame == "absent"


def test_a_kind_that_no_table_knows_is_no_choice(drawn):
    with pytest.raises(UsageError, match="kind"):
        drawn(listed(), kind="party")


def test_a_plan_of_nothing_is_none(drawn):
    with pytest.raises(UsageError, match="per_quarter"):
        reach.cadence(drawn(listed(m01=1)), 0)
