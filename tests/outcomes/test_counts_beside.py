"""Printed counts of people and person-times beside what the data hold of the same unit."""

from evalkit import present
from evalkit.outcomes import reach

from .test_reach_gates import people, some_of, steps


def visits(persons, each):
    """Activities to which every one of these came, with two more whom no list names."""
    sessions = [
        {"session_id": f"s{i}", "date": "2024-05-01", "kind": "class",
         "headcount": len(persons) + 2}
        for i in range(each)
    ]  # fmt: skip
    came = [
        {"session_id": s["session_id"], "person_id": p["person_id"], "date": s["date"]}
        for s in sessions for p in persons
    ]  # fmt: skip
    return {"sessions": sessions, "attendance": came}


def beside(report):
    attended = reach.draw_visits(report)
    registered = reach.draw_volunteers(report, days=365)
    target = reach.draw_target(report, "started", "")
    return reach.beside_printed(
        report,
        reach.visits(attended),
        reach.cascade(target, by=()),
        reach.volunteers(registered, (0.1,), 0.95),
    )


def texts(found):
    return {
        e.dim("claim"): (e.population.text["en"], e.reason.text["en"])
        for e in found.of("printed_beside")
    }


def test_people_stand_beside_people_and_person_times_beside_visits(office):
    register = people(10, 20)
    report = office("reach", people=register, funnel=steps(some_of(register, 100)),
                    **visits(register[:60], 5))  # fmt: skip

    found = beside(report)

    told = texts(found)
    units = {c.claim_id: (c.unit.code, c.indicator) for c in report.claims}
    assert {units[claim][0] for claim in told} == {"persons", "person_times"}
    for claim, (held, _) in told.items():
        unit, indicator = units[claim]
        # Nothing is known of volunteers here, so nothing stands beside them.
        assert "volunteer" not in indicator
        # 60 people came five times, and two others each time.
        expected = ("visits 310" if unit == "person_times"
                    else "people behind them 60, people at “service started” 100")  # fmt: skip
        assert held == expected
    table = present.counts_beside_table(found).content["en"]
    assert f"beside them: {len(told)}" in table.title


def test_a_printed_count_without_a_date_is_not_compared(office):
    register = people(10, 20)
    report = office("reach", people=register, funnel=steps(some_of(register, 100)),
                    **visits(register[:60], 5))  # fmt: skip
    dated = {c.claim_id: c.dated for c in report.claims}

    for claim, (_, reason) in texts(beside(report)).items():
        assert reason.startswith("Of the same unit") == (dated[claim] == "yes")
        assert reason.startswith("Not compared") == (dated[claim] != "yes")


def test_volunteers_stand_beside_volunteers(office):
    register = people(10, 20)
    members = [{"person_id": f"v{i}", "joined_at": "2020-01-01"} for i in range(50)]
    hours = [
        {"record_id": f"r{i}", "person_id": f"v{i}", "date": "2024-05-01", "hours": 2.0}
        for i in range(20)
    ]  # fmt: skip
    report = office("reach", people=register, funnel=steps(some_of(register, 100)),
                    volunteers=members, hours=hours)  # fmt: skip

    told = texts(beside(report))

    volunteers = [held for held, _ in told.values() if "volunteers" in held]
    assert volunteers == ["registered volunteers 50, active volunteers 20"]


def test_without_data_nothing_stands_beside_what_is_printed(office):
    report = office("reach", people=people(10, 20))

    found = beside(report)

    assert found.estimates == ()
    assert present.counts_beside_table(found).content["en"].frame == "absent"
