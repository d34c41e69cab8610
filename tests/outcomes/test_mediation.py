"""Disputes: what is settled, how soon, and that an open one is no failure."""

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

START = pd.Timestamp("2024-01-01")
PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def dispute(i, received=0, days=None, again=None, category="邻里纠纷"):
    """Received so many days after 1 January, settled so many later, and again after that."""
    at = START + pd.Timedelta(days=received)
    settled = None if days is None else at + pd.Timedelta(days=days)
    return {
        "case_id": f"T{i}", "received_at": f"{at:%Y-%m-%d}", "category": category,
        "settled_at": settled and f"{settled:%Y-%m-%d}",
        "reopened_at": again and f"{at + pd.Timedelta(days=again):%Y-%m-%d}",
    }  # fmt: skip


@pytest.fixture
def drawn(office):
    def make(rows, within=90, status="confidential"):
        report = office("reach", status=status, people=[PERSON], mediation=rows)
        return reach.draw_mediation(report, within)

    return make


def one(found, estimand, category="all", **dims):
    return found.one(estimand, category=category, **dims)


def test_settled_is_out_of_all_that_were_received(drawn):
    held = drawn([dispute(i, 0, 10) for i in range(150)] + [dispute(i) for i in range(150, 250)])

    found = reach.mediation(held)

    settled = one(found, "dispute_share", state="settled")
    assert (settled.value, settled.n, settled.events) == (pytest.approx(0.6), 250, 150)
    assert one(found, "dispute_share", state="unsettled").value == pytest.approx(0.4)
    table = present.mediation_table(found, held).content["en"]
    assert table.title == (
        "Of 250 disputes 60.0% were settled so far; the others are open or ended without agreement"
    )
    assert "no share of those closed" in table.note


def test_shares_of_rounded_counts_add_up(drawn):
    found = reach.mediation(drawn([dispute(i, 0, 9 if i < 153 else None) for i in range(256)]))

    # 153 and 103 are told as 155 and 105.
    assert one(found, "dispute_share", state="settled").value == pytest.approx(155 / 260)


def test_in_time_is_judged_of_those_received_long_enough_ago(drawn):
    # The last entry is on day 100: day 10 is the last that counts with 90 days.
    rows = [dispute(i, 10, 20) for i in range(40)]
    rows += [dispute(i, 10, 90) for i in range(40, 60)]
    rows += [dispute(i, 0, 91) for i in range(60, 80)]
    rows += [dispute(i, 11, 5) for i in range(80, 180)]
    rows += [dispute(i, 0) for i in range(180, 200)]

    found = reach.mediation(drawn(rows))

    in_time = one(found, "dispute_within")
    assert (in_time.n, in_time.events) == (100, 60)
    assert "at least as long before 2024-04-10" in in_time.window.text["en"]


def test_a_day_of_coming_back_may_be_the_last_entry(drawn):
    rows = [dispute(i, 0, 5, again=120 if i < 20 else None) for i in range(100)]

    found = reach.mediation(drawn(rows, within=120))

    assert one(found, "dispute_within").n == 100
    assert found.one("dispute_reopened").value == pytest.approx(0.2)
    again = present.mediation_table(found, drawn_of(found)).content["en"].note
    assert "Of those settled 20.0% came back so far." in again


def drawn_of(found):
    return reach.draw_mediation(found.report)


def test_where_none_is_old_enough_nothing_is_told_in_time(drawn):
    found = reach.mediation(drawn([dispute(i, 0, 10 if i < 50 else None) for i in range(100)]))

    in_time = one(found, "dispute_within")
    assert in_time.value is None and "90 days before" in in_time.reason.text["en"]


def test_half_of_all_is_what_the_days_are_of(drawn):
    # The 100th of 200, of which 150 were settled after one to 150 days.
    found = reach.mediation(drawn([dispute(i, 0, 1 + i if i < 150 else None) for i in range(200)]))

    assert one(found, "dispute_days").value == 100


def test_exactly_half_is_half(drawn):
    found = reach.mediation(drawn([dispute(i, 0, 9 if i < 100 else None) for i in range(200)]))

    assert one(found, "dispute_days").value == 9


