"""Children, parents and other parts of a survey stand apart, each with its own silent."""

import numpy as np
import pytest
from tests.cohort.office import write

from evalkit import present
from evalkit.errors import DataError
from evalkit.outcomes import open_report, satisfaction
from evalkit.outcomes.report import Refusal

from .test_survey_told import TOP, frame, given, wave

PARENTS = 'respondent_kind == "parent"'


def family(name="2025", **changes):
    """Parents and children asked in the same places by the same questionnaire."""
    parents = wave(name, given(), **changes)
    children = wave(name, given(top=120, low=240, silent=120), respondent_kind="child", **changes)
    for row in children:
        row["respondent_id"] = f"child {row['respondent_id']}"
    return parents + children


@pytest.fixture
def reported(office):
    def make(rows, frames=(), **more):
        tables = {"survey": rows} | ({"survey_frame": list(frames)} if frames else {})
        return office("satisfaction", **tables, **more)

    return make


def draw(report, subset=""):
    return satisfaction.draw_answers(report, "overall", subset)


def test_children_and_parents_are_no_one_share(reported):
    refused = draw(reported(family()))

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "two_kinds"
    assert "respondent_kind ==" in refused.estimate.would_pass.text["en"]
    verdict = satisfaction.verdict(satisfaction.top_box(refused, "sex", TOP, "design", 0.95))
    assert verdict.estimates[0].verdict == "not_assessable"


def test_silent_children_are_not_counted_as_silent_parents(reported):
    rows = [
        row | ({"overall": None, "disposition": "refusal"} if row["respondent_kind"] == "child"
               else {})
        for row in family()
    ]  # fmt: skip

    # No child answered: what the silent could say would still be theirs.
    assert isinstance(draw(reported(rows)), Refusal)


def test_a_kind_has_its_own_silent_flow_and_response_rate(reported):
    answers = draw(reported(family(), frame("2025", 1200)), PARENTS)

    assert answers.cohort.n == 480
    steps = [(step.code, step.left_out, step.kept) for step in answers.cohort.flow]
    # 480 children are left out before it is asked who answered.
    assert steps == [
        ("all", 0, 1200), ("last_wave", 0, 1200), ("in_subset", 480, 720), ("answered", 240, 480),
    ]  # fmt: skip
    assert satisfaction.response_rate(answers).one("response_rate").n == 720
    bounds = satisfaction.silent(answers, TOP).one("silent_bounds")
    assert (bounds.low, bounds.high) == pytest.approx((300 / 720, 540 / 720), abs=0.001)
    # The frame counts both kinds, so that it is no measure of one.
    assert satisfaction.represented(answers).estimates == ()


def test_whoever_is_missing_of_those_asked_is_noticed_in_a_part_too(reported):
    answers = draw(reported(family(), frame("2025", 1260)), PARENTS)

    refused = satisfaction.silent(answers, TOP)

    # 1,260 were asked of both kinds; 1,200 are in the file.
    assert isinstance(refused, Refusal) and "1,260" in refused.estimate.reason.text["en"]


def test_a_part_not_known_of_the_silent_has_no_bounds(reported):
    rows = family()
    for i, row in enumerate(rows):
        row |= {"respondent_kind": "parent", "sex": "male" if i % 2 else "female"}
        if not row["overall"] and i % 3 == 0:
            row["sex"] = None

    answers = draw(reported(rows), 'sex == "male"')

    refused = satisfaction.silent(answers, TOP)
    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "silent_subset"


def test_a_part_known_of_the_silent_has_bounds_of_its_own(reported):
    rows = wave("2025", given())
    for i, row in enumerate(rows):
        row["sex"] = "male" if i % 2 else "female"
    men = [row["overall"] for row in rows if row["sex"] == "male"]

    bounds = satisfaction.silent(draw(reported(rows), 'sex == "male"'), TOP).one("silent_bounds")

    ends = [sum(x in kept for x in men) / len(men) for kept in ((5,), (5, None))]
    # Counts are told to the nearest five of 360.
    assert (bounds.low, bounds.high) == pytest.approx(ends, abs=0.008)


