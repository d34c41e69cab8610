"""What a stated cost asks of a programme; no price is assumed."""

import pytest
from scipy.stats import norm

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, recidivism

from .tables import drawn
from .test_adjusted import UNLIKE, planned, rows  # noqa: F401

ALIKE = {"programme": {0: (300, 30), 1: (300, 60)}, "comparison": {0: (300, 90), 1: (300, 120)}}


def worth(followed, person=1000.0, event=None):
    plan = followed.report.plan
    return recidivism.break_even(
        followed, "doubly_robust", plan.covariates, plan.level,
        cost_per_person=person, cost_per_event=event,
    )  # fmt: skip


def test_without_a_stated_cost_nothing_is_computed_and_one_sentence_says_so(planned):  # noqa: F811
    refused = worth(drawn(planned(rows(ALIKE))), person=None)

    assert isinstance(refused, Refusal)
    shown = present.break_even_statement(refused)
    assert shown.text["en"].count("cost") == 1 and shown.estimates == ()


def test_each_avoided_event_costs_the_programme_over_the_difference(planned):  # noqa: F811
    found = worth(drawn(planned(rows(ALIKE)))).one("cost_per_avoided")

    # A fifth of people in both strata: 1,000 yuan for each fifth of an event.
    assert found.value == pytest.approx(5000, rel=1e-6)
    assert found.low < 5000 < found.high


def test_where_the_difference_may_be_none_the_price_has_no_upper_end(planned):  # noqa: F811
    few = {"programme": {0: (100, 20), 1: (100, 30)}, "comparison": {0: (100, 24), 1: (100, 34)}}

    found = worth(drawn(planned(rows(few))))

    price = found.one("cost_per_avoided")
    assert price.high is None and price.high_unbounded
    assert "or more)" in present.break_even_statement(found).text["en"]


def test_the_chance_that_it_paid_is_that_of_the_difference_and_its_error(planned):  # noqa: F811
    followed = drawn(planned(rows(ALIKE)))
    plan = followed.report.plan
    gap = recidivism.adjust(followed, "doubly_robust", plan.covariates, plan.level).one(
        "adjusted_difference"
    )

    found = worth(followed, event=6000.0)

    error = (gap.high - gap.low) / 2 / norm.ppf(0.975)
    # A sixth must be avoided, and about a fifth was.
    by_hand = norm.cdf((-1000 / 6000 - gap.value) / error)
    assert found.one("break_even").value == pytest.approx(1 / 6)
    assert found.one("break_even_chance").value == pytest.approx(by_hand, abs=1e-9)
    assert "16.7 of 100" in present.break_even_statement(found).text["en"]


def test_of_a_programme_with_more_events_none_was_avoided(planned):  # noqa: F811
    worse = {"programme": ALIKE["comparison"], "comparison": ALIKE["programme"]}

    found = worth(drawn(planned(rows(worse))), event=6000.0)

    assert found.one("cost_per_avoided").value is None
    # Not one in a thousand, where the difference is a fifth the wrong way.
    assert found.one("break_even_chance").value < 0.001


@pytest.mark.parametrize("cost", [0.0, -5.0, float("nan"), float("inf")])
def test_a_cost_that_can_be_none_stops_the_cell(planned, cost):  # noqa: F811
    with pytest.raises(UsageError, match="cost_per_person"):
        worth(drawn(planned(rows(ALIKE))), person=cost)


def test_behind_a_failed_gate_no_price_stands(planned):  # noqa: F811
    few = {"programme": {0: (30, 5)}, "comparison": {0: (300, 50)}}

    refused = worth(drawn(planned(rows(few))), event=6000.0)

    assert isinstance(refused, Refusal)
    assert "people" in refused.estimate.reason.text["en"]
