"""Money by source, and beside people and visits only where both are of the same time."""

import calendar

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def payment(k, day, amount, source="budget"):
    return {"record_id": f"F{k}", "date": day, "amount": amount, "money_source": source}


def paid(first=1, last=6, amount=1000.0):
    """A payment on the second and on the last but one day of each month of 2024."""
    days = [f"2024-{m:02d}-{d:02d}" for m in range(first, last + 1)
            for d in (2, calendar.monthrange(2024, m)[1] - 1)]  # fmt: skip
    return [payment(k, day, amount / 2) for k, day in enumerate(days)]


def came(first=1, last=6, each=40, dated=True):
    """So many people on the second and on the last but one day of each month."""
    days = [f"2024-{m:02d}-{d:02d}" for m in range(first, last + 1)
            for d in (2, calendar.monthrange(2024, m)[1] - 1)]  # fmt: skip
    return [
        {"session_id": f"S{day}", "person_id": f"P{i}", "date": day if dated else None}
        for day in days
        for i in range(each)
    ]


def held(rows):
    return [
        {"session_id": name, "date": name[1:], "kind": "class", "headcount": 40}
        for name in sorted({row["session_id"] for row in rows})
    ]


@pytest.fixture
def drawn(office):
    def make(rows, status="confidential", **more):
        return reach.draw_spend(office("reach", status=status, people=[PERSON], spend=rows, **more))

    return make


def yuan(found, part):
    return {e.dim("source"): e.value for e in found.of("spend_yuan", part=part)}


def per(found):
    return {e.dim("of"): e.value for e in found.of("spend_per")}


def test_refunds_are_told_apart_and_taken_off(drawn):
    rows = [payment(0, "2024-01-02", 1000.4), payment(1, "2024-02-02", 500.0, "donation")]
    rows += [payment(2, "2024-03-02", -200.0), payment(3, "2024-03-30", 300.0)]
    money = drawn(rows)

    found = reach.spend(money)

    assert yuan(found, "paid") == {"budget": 1300, "donation": 500, "all": 1800}
    assert yuan(found, "refunded") == {"budget": 200, "donation": 0, "all": 200}
    assert yuan(found, "net") == {"budget": 1100, "donation": 500, "all": 1600}
    table = present.spend_table(found, money).content["en"]
    assert table.title == "1,600 yuan were spent, refunds taken off (2024-01-02 to 2024-03-30)"
    assert table.rows[-1].strong and "No rank of services or areas" in table.note


def test_what_a_source_got_back_may_be_more_than_it_paid(drawn):
    found = reach.spend(drawn([payment(0, "2024-01-02", -50.0, "own")]))

    assert yuan(found, "net") == {"own": -50, "all": -50}


def test_money_is_set_beside_people_of_the_same_months(drawn):
    money = drawn(paid(1, 6), attendance=came(3, 9))

    found = reach.spend(money)

    # March to June: 4,000 yuan, forty people, eight activities.
    assert per(found) == {"person": pytest.approx(100.0), "visit": pytest.approx(12.5)}
    assert found.one("spend_per", of="person").n == 40
    assert found.one("spend_per", of="visit").window.text["en"] == "2024-03 to 2024-06"
    note = present.spend_table(found, money).content["en"].note
    assert "2024-03 to 2024-06" in note and "not set beside" not in note


def test_refunds_of_these_months_are_taken_off_there(drawn):
    rows = [*paid(1, 6), payment("r", "2024-04-10", -800.0), payment("x", "2024-01-10", -99.0)]

    assert per(reach.spend(drawn(rows, attendance=came(3, 9))))["person"] == pytest.approx(80.0)


def test_the_first_and_the_last_day_of_these_months_are_in_them(drawn):
    rows = came(3, 6)
    for day in ("2024-03-01", "2024-06-30", "2024-02-29", "2024-07-01"):
        rows += [{"session_id": day, "person_id": f"P{i}", "date": day} for i in range(40)]

    found = reach.spend(drawn(paid(3, 6), attendance=rows))

    # Eight activities and two: those of the day before and the day after are not theirs.
    assert per(found)["visit"] == pytest.approx(4000 / 400)


def test_a_yuan_is_not_rounded_away(drawn):
    rows = [*paid(1, 6), payment("r", "2024-04-10", -5999.0)]

    found = reach.spend(drawn(rows, attendance=came(1, 6)))

    assert per(found)["person"] == pytest.approx(1 / 40)


