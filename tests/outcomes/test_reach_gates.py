"""What must hold before reach is told or compared, just at each limit and just beyond it."""

import pytest
from tests.outcomes.tables import people

from evalkit.outcomes import reach
from evalkit.outcomes.reach.judged import deductions
from evalkit.outcomes.report import Refusal


def steps(persons, stage="started"):
    return [{"person_id": p["person_id"], "stage": stage, "date": "2024-05-01"} for p in persons]


def strangers(n):
    return [{"person_id": f"x{i}"} for i in range(n)]


def sites(*townships):
    return [{"site_id": f"s{i}", "township": town} for i, town in enumerate(townships)]


def judged(report):
    found = reach.gates(reach.draw_target(report, "started", ""))
    return {e.dim("gate"): e.would_pass is None for e in found.of("gate")}


def towns(*numbers):
    return [f"T{t}" for t in numbers]


def some_of(persons, n):
    """So many persons, of every township the same number as far as it goes."""
    by_rank = sorted(persons, key=lambda p: int(p["person_id"].partition("-")[2]))
    return by_rank[:n]


@pytest.mark.parametrize(("unknown", "passes"), [(0, True), (5, True), (6, False), (100, False)])
def test_nineteen_of_twenty_with_a_step_must_be_in_the_register(office, unknown, passes):
    known = some_of(people(10, 20), 100 - unknown)
    report = office("reach", people=people(10, 20), funnel=steps(known) + steps(strangers(unknown)))

    assert judged(report)["funnel_matched"] == passes


def test_a_step_that_does_not_count_is_not_matched_for_the_one_that_does(office):
    known = some_of(people(10, 20), 100)
    others = steps(strangers(50), "screened")

    report = office("reach", people=people(10, 20), funnel=steps(known) + others)

    assert judged(report)["funnel_matched"] and judged(report)["step_found"]


@pytest.mark.parametrize(("silent", "passes"), [(0, True), (2, True), (3, False)])
def test_a_fifth_of_the_people_at_most_live_where_nothing_is_recorded(office, silent, passes):
    register = people(10, 20)
    loud = [p for p in register if int(p["township"][1:]) >= silent]

    report = office("reach", people=register, funnel=steps(loud))

    assert judged(report)["steps_everywhere"] == passes


# Ten people a township: of 100 people 30 steps make three that are expected in each.
@pytest.mark.parametrize(("started", "passes"), [(29, True), (30, False)])
def test_a_township_is_silent_where_three_steps_were_expected(office, started, passes):
    register = people(10, 10)
    loud = [p for p in register if int(p["township"][1:]) >= 3]

    report = office("reach", people=register, funnel=steps(some_of(loud, started)))

    assert judged(report)["steps_everywhere"] == passes


@pytest.mark.parametrize(("others", "passes"), [(10, True), (9, False)])
def test_the_silent_are_counted_on_the_side_where_they_are_more(office, others, passes):
    # Two silent townships without a site: two of ten of that side, or of nine; of all fewer.
    register = people(20 if others == 10 else 19, 20)
    loud = [p for p in register if p["township"] not in towns(0, 1)]
    there = towns(*range(others, others + 10))

    report = office("reach", people=register, funnel=steps(loud), sites=sites(*there))

    assert judged(report)["steps_everywhere"] == passes


def test_what_was_not_handed_in_is_named_and_stops_the_rest(office):
    report = office("reach", people=people(10, 20))

    found = judged(report)

    assert not found["funnel_there"] and not found["sites_there"]
    assert not {"funnel_matched", "step_found", "steps_everywhere", "sites_matched"} & {*found}


def test_what_was_handed_in_passes(office):
    register = people(48, 20)
    report = office("reach", people=register, funnel=steps(register[::2]),
                    sites=sites(*towns(*range(24))))  # fmt: skip

    assert all(judged(report).values())
    states = {
        e.dim("gate"): e.method.code
        for e in reach.gates(reach.draw_target(report, "started", "")).of("gate")
    }
    assert {*states.values()} == {"passed"}
    assert [*judged(report)] == [
        *("funnel_there", "funnel_matched", "step_found", "steps_everywhere"),
        *("sites_there", "sites_matched", "steps_of_both", "too_few", "too_few_clusters"),
        *("alike_known", "alike_weights", "alike_balance", "alike_effective", "alike_places"),
    ]


@pytest.mark.parametrize(
    ("elsewhere", "nowhere", "passes"),
    [(1, 0, True), (2, 0, False), (0, 1, True), (0, 2, False), (1, 1, False)],
)
def test_nineteen_of_twenty_sites_must_be_in_a_township_of_the_register(
    office, elsewhere, nowhere, passes
):
    known = towns(*range(20 - elsewhere - nowhere))
    strange = [f"Y{i}" for i in range(elsewhere)]
    listed = sites(*known, *strange, *[None] * nowhere)

    report = office("reach", people=people(40, 20), funnel=steps(people(40, 10)), sites=listed)

    assert judged(report)["sites_matched"] == passes


@pytest.mark.parametrize("silent", ["with a site", "without"])
def test_both_sides_need_somebody_with_a_step(office, silent):
    register = people(40, 20)
    reached = [p for p in register if (int(p["township"][1:]) < 20) == (silent == "without")]

    near = sites(*towns(*range(20)))
    report = office("reach", people=register, funnel=steps(reached), sites=near)

    assert not judged(report)["steps_of_both"]


def test_one_with_a_step_on_each_side_is_somebody(office):
    register = people(2, 100)
    report = office("reach", people=register, funnel=steps(register[::100]),
                    sites=sites("T0"))  # fmt: skip

    assert judged(report)["steps_of_both"]


# The plan asks for 60 people, the house for 6 townships on each side.
@pytest.mark.parametrize(
    ("inside", "outside", "passes"), [(60, 60, True), (59, 60, False), (60, 59, False)]
)
def test_each_side_needs_the_plan_s_people(office, inside, outside, passes):
    register = people(1, inside) + [
        p | {"township": "T9", "person_id": f"o{p['person_id']}"} for p in people(1, outside)
    ]
    report = office("reach", people=register, funnel=steps(register[::2]), sites=sites("T0"))

    assert judged(report)["too_few"] == passes


@pytest.mark.parametrize(
    ("inside", "outside", "passes"), [(6, 6, True), (5, 6, False), (6, 5, False)]
)
def test_each_side_needs_six_townships(office, inside, outside, passes):
    register = people(inside + outside, 10)
    report = office("reach", people=register, funnel=steps(register[::2]),
                    sites=sites(*towns(*range(inside))))  # fmt: skip

    assert judged(report)["too_few_clusters"] == passes


def test_a_side_without_its_number_of_people_does_not_take_away_the_shares(office):
    # What only compares guards no share of everybody.
    register = people(10, 20)
    report = office("reach", people=register, funnel=steps(register[::2]), sites=sites("T0"))

    target = reach.draw_target(report, "started", "")

    assert reach.shares(target, "sex", "wilson", 0.95).one("share_reached", sex="all").value == 0.5
    assert isinstance(reach.difference(target, "exposure", 0.95), Refusal)


@pytest.mark.parametrize(("lost", "levels"), [(0, []), (40, []), (41, [1]), (81, [2])])
def test_people_of_no_known_township_are_lost_people(office, lost, levels):
    register = [p | ({"township": None} if i < lost else {}) for i, p in enumerate(people(10, 20))]
    report = office("reach", people=register, funnel=steps(register[::2]))

    target = reach.draw_target(report, "started", "")

    assert [d.levels for d in deductions(target) if d.code == "lost"] == levels
