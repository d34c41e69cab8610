"""Titles and scales of the figures of surveys and ratings, held to made numbers."""

from math import exp, log

import pytest
from matplotlib.figure import Figure
from tests.helpers import ROOT

from evalkit.estimate import Estimate
from evalkit.outcomes import Result, open_report
from evalkit.present import ratings, satisfaction, scale
from evalkit.words import Term


def term(text):
    return Term(text, {"en": text, "zh": text})


def made(estimand, value=None, low=None, high=None, **more):
    if low is not None and "interval" not in more:
        more |= {"interval": "confidence", "level": 0.95}
    return Estimate(
        area="a", outcome="satisfaction", estimand=estimand, disclosure="public", value=value,
        low=low, high=high, **{"unit": "share"} | more,
    )  # fmt: skip


def test_the_title_of_all_answers_counts_each_side_of_the_middle():
    row = [made("answer_share", value, population=term("item")) for value in (0.1, 0.2, 0.3, 0.4)]

    title = satisfaction._title(row, (-1, -1, 0, 1), "en")

    assert title.startswith("40% gave an answer above") and "30% one below" in title


@pytest.mark.parametrize(("high", "ticks"), [(2.6, [0.5, 1.0, 2.0]), (0.9, [0.5, 1.0])])
def test_odds_are_drawn_on_a_scale_that_fits_them(high, ticks):
    row = made("odds_ratio", 0.7, 0.48, high, unit="spread", dims=(("cut", "all"),),
               group=term("g"), against=term("h"))  # fmt: skip
    drawing = Figure(figsize=(8.5, 2))

    scale._draw(drawing, [row], "en")

    (axes,) = drawing.axes
    assert list(axes.get_xticks()) == pytest.approx(ticks)
    # Half of the spread lies behind the last end, for the numbers.
    spread = max(log(max(high, 1)) - log(0.48), 0.5)
    assert axes.get_xlim()[1] == pytest.approx(exp(max(log(high), 0) + 0.5 * spread))


@pytest.mark.parametrize(("paid", "free", "more"), [(0.5, 0.2, True), (0.2, 0.5, False)])
def test_more_is_said_of_rewards_only_where_it_is_more(paid, free, more):
    shares = [
        made("rating_coverage", value, dims=(("reward", code),))
        for code, value in (("yes", paid), ("no", free))
    ]

    title = ratings._reward_title(shares, "en")

    assert title.startswith("More orders were rated where rating earned points") == more


@pytest.mark.parametrize(("other", "apart"), [(0.0, True), (0.6, False)])
def test_groups_are_apart_where_no_unrated_order_could_change_their_order(other, apart):
    report = open_report(ROOT / "study.toml", "huanan", "satisfaction", "en")
    rows = [
        made("top_rating_bounds", None, 0.5, 0.9, interval="bounds", dims=(("category", "a"),)),
        made("top_rating_bounds", None, 0.0, other, interval="bounds", dims=(("category", "b"),)),
        made("top_rating", 0.8, dims=(("category", "a"),), group=term("a")),
        made("top_rating", 0.1, dims=(("category", "b"),), group=term("b")),
    ]

    title = ratings._groups_title(Result(report, tuple(rows)), "en")

    assert ("could turn" in title) != apart