def test_where_fewer_than_half_are_settled_there_is_no_such_day(drawn):
    days = one(
        reach.mediation(drawn([dispute(i, 0, 9 if i < 90 else None) for i in range(200)])),
        "dispute_days",
    )

    assert days.value is None and "Fewer than half" in days.reason.text["en"]


def test_categories_of_few_disputes_are_joined_and_not_named(drawn):
    rows = [dispute(i, 0, 9 if i % 2 else None) for i in range(300)]
    for row in rows[:40]:
        row["category"] = "边贸合同"
    for row in rows[40:80]:
        row["category"] = None

    found = reach.mediation(drawn(rows))

    groups = list(dict.fromkeys(e.dim("category") for e in found.of("dispute_share")))
    assert groups == ["all", "邻里纠纷", "joined", "unknown"]
    assert "边贸合同" not in str(present.mediation_table(found, drawn_of(found)).content)


def test_few_disputes_are_few_people(drawn):
    found = reach.mediation(drawn([dispute(i, 0, 9 if i < 200 else None) for i in range(206)]))

    assert one(found, "dispute_share", state="settled").disclosure == "withheld"
    assert one(found, "dispute_days").disclosure == "withheld"
    title = present.mediation_table(found, drawn_of(found)).content["en"].title
    assert title == "Disputes that were received, and those settled"


def test_a_dispute_that_came_back_unsettled_is_named(drawn):
    rows = [dispute(i, 0, 9 if i < 100 else None) for i in range(200)]
    for row in rows[100:115]:
        row["reopened_at"] = "2024-03-01"

    found = reach.mediation(drawn(rows))

    assert found.one("dispute_fault").value == 15
    assert found.one("dispute_reopened").value == 0.0
    note = present.mediation_table(found, drawn_of(found)).content["en"].note
    assert "came back and were never settled: 15" in note


def test_the_same_comes_out_one_by_one(drawn):
    random = np.random.default_rng(3)
    rows = [
        dispute(i, int(random.integers(0, 300)),
                int(random.integers(0, 200)) if random.random() < 0.7 else None)
        for i in range(500)
    ]  # fmt: skip

    found = reach.mediation(drawn(rows, within=60, status="public"))

    days = {n: pd.to_datetime([row[n] for row in rows]) for n in ("received_at", "settled_at")}
    last = max(days["received_at"].max(), days["settled_at"].max())
    took = (days["settled_at"] - days["received_at"]).days.to_numpy(dtype=float)
    old = np.asarray((last - days["received_at"]).days >= 60)
    in_time = one(found, "dispute_within")
    assert (in_time.n, in_time.events) == (old.sum(), (old & (took <= 60)).sum())
    half = np.quantile(np.where(np.isnan(took), 1e12, took), 0.5, method="inverted_cdf")
    assert one(found, "dispute_days").value == np.ceil(half)


def test_without_any_day_of_settlement_nothing_is_told(drawn):
    held = drawn([dispute(i) for i in range(100)])

    refused = reach.mediation(held)

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "none_settled"
    assert "not known" in present.mediation_table(refused, held).text["en"]


def test_an_area_without_disputes_says_so_once(office):
    refused = reach.draw_mediation(office("reach", people=[PERSON]))

    found = reach.mediation(refused)
    assert refused.estimate.reason.code == "no_mediation"
    assert present.mediation_table(found, refused).content["en"].frame == "absent"


def test_no_days_are_no_time(drawn):
    with pytest.raises(UsageError, match="within"):
        drawn([dispute(0)], within=0)


def test_ninety_days_are_the_time_where_none_is_chosen(office):
    report = office("reach", people=[PERSON], mediation=[dispute(0)])

    assert reach.draw_mediation(report).within == 90


def test_one_day_is_a_time(drawn):
    rows = [dispute(i, 0, 1 + (i >= 40)) for i in range(100)]

    assert one(reach.mediation(drawn(rows, within=1)), "dispute_within").value == pytest.approx(0.4)
