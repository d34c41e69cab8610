"""Each choice that a cell can make is counted, and none is a label alone."""

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import DataError, StudyError, UsageError
from evalkit.outcomes import open_report, reach, recidivism, satisfaction
from evalkit.words import sentence

from .conftest import ROOT
from .tables import asked, people

STEPS = ("offered", "started", "completed")
LINKED = """
[[tables]]
name = "linked"
shape = "uptake"
area = "guigang"
outcome = "reach"
file = "data/raw/linked.csv"
status = "confidential"
source = { en = "made for a test", zh = "测试用" }
licence = "none"

[tables.columns]
reached = "reached"
exposure = "exposure"
cluster = "cluster"
prize = "prize"
town = "town"
sex = "sex"
"""


def stepped(seed=4):
    """A register, of whom six, four and two in ten were at each step in turn."""
    random = np.random.default_rng(seed)
    register = people()
    luck = {row["person_id"]: random.random() for row in register}
    steps = [
        {"person_id": person, "stage": stage, "date": "2024-05-01"}
        for person, drawn in luck.items()
        for stage, share in zip(STEPS, (0.6, 0.4, 0.2), strict=True)
        if drawn < share
    ]
    shares = [sum(x < share for x in luck.values()) / len(luck) for share in (0.6, 0.4, 0.2)]
    return {"people": register, "funnel": steps}, dict(zip(STEPS, shares, strict=True))


@pytest.mark.parametrize("stage", STEPS)
def test_the_step_that_is_chosen_is_the_one_that_is_counted(office, stage):
    tables, shares = stepped()
    report = office("reach", **tables)

    target = reach.draw_target(report, stage, "")
    everyone = reach.shares(target, "sex", "wilson", 0.95).one("share_reached", sex="all")

    # Counts of 480 rounded to 5 move a share by at most 1.1 points.
    assert everyone.value == pytest.approx(shares[stage], abs=0.011)
    assert [d.parameter for d in target.deviations] == (
        [] if stage == "started" else ["definition"]
    )
    # A step without a name in the study has that of the offices' table.
    assert everyone.definition.text["zh"] not in ("", stage)


def test_the_step_that_the_plan_names_is_the_one_that_is_counted(office, project):
    # Before, a plan that named another step printed those who had started under its name.
    tables, shares = stepped()
    office("reach", **tables)
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('definition = "started"', 'definition = "completed"'))
    report = open_report(project, "guigang", "reach", "en")

    target = reach.draw_target(report, report.plan.definition, "")
    (*_, everyone) = reach.shares(target, "sex", "wilson", 0.95).estimates

    assert everyone.value == pytest.approx(shares["completed"], abs=0.011)
    assert target.deviations == ()


def test_a_plan_whose_definition_no_table_counts_is_refused_with_the_steps(office, project):
    tables, _ = stepped()
    office("reach", **tables)
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('definition = "started"', 'definition = "served"'))
    report = open_report(project, "guigang", "reach", "en")

    with pytest.raises(StudyError) as caught:
        reach.draw_target(report, "served", "")

    said = sentence(caught.value, "en")
    assert "[plan.reach]: definition = served is not known. Known: identified, screened" in said
    with pytest.raises(UsageError) as caught:
        reach.draw_target(report, "cured", "")
    assert "offered, started" in caught.value.values["allowed"]


def test_another_question_of_the_survey_is_counted_by_its_own_answers(office, project):
    rows = [asked(i, (5, 4, 1)[i % 3]) | {"item_2": (1, 5)[i % 2]} for i in range(300)]
    office("satisfaction", survey=rows)
    labels = "".join(f'{c} = {{ en = "{c}", zh = "{c}" }}\n' for c in
                     ("item_2", "item_2_1", "item_2_4", "item_2_5"))  # fmt: skip
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace("[labels]\n", f"[labels]\n{labels}"))
    report = open_report(project, "guigang", "satisfaction", "en")
    plan = report.plan

    planned = satisfaction.draw_answers(report, plan.item, "")
    other = satisfaction.draw_answers(report, "item_2", "")

    def share(answers):
        made = satisfaction.top_box(answers, plan.by, plan.top, "wilson", 0.95)
        return made.estimates[0]

    assert share(planned).value == pytest.approx(1 / 3)
    assert share(other).value == pytest.approx(1 / 2)
    assert [d.parameter for d in other.deviations] == ["item"]
    assert satisfaction.distribution(other, plan.by).estimates[0].dim("answer") == "item_2_1"


def test_a_question_that_no_survey_has_is_refused_with_those_that_are_there(office):
    report = office("satisfaction", survey=[asked(i, 5) for i in range(100)])

    with pytest.raises(UsageError) as caught:
        satisfaction.draw_answers(report, "item_99", "")

    assert caught.value.values["allowed"].startswith("overall, item_1, item_2")


