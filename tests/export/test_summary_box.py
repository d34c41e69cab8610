"""A summary draws what its verdict rests on, and none of the many numbers beside it."""

import re

import pytest

from evalkit.estimate import Estimate
from evalkit.export.summary_box import Read, outcome_box
from evalkit.words import Term


def term(code, **text):
    return Term(code, {"en": code, "zh": code} | text)


def told(outcome, estimand, value=None, low=None, high=None, **more):
    ends = {"low": low, "high": high}
    if low is not None and "interval" not in more:
        ends |= {"interval": "confidence", "level": 0.95}
    return Estimate(
        area="guigang", outcome=outcome, estimand=estimand, value=value, disclosure="rounded",
        policy="1", **{"unit": "share"} | ends | more,
    )  # fmt: skip


def read(outcome, primary, verdict, *estimates):
    more = {"verdict": verdict, "unit": "none", "reason": term("why")}
    first = told(outcome, "verdict", **more)
    rating = told(outcome, "rating", 3.0, unit="rating", reason=term("limit"))
    data = {
        "headline": {"en": "the sentence", "zh": "句子"}, "study": {}, "plan": {"primary": primary},
    }  # fmt: skip
    return Read(data, (first, rating, *estimates), "0" * 64)


GROUPS = ("programme", "comparison")


def sides(estimand, first, second, name="comparison", low=None):
    return [
        told("recidivism", estimand, value, low, None if low is None else 0.9, n=200, events=40,
             dims=(("group", code),), group=term(called))
        for value, code, called in ((first, GROUPS[0], GROUPS[0]), (second, GROUPS[1], name))
    ]  # fmt: skip


def gap(estimand, value, low, high, **more):
    return told(
        "recidivism", estimand, value, low, high, unit="points", group=term(GROUPS[0]),
        against=term(GROUPS[1]), n=400, events=90, **more,
    )  # fmt: skip


RECIDIVISM = (
    *sides("risk", 0.17, 0.18, low=0.1),
    *sides("adjusted_risk", 0.17, 0.27, "made_alike"),
    gap("measure_difference", 0.2, 0.1, 0.3),
    gap("adjusted_difference", -0.1, -0.15, -0.05),
    gap("risk_difference", -0.01, -0.06, 0.04),
)


@pytest.mark.parametrize(
    ("primary", "dots", "ends"),
    [
        ("adjusted_difference", ["17", "27"], "15 fewer to 5 fewer"),
        ("risk_difference", ["17", "18"], "6 fewer to 4 more"),
    ],
)
def test_the_dots_are_of_the_shares_that_the_verdict_compares(primary, dots, ends):
    box = outcome_box("recidivism", read("recidivism", primary, "improvement", *RECIDIVISM), "en")

    # "Of 100 people (programme): 17."
    drawn = re.findall(r": (\d+)\.", box["picture"]["alt"])
    assert drawn == dots
    assert ends in box["interval"]
    assert "400" in box["counts"]


def test_a_level_has_no_gap_whatever_changed_beside_it():
    survey = (
        told("satisfaction", "top_box", 0.8, 0.75, 0.85, n=705, events=560, group=term("all")),
        told("satisfaction", "silent_bounds", None, 0.56, 0.86, interval="bounds"),
        told("satisfaction", "wave_change", 0.02, -0.05, 0.09, unit="points", n=1130),
        told("satisfaction", "placed_share", 0.78, 0.7, 0.85, n=705),
    )
    made = read("satisfaction", "top_box", "measured", *survey)

    box = outcome_box("satisfaction", made, "en")

    assert "gap" not in box["interval"] and "56.0% to 86.0%" in box["interval"]
    assert "80" in box["picture"]["alt"] and "705" in box["counts"]


def test_a_planned_change_is_drawn_with_both_waves():
    survey = (
        told("satisfaction", "top_box", 0.8, 0.75, 0.85, n=705, group=term("all")),
        told("satisfaction", "wave_share", 0.5, 0.45, 0.55, group=term("2024"), n=400),
        told("satisfaction", "wave_share", 0.75, 0.7, 0.8, group=term("2025"), n=705),
        told("satisfaction", "wave_change", 0.25, 0.15, 0.35, unit="points", n=1105),
    )
    box = outcome_box(
        "satisfaction", read("satisfaction", "wave_change", "improvement", *survey), "en"
    )

    assert "50" in box["picture"]["alt"] and "75" in box["picture"]["alt"]
    assert "15 more to 35 more" in box["interval"]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.166, -0.0002, "from 17 fewer to almost none"),
        (-0.004, 0.003, "less than one person"),
        (-0.034, -0.026, "is 3 fewer"),
    ],
)
def test_people_are_whole_and_less_than_half_of_one_is_almost_none(low, high, said):
    estimates = (*sides("risk", 0.22, 0.31), gap("risk_difference", (low + high) / 2, low, high))
    box = outcome_box(
        "recidivism", read("recidivism", "risk_difference", "no_clear", *estimates), "en"
    )

    assert said in box["interval"]


def test_a_share_of_a_survey_is_said_to_be_of_those_who_answered():
    survey = (
        told("satisfaction", "top_box", 0.8, 0.75, 0.85, n=705, events=560, group=term("all")),
        told("satisfaction", "silent_bounds", None, 0.56, 0.86, interval="bounds"),
    )
    box = outcome_box("satisfaction", read("satisfaction", "top_box", "measured", *survey), "en")

    assert box["short"] == "80 of 100 who answered"
    assert "of all who were asked, 56 to 86 of 100" in box["can"]


def test_cases_of_places_are_no_people_of_a_hundred():
    rates = (
        told("recidivism", "area_difference", -7.4, -12.1, -2.8, unit="mean"),
        *RECIDIVISM,
    )
    made = read("recidivism", "area_difference", "improvement", *rates)

    box = outcome_box("recidivism", made, "en")

    assert box["picture"] is None and box["interval"] == "" and box["counts"] == ""


def test_what_is_not_assessable_has_no_picture():
    made = read("recidivism", "risk_difference", "not_assessable", *RECIDIVISM)

    box = outcome_box("recidivism", made, "en")

    assert box["picture"] is None and box["interval"] == "" and box["counts"] == ""
