"""Where nobody is left who could move a share there is one number, and no range."""

from dataclasses import replace

import pytest
from tests.outcomes.tables import asked

from evalkit import present
from evalkit.outcomes import satisfaction
from evalkit.present.numbers import closed, interval_text

from .test_ratings import SPLIT, loop, told  # noqa: F401

TOP = ("overall_5",)


def test_of_orders_that_are_all_rated_one_number_is_told(told):  # noqa: F811
    orders = told(loop(unrated=0))
    rated = satisfaction.ratings(orders, split=SPLIT, level=0.95)
    times = satisfaction.close_times(orders, split=SPLIT, shares=(0.5, 0.9))
    bounds = rated.one("top_rating_bounds", all="all")

    shown = present.ratings_figure(rated, orders).content
    table = present.ratings_table(rated, times, orders).html

    assert (bounds.low, bounds.high) == (0.75, 0.75)
    assert shown["en"].title.startswith(
        "All closed orders are rated, or nearly all: 75.0% are good"
    )
    assert shown["zh"].title.startswith("办结单全部或几乎全部有评分：好评")
    assert "75.0% to 75.0%" not in table["en"] and "75.0%到75.0%" not in table["zh"]


@pytest.fixture
def of_all_asked(office):
    """Return what is told of a survey whose few silent ones weigh next to nothing."""
    rows = [asked(i, 5 if i % 4 else 1, weight=2.0) for i in range(200)]
    rows += [asked(200 + i, None, weight=1e-6) for i in range(20)]
    answers = satisfaction.draw_answers(
        office("satisfaction", survey=rows, status="public"), "overall", ""
    )
    measured = satisfaction.top_box(answers, "respondent_kind", TOP, "wilson", 0.95)
    return measured, satisfaction.silent(answers, TOP)


def test_of_a_survey_whose_silent_change_nothing_one_number_is_told(of_all_asked):
    measured, silent = of_all_asked
    bounds = silent.one("silent_bounds")
    said = present.headline(satisfaction.verdict(measured, silent)).text
    drawn = present.bounds_figure(measured, silent).content

    assert (bounds.low, bounds.high) == pytest.approx((0.75, 0.75), abs=1e-6)
    assert "of everyone asked it is 75.0%, whatever the silent would say" in said["en"]
    assert "不论未作答者怎么说，在全部被询问者中为75.0%" in said["zh"]
    assert drawn["en"].title.startswith("Of all asked, 75.0% are satisfied: so few")
    for text in (*said.values(), str(drawn["en"]), str(drawn["zh"])):
        assert "75.0% to 75.0%" not in text and "75.0%到75.0%" not in text


@pytest.mark.parametrize(
    ("interval", "low", "high", "en", "name"),
    [
        ("bounds", 0.5, 0.5, "50.0%", "x_all"),
        # Not the same, and not to be told from it in print.
        ("bounds", 0.5, 0.50001, "50.0%", "x_all"),
        ("bounds", 0.5, 0.501, "50.0% to 50.1%", "x"),
        ("rounding", 0.5, 0.5, "50.0% to 50.0%", "x_all"),
    ],
)
def test_bounds_that_are_one_in_print_are_one_number(of_all_asked, interval, low, high, en, name):
    bounds = replace(of_all_asked[1].one("silent_bounds"), interval=interval, low=low, high=high)

    assert interval_text(bounds, "en") == en and closed("x", bounds) == name
    assert closed("x", bounds, "per100") == "x_all"