@pytest.fixture
def linked(project):
    """A linked table of 60 villages in 30 towns, with an offer and a prize, randomised."""
    random = np.random.default_rng(2)
    n = 3000
    village = np.arange(n) % 60
    offer, prize = village % 2, (village // 2) % 2
    reached = random.random(n) < 0.3 + 0.2 * offer + 0.1 * prize
    frame = pd.DataFrame(
        {
            "reached": reached.astype(int), "exposure": offer, "prize": prize,
            "cluster": [f"v{v}" for v in village], "town": [f"t{v // 2}" for v in village],
            "sex": "female",
        }
    )  # fmt: skip
    (project.parent / "data" / "raw").mkdir(parents=True)
    frame.to_csv(project.parent / "data" / "raw" / "linked.csv", index=False)

    def make(old="", new=""):
        text = project.read_text(encoding="utf-8")
        labels = "".join(
            f'{code} = {{ en = "{code}", zh = "{code}" }}\n'
            for code in ("exposure_1", "exposure_0", "prize_1", "prize_0")
        )
        head, tail = text.split("[plan.reach]\n")
        tail = tail.replace('design = "observational"', 'design = "randomised"', 1)
        text = head + "[plan.reach]\n" + tail.replace(old, new, 1)
        text = text.replace("[labels]\n", f"[labels]\n{labels}", 1)
        project.write_text(text + LINKED, encoding="utf-8")
        return open_report(project, "guigang", "reach", "en")

    return make


def test_another_exposure_compares_its_own_sides(linked):
    target = reach.draw_target(linked(), "started", "")

    offer = reach.difference(target, "exposure", 0.95)
    prize = reach.difference(target, "prize", 0.95)

    # Planted 20 and 10 points; 3,000 people in 60 villages: within 5.
    assert offer.one("reach_difference").value == pytest.approx(0.2, abs=0.05)
    assert prize.one("reach_difference").value == pytest.approx(0.1, abs=0.05)
    assert prize.one("reach_difference").group.text["en"] == "prize_1"
    assert [d.parameter for d in prize.deviations] == ["exposure"]
    shown = [e.value for e in prize.of("share_reached")]
    assert shown[0] - shown[1] == pytest.approx(prize.one("reach_difference").value)
    with pytest.raises(UsageError) as caught:
        reach.difference(target, "sex", 0.95)
    assert caught.value.values["allowed"] == "exposure, prize"


def test_the_plan_s_column_is_the_cluster(linked):
    target = reach.draw_target(linked('cluster = "cluster"', 'cluster = "town"'), "started", "")

    assert target.cohort.frame["cluster"].nunique() == 30


def test_a_cluster_that_the_table_does_not_have_is_refused_with_its_columns(linked):
    report = linked('cluster = "cluster"', 'cluster = "vilage"')

    with pytest.raises(StudyError) as caught:
        reach.draw_target(report, "started", "")

    assert "[plan.reach]: cluster = vilage is not known. Known: cluster, " in sentence(
        caught.value, "en"
    )


def test_a_survey_in_which_everybody_is_of_one_mind_ends_no_report(office):
    report = office("satisfaction", survey=[asked(i, 5, weight=1 + i % 2) for i in range(300)])
    answers = satisfaction.draw_answers(report, "overall", "")

    everyone, *_ = satisfaction.top_box(
        answers, report.plan.by, report.plan.top, "design", 0.95
    ).estimates

    assert everyone.value == everyone.high == 1
    assert 0.9 < everyone.low < 1


def test_no_answer_at_all_is_no_satisfaction(office, project):
    office("satisfaction", survey=[asked(i, 5) for i in range(300)])
    report = open_report(project, "guigang", "satisfaction", "en")
    answers = satisfaction.draw_answers(report, report.plan.item, "")

    with pytest.raises(UsageError):
        satisfaction.top_box(answers, report.plan.by, (), "wilson", 0.95)

    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('top = ["overall_5"]', "top = []"), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        open_report(project, "guigang", "satisfaction", "en")
    assert "top = [] is out of range" in sentence(caught.value, "en")


@pytest.mark.parametrize("window", [0, -1, 36_526, 365.5, 52.0, True, "52"])
def test_a_window_is_a_whole_number_of_the_plans_unit(window):
    report = open_report(ROOT / "studies/reference/study.toml", "life", "recidivism", "en")

    with pytest.raises(UsageError, match="window") as caught:
        recidivism.draw_cohort(report, report.plan.definition, window, "")

    assert str(window) in str(caught.value)


@pytest.mark.parametrize("wrong", ['sex == "Male"', 'not (sex != "M")', 'sex in ["male", "man"]'])
def test_a_value_that_a_closed_list_does_not_have_is_refused(office, wrong):
    report = office("reach", **stepped()[0])

    with pytest.raises(DataError) as caught:
        reach.draw_target(report, report.plan.definition, wrong)

    told = sentence(caught.value, "en")
    assert "which its list does not have" in told and "male" in told and "female" in told


def test_a_value_of_the_list_that_nobody_has_chooses_nobody(office):
    report = office("reach", people=people())

    target = reach.draw_target(report, report.plan.definition, 'sex == "female"')

    assert target.cohort.n == 0
