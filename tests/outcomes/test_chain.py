"""Steps of a service without a register: no reach, but how many go on."""

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal
from evalkit.present.header import header_of

from .tables import people

DAYS = ("2024-01-10", "2024-02-10", "2024-03-10", "2024-04-10", "2024-05-10")


def steps(**many):
    """The first so many people at each step, a month after the one before."""
    return [
        {"person_id": f"P{i}", "stage": step, "date": DAYS[place]}
        for place, (step, n) in enumerate(many.items())
        for i in range(n)
    ]


HOSPITAL = {"screened": 300, "positive": 120, "started": 90, "followed_1m": 60, "followed_3m": 30}


@pytest.fixture
def drawn(office):
    return lambda rows, **more: reach.draw_chain(office("reach", funnel=rows, **more))


def shares(found, of):
    return {e.dim("step"): e.value for e in found.of("chain_share", of=of)}


def test_each_step_is_out_of_the_first_and_of_the_one_before(drawn):
    held = drawn(steps(**HOSPITAL))

    found = reach.chain(held)

    assert shares(found, "first") == pytest.approx(
        {"screened": 1.0, "positive": 0.4, "started": 0.3, "followed_1m": 0.2, "followed_3m": 0.1}
    )
    assert shares(found, "before") == pytest.approx(
        {"positive": 0.4, "started": 0.75, "followed_1m": 2 / 3, "followed_3m": 0.5}
    )
    assert found.of("chain_fault") == found.of("chain_entered") == []
    shown = present.chain_figure(found, held).content["en"]
    assert shown.title == (
        "10.0% of those at “screened” came to “followed up at 3 months”; "
        "of how many people in need is not known"
    )
    assert "is not known" in shown.note and "screened positive 120 (40.0%)" in shown.alt
    assert present.chain_table(found, held).content["en"].folded


def test_whoever_is_at_a_later_step_was_at_the_earlier_ones(drawn):
    rows = steps(identified=100, started=80)
    rows += [{"person_id": f"Q{i}", "stage": "completed", "date": DAYS[3]} for i in range(40)]

    found = reach.chain(drawn(rows))

    # Forty more are at the first step and at the start, whether or not somebody wrote it.
    assert found.one("chain_share", of="first", step="identified").n == 140
    assert shares(found, "first")["started"] == pytest.approx(120 / 140)


def test_who_never_was_at_the_first_step_is_in_none_of_its_shares(drawn):
    rows = steps(screened=100, started=60, followed_1m=30)
    for stage in ("started", "followed_1m"):
        rows += [{"person_id": f"Q{i}", "stage": stage, "date": DAYS[3]} for i in range(40)]

    held = drawn(rows)
    found = reach.chain(held)

    assert shares(found, "first") == pytest.approx(
        {"screened": 1.0, "started": 0.6, "followed_1m": 0.3}
    )
    assert shares(found, "before") == pytest.approx({"started": 0.6, "followed_1m": 0.5})
    assert found.one("chain_entered").value == 40
    table = present.chain_table(found, held).content["en"]
    assert "people at a later step who are not at “screened”" in str(table) and not table.folded


def test_a_later_step_before_an_earlier_one_is_counted(drawn):
    rows = steps(**HOSPITAL)
    for row in rows:
        n = int(row["person_id"][1:])
        if row["stage"] == "followed_3m" and n < 15:
            row["date"] = "2024-04-09"
        if row["stage"] == "started" and 40 <= n < 60:
            row["date"] = None
    found = reach.chain(drawn(rows))

    faults = {e.dim("fault"): e.value for e in found.of("chain_fault")}
    assert faults == {"wrong": 15, "undated": 20}
    # Whoever came did so, whatever the day.
    assert shares(found, "first")["started"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("stage", "date", "wrong"),
    [
        ("screened", "2024-03-01", False),
        ("offered", "2024-03-11", True),
        ("offered", "2024-03-10", False),
        ("left", "2024-01-01", False),
        ("referred", "2024-01-01", False),
        ("completed", "2024-03-09", True),
    ],
)
def test_only_a_step_that_needs_another_is_held_to_its_day(drawn, stage, date, wrong):
    # All are identified in January and begin on 10 March.
    rows = [{"person_id": f"P{i}", "stage": "identified", "date": DAYS[0]} for i in range(40)]
    rows += [{"person_id": f"P{i}", "stage": "started", "date": DAYS[2]} for i in range(40)]
    rows += [{"person_id": f"P{i}", "stage": stage, "date": date} for i in range(40)]

    assert bool(reach.chain(drawn(rows)).of("chain_fault")) is wrong


