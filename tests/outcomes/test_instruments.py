"""Ratings and a survey beside each other: one where the other is missing, never one number."""

import pytest
from tests.outcomes.tables import survey
from tests.outcomes.test_ratings import loop, rated_of, rewarded_of

from evalkit import present
from evalkit.outcomes import satisfaction


def everything(report):
    """Return what the last cells of the notebook compute."""
    plan = report.plan
    answers = satisfaction.draw_answers(report, item=plan.item, subset=plan.subset)
    silent = satisfaction.silent(answers, top=plan.top)
    measured = satisfaction.top_box(
        answers, by=plan.by, top=plan.top, estimator=plan.estimator, level=plan.level
    )
    orders = satisfaction.draw_orders(report, rated_from=plan.rated_from)
    rated = rated_of(orders)
    verdict = satisfaction.verdict(measured, silent)
    beside = present.instruments_table(rated, measured, silent, rewarded_of(orders), orders)
    return satisfaction.with_ratings(verdict, orders, rated), beside


@pytest.fixture
def both(office):
    def make(status="confidential", **tables):
        return everything(office("satisfaction", status=status, **tables))

    return make


def words_of(beside, lang="en"):
    return [" ".join(p.text for line in cell.lines for p in line.pieces)
            for row in beside.content[lang].rows for cell in row.cells]  # fmt: skip


def test_without_a_survey_the_ratings_answer_by_their_bounds(both):
    decided, beside = both(tickets=loop())

    verdict, bounds, *_ = decided.estimates
    assert verdict.verdict == "measured" and verdict.data and verdict.made_up is False
    assert (bounds.estimand, bounds.low, bounds.high) == ("top_rating_bounds", 0.375, 0.875)
    # The share of those who rated is no number of the headline.
    assert decided.of("top_rating") == []
    said = present.headline(decided).text["en"]
    assert "Of 400 closed orders 200 were rated" in said and "37.5% to 87.5%" in said
    assert "no survey of people" in verdict.reason.text["en"]
    assert "none was handed in" in words_of(beside)


def test_without_a_survey_and_a_rating_step_that_is_the_reason(both):
    decided, beside = both(tickets=loop(good=0, bad=0, unrated=120))

    verdict = decided.estimates[0]
    assert verdict.verdict == "not_assessable"
    assert verdict.reason.code == "no_rating_step"
    assert beside.content["en"].frame == "absent"


def test_without_orders_the_survey_stands_as_it_did(both):
    decided, beside = both(survey=survey())

    assert decided.estimates[0].verdict == "measured" and decided.of("top_box")
    assert beside.content["en"].frame == "absent"


def test_a_survey_that_answers_is_the_verdict_and_the_ratings_stand_beside_it(both):
    decided, beside = both(survey=survey(), tickets=loop())

    assert decided.of("top_box") and decided.of("top_rating_bounds") == []
    assert beside.content["en"].title.startswith("Two instruments, not one number: 75.0%")
    # 75 % of the ratings and 55 % of those surveyed: the mean of both stands nowhere.
    assert "65.0%" not in beside.text["en"] and "55.0%" in words_of(beside)


def test_a_survey_that_is_refused_leaves_the_ratings_with_its_reason(both):
    decided, _ = both(survey=survey()[180:220], tickets=loop())

    reason = decided.estimates[0].reason.text["en"]
    assert decided.estimates[0].verdict == "measured"
    assert "Fewer than 60 people" in reason


def test_where_one_is_missing_the_title_says_which(both):
    _, beside = both(survey=survey(), tickets=loop(good=0, bad=0, unrated=120))

    assert "no ratings of orders" in beside.content["en"].title
    assert "没有能得出比例的工单评分" in beside.content["zh"].title
