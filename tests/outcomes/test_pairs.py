"""Pairings and their visits, held to a rule."""

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def pair(i, visits, start="2024-01-01", home=0, school=0, **more):
    return {
        "pair_id": f"K{i}", "person_id": f"P{i}", "partner_id": f"V{i}", "start": start,
        "home_visits": home, "school_visits": school, "visits": visits,
    } | more  # fmt: skip


@pytest.fixture
def drawn(office):
    def make(rows, until="2025-01-01", status="confidential"):
        report = office("reach", status=status, people=[PERSON], pairs=rows)
        return reach.draw_pairs(report, until)

    return make


def told(held, per_month=1.0):
    return reach.pairs(held, per_month)


def by(found, estimand, dim):
    return {e.dim(dim): e.value for e in found.of(estimand)}


def test_each_pairing_is_held_to_the_rule_by_itself(drawn):
    # A year of 366 days asks for twelve; thirty visits to one do not make up for another.
    rows = [pair(i, 30) for i in range(40)] + [pair(i, 12) for i in range(40, 60)]
    rows += [pair(i, 11) for i in range(60, 80)] + [pair(i, 0) for i in range(80, 100)]
    held = drawn(rows)

    found = told(held)

    kept = found.one("pair_kept")
    assert (kept.value, kept.n, kept.events) == (pytest.approx(0.6), 100, 60)
    assert found.one("pair_none").value == pytest.approx(0.2)
    assert by(found, "pair_visits", "of") == {"made": 1660, "asked": 1200}
    assert found.one("pair_over").value == pytest.approx(1660 / 1200)
    assert (found.one("pair_count").value, found.one("pair_people").value) == (100, 100)
    table = present.pairs_table(found, held).content["en"]
    assert table.title == "Of 100 pairings 60.0% were visited as often as the rule asks for"
    assert "visits a month: 1; counted up to 2025-01-01" in table.note and "at most" not in str(
        table
    )


def test_a_rule_of_two_a_month_asks_for_twice_as_many(drawn):
    rows = [pair(i, 24) for i in range(40)] + [pair(i, 23) for i in range(40, 100)]

    found = told(drawn(rows), 2.0)

    assert found.one("pair_kept").value == pytest.approx(0.4)
    assert by(found, "pair_visits", "of")["asked"] == 2400


def test_a_pairing_that_ended_is_counted_up_to_its_end(drawn):
    rows = [pair(i, 6, end="2024-07-02") for i in range(60)]
    rows += [pair(i, 6, end="2026-07-02") for i in range(60, 100)]

    found = told(drawn(rows))

    # Half a year asks for six; one that ends after the day has lasted until it.
    assert found.one("pair_kept").value == pytest.approx(0.6)


def test_without_the_day_of_the_list_the_share_is_at_most_so_large(drawn):
    # The last pairing began on 1 July: up to then the others ask for five, ended or not.
    rows = [pair(i, 5) for i in range(60)] + [pair(i, 4, end="2025-06-30") for i in range(60, 80)]
    rows += [pair(i, 0, start="2024-07-01") for i in range(80, 100)]
    held = drawn(rows, until="")

    found = told(held)

    kept, over = found.one("pair_kept"), found.one("pair_over")
    # Those of whom nothing is asked yet may come to keep it.
    assert (kept.value, kept.low, kept.high, kept.n) == (None, 0.0, pytest.approx(0.8), 100)
    assert (over.value, over.high) == (None, pytest.approx(380 / 400))
    assert found.one("pair_none").value == pytest.approx(0.2)
    table = present.pairs_table(found, held).content["en"]
    assert table.title.startswith("Of 100 pairings at most 80.0% were visited")
    assert "at most 0.95" in str(table) and "drawn up then or later" in table.note


def test_what_is_told_without_the_day_is_never_less_than_with_it(drawn, office):
    random = np.random.default_rng(2)
    days = pd.date_range("2024-01-01", "2024-12-31")
    rows = [
        pair(i, int(random.integers(0, 14)), start=f"{days[random.integers(0, 366)]:%Y-%m-%d}")
        for i in range(300)
    ]
    held = drawn(rows, until="", status="public")
    most = told(held)
    for until in ("2025-01-01", "2025-03-01", "2025-06-30"):
        found = told(reach.draw_pairs(held.report, until))

        assert found.one("pair_kept").value <= most.one("pair_kept").high
        assert found.one("pair_over").value <= most.one("pair_over").high


def test_pairings_that_have_all_ended_need_no_day(drawn):
    rows = [pair(i, 6 if i < 60 else 5, end="2024-07-02") for i in range(99)]
    rows += [pair(99, 0, start="2024-07-02", end="2024-07-02")]

    found = told(drawn(rows, until=""))

    assert found.one("pair_kept").value == pytest.approx(0.6)


