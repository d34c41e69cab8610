"""The loop of orders: how many come to each step, whose they are, and how long it takes."""

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

START = pd.Timestamp("2024-03-01 08:00")
TIMES = ("dispatched_at", "accepted_at", "completed_at", "rated_at")


def order(i, *hours, person=True, **more):
    """An order with the hours from it to each later step; None is no time."""
    made = {"ticket_id": f"D{i}", "ordered_at": START, "person_id": f"P{i}" if person else None}
    for name, after in zip(TIMES, hours, strict=False):
        made[name] = None if after is None else START + pd.Timedelta(hours=after)
    if made.get("rated_at") is not None:
        made["rating"] = 5
    return made | more


def loop(ordered=100, dispatched=80, accepted=60, closed=40, rated=20):
    """So many orders that came just to each step: 1, 3, 10 and 30 hours after the order."""
    parts = [()] * ordered + [(1,)] * dispatched + [(1, 3)] * accepted
    parts += [(1, 3, 10)] * closed + [(1, 3, 10, 30)] * rated
    return [order(i, *hours) for i, hours in enumerate(parts)]


@pytest.fixture
def drawn(office):
    def make(rows, status="confidential"):
        person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
        return reach.draw_tickets(office("reach", status=status, people=[person], tickets=rows))

    return make


def told(held, shares=(0.5, 0.9)):
    return reach.tickets(held, shares)


def by_step(found, estimand, **dims):
    return {e.dim("step"): e.value for e in found.of(estimand, **dims)}


def test_each_step_is_told_out_of_all_and_of_the_step_before(drawn):
    held = drawn(loop())

    found = told(held)

    assert by_step(found, "order_step") == {
        "ordered": 300, "dispatched": 200, "accepted": 120, "closed": 60, "rated": 20,
    }  # fmt: skip
    assert by_step(found, "order_share", of="all") == pytest.approx(
        {"ordered": 1.0, "dispatched": 200 / 300, "accepted": 120 / 300, "closed": 60 / 300,
         "rated": 20 / 300}
    )  # fmt: skip
    assert by_step(found, "order_share", of="before") == pytest.approx(
        {"dispatched": 200 / 300, "accepted": 120 / 200, "closed": 60 / 120, "rated": 20 / 60}
    )
    assert found.of("order_fault") == []
    shown = present.tickets_figure(found, held).content["en"]
    assert shown.title == (
        "Of 300 orders 6.7% came to “closed and rated”; most stop before “dispatched”"
    )
    assert "dispatched 200 (66.7%)" in shown.alt


def test_the_step_before_which_most_stop_is_the_one_named(drawn):
    held = drawn(loop(ordered=20, dispatched=20, accepted=90, closed=30, rated=30))

    assert "before “closed”" in present.tickets_figure(told(held), held).content["en"].title


def test_where_most_stop_before_the_last_step_its_name_stands_once(drawn):
    held = drawn(loop(ordered=20, dispatched=20, accepted=20, closed=90, rated=30))

    title = present.tickets_figure(told(held), held).content["en"].title
    assert (
        title
        == "Of 180 orders 16.7% came to “closed and rated”; most of the others stop just before it"
    )


def test_many_orders_of_one_person_are_those_of_one(drawn):
    rows = loop()
    for row in rows[-20:]:
        row["person_id"] = "P1"

    found = told(drawn(rows))

    # P1 ordered once more, and that order was not rated.
    assert by_step(found, "order_people")["ordered"] == 280
    rated = found.one("order_step", step="rated")
    assert rated.disclosure == "withheld" and rated.value is None
    assert found.one("order_share", of="all", step="rated").value is None
    assert found.one("order_share", of="all", step="closed").value == pytest.approx(60 / 300)


def test_few_who_are_left_behind_are_withheld_too(drawn):
    found = told(drawn(loop(ordered=8)))

    assert found.one("order_share", of="all", step="dispatched").disclosure == "withheld"
    assert found.one("order_share", of="before", step="dispatched").disclosure == "withheld"
    assert found.one("order_share", of="before", step="accepted").value == pytest.approx(120 / 200)


def test_orders_of_nobody_known_are_those_of_one_or_of_as_many(drawn):
    rows = loop()
    for row in rows[:50]:
        row["person_id"] = None

    held = drawn(rows)
    found = told(held)

    ends = found.one("order_people", step="ordered")
    assert (ends.value, ends.low, ends.high) == (None, 250, 300)
    assert by_step(found, "order_people")["accepted"] == 120
    assert "250 to 300" in str(present.tickets_table(found, held).content["en"])


