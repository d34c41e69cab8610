"""What an attack of the reach report found, each as it was done: nothing false is told now."""

import pytest

from evalkit.outcomes import reach
from evalkit.outcomes.reach.judged import deductions, doubts
from evalkit.outcomes.report import Refusal

from .test_composition import BOYS_AND_GIRLS, counts, target_of
from .test_reach_gates import people, sites, some_of, steps, towns

BANDS = (("6—11岁", 200, 0), ("14—17岁", 400, 0))


def reason(found):
    return found.estimate.reason.code if isinstance(found, Refusal) else None


def by_town(*names):
    return [row for name in names for row in counts(*BANDS, township=name)]


@pytest.mark.parametrize(
    ("population", "why"),
    [
        (by_town("T0"), "counts_part"),
        (by_town("T0", "T1"), None),
        (by_town("X0", "X1"), "counts_part"),
        (by_town("T0", "T1", "X0"), "counts_more"),
        (counts(*BANDS, sex="male"), "counts_part"),
        (counts(*BANDS, groups="left behind"), "counts_groups"),
        (counts(*BANDS, ("18岁以上", 9000, 0)), "counts_more"),
        # The newest count is of one township alone.
        (by_town("T0", "T1")
         + [row | {"as_of": "2024-11-01"} for row in by_town("T0")], "counts_part"),
    ],
)  # fmt: skip
def test_counts_of_other_people_than_the_register_are_no_denominator(office, population, why):
    found = reach.coverage(target_of(office, population=population), by="age_band")

    assert reason(found) == why


def open_sites():
    return [s | {"opened_at": "2020-01-01"} for s in sites(*towns(*range(12)))]


def placed(office, opened="2020-01-01", dated=1.0, stations=None):
    register = people(24, 20)
    some = some_of(register, 240)
    rows = steps(some)
    rows = [r | ({} if i < dated * len(rows) else {"date": None}) for i, r in enumerate(rows)]
    listed = [s | {"opened_at": opened} for s in (stations or sites(*towns(*range(12))))]
    report = office("reach", people=register, funnel=rows, sites=listed)
    return reach.draw_target(report, "started", "")


@pytest.mark.parametrize(("dated", "passes"), [(1.0, True), (0.95, True), (0.94, False)])
def test_steps_must_have_days_where_sites_have(office, dated, passes):
    found = reach.gates(placed(office, dated=dated))

    assert (found.one("gate", gate="steps_dated").would_pass is None) == passes


def test_sites_without_days_cost_a_level_and_say_so(office):
    target = placed(office, opened=None)

    assert [said.code for said in doubts(target)] == ["sites_undated"]
    assert [d.code for d in deductions(target)] == ["sites_undated"]
    assert "steps_dated" not in {e.dim("gate") for e in reach.gates(target).of("gate")}


def test_sites_with_days_cost_nothing(office):
    target = placed(office)

    assert doubts(target) == () and deductions(target) == ()


def test_townships_without_a_record_cost_a_level(office):
    register = people(24, 20)
    # Of 24 townships two have none: 8 %, of those without a site a sixth.
    loud = [p for p in register if p["township"] not in ("T22", "T23")]
    report = office("reach", people=register, funnel=steps(some_of(loud, 240)), sites=open_sites())
    target = reach.draw_target(report, "started", "")

    assert [said.code for said in doubts(target)] == ["places_silent"]
    assert [d.code for d in deductions(target)] == ["places_silent"]


@pytest.mark.parametrize("unlike", [False, True])
def test_a_lot_that_cannot_have_been_one_costs_a_level(office, project, unlike):
    text = project.read_text(encoding="utf-8")
    head, _, rest = text.partition("[plan.reach]")
    rest = rest.replace('design = "observational"', 'design = "randomised"', 1)
    project.write_text(f"{head}[plan.reach]{rest}", encoding="utf-8")
    register = [
        p | {"groups": "left behind" if unlike and int(p["township"][1:]) < 12 else None}
        for p in people(24, 20)
    ]  # fmt: skip
    report = office(
        "reach", people=register, funnel=steps(some_of(register, 240)), sites=open_sites()
    )
    target = reach.draw_target(report, "started", "")

    assert [said.code for said in doubts(target)] == (["no_lot"] if unlike else [])
    assert [d.code for d in deductions(target)] == (["stamp"] if unlike else [])


