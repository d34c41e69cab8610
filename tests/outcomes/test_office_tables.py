"""Reports from the offices' own tables: who counts, what is refused, and the mark."""

from dataclasses import replace

import numpy as np
import pytest
from tests.outcomes.tables import asked, cases, contacts, drawn, people, survey

from evalkit import present
from evalkit.errors import DataError
from evalkit.outcomes import reach, recidivism, satisfaction
from evalkit.outcomes.report import Refusal
from evalkit.trace import recording
from evalkit.words import sentence


def test_recidivism_is_counted_from_case_files_and_contacts(office):
    report = office("recidivism", cases=cases(), events=contacts(30, 40))

    followed = drawn(report)
    effect = recidivism.compare(followed, report.plan.estimator, report.plan.level)

    flow = {s.code: (s.left_out, s.kept) for s in followed.cohort.flow}
    assert flow == {
        "all": (0, 200), "in_groups": (0, 200), "linked": (20, 180), "consented": (0, 180),
        "mature": (0, 180),
    }  # fmt: skip
    assert effect.one("risk", group="programme").value == pytest.approx(30 / 90)
    assert effect.one("risk", group="comparison").value == pytest.approx(40 / 90)
    assert "已与记录比对" in present.flow_table(followed).html["zh"]


def test_a_longer_window_finds_fewer_mature_people(office):
    report = office("recidivism", cases=cases(), events=contacts(30, 40))

    followed = drawn(report, window=800)

    assert followed.cohort.n == 0
    assert isinstance(recidivism.compare(followed, "newcombe", 0.95), Refusal)


def test_another_definition_counts_other_stages(office):
    report = office("recidivism", cases=cases(), events=contacts(30, 40))

    followed = drawn(report, definition="police_contact")

    # Who was convicted was in contact with the police.
    assert followed.cohort.frame["event"].sum() == 70


def test_a_response_rate_is_given_where_dispositions_are(office):
    report = office("satisfaction", survey=survey())
    answers = satisfaction.draw_answers(report, "overall", "")

    rate = satisfaction.response_rate(answers)
    top = satisfaction.top_box(answers, "respondent_kind", ("overall_5",), "wilson", 0.95)

    found = rate.one("response_rate")
    assert (found.value, found.n, found.events, found.plan) == (0.5, 400, 200, "planned")
    assert top.one("top_box", respondent_kind="all").value == pytest.approx(110 / 200)
    shown = present.response_table(rate)
    assert "AAPOR" in shown.text["en"] and "50.0%" in shown.html["zh"]


def test_those_not_eligible_are_no_part_of_the_response_rate(office):
    more = [asked(900 + i, None, disposition="not_eligible") for i in range(100)]
    report = office("satisfaction", survey=survey() + more)

    rate = satisfaction.response_rate(satisfaction.draw_answers(report, "overall", ""))

    assert rate.one("response_rate").n == 400


@pytest.mark.parametrize("design", ["psu", "weight"])
def test_a_sample_with_a_design_gets_no_simple_interval(office, design):
    rows = survey()
    for number, row in enumerate(rows):
        row[design] = "East" if design == "psu" else 1.0 + number % 2
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    refused = satisfaction.top_box(answers, "respondent_kind", ("overall_5",), "wilson", 0.95)

    assert isinstance(refused, Refusal)
    assert "would be too short" in refused.estimate.reason.text["en"]


def test_the_design_gives_the_population_s_share_and_a_wider_interval(office):
    random = np.random.default_rng(8)
    rows = []
    for village in range(20):
        mood = random.random()
        for i in range(15):
            answer = 5 if random.random() < mood else 1
            design = {"psu": f"V{village}", "stratum": f"S{village % 2}", "weight": 1.0 + village}
            rows.append(asked(100 * village + i, answer, **design))
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    found = satisfaction.top_box(answers, "respondent_kind", ("overall_5",), "design", 0.95)

    everyone = found.one("top_box", respondent_kind="all")
    weight = np.array([row["weight"] for row in rows])
    content = np.array([row["overall"] == 5 for row in rows])
    true = (weight * content).sum() / weight.sum()
    assert everyone.value == pytest.approx(true, abs=0.0005)
    simple = 2 * 1.96 * np.sqrt(true * (1 - true) / 300)
    assert everyone.high - everyone.low > 1.5 * simple
    assert everyone.method.text["en"].startswith("weighted share")
    shown = present.top_box_table(found)
    assert "weighted to the population" in shown.html["en"] and "按权数" in shown.html["zh"]
    # Not "of those who answered": their own share is another.
    said = present.headline(satisfaction.verdict(found)).text
    assert said["en"].startswith("Weighted to the population") and "300" in said["en"]
    assert said["zh"].startswith("按权数推算")


