"""One row a sampled person, and one row a person of the target population."""

import pytest
from tests.cohort.office import spec, write

from evalkit.cohort import answers, known_steps, matched, uptake
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


# Who was at a later step was at the earlier one; who was screened need not have been offered.
STEPS = [("identified", 5), ("screened", 1), ("offered", 3), ("started", 2), ("completed", 1),
         ("left", 1), ("referred", 0)]  # fmt: skip


@pytest.mark.parametrize(("stage", "many"), STEPS)
def test_reached_are_those_who_were_at_the_step_that_is_asked_for_or_beyond_it(table, stage, many):
    people = table("people", [person(n) for n in range(1, 7)])
    at = {1: "completed", 2: "started", 3: "offered", 4: "screened", 5: "left"}
    steps = [{"person_id": str(n), "stage": s, "date": "2024-01-01"} for n, s in at.items()]

    made = uptake(people, table("funnel", steps), None, stage)

    assert int(made.frame["reached"].sum()) == many


def test_without_steps_or_sites_nothing_is_known_of_anybody(table):
    made = uptake(table("people", [person(1)]), None, None)

    assert made.frame[["reached", "exposure"]].isna().all(axis=None)


def order(number, person, done="2025-03-08 10:30"):
    return {
        "ticket_id": str(number), "person_id": person, "ordered_at": "2025-03-07 14:20",
        "completed_at": done,
    }  # fmt: skip


def test_without_a_table_of_steps_a_finished_order_is_what_reaches_somebody(table):
    people = table("people", [person(n) for n in (1, 2, 3)])
    orders = table("tickets", [order(1, "1"), order(2, "1", None), order(3, "2", None)])

    steps = known_steps(None, orders)

    made = uptake(people, steps, None)
    assert made.frame["reached"].tolist() == [1, 0, 0]
    assert made.frame["recorded"].tolist() == [True, True, False]
    # The table itself comes first, where it was handed in.
    funnel = table("funnel", [{"person_id": "3", "stage": "started", "date": "2024-01-01"}])
    assert known_steps(funnel, orders) is funnel
    assert known_steps(None, None) is None


def test_an_order_without_a_person_counts_as_one_who_is_not_found(table):
    people = table("people", [person(1), person(2)])
    orders = table("tickets", [order(1, "1"), order(2, None), order(3, None)])

    assert matched(known_steps(None, orders), people) == (1, 3)


def test_a_question_has_the_scale_that_is_its_own(table):
    rows = [
        asked(1, item_1=9, item_scales="1: 0-10; 10: 1-7", item_10=7),
        asked(2, item_1=4),
    ]
    made = {item: answers(table("survey", rows), item).frame for item in ("item_1", "item_10")}

    assert made["item_1"]["scale_max"].tolist() == [10, 5]
    assert made["item_1"]["scale_min"].tolist() == [0, 1]
    assert made["item_10"]["scale_max"].tolist() == [7, 5]
    assert answers(table("survey", rows), "overall").frame["scale_max"].tolist() == [5, 5]


def test_the_ends_of_a_turned_question_are_told_from_low_to_high(table):
    rows = [asked(1, item_1=4, item_scales="1: 5-1; overall: 10-0"), asked(2, item_1=4)]

    made = {item: answers(table("survey", rows), item).frame for item in ("item_1", "overall")}
    assert made["item_1"][["scale_min", "scale_max"]].to_numpy().tolist() == [[1, 5], [1, 5]]
    assert made["overall"][["scale_min", "scale_max"]].to_numpy().tolist() == [[0, 10], [1, 5]]


def test_a_survey_is_split_by_sex_age_and_columns_of_one_s_own(table):
    made = answers(table("survey", [asked(1, sex="male", age=30, group_2="North")]), "overall")

    assert made.frame.loc[0, ["sex", "age", "group_1", "group_2"]].tolist() == [
        *("male", 30, "", "North"),
    ]
