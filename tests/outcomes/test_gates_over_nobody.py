"""A gate over nobody is no gate that holds."""

from tests.cohort.office import case

from evalkit.outcomes import reach, recidivism
from evalkit.outcomes.requirements import failing, first_failed, requirement
from evalkit.words import Term

from .conftest import people as followed_people
from .tables import drawn
from .test_lost_and_thin import FILES, FOUND, STAGE, registered

FOUND_IT = Term("found", {"en": "nobody", "zh": "无人"})


def states(found):
    return {e.dim("gate"): e.method.code for e in found.of("gate")}


def one_group(report_of, **tables):
    files = [f for f in FILES if f["assigned"] == "programme"]
    ours = {f["person_id"] for f in files}
    rows = [row for row in FOUND if row["person_id"] in ours]
    return report_of("recidivism", cases=files, events=rows, **tables)


def test_a_comparison_group_of_nobody_passes_no_gate_of_its_people(study):
    # Of a linked table; the comparison group is named in the plan and has no row.
    report = study(followed_people("participant", 100, 20), followed_people("other", 5, 1))

    found = states(recidivism.gates(drawn(report)))

    assert found["too_few"] == "failed"
    assert {code for code, state in found.items() if state == "passed"} == set()


def test_case_files_of_one_group_alone_pass_no_gate_of_two(office):
    away = [{"person_id": FILES[0]["person_id"], "start": "2022-02-01", "end": "2022-02-05",
             "reason": "custody"}]  # fmt: skip
    report = one_group(office, absences=away)

    found = states(recidivism.gates(drawn(report, definition=STAGE)))

    passed = {code for code, state in found.items() if state == "passed"}
    assert passed <= {"events_there", "events_matched", "absences_matched"}
    assert found["searched"] == found["too_few"] == "failed"


def test_a_cohort_of_nobody_passes_no_gate_of_its_people(office):
    files = [f | {"consent": None} for f in FILES]
    report = office("recidivism", cases=files, events=FOUND)

    found = states(recidivism.gates(drawn(report, definition=STAGE)))

    assert found["too_few"] == "failed" and found["unequal_follow_up"] == "unknown"


def test_what_nobody_is_there_to_be_judged_by_is_told_once(office):
    refused = recidivism.compare(
        drawn(one_group(office), definition=STAGE), "newcombe", 0.95
    ).estimate

    # One thing to do and no list of what follows from it.
    assert refused.reason.code == "searched"
    assert "Follow-up of" not in refused.would_pass.text["en"]


def test_what_is_judged_of_nobody_stops_by_itself_as_well(office):
    report = office("recidivism", cases=FILES, events=FOUND)
    asked = {"over": [10, 0], "share": 0.1}
    judged = requirement(report, "at_liberty", True, FOUND_IT, FOUND_IT, **asked)

    stopped = failing(report, [judged])

    assert first_failed([judged]) is judged and not judged.known
    assert "cannot be judged" in stopped.values["reason"].text["en"]


def test_townships_in_which_no_step_is_expected_do_not_pass(office):
    tables = registered()
    # Three in each: a step of one of three is less than is expected anywhere.
    few = [p for p in tables["people"] if int(p["person_id"].split("-")[1]) < 3]
    there = {p["person_id"] for p in few}
    funnel = [row for row in tables["funnel"] if row["person_id"] in there]
    report = office("reach", people=few, funnel=funnel, sites=tables["sites"])

    found = states(reach.gates(reach.draw_target(report, "started", "")))

    assert found["steps_everywhere"] == "unknown"


def test_a_township_where_steps_are_expected_still_passes(office):
    report = office("reach", **registered())

    found = states(reach.gates(reach.draw_target(report, "started", "")))

    assert found["steps_everywhere"] == "passed"


def test_an_absences_table_of_nobody_matches_nothing(office):
    report = office("recidivism", cases=FILES, events=FOUND, absences=[])

    assert (
        states(recidivism.gates(drawn(report, definition=STAGE)))["absences_matched"] == "unknown"
    )


def test_no_time_at_risk_is_no_equal_time(office):
    files = [case(f"P{i}", assigned=("programme", "comparison")[i % 2]) for i in range(200)]
    report = office("recidivism", cases=files, events=FOUND)
    followed = drawn(report, definition=STAGE)
    followed.cohort.frame["time"] = 0.0

    assert "passed" not in {
        state for code, state in states(recidivism.gates(followed)).items() if code == "at_liberty"
    }