def test_who_has_no_weight_among_others_is_not_given_one(office):
    rows = [asked(i, 5, weight=None if i % 9 == 0 else 2.0, psu=f"V{i % 8}") for i in range(200)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    found = satisfaction.top_box(answers, "respondent_kind", ("overall_5",), "design", 0.95)

    # The estimator's refusal takes away the shares, and not the report.
    everyone = found.one("top_box", respondent_kind="all")
    assert everyone.value is None and "weight" in everyone.reason.text["en"]
    assert satisfaction.verdict(found).estimates[0].verdict == "not_assessable"


def test_a_survey_that_nobody_answered_is_refused_with_a_sentence(office):
    rows = [asked(i, None) for i in range(80)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    top = satisfaction.top_box(answers, "respondent_kind", ("overall_5",), "wilson", 0.95)

    assert isinstance(top, Refusal)


def test_case_files_without_a_row_are_no_data(office):
    report = office("recidivism", cases=[])

    with pytest.raises(DataError) as caught:
        drawn(report)
    assert "the table is empty" in sentence(caught.value, "en")


def test_answers_without_a_design_have_none_to_respect(study_of_counts):
    with pytest.raises(DataError) as caught:
        satisfaction.top_box(study_of_counts, "respondent_kind", ("overall_5",), "design", 0.95)
    assert "carry no weights" in sentence(caught.value, "en")


@pytest.fixture
def study_of_counts(office):
    answers = satisfaction.draw_answers(office("satisfaction", survey=survey()), "overall", "")
    frame = answers.cohort.frame.drop(columns="psu")
    return replace(answers, cohort=replace(answers.cohort, frame=frame))


def test_reach_counts_people_and_not_steps(office):
    random = np.random.default_rng(4)
    register = people()
    started = [p["person_id"] for p in register if random.random() < 0.4]
    steps = [
        {"person_id": p, "stage": stage, "date": "2024-05-01"}
        for p in started
        for stage in ("offered", "started", "completed")
    ]
    report = office("reach", people=register, funnel=steps)

    target = reach.draw_target(report, "started", "")
    by_place = reach.shares(target, "township", "wilson", 0.95)
    shares = reach.shares(target, "sex", "clustered", 0.95)
    difference = reach.difference(target, "exposure", 0.95)

    value = shares.one("share_reached", sex="all").value
    assert value == pytest.approx(len(started) / 480, abs=0.011)
    # A choice is named by the table's shape; places of twenty people have no share, and so no
    # name either.
    assert shares.one("share_reached", sex="sex_male").group.text["zh"] == "男"
    assert [e.dim("township") for e in by_place.estimates] == ["township_pooled", "all"]
    # Nobody knows where the sites are: there is a share, but nobody to compare.
    assert isinstance(difference, Refusal)


def test_made_up_tables_mark_every_estimate_in_every_outcome(office):
    report = office("recidivism", "made_up", cases=cases(), events=contacts(30, 40))
    followed = drawn(report)
    effect = recidivism.compare(followed, "newcombe", 0.95)

    for estimate in (*followed.estimates, *effect.estimates):
        assert estimate.made_up
        names, prints = zip(*estimate.data, strict=True)
        assert names == ("guigang-cases", "guigang-events")
        assert all(len(fingerprint) == 64 for fingerprint in prints)


def test_that_a_table_is_not_there_is_noted(office, tmp_path):
    report = office("recidivism", cases=cases())
    with recording() as trace:
        assert report.table is not None

    missing = {name for (name, _), digest in trace.reads.items() if digest == ""}
    clean = tmp_path / "data" / "clean" / "guigang"
    tables = {name for name in missing if name.endswith(".parquet")}
    assert tables == {str(clean / "events.parquet"), str(clean / "absences.parquet")}
    assert missing - tables == {str(clean / "cases.json")}


def test_an_area_without_its_table_is_refused_as_before(office):
    report = office("recidivism", people=people(1, 1))

    assert report.spec is None
    assert isinstance(drawn(report), Refusal)


def test_who_was_drawn_alone_is_no_villager_of_a_village_called_by_a_number(office):
    given = [1] * 30 + [4] * 60 + [5] * 110
    rows = [asked(i, a, psu=f"{i % 8}" if i >= 100 else None) for i, a in enumerate(given)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")
    frame = answers.cohort.frame
    village = frame["psu"].where(frame["psu"] == "", "V" + frame["psu"])
    named = replace(answers, cohort=replace(answers.cohort, frame=frame.assign(psu=village)))

    first, second = (
        satisfaction.top_box(drawn_by, "respondent_kind", ("overall_5",), "design", 0.95)
        for drawn_by in (answers, named)
    )

    # What a village is called changes no interval.
    one, other = (found.one("top_box", respondent_kind="all") for found in (first, second))
    assert (one.low, one.high) == (other.low, other.high)