def test_a_person_counts_once_however_many_months_they_came(drawn):
    rows = [*came(1, 3), *[row | {"person_id": "Q" + row["person_id"]} for row in came(4, 6)]]

    found = reach.spend(drawn(paid(1, 6), attendance=rows))

    assert per(found) == {"person": pytest.approx(75.0), "visit": pytest.approx(12.5)}


def test_few_people_are_withheld(drawn):
    found = reach.spend(drawn(paid(1, 6), attendance=came(1, 6, each=8)))

    assert {e.disclosure for e in found.of("spend_per")} == {"withheld"}


@pytest.mark.parametrize(
    ("rows", "more", "key"),
    [
        (paid(1, 6), {}, "no_attendance"),
        (paid(1, 3), {"attendance": came(4, 6)}, "no_months_shared"),
        ([*paid(1, 2), *paid(5, 6)], {"attendance": came(1, 6)}, "months_missing"),
        (paid(1, 6), {"attendance": [*came(1, 2), *came(4, 6)]}, "months_missing"),
        (paid(1, 6), {"attendance": came(1, 6, dated=False)}, "visits_undated"),
    ],
)
def test_where_both_are_not_of_the_same_time_there_is_no_price(drawn, rows, more, key):
    rows = [row | {"record_id": f"F{k}"} for k, row in enumerate(rows)]
    money = drawn(rows, **more)

    found = reach.spend(money)

    (none,) = found.of("spend_per")
    assert none.value is None and none.reason.code == key
    assert "Money is not set beside people" in present.spend_table(found, money).content["en"].note


def test_the_number_of_missing_months_is_told(drawn):
    rows = [row | {"record_id": f"F{k}"} for k, row in enumerate([*paid(1, 2), *paid(5, 6)])]

    (none,) = reach.spend(drawn(rows, attendance=came(1, 6))).of("spend_per")

    assert "not all of 2 months" in none.reason.text["en"]


def test_a_month_that_a_list_cuts_is_not_shared(drawn):
    # The payments end on 10 June: June is not whole.
    rows = [*paid(1, 5), payment("x", "2024-06-10", 500.0)]

    window = reach.spend(drawn(rows, attendance=came(1, 6))).one("spend_per").window

    assert window.text["en"] == "2024-01 to 2024-05"


def test_the_day_of_an_activity_stands_for_that_of_its_visits(drawn):
    rows = came(1, 6, dated=False)

    found = reach.spend(drawn(paid(1, 6), attendance=rows, sessions=held(rows)))

    assert per(found) == {"person": pytest.approx(150.0), "visit": pytest.approx(12.5)}


def test_where_refunds_eat_up_the_money_there_is_no_price(drawn):
    rows = [*paid(1, 6), payment("r", "2024-04-10", -6000.0)]
    money = drawn(rows, attendance=came(1, 6))

    found = reach.spend(money)

    assert {e.reason.code for e in found.of("spend_per")} == {"nothing_net"}
    assert "refunds are as much" in present.spend_table(found, money).content["en"].note


def test_the_same_comes_out_payment_by_payment(drawn):
    random = np.random.default_rng(4)
    days = pd.date_range("2024-01-01", "2024-12-31")
    rows = [
        payment(k, f"{days[random.integers(0, 366)]:%Y-%m-%d}", round(random.normal(100, 200), 2),
                str(random.choice(["budget", "lottery", "other"])))
        for k in range(500)
    ]  # fmt: skip

    found = reach.spend(drawn(rows, status="public", attendance=came(2, 10)))

    for source in ("budget", "lottery", "other"):
        own = [row["amount"] for row in rows if row["money_source"] == source]
        assert yuan(found, "net")[source] == pytest.approx(sum(own), abs=0.5)
        assert yuan(found, "refunded")[source] == pytest.approx(
            -sum(min(x, 0) for x in own), abs=0.5
        )
    inside = sum(row["amount"] for row in rows if "2024-02" <= row["date"][:7] <= "2024-10")
    assert per(found)["person"] == pytest.approx(inside / 40, abs=0.5 / 40)


def test_an_area_without_payments_says_so_once(office):
    refused = reach.draw_spend(office("reach", people=[PERSON]))

    found = reach.spend(refused)
    assert isinstance(found, Refusal) and refused.estimate.reason.code == "no_spend"
    assert present.spend_table(found, refused).content["en"].frame == "absent"
