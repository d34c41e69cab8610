"""Means beside shares, strata that nobody was asked from, and what may be said of it all."""

import numpy as np
import pytest
from scipy import stats

from evalkit import present
from evalkit.outcomes import satisfaction

from .test_survey_told import TOP, drawn, frame, given, planned_change, two, wave  # noqa: F401


def test_a_mean_has_the_error_of_the_design(drawn):  # noqa: F811
    rows = wave("2025", given(), weight=None)
    for i, row in enumerate(rows):
        row |= {"weight": 10.0 + 10 * (i % 2), "sex": "male" if i % 3 else "female"}
    answers = drawn(rows)

    found = satisfaction.mean_answer(answers, "sex", TOP, 0.95)

    told = [row for row in rows if row["overall"]]
    weights = np.array([row["weight"] for row in told])
    values = np.array([float(row["overall"]) for row in told])
    mean = np.average(values, weights=weights)
    own = {}
    for row, weight, value in zip(told, weights, values, strict=True):
        key = (row["stratum"], row["psu"])
        own[key] = own.get(key, 0.0) + weight * (value - mean) / weights.sum()
    variance = 0.0
    for stratum in ("town", "hills"):
        units = [value for (of, _), value in own.items() if of == stratum]
        variance += len(units) * np.var(units, ddof=1)
    half = stats.t.ppf(0.975, len(own) - 2) * np.sqrt(variance)
    everyone = found.one("mean_answer", sex="all")
    assert everyone.value == pytest.approx(mean, abs=0.006)
    assert (everyone.low, everyone.high) == pytest.approx((mean - half, mean + half), abs=0.006)
    assert everyone.n == len(told)
    # A mean is called one.
    assert everyone.method.text["en"].startswith("weighted mean")
    men = np.array([row["sex"] == "male" for row in told])
    assert found.one("mean_answer", sex="male").value == pytest.approx(
        np.average(values[men], weights=weights[men]), abs=0.006
    )


def test_a_mean_of_a_group_that_is_too_small_has_its_reason(drawn):  # noqa: F811
    rows = wave("2025", given())
    for i, row in enumerate(rows):
        row["sex"] = "male" if i >= 60 else "female"
    answers = drawn(rows)

    found = satisfaction.mean_answer(answers, "sex", TOP, 0.95)

    assert found.one("mean_answer", sex="female").value is None
    assert found.one("mean_answer", sex="female").reason.code == "fewer_people"
    assert found.one("mean_answer", sex="male").value is not None


def test_all_of_one_mind_have_no_mean_with_an_interval(drawn):  # noqa: F811
    answers = drawn(wave("2025", given(top=480, low=0)))

    found = satisfaction.mean_answer(answers, "sex", TOP, 0.95)

    assert found.estimates[0].value is None and found.estimates[0].reason is not None


def test_a_mean_stands_beside_its_share_in_the_table(drawn):  # noqa: F811
    answers = drawn(wave("2025", given()))
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)
    averaged = satisfaction.mean_answer(answers, "sex", TOP, 0.95)

    table = present.top_box_table(measured, averaged).content["en"]

    assert str(table.heads[-1]).count("Mean")
    cell = table.rows[0].cells[-1]
    assert "3.50" in str(cell) and "A mean hides a split" in table.note
    plain = present.top_box_table(measured).content["en"]
    assert len(plain.heads) == len(table.heads) - 1 and "mean hides" not in plain.note


def test_what_part_of_the_frame_nobody_was_asked_from_is_in_the_headline(drawn):  # noqa: F811
    frames = frame("2025", 720)
    for i in range(4):
        frames.append(frames[0] | {"psu": f"island {i}", "stratum": "islands", "persons": 300,
                                   "drawn": False, "sampled": 0})  # fmt: skip
    answers = drawn(wave("2025", given()), frames)

    framed = satisfaction.represented(answers)
    missed = framed.one("frame_missed")
    # Four of 300 beside twelve of 400.
    assert missed.value == pytest.approx(1200 / 6000)
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)
    verdict = satisfaction.verdict(measured, satisfaction.silent(answers, TOP), None, framed)
    shown = present.headline(verdict).content["en"]
    assert "20% live in strata from which nobody was asked" in str(shown)
    assert "strata from which nobody" in str(present.sayings(verdict).content["en"])


def test_one_stratum_alone_is_no_finding_about_the_frame(drawn):  # noqa: F811
    rows = [row | {"stratum": "town"} for row in wave("2025", given())]
    frames = [row | {"stratum": "town"} for row in frame("2025", 720)]

    framed = satisfaction.represented(drawn(rows, frames))

    assert framed.largest is None
    assert "within" not in present.represented_table(framed).content["en"].title


def test_a_frame_that_was_asked_whole_says_nothing_of_it(drawn):  # noqa: F811
    answers = drawn(wave("2025", given()), frame("2025", 720))
    framed = satisfaction.represented(answers)

    assert framed.of("frame_missed") == []
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)
    verdict = satisfaction.verdict(measured, satisfaction.silent(answers, TOP), None, framed)
    assert "strata from which nobody" not in str(present.headline(verdict).content["en"])
    said = str(present.sayings(verdict).content["en"])
    assert "strata from which nobody" not in said
    assert "whatever the silent would say" in said and "think as those who did" in said


def test_without_bounds_nothing_is_said_of_everyone_asked(drawn):  # noqa: F811
    answers = drawn(wave("2025", given(silent=0)))
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)
    silent = satisfaction.silent(answers, TOP)

    said = str(present.sayings(satisfaction.verdict(measured, silent)).content["en"])

    assert "cannot be said of everyone asked" in said
    assert "whatever the silent would say" not in said
    assert "of those who answered" in said or "for whom the sample was drawn" in said


def test_a_change_is_said_as_one_and_of_no_person(drawn, project):  # noqa: F811
    two(drawn, before=given(top=180, low=300))
    answers = satisfaction.draw_answers(planned_change(project), "overall", "")
    changed = satisfaction.change(answers, TOP, 0.95)
    measured = satisfaction.top_box(answers, "sex", TOP, "design", 0.95)

    said = str(present.sayings(satisfaction.verdict(measured, None, changed)).content["en"])

    assert "larger share gave one of the top answers" in said
    assert "other people were asked" in said and "one round" not in said
