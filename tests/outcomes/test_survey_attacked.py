"""What a stranger made a survey say that was not so, each with the answer that it has now."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import StudyError, UsageError
from evalkit.outcomes import open_report, satisfaction
from evalkit.outcomes.report import Refusal

from .test_survey_told import TOP, drawn, frame, given, planned_change, two, wave  # noqa: F401


def failed(answers):
    return [e.dim("gate") for e in satisfaction.wave_gates(answers).estimates if e.would_pass]


def test_a_chosen_part_has_no_change_and_no_scale(office):
    rows = wave("2024", given()) + wave("2025", given())
    for i, row in enumerate(rows):
        # Of those who did not answer it is not known.
        row["sex"] = ("male" if i % 2 else "female") if row["overall"] else None
        row |= {f"item_{k}": 1 + (i + k) % 5 for k in range(1, 5)}
    report = office(
        "satisfaction", survey=rows, survey_frame=[*frame("2024", 720), *frame("2025", 720)]
    )
    answers = satisfaction.draw_answers(report, "overall", 'sex == "male"')

    for found in (
        satisfaction.change(answers, TOP, 0.95), satisfaction.scale(answers, "sex", 0.95),
    ):  # fmt: skip
        assert isinstance(found, Refusal)
        assert "chosen part" in found.estimate.reason.text["en"]


@pytest.mark.parametrize(("answer", "gate"), [(4.5, "known_answers"), (3, "known_answers")])
def test_an_answer_of_the_wave_before_that_the_plan_does_not_know(drawn, answer, gate):  # noqa: F811
    before = given()
    before[before.index(1)] = answer

    answers = two(drawn, before=before)

    assert failed(answers) == [gate]
    assert isinstance(satisfaction.change(answers, TOP, 0.95), Refusal)


def test_waves_that_stand_for_different_strata_are_not_compared(drawn):  # noqa: F811
    rows = wave("2024", given()) + wave("2025", given())
    for row in rows[720:]:
        row["weight"] = 18.0 if row["stratum"] == "town" else 2.0
    answers = drawn(rows, [*frame("2024", 720), *frame("2025", 720)])

    assert failed(answers) == ["same_strata"]
    # Of 0.5 and 0.9.
    assert "40%" in satisfaction.change(answers, TOP, 0.95).estimate.reason.text["en"]


def test_a_stratum_that_was_not_sampled_again_is_not_compared(drawn):  # noqa: F811
    now = [row for row in wave("2025", given()) if row["stratum"] == "town"]
    answers = drawn([*wave("2024", given()), *now], [*frame("2024", 720), *frame("2025", 720)])

    assert "same_strata" in failed(answers)


def test_the_same_people_twice_are_no_other_people(drawn):  # noqa: F811
    rows = wave("2024", given()) + [row | {"wave": "2025"} for row in wave("2024", given())]

    assert failed(drawn(rows, [*frame("2024", 720), *frame("2025", 720)])) == ["other_people"]


def test_names_of_waves_stand_in_no_gate(drawn):  # noqa: F811
    rows = wave("2024年第一轮", given()) + wave("2025年第一轮", given(20, 10, 690))
    answers = drawn(rows, [*frame("2024年第一轮", 720), *frame("2025年第一轮", 720)])

    told = [
        text.text["en"]
        for e in satisfaction.wave_gates(answers).estimates
        for text in (e.population, e.reason, e.would_pass)
        if text is not None
    ]
    assert failed(answers) == ["enough_answers"]
    assert not any("第" in text for text in told)
    assert any("the wave before" in text for text in told)


def test_weights_of_those_alone_who_answered_give_no_bounds(drawn):  # noqa: F811
    rows = wave("2025", given())
    for i, row in enumerate(rows):
        row["weight"] = 5.0 + i % 3 if row["overall"] else None

    refused = satisfaction.silent(drawn(rows), TOP)

    assert isinstance(refused, Refusal)
    assert "weight" in refused.estimate.reason.text["en"].lower()


def test_silent_people_of_no_weight_are_not_nobody(drawn):  # noqa: F811
    rows = wave("2025", given())
    for row in rows:
        row["weight"] = 10.0 if row["overall"] else 0.0
    answers = drawn(rows)

    # As if none had been silent: 62.5 % to 62.5 %.
    placed = satisfaction.placed(answers, TOP, 0.95, ("psu",))
    for refused in (satisfaction.silent(answers, TOP), placed):
        assert refused.estimate.reason.code == "refuse_survey_weights"


@pytest.mark.parametrize(("heavy", "told"), [(1e15, False), (1100.0, False), (1000.0, True)])
def test_one_person_is_not_the_whole_population(drawn, heavy, told):  # noqa: F811
    rows, then = wave("2025", given()), wave("2024", given())
    first = next(row for row in rows if row["overall"] == 1)
    first["weight"] = heavy
    answers = drawn(then + rows, [*frame("2024", 720), *frame("2025", 720)])

    # Kish, of 480 who answered, all others with 10: 32.0 people with 1,000, 27.6 with 1,100.
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)
    averaged = satisfaction.mean_answer(answers, "sex", TOP, 0.95)
    placed = satisfaction.placed(answers, TOP, 0.95, ("stratum",))
    for found in (measured.one("top_box", sex="all"), averaged.estimates[0], placed.estimates[0]):
        assert (found.value is not None) is told
        assert told or found.reason.code == "weights_few"
    for found in (
        satisfaction.distribution(answers, by="sex"),
        satisfaction.change(answers, TOP, 0.95),
    ):
        assert isinstance(found, Refusal) is not told
    # Of everyone asked, silent people too, 1,100 are not so much.
    assert isinstance(satisfaction.silent(answers, TOP), Refusal) is (heavy > 1100)


def test_a_change_of_waves_asks_for_weights_above_nought(drawn):  # noqa: F811
    then = wave("2024", given())
    for row in then:
        row["weight"] = 10.0 if row["overall"] else 0.0
    answers = drawn(then + wave("2025", given()), [*frame("2024", 720), *frame("2025", 720)])

    assert satisfaction.change(answers, TOP, 0.95).estimate.reason.code == "weights_there"


def test_whoever_answered_and_has_no_weight_is_in_no_distribution_and_no_frame(drawn):  # noqa: F811
    rows = wave("2025", given())
    for i, row in enumerate(rows):
        row["weight"] = 0.0 if i % 9 == 0 else 10.0
    answers = drawn(rows, frame("2025", 720))

    spread = satisfaction.distribution(answers, by="sex")

    assert spread.estimate.reason.code == "refuse_survey_weights"
    assert satisfaction.represented(answers).estimates == ()


def test_the_silent_count_for_as_many_as_their_weights_say(drawn):  # noqa: F811
    rows = wave("2025", given())
    for row in rows:
        row["weight"] = 5.0 if row["overall"] else 50.0

    bounds = satisfaction.silent(drawn(rows), TOP).one("silent_bounds")

    # 300 and 180 of weight 5, 240 of weight 50.
    whole = 480 * 5 + 240 * 50
    assert (bounds.low, bounds.high) == pytest.approx(
        (1500 / whole, (1500 + 12000) / whole), abs=0.0006
    )


def test_a_frame_of_another_name_is_told_and_not_passed_over(drawn):  # noqa: F811
    answers = drawn(wave("2025", given()), frame("2025", 900, instrument="another"))

    for refused in (satisfaction.response_rate(answers), satisfaction.silent(answers, TOP)):
        assert isinstance(refused, Refusal)
        assert "another questionnaire" in refused.estimate.reason.text["en"]


def test_nobody_who_answered_is_compared_with_no_frame(drawn):  # noqa: F811
    rows = wave("2025", [None] * 240)

    assert satisfaction.represented(drawn(rows, frame("2025", 240))).estimates == ()


def test_rate_3_stands_only_where_a_share_of_the_unknown_can_be_taken(drawn):  # noqa: F811
    rows = wave("2025", given())
    for row in rows:
        if row["disposition"] == "unknown_other":
            row["disposition"] = "not_eligible"

    found = satisfaction.response_rate(drawn(rows))

    assert "rr3" not in {e.dim("rate") for e in found.of("outcome_rate")}


@pytest.mark.parametrize(
    "top", [("overall_1",), ("overall_1", "overall_5"), ("overall_1", "overall_4", "overall_5")]
)
def test_satisfied_are_the_highest_answers_and_not_all(drawn, top):  # noqa: F811
    answers = drawn(wave("2025", given()), frame("2025", 720))

    for ask in (
        lambda: satisfaction.top_box(answers, "respondent_kind", top, "design", 0.95),
        lambda: satisfaction.silent(answers, top),
        lambda: satisfaction.placed(answers, top, 0.95, ("psu",)),
        lambda: satisfaction.change(answers, top, 0.95),
    ):
        with pytest.raises(UsageError):
            ask()


def test_a_plan_of_low_answers_is_refused_as_it_is_read(office, project):
    office("satisfaction", survey=wave("2025", given()))
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('top = ["overall_5"]', 'top = ["overall_1"]'), encoding="utf-8")

    with pytest.raises(StudyError):
        open_report(project, "guigang", "satisfaction", "en")


@pytest.mark.parametrize("rated_from", ["3.5", "0", "6"])
def test_a_rating_counts_from_a_whole_star_on(office, project, rated_from):
    office("satisfaction", survey=wave("2025", given()))
    text = project.read_text(encoding="utf-8")
    changed = text.replace('primary = "top_box"', f'primary = "top_box"\nrated_from = {rated_from}')
    project.write_text(changed, encoding="utf-8")

    with pytest.raises(StudyError):
        open_report(project, "guigang", "satisfaction", "en")


def test_a_change_that_decides_names_those_who_did_not_answer(drawn, project):  # noqa: F811
    two(drawn)
    report = planned_change(project)
    answers = satisfaction.draw_answers(report, "overall", "")
    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "design", 0.95)

    decided = satisfaction.verdict(measured, None, satisfaction.change(answers, TOP, 0.95))

    said = str(present.headline(decided).content["en"])
    assert "−16.7 to +50.0 points" in said


def test_one_question_of_three_that_was_not_turned_is_named_alone(drawn):  # noqa: F811
    random = np.random.default_rng(2)
    rows = wave("2025", [5 if i % 3 else 1 for i in range(300)])
    for row in rows:
        mood = 3 + random.standard_normal()
        items = [int(np.clip(round(mood + 0.6 * random.standard_normal()), 1, 5)) for _ in range(3)]
        row |= {"item_1": items[0], "item_2": 6 - items[1], "item_3": items[2]}

    found = satisfaction.scale(drawn(rows), "respondent_kind", 0.95)

    assert [name.text["en"] for name in found.against] == ["question 2"]
