"""One row a sampled person, and one row a person of the target population."""

import pytest
from tests.cohort.office import spec, write

from evalkit.cohort import answers, uptake
from evalkit.intake.clean import read_clean


@pytest.fixture
def table(tmp_path):
    return lambda shape, rows: read_clean(spec(write(tmp_path, shape, rows), shape))


def asked(number, disposition="interview", overall=4, wave="2024", **more):
    return {
        "respondent_id": str(number), "wave": wave, "instrument": "q1",
        "respondent_kind": "parent", "disposition": disposition, "scale_min": 1,
        "scale_max": 5, "overall": overall,
    } | more  # fmt: skip


def test_only_the_last_wave_and_those_who_answered_count(table):
    made = answers(
        table(
            "survey",
            [
                asked(1, wave="2023"),
                asked(2),
                asked(3, "partial", 5),
                asked(4, "refusal", None),
                asked(5, "interview", None),
            ],
        ),
        "overall",
    )

    counts = made.frame[list(made.rules)].all(axis=1)
    assert counts.tolist() == [False, True, True, False, False]
    assert made.frame["answer"].tolist() == ["overall_4", "overall_4", "overall_5", "", ""]
    assert made.frame["count"].tolist() == [1] * 5


def test_a_sample_without_a_design_counts_all_alike(table):
    made = answers(table("survey", [asked(1), asked(2)]), "overall")

    assert made.frame["weight"].tolist() == [1.0, 1.0]


def test_who_has_no_weight_among_others_keeps_none(table):
    made = answers(table("survey", [asked(1), asked(2, weight=3.0, psu="East")]), "overall")

    assert made.frame["weight"].isna().tolist() == [True, False]
    assert made.frame["psu"].tolist() == ["", "East"]


def person(number, township="East"):
    return {"person_id": str(number), "township": township, "age_band": "14-17", "sex": "male"}


def test_reached_are_those_who_started_each_once(table):
    people = table("people", [person(1), person(2, "West"), person(3, None), person(4)])
    steps = [
        {"person_id": "1", "stage": "started", "date": "2024-01-01"},
        {"person_id": "1", "stage": "completed", "date": "2024-03-01"},
        {"person_id": "2", "stage": "offered", "date": "2024-01-01"},
        {"person_id": "9", "stage": "started", "date": "2024-01-01"},
    ]
    sites = [{"site_id": "s1", "name": "s", "kind": "station", "township": "East"}]

    made = uptake(people, table("funnel", steps), table("sites", sites))

    assert made.frame["reached"].tolist() == [1, 0, 0, 0]
    assert made.frame["exposure"].isna().tolist() == [False, False, True, False]
    assert made.frame["exposure"].dropna().tolist() == [1, 0, 1]
    assert made.frame["cluster"].tolist() == ["East", "West", "", "East"]


def test_without_steps_or_sites_nothing_is_known_of_anybody(table):
    made = uptake(table("people", [person(1)]), None, None)

    assert made.frame[["reached", "exposure"]].isna().all(axis=None)