def test_a_pairing_of_which_no_visit_is_asked_yet_is_not_held_to_any(drawn):
    rows = [pair(i, 12) for i in range(60)] + [pair(i, 0) for i in range(60, 100)]
    rows += [pair(i, 0, start="2024-12-10") for i in range(100, 140)]

    kept = told(drawn(rows)).one("pair_kept")

    assert (kept.n, kept.events) == (100, 60)


def test_whole_visits_are_asked_of_whole_months(drawn):
    # Thirty days are no month and thirty-one are one.
    rows = [pair(i, 0, start="2024-12-02") for i in range(60)]
    rows += [pair(i, 1, start="2024-12-01") for i in range(60, 100)]

    assert told(drawn(rows)).one("pair_kept").n == 40


def test_four_years_are_forty_eight_months(drawn):
    rows = [pair(i, 48, start="2021-01-01") for i in range(60)]
    rows += [pair(i, 47, start="2021-01-01") for i in range(60, 100)]

    found = told(drawn(rows))

    assert found.one("pair_kept").value == pytest.approx(0.6)
    assert by(found, "pair_visits", "of")["asked"] == 4800


def test_pairings_that_cannot_be_are_counted_and_left_out(drawn):
    rows = [pair(i, 12, home=8, school=4) for i in range(60)]
    rows += [pair(i, 11, home=8, school=4) for i in range(60, 80)]
    rows += [pair(i, None, home=None, school=4) for i in range(80, 95)]
    rows += [pair(i, 12, start="2025-01-02") for i in range(95, 120)]

    found = told(drawn(rows))

    assert by(found, "pair_fault", "fault") == {"short": 20, "untold": 15, "later": 25}
    assert found.one("pair_count").value == 120
    assert found.one("pair_none").n == 60 and found.one("pair_kept").value == 1.0


def test_parts_that_are_not_written_are_no_fault(drawn):
    rows = [pair(i, 12, home=None, school=12) for i in range(60)]
    rows += [pair(i, 12, home=12, school=None) for i in range(60, 120)]

    assert told(drawn(rows)).of("pair_fault") == []


def test_where_no_sum_is_written_it_is_that_of_home_and_school(drawn):
    rows = [pair(i, None, home=8, school=4) for i in range(60)]

    found = told(drawn(rows))

    assert found.of("pair_fault") == [] and found.one("pair_none").value == 0
    assert found.one("pair_visits", of="made").value == 720


def test_a_list_of_days_to_come_is_none(office):
    report = office("reach", people=[PERSON])

    with pytest.raises(UsageError) as caught:
        reach.draw_pairs(report, "2999-01-01")

    assert caught.value.values["choice"] == "until"


def test_many_pairings_of_one_child_are_those_of_one(drawn):
    rows = [pair(i, 12) for i in range(60)]
    rows += [pair(i, 0, person_id="Q") for i in range(60, 100)]

    found = told(drawn(rows))

    assert found.one("pair_people").value == 60
    assert found.one("pair_kept").disclosure == "withheld"
    title = present.pairs_table(found, reach.draw_pairs(found.report, "2025-01-01")).content["en"]
    assert title.title == "Pairings and their visits"


def test_where_no_visit_is_asked_of_any_nothing_is_held_to_it(drawn):
    held = drawn([pair(i, 3, start="2024-12-20") for i in range(40)])

    found = told(held)

    assert found.one("pair_kept").reason.code == "none_due"
    assert found.one("pair_none").value == 0.0
    assert "asks for a visit" in present.pairs_table(found, held).content["en"].note


def test_without_any_number_of_visits_nothing_is_told(drawn):
    held = drawn([pair(i, None, home=None, school=None) for i in range(40)])

    refused = told(held)

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "no_pair_visits"
    assert "Of no pairing" in present.pairs_table(refused, held).text["en"]


def test_an_area_without_pairings_says_so_once(office):
    refused = reach.draw_pairs(office("reach", people=[PERSON]))

    found = told(refused)
    assert refused.estimate.reason.code == "no_pairs"
    assert present.pairs_table(found, refused).content["en"].frame == "absent"


@pytest.mark.parametrize("until", ["2024", "2024-02-30", "soon"])
def test_a_day_that_is_none_is_no_choice(drawn, until):
    with pytest.raises(UsageError, match="until"):
        drawn([pair(0, 1)], until=until)


@pytest.mark.parametrize("per_month", [0.0, -1.0, float("inf")])
def test_a_rule_that_asks_for_nothing_is_none(drawn, per_month):
    with pytest.raises(UsageError, match="per_month"):
        told(drawn([pair(0, 1)]), per_month)
