"""One row a person out of the files of the offices: who is followed, until when, for what."""

import numpy as np
import pytest
from tests.cohort.office import case, event, spec, write

from evalkit.cohort import follow_up
from evalkit.intake.clean import read_clean


@pytest.fixture
def made(tmp_path):
    def make(cases, events=None, absences=None, window=365):
        tables = {"cases": cases, "events": events, "absences": absences}
        read = {
            shape: None if rows is None else read_clean(spec(write(tmp_path, shape, rows), shape))
            for shape, rows in tables.items()
        }
        return follow_up(read["cases"], read["events"], read["absences"], window)

    return make


def row(table, place=0):
    return table.frame.iloc[place]


def test_the_first_contact_after_the_index_counts_in_days(made):
    table = made(
        [case("a")],
        [
            event("1", "a", "2023-03-02"),
            event("2", "a", "2023-02-01"),
            event("3", "b", "2023-01-05"),
        ],
    )

    assert (row(table)["police_contact"], row(table)["police_contact_time"]) == (1, 31)
    assert row(table)["convicted"] == 0
    assert row(table)["convicted_time"] == 911
    assert table.unit == "day" and len(table.frame) == 1


@pytest.mark.parametrize("date", ["2023-01-01", "2022-12-01"])
def test_the_index_event_and_what_was_before_are_no_later_contact(made, date):
    table = made([case("a")], [event("1", "a", date)])

    assert row(table)["police_contact"] == 0


def test_an_event_after_the_end_of_follow_up_is_not_seen(made):
    table = made([case("a", follow_up_end="2023-03-01")], [event("1", "a", "2023-03-02")])

    assert (row(table)["police_contact"], row(table)["police_contact_time"]) == (0, 59)


def test_who_moves_away_is_lost_to_the_local_police_only(made):
    stages = [event("1", "a", "2023-06-01", d) for d in ("police_contact", "prosecuted")]
    away = [{"person_id": "a", "start": "2023-04-11", "reason": "moved_away"}]

    table = made([case("a")], stages, away)

    assert (row(table)["police_contact"], row(table)["police_contact_time"]) == (0, 100)
    assert (row(table)["prosecuted"], row(table)["prosecuted_time"]) == (1, 151)


@pytest.mark.parametrize("reason", ["custody", "special_school", "hospital", "other"])
def test_other_absences_do_not_end_follow_up(made, reason):
    away = [{"person_id": "a", "start": "2023-04-11", "reason": reason}]

    assert row(made([case("a")], [], away))["police_contact_time"] == 911


def test_death_ends_follow_up_of_everything(made):
    away = [{"person_id": "a", "start": "2023-04-11", "reason": "died"}]

    found = row(made([case("a")], [], away))

    assert (found["police_contact"], found["police_contact_time"]) == (0, 100)
    assert (found["prosecuted"], found["prosecuted_time"], found["died_on"]) == (0, 100, 100)
    # Nothing more is waited for: the dead are as mature as anybody.
    assert found["mature"] and found["followed"]


@pytest.mark.parametrize("day", ["2022-03-01", "2023-05-01"])
def test_a_death_that_a_record_contradicts_is_no_death(made, day):
    away = [{"person_id": "a", "start": day, "reason": "died"}]

    found = row(made([case("a")], [event("1", "a", "2023-06-01")], away))

    assert found["death_impossible"] and (found["police_contact"], found["died_on"] > 0) == (
        1,
        False,
    )


@pytest.mark.parametrize(
    ("spells", "days"),
    [
        # 11 to 20 April: both ends are days of the spell.
        ([("custody", "2023-04-11", "2023-04-20")], 10),
        (
            [
                ("special_school", "2023-04-11", "2023-04-20"),
                ("hospital", "2023-05-01", "2023-05-01"),
            ],
            11,
        ),
        # Overlapping spells count once.
        ([("custody", "2023-04-11", "2023-04-20"), ("hospital", "2023-04-15", "2023-04-25")], 15),
        # What was before the index date, or after the window, is none of its time.
        ([("custody", "2022-12-01", "2023-01-05")], 5),
        ([("custody", "2023-12-30", "2024-03-01")], 2),
        # A spell that still goes on lasts to the end of the window.
        ([("custody", "2023-12-02", None)], 30),
        ([("moved_away", "2023-04-11", None)], 0),
        # Away for a reason that is not named is not known to be at risk.
        ([("other", "2023-04-11", "2023-04-20")], 10),
    ],
)
def test_days_not_at_liberty_are_counted_once_and_within_the_window(made, spells, days):
    away = [
        {"person_id": "a", "reason": reason, "start": start} | ({"end": end} if end else {})
        for reason, start, end in spells
    ]

    assert row(made([case("a")], [], away))["prosecuted_away"] == days


def test_days_not_at_liberty_end_with_the_event(made):
    away = [{"person_id": "a", "reason": "custody", "start": "2023-03-01", "end": "2023-12-31"}]

    found = row(made([case("a")], [event("1", "a", "2023-03-11")], away))

    # The contact is on day 69; custody began on day 59.
    assert (found["police_contact_time"], found["police_contact_away"]) == (69, 10)