def test_orders_linked_to_nobody_at_all_are_of_somebody(drawn):
    rows = [row | {"person_id": None} for row in loop()]

    ends = told(drawn(rows)).one("order_people", step="ordered")

    assert (ends.low, ends.high) == (1, 300)


def hours_of(found, step):
    return [e.value for e in found.of("order_hours", step=step)]


def test_hours_are_those_from_the_step_before(drawn):
    rows = [order(i, 1 + i % 5, 8 + i % 7, 20 + i % 3) for i in range(210)]

    found = told(drawn(rows))

    sent, taken = [1 + i % 5 for i in range(210)], [8 + i % 7 for i in range(210)]
    after = [b - a for a, b in zip(sent, taken, strict=True)]
    assert hours_of(found, "dispatched") == pytest.approx([3.0, 5.0])
    assert hours_of(found, "accepted") == pytest.approx(
        np.quantile(after, (0.5, 0.9), method="inverted_cdf")
    )
    assert found.one("order_hours", step="accepted", share="0.9").n == 210


def test_who_still_waits_took_longer_than_any(drawn):
    # 150 of 250 came after one to 150 hours; of the others nobody knows.
    rows = [order(i, 1 + i) for i in range(150)] + [order(i) for i in range(150, 250)]

    held = drawn(rows)
    found = told(held)

    assert hours_of(found, "dispatched") == [pytest.approx(125), None]
    never = found.one("order_hours", step="dispatched", share="0.9")
    assert "Fewer than 90%" in never.reason.text["en"]
    assert "Fewer than 90%" in present.tickets_table(found, held).content["en"].note


def test_a_time_of_few_people_is_not_told(drawn):
    found = told(drawn([order(i, 1 + i) for i in range(100)]))

    # Beyond the ninth decile are ten of a hundred.
    assert hours_of(found, "dispatched") == [pytest.approx(50), None]
    assert found.one("order_hours", step="dispatched", share="0.9").disclosure == "withheld"


def test_times_out_of_order_are_counted_and_not_used(drawn):
    rows = [order(i, 2, 4, 10) for i in range(120)]
    rows += [order(i, -3, 4, 10) for i in range(120, 140)]
    rows += [order(i, 5, 4, 10) for i in range(140, 170)]

    held = drawn(rows)
    found = told(held)

    faults = {e.dim("fault"): e.value for e in found.of("order_fault")}
    assert faults == {"wrong_dispatched": 20, "wrong_accepted": 30}
    assert hours_of(found, "dispatched")[0] == pytest.approx(2.0)
    # Neither of those sent before they were placed, nor of those taken before they were sent.
    hours = {s: found.one("order_hours", step=s, share="0.5") for s in ("dispatched", "accepted")}
    assert (hours["dispatched"].n, hours["accepted"].n) == (150, 120)
    assert hours["accepted"].value == pytest.approx(2.0)
    # They came to their steps all the same.
    assert by_step(found, "order_step")["accepted"] == 170
    table = present.tickets_table(found, held).content["en"]
    assert "accepted before an earlier step" in str(table)


def test_a_time_before_an_earlier_step_is_found_where_the_one_between_is_missing(drawn):
    rows = [order(i, 2, 4, 10) for i in range(120)]
    rows += [order(i, None, -4, 10) for i in range(120, 140)]

    faults = {e.dim("fault"): e.value for e in told(drawn(rows)).of("order_fault")}

    assert faults == {"wrong_accepted": 20, "untimed_dispatched": 20}


def test_who_accepted_an_order_had_it_whether_or_not_it_was_written(drawn):
    rows = [order(i, 2, 4, 10) for i in range(120)]
    rows += [order(i, None, 4, 10) for i in range(120, 140)]
    rows += [order(i, 2, None, 10) for i in range(140, 170)]
    rows += [order(i) for i in range(170, 200)]

    found = told(drawn(rows))

    assert by_step(found, "order_step") == {
        "ordered": 200, "dispatched": 170, "accepted": 170, "closed": 170, "rated": None,
    }  # fmt: skip
    faults = {e.dim("fault"): e.value for e in found.of("order_fault")}
    assert faults == {"untimed_dispatched": 20, "untimed_accepted": 30}
    assert found.one("order_hours", step="accepted", share="0.5").n == 120
    assert found.one("order_hours", step="dispatched", share="0.5").n == 180


