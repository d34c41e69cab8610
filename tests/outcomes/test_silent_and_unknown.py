"""Those who did not answer, those of whom something is not known, and small answers."""

import numpy as np
import pytest
from tests.outcomes.tables import asked, people, survey

from evalkit import present
from evalkit.cohort.answers import last_wave
from evalkit.disclosure import Gate, read_policy
from evalkit.errors import DataError
from evalkit.outcomes import reach, satisfaction
from evalkit.outcomes.bands import bands_of
from evalkit.outcomes.report import Refusal
from evalkit.outcomes.satisfaction.distribution import joined

TOP = ("overall_5",)


def answers_of(report):
    return satisfaction.draw_answers(report, "overall", "")


def test_what_the_silent_could_make_of_a_share_stands_beside_it(office):
    answers = answers_of(office("satisfaction", survey=survey()))
    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)
    silent = satisfaction.silent(answers, TOP)

    # 110 of 200 who answered, 400 asked: from 110 to 110 + 200 of 400.
    bounds = silent.one("silent_bounds")
    assert (bounds.low, bounds.high) == (0.275, 0.775)
    assert silent.one("silent_share").value == 0.5
    said = present.headline(satisfaction.verdict(measured, silent)).html
    assert "50% of those asked did not answer" in said["en"] and "27.5%" in said["en"]
    assert "询问的人中有50%没有作答" in said["zh"]
    assert "true share" not in said["en"]


def test_a_file_of_respondents_only_has_no_response_rate(office):
    rows = [row for row in survey() if row["overall"] is not None]
    answers = answers_of(office("satisfaction", survey=rows))

    for refused in (satisfaction.response_rate(answers), satisfaction.silent(answers, TOP)):
        assert isinstance(refused, Refusal)
        assert refused.estimate.reason.code == "only_respondents"


def test_small_answers_are_joined_and_the_whole_stays(office):
    # Five are "very dissatisfied": the table used to be empty.
    answers = [1] * 5 + [4] * 85 + [5] * 110 + [None] * 200
    report = office("satisfaction", survey=[asked(i, a) for i, a in enumerate(answers)])

    spread = satisfaction.distribution(answers_of(report), "respondent_kind")

    everyone = spread.of("answer_share", respondent_kind="all")
    assert [e.dim("answer") for e in everyone] == ["overall_1+overall_4", "overall_5"]
    assert [e.value for e in everyone] == [pytest.approx(90 / 200), pytest.approx(110 / 200)]
    shown = present.distribution_table(spread)
    assert "withheld" not in shown.html["en"].split("</caption>")[1]
    assert "overall_1 or overall_4" in shown.html["en"] and "joined" in shown.text["en"]


@pytest.mark.parametrize(
    ("counts", "blocks"),
    [
        ([40, 40, 40, 40], [("a",), ("b",), ("c",), ("d",)]),
        ([5, 40, 40, 40], [("a", "b"), ("c",), ("d",)]),
        # The neighbour on the same side of the top answers is joined first.
        ([40, 40, 40, 5], [("a",), ("b",), ("c", "d")]),
        ([40, 5, 40, 40], [("a", "b"), ("c",), ("d",)]),
        ([3, 3, 3, 40], [("a", "b", "c", "d")]),
        ([3, 0, 40, 40], [("a", "b", "c"), ("d",)]),
    ],
)
def test_neighbours_are_joined_until_none_is_small(counts, blocks):
    gate = Gate(read_policy("minors"), "confidential", ("en",))

    found = joined([(x,) for x in "abcd"], [counts], ("c", "d"), gate)

    assert found == blocks


def test_a_group_of_one_mind_has_an_exact_interval_and_the_rest_stands(office):
    rows = [
        asked(i, 5 if i % 2 else (1, 4, 5)[i % 3], psu=f"V{i % 30}",
              sex="female" if i % 2 else "male")
        for i in range(240)
    ]  # fmt: skip
    answers = answers_of(office("satisfaction", survey=rows))

    found = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)

    women = found.one("top_box", sex="female")
    # Fifteen villages of one mind count as fifteen persons: 0.025 ** (1 / 15), to a tenth
    # of a point.
    assert (women.value, women.low, women.high) == (1.0, 0.782, 1.0)
    assert found.one("top_box", sex="male").value == pytest.approx(1 / 3, abs=0.01)