@pytest.mark.parametrize(
    ("deed", "proof", "counts"),
    [
        ("2023-06-01", "2023-07-01", True),
        # The last day of the window and the waiting time: 365 + 183 days.
        ("2023-06-01", "2024-07-02", True),
        ("2023-06-01", "2024-07-03", False),
        ("2023-06-01", None, False),
    ],
)
def test_a_reoffence_is_proven_in_the_window_or_six_months_more(made, deed, proof, counts):
    stages = [
        event("1", "a", deed),
        event("1", "a", deed, "convicted", proven_date=proof),
    ]

    found = row(made([case("a")], stages))

    assert found["proven_reoffence"] == counts
    assert found["proven_reoffence_time"] == (151 if counts else 911 - 183)


def test_another_window_proves_another_contact(made):
    stages = [event("1", "a", "2023-06-01", "convicted", proven_date="2024-07-03")]

    assert row(made([case("a")], stages, window=366))["proven_reoffence"] == 1


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, {"linked", "consented", "mature"}),
        ({"linked": False}, {"consented", "mature"}),
        ({"linked": None}, {"consented", "mature"}),
        ({"consent": False}, {"linked", "mature"}),
        # An empty cell is no consent.
        ({"consent": None}, {"linked", "mature"}),
        ({"consent": True}, {"linked", "consented", "mature"}),
        ({"follow_up_end": "2024-07-02"}, {"linked", "consented", "mature"}),
        ({"follow_up_end": "2024-07-01"}, {"linked", "consented"}),
        ({"follow_up_end": None}, {"linked", "consented"}),
    ],
)
def test_who_counts_is_said_by_rules(made, more, counts):
    table = made([case("a", **more)])

    assert {name for name in table.rules if row(table)[name]} == counts


def test_the_group_is_that_of_the_index_whenever_the_plan_starts(made):
    late = case("a", referral_date="2023-05-01", plan_start="2023-09-01")
    never = case("b")

    table = made([late, never, case("c", assigned="comparison")])

    assert table.frame["group"].tolist() == ["programme", "programme", "comparison"]


def test_what_it_rests_on_is_every_file(made):
    table = made([case("a")], [], [])

    assert [name for name, _ in table.data] == [
        *("guigang-cases", "guigang-events", "guigang-absences")
    ]
    assert [name for name, _ in made([case("a")]).data] == ["guigang-cases"]


def test_only_a_conditional_decision_not_to_prosecute_can_be_revoked(made):
    decisions = ("conditional_non_prosecution", "non_prosecution", None)
    files = [case(f"p{i}", index_decision=said) for i, said in enumerate(decisions)]

    assert made(files).frame["revocable"].tolist() == [True, False, False]


def proven(number, date, severity=None, **more):
    given = {"definition": "convicted", "proven_date": "2023-09-01", "severity": severity}
    return event(number, "a", date, **given | more)


def test_a_contact_counts_once_whatever_stages_it_reached(made):
    stages = [
        event("1", "a", "2023-03-01", stage)
        for stage in ("police_contact", "case_opened", "prosecuted")
    ]

    found = row(made([case("a")], [*stages, event("2", "a", "2023-04-01")]))

    assert (found["police_contact_count"], found["case_opened_count"]) == (2, 1)
    assert (found["convicted_count"], found["revoked_count"]) == (0, 0)


def test_contacts_count_within_the_window_and_while_the_person_is_seen(made):
    dates = ["2023-02-01", "2023-06-01", "2024-02-01"]
    events = [event(str(i), "a", date) for i, date in enumerate(dates)]
    away = [{"person_id": "a", "start": "2023-04-01", "reason": "moved_away"}]

    assert row(made([case("a")], events))["police_contact_count"] == 2
    # Who moved away is not seen by the local police any more.
    assert row(made([case("a")], events, away))["police_contact_count"] == 1


def test_proven_contacts_count_one_by_one(made):
    late = proven("3", "2023-03-03", proven_date="2025-05-01")

    found = row(made([case("a")], [proven("1", "2023-03-01"), proven("2", "2023-03-02"), late]))

    assert found["proven_reoffence_count"] == 2


def test_the_gravest_of_the_contacts_is_told_and_an_ungraded_one_may_be_it(made):
    graded = [proven("1", "2023-03-01", 2), proven("2", "2023-04-01", 4)]

    assert row(made([case("a")], graded))["proven_reoffence_gravest"] == 4
    assert row(made([case("a")], []))["proven_reoffence_gravest"] == 0
    ungraded = row(made([case("a")], [*graded, proven("3", "2023-05-01")]))
    assert np.isnan(ungraded["proven_reoffence_gravest"])


def test_time_at_liberty_is_the_window_less_confinement_and_what_follows_death(made):
    held = [{"person_id": "a", "start": "2023-02-01", "end": "2023-02-10", "reason": "custody"}]
    died = [{"person_id": "a", "start": "2023-04-11", "reason": "died"}]

    assert row(made([case("a")], []))["at_liberty"] == 365
    assert row(made([case("a")], [], held))["at_liberty"] == 355
    assert row(made([case("a")], [], held + died))["at_liberty"] == 90


def test_of_the_dead_no_proof_is_waited_for(made):
    # Seen for 400 days, which leaves no half a year for a proof; dead on the 380th.
    died = [{"person_id": "a", "start": "2024-01-16", "reason": "died"}]

    found = row(made([case("a", follow_up_end="2024-02-05")], [], died))

    assert found["mature"] and found["proven_reoffence_time"] == 380