@pytest.mark.parametrize(("subset", "who"), [("", "everyone"), ('stratum == "town"', "part")])
def test_a_headline_on_a_part_says_that_it_is_one(reported, subset, who):
    rows = wave("2025", given())
    for i, row in enumerate(rows):
        row["sex"] = "male" if i % 2 else "female"

    measured = satisfaction.top_box(draw(reported(rows), subset), "sex", TOP, "design", 0.95)

    said = str(present.headline(satisfaction.verdict(measured)).content["en"])
    assert ("(everyone in the chosen part)" in said) is (who == "part")
    assert ("(everyone)" in said) is (who == "everyone")


def test_whoever_chooses_by_how_asking_ended_chooses_the_result(reported):
    with pytest.raises(DataError, match="disposition"):
        draw(reported(wave("2025", given())), 'disposition == "interview"')


def test_one_of_two_questionnaires_has_its_own_silent(reported):
    rows = wave("2025", given()) + [
        row | {"respondent_id": f"b{row['respondent_id']}"}
        for row in wave("2025", given(top=60, low=60, silent=600), instrument="b")
    ]

    answers = draw(reported(rows), 'instrument == "q"')

    bounds = satisfaction.silent(answers, TOP).one("silent_bounds")
    assert (bounds.low, bounds.high) == pytest.approx((300 / 720, 540 / 720), abs=0.001)


def test_the_design_of_a_part_keeps_the_units_of_its_whole_sample(reported, project):
    # In two of the twelve places no parent was asked, but children were.
    rows = [
        row for row in family()
        if not (row["respondent_kind"] == "parent" and row["psu"] in ("place 0", "place 7"))
    ]  # fmt: skip

    point = satisfaction.top_box(draw(reported(rows), PARENTS), "sex", TOP, "design", 0.95)
    alone = [row for row in rows if row["respondent_kind"] == "parent"]
    write(project.parent / "data" / "clean", "survey", alone, made_up=False, public=False)
    opened = open_report(project, "guigang", "satisfaction", "en")
    without = satisfaction.top_box(draw(opened), "sex", TOP, "design", 0.95)

    one, other = (found.one("top_box", sex="all") for found in (point, without))
    assert one.value == other.value
    # Of six units drawn in a stratum five hold parents: their number varies too.
    assert one.high - one.low > 1.02 * (other.high - other.low)


def test_each_kind_stands_by_itself_with_its_bounds(reported):
    report = reported(family())

    found = satisfaction.kinds(report, "overall", TOP, "design", 0.95)

    shares = {e.dim("respondent_kind"): e.value for e in found.of("kind_share")}
    assert shares == pytest.approx({"child": 120 / 360, "parent": 300 / 480}, abs=0.001)
    ends = {e.dim("respondent_kind"): (e.low, e.high) for e in found.of("kind_bounds")}
    assert ends["child"] == pytest.approx((120 / 480, 240 / 480), abs=0.001)
    assert ends["parent"] == pytest.approx((300 / 720, 540 / 720), abs=0.001)
    title = present.kinds_table(found).content["en"].title
    assert title == (
        "Each kind of people by themselves: child or young person 33.3%, parent or guardian 62.5%"
    )
    # The chosen kind's share is the one of the headline.
    own = satisfaction.top_box(draw(report, PARENTS), "sex", TOP, "design", 0.95)
    assert own.one("top_box", sex="all").value == found.of("kind_share")[1].value


def test_a_kind_that_is_too_small_has_its_reason(reported):
    rows = wave("2025", given()) + [
        row | {"respondent_id": f"c{i}"}
        for i, row in enumerate(wave("2025", [5] * 30, respondent_kind="child"))
    ]

    found = satisfaction.kinds(reported(rows), "overall", TOP, "design", 0.95)

    child, parent = found.of("kind_share")
    assert child.value is None and child.reason.code == "fewer_people"
    assert parent.value is not None
    assert "no share" in present.kinds_table(found).content["en"].title


def test_kinds_stand_within_the_part_that_the_plan_chooses_otherwise(reported, project):
    text = project.read_text(encoding="utf-8")
    before, after = text.split("[plan.satisfaction]")
    after = after.replace('subset = ""', "subset = 'stratum == \"town\"'", 1)
    project.write_text(f"{before}[plan.satisfaction]{after}", encoding="utf-8")
    report = reported(family())
    towns = [row for row in family() if row["stratum"] == "town"]
    told = [r["overall"] for r in towns if r["respondent_kind"] == "child" and r["overall"]]

    found = satisfaction.kinds(report, "overall", TOP, "design", 0.95)

    child = found.one("kind_share", respondent_kind="child")
    assert child.value == pytest.approx(np.mean([x == 5 for x in told]), abs=0.002)