def test_a_looser_limit_of_a_level_is_stamped(office, project):
    text = project.read_text(encoding="utf-8")
    head, _, rest = text.partition("[plan.satisfaction]")
    rest = rest.replace("min_people = 60", "min_people = 20", 1)
    project.write_text(f"{head}[plan.satisfaction]{rest}", encoding="utf-8")
    answers = answers_of(office("satisfaction", survey=survey()))

    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)

    stamps = satisfaction.verdict(measured).of("stamp")
    assert len(stamps) == 1 and "fewest people" in stamps[0].reason.text["en"]


def test_a_weighted_study_has_a_weighted_distribution(office):
    rows = [asked(i, 5 if i % 2 else 1, weight=3.0 if i % 2 else 1.0) for i in range(200)]
    answers = answers_of(office("satisfaction", survey=rows))

    spread = satisfaction.distribution(answers, "respondent_kind")

    shares = {e.dim("answer"): e.value for e in spread.of("answer_share", respondent_kind="all")}
    assert shares["overall_5"] == pytest.approx(0.75)
    assert "weighted to the population" in present.distribution_table(spread).text["en"]


def test_the_one_kind_that_was_asked_stands_once_and_by_name(office):
    rows = [row | {"respondent_kind": "parent"} for row in survey()]
    answers = answers_of(office("satisfaction", survey=rows))

    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)

    assert [e.group.code for e in measured.of("top_box")] == ["parent"]
    assert "(parent)" in present.headline(satisfaction.verdict(measured)).text["en"]


@pytest.mark.parametrize(("people_", "told"), [(60, True), (59, False)])
def test_the_plan_s_fewest_people_suffice_and_one_less_does_not(office, people_, told):
    rows = [asked(i, 5 if i % 2 else 1) for i in range(people_)]
    answers = answers_of(office("satisfaction", survey=rows))

    found = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)

    assert isinstance(found, Refusal) != told


def test_who_is_in_no_known_group_has_a_row(office):
    rows = [row | ({"psu": "V1"} if i % 3 else {}) for i, row in enumerate(survey())]
    answers = answers_of(office("satisfaction", survey=rows))

    found = satisfaction.top_box(answers, "psu", TOP, "design", 0.95)

    groups = [e.dim("psu") for e in found.of("top_box")]
    assert groups == ["all", "V1", "unknown"]
    assert found.one("top_box", psu="unknown").group.text["en"] == "not recorded"


def test_earlier_waves_are_named_and_what_would_compare_them(office):
    rows = survey() + [
        row | {"respondent_id": f"e{row['respondent_id']}", "wave": "2024"} for row in survey()
    ]
    answers = answers_of(office("satisfaction", survey=rows))
    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)

    verdict = satisfaction.verdict(measured).estimates[0]

    assert "2 waves" in verdict.reason.text["en"] and "once" not in verdict.reason.text["en"]
    assert "`wave_change`" in verdict.would_pass.text["en"]


@pytest.mark.parametrize(
    ("waves", "last"),
    [
        (["2025年第一轮", "2025年第三轮", "2025年第二轮"], "2025年第三轮"),
        (["第九轮", "第十轮", "第十一轮"], "第十一轮"),
        (["2024", "2025"], "2025"),
        (["wave 9", "wave 10"], "wave 10"),
        (["2025年上半年", "2025年下半年"], "2025年下半年"),
        (["2024年下半年", "2025年上半年"], "2025年上半年"),
        (["2025年第一轮"], "2025年第一轮"),
        (["11/2024", "03/2025"], "03/2025"),
        (["Q4 2024", "Q1 2025"], "Q1 2025"),
        (["下半年2024", "上半年2025"], "上半年2025"),
    ],
)
def test_the_last_wave_is_the_last_by_its_numbers(waves, last):
    assert last_wave(waves) == last


@pytest.mark.parametrize("waves", [["基线", "随访"], ["2025", "试点"], ["2025年冬", "2025年夏"]])
def test_waves_whose_order_nobody_can_tell_stop_the_run(waves):
    with pytest.raises(DataError):
        last_wave(waves)


def test_answers_on_another_scale_than_the_plan_s_stop(office):
    rows = [row | {"scale_max": 10} for row in survey()]

    with pytest.raises(DataError) as caught:
        answers_of(office("satisfaction", survey=rows))
    assert caught.value.key == "scale_unlike"


def test_people_who_answered_two_questionnaires_of_a_wave_stop(office):
    rows = survey() + [row | {"instrument": "another"} for row in survey()]

    with pytest.raises(DataError) as caught:
        answers_of(office("satisfaction", survey=rows))
    assert caught.value.key == "respondent_twice"