def test_a_step_without_any_time_is_passed_over_and_named(drawn):
    rows = [order(i, None, 4, 10) for i in range(150)] + [
        order(i, None, 4) for i in range(150, 200)
    ]

    held = drawn(rows)
    found = told(held)

    sent = found.one("order_step", step="dispatched")
    assert sent.value is None and sent.reason.code == "step_untimed"
    # Of the step before, which is the order itself.
    assert hours_of(found, "accepted")[0] == pytest.approx(4.0)
    assert by_step(found, "order_share", of="before") == pytest.approx(
        {"accepted": 1.0, "closed": 0.75}
    )
    assert found.of("order_fault") == []
    note = present.tickets_figure(found, held).content["en"].note
    assert "No order bears a time of: dispatched, closed and rated" in note


def test_ratings_that_count_for_nothing_are_named(drawn):
    rows = loop()
    for row in rows[-20:]:
        row["rated_at"] = START - pd.Timedelta(days=1)
    for row in rows[100:130]:
        row |= {"rating": 4, "rated_at": START + pd.Timedelta(hours=9)}

    found = told(drawn(rows))

    faults = {e.dim("fault"): e.value for e in found.of("order_fault")}
    assert faults == {"early": 20, "open_rated": 30}
    assert by_step(found, "order_step")["rated"] == 0


def test_a_rating_without_its_time_is_one(drawn):
    rows = loop()
    for row in rows[-20:]:
        row["rated_at"] = None

    found = told(drawn(rows))

    assert by_step(found, "order_step")["rated"] == 20
    faults = {e.dim("fault"): e.value for e in found.of("order_fault")}
    assert faults == {"untimed_rated": 20}
    assert found.one("order_hours", step="rated", share="0.5").value is None


@pytest.mark.parametrize("seed", range(4))
def test_the_same_comes_out_order_by_order(drawn, seed):
    random = np.random.default_rng(seed)
    rows = []
    for i in range(400):
        hours = np.cumsum(random.integers(-1, 9, 4)).tolist()
        hours = [None if random.random() < 0.3 else x for x in hours]
        if hours[2] is not None:
            # What is closed before it was placed no table may hold.
            hours[2] = max(hours[2], 0)
        rows.append(order(i, *hours, person_id=f"P{random.integers(0, 200)}"))

    found = told(drawn(rows, status="public"), (0.5,))

    slow = slowly(rows)
    for step, (many, whom, hours, wrong) in slow.items():
        assert found.one("order_step", step=step).value == many
        assert found.one("order_people", step=step).value == whom
        assert sum(e.value for e in found.of("order_fault", fault=f"wrong_{step}")) == wrong
        if step != "ordered":
            value = found.one("order_hours", step=step).value
            half = np.quantile(hours, 0.5, method="inverted_cdf")
            assert value == (pytest.approx(half) if half < 1e6 else None)


def slowly(rows):
    """Orders, people, hours and faults of each step, one order after the other."""
    names = ("ordered", "dispatched", "accepted", "closed", "rated")
    made = {name: ([], set(), [], []) for name in names}
    for row in rows:
        times = [row["ordered_at"], *(row.get(name) for name in TIMES)]
        if times[3] is None or (times[4] is not None and times[4] < times[0]):
            times[4] = None
        at = [True, any(t is not None for t in times[1:4]),
              any(t is not None for t in times[2:4]), times[3] is not None,
              times[4] is not None]  # fmt: skip
        wrong = [
            t is not None and any(u is not None and u > t for u in times[:k])
            for k, t in enumerate(times)
        ]
        for k, name in enumerate(names):
            if at[k]:
                made[name][0].append(row)
                made[name][1].add(row["person_id"])
            if wrong[k]:
                made[name][3].append(row)
            if not k or not at[k - 1] or times[k - 1] is None or wrong[k] or wrong[k - 1]:
                continue
            if not at[k]:
                made[name][2].append(1e12)
            elif times[k] is not None:
                made[name][2].append((times[k] - times[k - 1]) / pd.Timedelta(hours=1))
    return {n: (len(a), len(b), c, len(d)) for n, (a, b, c, d) in made.items()}


def test_an_area_without_orders_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_tickets(office("reach", people=[person]))

    found = told(refused)
    assert isinstance(found, Refusal) and refused.estimate.reason.code == "no_tickets"
    for show in (present.tickets_figure, present.tickets_table):
        assert show(found, refused).content["en"].frame == "absent"


def test_where_all_is_withheld_there_is_no_picture(drawn):
    held = drawn([order(i, 1) for i in range(6)])

    assert "withheld" in present.tickets_figure(told(held), held).text["en"]


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5])
def test_a_share_that_is_none_is_no_choice(drawn, share):
    with pytest.raises(UsageError, match="shares"):
        told(drawn(loop()), (share,))
