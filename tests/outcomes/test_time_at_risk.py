"""Time in which nothing could happen, death, and what a shorter follow-up still allows."""

import pytest
from tests.outcomes.tables import cases, contacts, drawn
from tests.outcomes.test_requirements import everything, failed, rows

from evalkit import present
from evalkit.outcomes import recidivism
from evalkit.outcomes.report import Refusal


def spells(reason, n, start="2023-01-02", end="2023-10-31", group="comparison"):
    return [
        {"person_id": f"{group}{i}", "reason": reason, "start": start, "end": end}
        for i in range(10, 10 + n)
    ]


@pytest.mark.parametrize("reason", ["custody", "special_school", "hospital"])
def test_a_group_that_was_locked_up_is_not_compared(office, reason):
    report = office(
        "recidivism", cases=cases(), events=contacts(30, 40), absences=spells(reason, 80)
    )

    assert failed(report) == ["at_liberty"]
    assert all(isinstance(exhibit, Refusal) for exhibit in everything(report))


def test_time_away_that_both_groups_share_is_compared_and_told(office):
    both = spells("custody", 60) + spells("custody", 60, group="programme")
    report = office("recidivism", cases=cases(), events=contacts(30, 40), absences=both)

    assert failed(report) == []
    shown = present.gates_table(recidivism.gates(drawn(report)))
    assert "% of the time" in shown.html["en"]


def test_that_absences_are_not_known_is_told(office):
    report = office("recidivism", cases=cases(), events=contacts(30, 40))

    found = recidivism.gates(drawn(report))
    shown = present.gates_table(found)
    # Unknown is not passed.
    assert found.one("gate", gate="at_liberty").method.text["en"] == "not known"
    assert "16 of 17 hold" in shown.text["en"]
    assert "no table of absences was handed in" in shown.html["en"]
    assert "没有报送" in shown.html["zh"]


def test_the_dead_stay_among_those_of_whom_a_share_is_one(office):
    died = [{"person_id": f"{group}{i}", "reason": "died", "start": "2023-02-01"}
            for group in ("programme", "comparison") for i in range(60, 75)]  # fmt: skip
    report = office("recidivism", cases=cases(), events=contacts(30, 40), absences=died)

    followed = drawn(report)
    effect = recidivism.compare(followed, "newcombe", 0.95)

    assert effect.one("risk", group="programme").value == pytest.approx(30 / 90)
    assert int(followed.cohort.frame["died"].sum()) == 30
    # They are no longer at risk, and the curve says what it is of.
    assert (followed.cohort.frame.loc[followed.cohort.frame["died"], "time"] == 31).all()
    curve = recidivism.curve(followed, "log-log", 0.95)
    last = curve.of("cumulative_incidence", group="programme")[-1]
    assert last.value == pytest.approx(30 / 90)
    assert "death as a competing event" in last.method.text["en"]


def test_a_group_that_died_is_not_compared(office):
    died = [{"person_id": f"programme{i}", "reason": "died", "start": "2023-01-04"}
            for i in range(60, 90)]  # fmt: skip
    report = office("recidivism", cases=cases(), events=contacts(30, 40), absences=died)

    assert failed(report) == ["deaths"]


def test_deaths_that_contacts_contradict_are_told(office):
    died = [{"person_id": f"{group}{i}", "reason": "died", "start": "2022-06-01"}
            for group in ("programme", "comparison") for i in range(20, 50)]  # fmt: skip
    report = office("recidivism", cases=cases(), events=contacts(30, 40), absences=died)

    assert failed(report) == ["deaths_possible"]


def test_no_wait_for_proof_is_asked_of_what_need_not_be_proven(office):
    # Followed for a year and no longer: a contact with the police is seen, a proof may not be.
    files = [row | {"follow_up_end": "2024-01-05"} for row in cases()]
    events = rows(30, 40, definition="police_contact", proven_date=None)
    report = office("recidivism", cases=files, events=events)

    police = drawn(report, definition="police_contact")
    proven = drawn(report)

    assert (police.cohort.n, proven.cohort.n) == (180, 0)
    effect = recidivism.compare(police, "newcombe", 0.95)
    assert effect.one("risk", group="programme").value == pytest.approx(30 / 90)


def test_a_test_that_allows_shorter_follow_up_stands_where_a_share_cannot(office):
    moved = [{"person_id": f"programme{i}", "reason": "moved_away", "start": "2023-06-01"}
             for i in range(60, 80)]  # fmt: skip
    events = rows(30, 40, definition="police_contact", proven_date=None)
    report = office("recidivism", cases=cases(), events=events, absences=moved)

    followed = drawn(report, definition="police_contact")
    effect = recidivism.compare(followed, "newcombe", 0.95)
    test = recidivism.log_rank(followed)

    assert isinstance(effect, Refusal)
    assert effect.estimate.reason.code == "unequal_follow_up"
    assert test.one("log_rank_p").value > 0
    assert "chi-square" in present.agreement(effect, test).text["en"]