def stepped(office, **at):
    """People of whom so many are at each step."""
    register = people(10, 30)
    rows = [row for stage, n in at.items() for row in steps(some_of(register, n), stage)]
    report = office("reach", people=register, funnel=rows)
    return reach.cascade(reach.draw_target(report, "started", ""), by=["sex"])


def test_those_who_are_not_positive_are_not_lost(office):
    found = stepped(office, identified=300, screened=300, positive=80, started=60, completed=30)

    assert found.worst == ("started", "completed")
    assert found.one("cascade_kept", step="started").value == pytest.approx(60 / 80)


def test_no_step_follows_on_those_referred_elsewhere(office):
    found = stepped(office, identified=300, started=200, completed=150, referred=40)

    assert found.one("cascade", step="referred").value == pytest.approx(40 / 300)
    assert [e.dim("step") for e in found.of("cascade_kept")] == [
        "identified", "started", "completed",
    ]  # fmt: skip
    assert found.one("cascade_kept", step="completed").value == 0.75


def test_a_step_that_is_withheld_is_not_found_by_subtraction(office):
    # Four of 300 were not identified.
    found = stepped(office, identified=296, started=200)

    assert found.one("cascade", step="identified").disclosure == "withheld"
    assert found.one("cascade_kept", step="started").disclosure == "withheld"
    assert found.one("cascade", step="started").value == pytest.approx(200 / 300)


def attended(office):
    """Children at a class, and volunteers at a training."""
    sessions = [
        {"session_id": "s1", "date": "2024-05-01", "kind": "class", "headcount": 40},
        {"session_id": "s2", "date": "2024-05-02", "kind": "training", "headcount": 60},
    ]
    came = [{"session_id": "s1", "person_id": f"c{i}", "date": "2024-05-01"} for i in range(40)]
    came += [{"session_id": "s2", "person_id": f"v{i}", "date": "2024-05-02"} for i in range(60)]
    needs = [
        {"need_id": f"n{i}", "person_id": f"c{i + 20}", "raised_at": "2024-05-01",
         "category": "tutoring"} for i in range(40)
    ]  # fmt: skip
    return office("reach", people=people(1, 5), sessions=sessions, attendance=came, needs=needs)


def test_volunteers_at_a_training_are_nobody_who_is_served(office):
    report = attended(office)
    drawn = reach.draw_visits(report)

    found = reach.visits(drawn)

    assert found.one("people_count").value == 40
    assert {e.dim("of"): e.value for e in found.of("visit_count")}["all"] == 40
    assert found.one("visit_fault", fault="staff").value == 60
    listed = reach.two_lists(reach.draw_lists(report, ("attendance", "needs")), [2.0], 0.95)
    assert listed.one("on_lists", list="first").value == 40
    assert reach.draw_trend(report, lead=0).dated == 40


def test_only_trainings_are_no_visits(office):
    sessions = [{"session_id": "s", "date": "2024-05-02", "kind": "supervision", "headcount": 9}]
    came = [{"session_id": "s", "person_id": f"v{i}", "date": "2024-05-02"} for i in range(60)]
    report = office("reach", people=people(1, 5), sessions=sessions, attendance=came)

    assert reason(reach.draw_visits(report)) == "no_attendance"


def test_months_without_a_record_have_no_mean(office):
    came = [
        {"session_id": f"s{m}-{day}", "person_id": f"p{i}", "date": f"2024-{m:02d}-{day}"}
        for m in (1, 2, 3, 6) for day in ("02", "28") for i in range(20 * m, 20 * m + 30)
    ]  # fmt: skip
    report = office("reach", people=people(1, 5), attendance=came)

    found = reach.trend(reach.draw_trend(report, lead=0), planned=100, level=0.95)

    assert reason(found) == "list_gaps"
    assert "in 2 months" in found.estimate.reason.text["en"]


def test_boys_and_girls_are_all_that_is_needed(office):
    both = [row | {"sex": sex} for sex in ("male", "female") for row in counts(*BANDS)]

    found = reach.coverage(target_of(office, BOYS_AND_GIRLS, population=both), by="age_band")

    assert found.one("counted_people", age_band="all").value == 1200
