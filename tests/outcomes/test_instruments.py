"""Ratings and a survey beside each other: one where the other is missing, never one number."""

import csv

import pytest
from tests.outcomes.tables import survey
from tests.outcomes.test_ratings import loop, rated_of, rewarded_of

from evalkit import present
from evalkit.export.summary_box import Read, outcome_box
from evalkit.outcomes import satisfaction
from evalkit.present.headline import silent_caution


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


def test_the_summary_of_ratings_draws_no_share_of_those_who_rated(office):
    report = office("satisfaction", tickets=loop())
    orders = satisfaction.draw_orders(report, rated_from=4)
    rated, plan = rated_of(orders), report.plan
    answers = satisfaction.draw_answers(report, item=plan.item, subset=plan.subset)
    silent = satisfaction.silent(answers, top=plan.top)
    measured = satisfaction.top_box(
        answers, by=plan.by, top=plan.top, estimator=plan.estimator, level=plan.level
    )
    decided = satisfaction.with_ratings(satisfaction.verdict(measured), orders, rated)
    # A summary reads all that a report shows, the share of those who rated too.
    seen = (*decided.estimates, *silent.estimates, *rated.estimates)
    data = {"headline": present.headline(decided).text, "study": {}, "plan": vars(plan)}

    box = outcome_box("satisfaction", Read(data, seen, ""), "en")

    assert (box["picture"], box["interval"], box["counts"]) == (None, "", "")
    assert "37.5% to 87.5%" in box["text"]
    assert silent_caution(seen, "en") == ""


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


CLAIM = {
    "claim_id": "GG-99", "area": "guigang", "source_id": "gxnews-2025", "outcome": "satisfaction",
    "indicator": "satisfaction_share", "value": "99", "unit": "percent", "rounding": "last_digit",
    "printed_figure": "99%", "dated": "yes", "base": "stated", "n": "200", "instrument": "q",
    "as_of_en": "March 2025", "as_of_zh": "2025年3月", "denominator_en": "200 parents",
    "denominator_zh": "200名家长", "statement_en": "99% satisfied", "statement_zh": "满意度99%",
}  # fmt: skip


@pytest.fixture
def printed(office, project):
    """Print one figure more of the area; return what stands beside the data."""

    def make(orders=None, status="confidential", **changes):
        path = project.parent / "data" / "published" / "claims.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        source = next(r["source_id"] for r in rows if r["area"] == "guigang")
        claim = CLAIM | {"source_id": source} | changes
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, fieldnames=rows[0], lineterminator="\n").writerow(claim)
        report = office("satisfaction", status=status, survey=survey(), tickets=orders or loop())
        plan = report.plan
        answers = satisfaction.draw_answers(report, item=plan.item, subset=plan.subset)
        silent = satisfaction.silent(answers, top=plan.top)
        measured = satisfaction.top_box(
            answers, by=plan.by, top=plan.top, estimator=plan.estimator, level=plan.level
        )
        rated = rated_of(satisfaction.draw_orders(report, rated_from=plan.rated_from))
        found = satisfaction.beside_printed(report, measured, silent, rated)
        return found, present.beside_table(found, measured, rated)

    return make


def test_a_printed_share_of_the_same_questionnaire_is_held_against_what_the_silent_allow(printed):
    found, shown = printed()

    one = found.one("printed_beside", claim="GG-99")
    # 110 of 200 who answered, 200 silent: at most 77.5 %.
    assert one.dim("instrument") == "survey" and "27.5% to 77.5%" in one.reason.text["en"]
    assert "lies outside" in one.reason.text["en"]
    assert shown.content["en"].title.endswith("1 of 1 by the same instrument")


def test_a_printed_share_that_the_silent_allow_is_not_contradicted(printed):
    found, _ = printed(value="70", printed_figure="70%")

    assert "lies within" in found.one("printed_beside").reason.text["en"]


def test_a_printed_share_of_ratings_is_held_against_the_ratings(printed):
    found, _ = printed(instrument="评单")

    one = found.one("printed_beside")
    assert one.dim("instrument") == "ratings" and "37.5% to 87.5%" in one.reason.text["en"]


@pytest.mark.parametrize(
    ("status", "value", "fits"),
    [
        # 133 of 196, all of them rated: 67.857 %.
        ("public", "67.9", True),
        ("public", "67.8", False),
        ("public", "68", True),
        # Shown as 135 of 195, which is 5 of 195 off at most: what is true is not denied.
        ("confidential", "67.9", True),
        ("confidential", "71.8", True),
        ("confidential", "71.9", False),
    ],
)
def test_a_printed_share_stands_for_what_is_rounded_to_it(printed, status, value, fits):
    orders = loop(good=133, bad=63, unrated=0)

    found, _ = printed(orders, status, value=value, printed_figure=f"{value}%", instrument="评单")

    said = found.one("printed_beside").reason.text
    shown = "67.9%" if status == "public" else "69.2%"
    assert (f"it is their share ({shown})" in said["en"]) == fits
    assert shown in said["zh"] and ("不一致" in said["zh"]) != fits


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instrument": ""}, "questionnaire"),
        ({"n": ""}, "number"),
        ({"instrument": "phone"}, "neither"),
    ],
)
def test_unlike_or_unsaid_things_are_not_compared(printed, changes, said):
    found, shown = printed(**changes)

    one = found.one("printed_beside")
    assert one.dim("instrument") == "none"
    assert one.reason.text["en"].startswith("Not compared") and said in one.reason.text["en"]
    assert shown.content["en"].title.endswith("0 of 1 by the same instrument")


def test_where_no_share_is_printed_nothing_stands_beside_the_data(both, office):
    report = office("satisfaction", survey=survey(), tickets=loop())
    rated = rated_of(satisfaction.draw_orders(report, rated_from=4))

    found = satisfaction.beside_printed(report, rated, rated, rated)

    assert found.estimates == ()
    assert present.beside_table(found, rated, rated).content["en"].frame == "absent"