def test_the_same_comes_out_person_by_person(drawn):
    random = np.random.default_rng(5)
    order = ("identified", "offered", "started", "completed")
    days = pd.date_range("2024-01-01", periods=300)
    rows = [
        {"person_id": f"P{i}", "stage": step, "date": f"{days[day + 40 * k]:%Y-%m-%d}"}
        for i in range(300)
        for k, (step, day) in enumerate(zip(order, random.integers(0, 60, 4), strict=True))
        if random.random() < 0.7
    ]

    found = reach.chain(drawn(rows, status="public"))

    of = {}
    for row in rows:
        of.setdefault(row["person_id"], {})[row["stage"]] = row["date"]
    last = [max(order.index(step) for step in mine) for mine in of.values()]
    many = [sum(place >= k for place in last) for k in range(4)]
    assert [e.events for e in found.of("chain_share", of="first")] == many
    wrong = sum(
        any(mine[a] > mine[b] for a in mine for b in mine if order.index(a) < order.index(b))
        for mine in of.values()
    )
    assert found.one("chain_fault", fault="wrong").value == wrong


def test_all_of_a_step_are_never_told(drawn):
    found = reach.chain(drawn(steps(screened=60, started=60)))

    assert found.one("chain_share", of="first", step="started").disclosure == "withheld"


def test_few_people_have_no_picture(drawn):
    held = drawn(steps(screened=60, started=5))

    assert "No second step" in present.chain_figure(reach.chain(held), held).text["en"]


@pytest.mark.parametrize("more", [{"people": people()}, {}], ids=["register", "nobody"])
def test_where_a_register_is_or_no_steps_are_nothing_is_told(drawn, more):
    held = drawn(steps(**HOSPITAL) if more else [], **more)

    found = reach.chain(held)
    assert isinstance(found, Refusal) and held.estimate.reason.code == "no_chain"
    for show in (present.chain_figure, present.chain_table):
        assert show(found, held).content["en"].frame == "absent"


def test_those_who_left_alone_are_no_steps(drawn):
    assert isinstance(drawn(steps(left=60)), Refusal)


def test_the_verdict_says_that_the_register_is_missing(office):
    report = office("reach", funnel=steps(**HOSPITAL))

    target = reach.draw_target(report, report.plan.definition, "")

    assert target.estimate.reason.code == "steps_unregistered"
    assert isinstance(reach.cascade(target, ("sex",)), Refusal)


def test_the_header_says_that_counts_are_rounded_and_whose_they_are(office):
    header = header_of(office("reach", funnel=steps(**HOSPITAL)))

    assert header.rule.code == "rounded" and header.offices.status == "confidential"


def test_an_area_that_handed_in_nothing_has_no_office_behind_it(office):
    header = header_of(office("reach", survey=[]))

    assert header.offices is None


def test_without_a_register_other_tables_are_told_all_the_same(office):
    orders = [
        {"ticket_id": f"D{i}", "person_id": f"P{i}", "ordered_at": "2024-01-01 08:00",
         "completed_at": "2024-01-02 08:00" if i < 60 else None}
        for i in range(100)
    ]  # fmt: skip
    held = reach.draw_tickets(office("reach", tickets=orders))

    found = reach.tickets(held, (0.5,))
    assert found.one("order_share", of="all", step="closed").value == pytest.approx(0.6)
    assert "40.0%" not in present.tickets_figure(found, held).text["en"]