def test_one_kind_says_that_it_is_one(reported):
    found = satisfaction.kinds(reported(wave("2025", given())), "overall", TOP, "design", 0.95)

    assert found.estimates == ()
    assert "one kind" in str(present.kinds_table(found).content["en"])


def test_a_choice_of_a_cell_is_stamped_on_each_kind(reported):
    found = satisfaction.kinds(reported(family()), "overall", ("overall_4", "overall_5"),
                               "design", 0.95)  # fmt: skip

    assert all(e.plan == "deviation" for e in found.estimates)


def test_what_the_plan_chooses_otherwise_is_no_deviation_of_a_kind(reported, project):
    text = project.read_text(encoding="utf-8")
    before, after = text.split("[plan.satisfaction]")
    after = after.replace('by = "respondent_kind"', 'by = "sex"\nthreshold = 0.7', 1)
    project.write_text(f"{before}[plan.satisfaction]{after}", encoding="utf-8")

    found = satisfaction.kinds(reported(family()), "overall", TOP, "wilson", 0.95)

    assert {e.deviations for e in found.estimates} == {()}
    # The plan names the share, and not that of each kind.
    assert {e.plan for e in found.estimates} == {"exploratory"}


@pytest.mark.parametrize(
    ("subset", "other"),
    [
        ('respondent_kind == "parent" and stratum == "town"', True),
        ('(stratum == "town" and respondent_kind in ["parent"]) and weight > 0', True),
        ('respondent_kind == "parent"', False),
    ],
)
def test_each_kind_stands_in_the_part_that_is_chosen_beside_the_kind(
    reported, project, subset, other
):
    text = project.read_text(encoding="utf-8")
    before, after = text.split("[plan.satisfaction]")
    after = after.replace('subset = ""', f"subset = '{subset}'", 1)
    project.write_text(f"{before}[plan.satisfaction]{after}", encoding="utf-8")

    found = satisfaction.kinds(reported(family()), "overall", TOP, "design", 0.95)

    people = {e.dim("respondent_kind"): e.n for e in found.of("kind_bounds")}
    assert people == ({"child": 240, "parent": 360} if other else {"child": 480, "parent": 720})


def test_a_part_in_which_nobody_was_asked_is_said_to_be_one(reported):
    rows = wave("2024", given(), respondent_kind="child") + wave("2025", given())

    report = reported(rows)
    refused = draw(report, 'respondent_kind == "child"')

    assert refused.estimate.reason.code == "part_nobody"
    assert isinstance(draw(report, PARENTS), satisfaction.Answers)
    # Nobody's age is known, which is not that nobody is old enough.
    assert isinstance(draw(report, "age >= 14"), satisfaction.Answers)


@pytest.mark.parametrize("children", [{"scale_min": 0}, {"overall": 3}])
def test_children_on_a_scale_of_their_own_stop_no_report_on_parents(reported, children):
    rows = family()
    for row in rows:
        if row["respondent_kind"] == "child" and row["overall"]:
            row |= children
    report = reported(rows)

    found = satisfaction.kinds(report, "overall", TOP, "design", 0.95)

    child, parent = found.of("kind_share")
    assert child.value is None and child.reason.code == "other_scale"
    assert parent.value == pytest.approx(300 / 480, abs=0.001)
    assert draw(report, PARENTS).cohort.n == 480
    with pytest.raises(DataError):
        draw(report, 'respondent_kind == "child"')


def test_what_is_wrong_with_a_subset_is_no_other_scale(reported, project):
    text = project.read_text(encoding="utf-8")
    before, after = text.split("[plan.satisfaction]")
    after = after.replace('subset = ""', "subset = 'no_column == 1'", 1)
    project.write_text(f"{before}[plan.satisfaction]{after}", encoding="utf-8")

    with pytest.raises(DataError, match="no_column"):
        satisfaction.kinds(reported(family()), "overall", TOP, "design", 0.95)