def test_weights_of_some_give_no_distribution(office):
    rows = [asked(i, 5, weight=None if i % 2 else 2.0) for i in range(200)]
    answers = answers_of(office("satisfaction", survey=rows))

    refused = satisfaction.distribution(answers, "respondent_kind")

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "weights_missing"


def test_a_design_without_unequal_weights_is_not_called_weighted(office):
    rows = [asked(i, 5 if i % 3 else 1, psu=f"V{i % 30}") for i in range(240)]
    answers = answers_of(office("satisfaction", survey=rows))

    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "design", 0.95)

    assert "eighted" not in present.headline(satisfaction.verdict(measured)).text["en"]


def register(townships=24, each=20):
    return people(townships, each)


def steps(persons, stage="started"):
    return [{"person_id": p["person_id"], "stage": stage, "date": "2024-05-01"} for p in persons]


REGISTER = register()
HALF = REGISTER[::2]
UNREACHED = [
    ("no table", {}, "funnel_there"),
    ("another key", {"funnel": steps([{"person_id": f"x{i}"} for i in range(50)])},
     "funnel_matched"),
    ("no start", {"funnel": steps(HALF, "offered")}, "step_found"),
    # Screening links, the step that counts does not.
    ("the step under another key",
     {"funnel": steps(REGISTER, "screened") + steps([{"person_id": f"x{i}"} for i in range(40)])},
     "funnel_matched"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "tables", "code"), UNREACHED, ids=[u[0] for u in UNREACHED])
def test_no_record_of_steps_is_not_nobody_reached(office, what, tables, code):
    report = office("reach", people=REGISTER, **tables)
    target = reach.draw_target(report, "started", "")

    shares = reach.shares(target, "sex", "wilson", 0.95)
    verdict = reach.verdict(reach.difference(target, "exposure", 0.95))

    assert isinstance(shares, Refusal) and shares.estimate.reason.code == code
    assert verdict.estimates[0].verdict == "not_assessable"
    assert not [e for e in verdict.estimates if e.value]


def site(township):
    return {"site_id": township, "township": township}


def test_sites_under_another_writing_are_told(office):
    report = office("reach", people=REGISTER, funnel=steps(HALF), sites=[site("T1镇")])

    found = reach.gates(reach.draw_target(report, "started", ""))

    failed = {e.dim("gate") for e in found.of("gate") if e.would_pass is not None}
    assert "sites_matched" in failed and "alike_known" in failed


def test_a_site_closed_before_the_first_step_serves_nobody(office):
    closed = [site(f"T{t}") | {"closed_at": "2018-01-01"} for t in range(24)]
    report = office("reach", people=REGISTER, funnel=steps(HALF), sites=closed)

    target = reach.draw_target(report, "started", "")

    assert (target.cohort.frame["exposure"] == 0).all()


def test_a_group_without_any_step_has_no_share(office):
    everyone = [row | {"age_band": "6-11"} if i % 4 else row for i, row in enumerate(REGISTER)]
    reached = [p for p in everyone if p["age_band"] != "6-11"]
    report = office("reach", people=everyone, funnel=steps(reached))

    target = reach.draw_target(report, "started", "")
    found = reach.shares(target, "age_band", "wilson", 0.95)

    young = found.one("share_reached", age_band="age_band_6-11")
    assert young.value is None and young.reason.code == "no_steps_of_group"


def test_who_has_no_age_is_in_no_band_and_who_is_below_the_first_has_one():
    import pandas as pd

    frame = pd.DataFrame({"age": [5.0, 20, 30, 45, np.nan, np.nan], "reached": 1})

    parts = {code: list(part["age"]) for code, part in bands_of(frame, "age", (18.0, 25.0, 40.0))}

    assert parts["age_below"] == [5] and parts["age_0"] == [20]
    assert parts["age_1"] == [30] and parts["age_2"] == [45]
    assert len(parts["age_unknown"]) == 2
    assert sum(map(len, parts.values())) == len(frame)


def test_the_flow_of_an_office_speaks_of_townships(office):
    report = office("reach", people=REGISTER, funnel=steps(HALF))

    shown = present.flow_table(reach.draw_target(report, "started", ""))

    assert "township known" in shown.html["en"] and "已知所在乡镇" in shown.html["zh"]
    assert "激励" not in shown.html["zh"] and "differ by 5" in shown.text["en"]
