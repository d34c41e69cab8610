"""The same question by every other choice, and what becomes of one whose gates fail."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, recidivism
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import make_alike
from evalkit.outcomes.recidivism.spread import largest_of, spread_of

from .tables import drawn
from .test_adjusted import UNLIKE, WANTED, planned, rows  # noqa: F401


def specified(followed, **changes):
    plan = followed.report.plan
    asked = dict(
        adjustment="doubly_robust", covariates=plan.covariates, level=plan.level,
        cluster=plan.cluster, calipers=(0.2,), windows=(182, 365, 730),
    )  # fmt: skip
    return recidivism.specifications(followed, **asked | changes)


def by(found, **dims):
    return found.one("specification", **dims)


def test_the_planned_choice_gives_the_adjusted_difference_itself(planned):  # noqa: F811
    followed = drawn(planned(rows(UNLIKE)))
    plan = followed.report.plan
    adjusted = recidivism.adjust(followed, "doubly_robust", plan.covariates, plan.level)

    found = specified(followed)

    one = by(found, method="doubly_robust", covariates="all", window="365d")
    gap = adjusted.one("adjusted_difference")
    assert (one.value, one.low, one.high) == (gap.value, gap.low, gap.high)
    assert ",".join(f"{k}={v}" for k, v in sorted(one.dims)) == found.planned


def test_a_window_that_nobody_was_followed_for_has_a_reason_and_no_number(planned):  # noqa: F811
    found = specified(drawn(planned(rows(UNLIKE))))

    late = found.of("specification", window="730d")
    # Four ways to make the groups alike.
    assert len(late) == 4 and {e.value for e in late} == {None}
    assert "gate" in late[0].reason.text["en"]
    shown = present.specifications_figure(found).content["en"]
    hidden = sum(e.value is None for e in found.estimates)
    assert f"{hidden} of {len(found.estimates)} analyses" in shown.note


def test_a_characteristic_that_matters_moves_the_answer_when_it_is_left_out(planned):  # noqa: F811
    table = rows(UNLIKE)
    # As many of each age with and without the event, in each group and stratum.
    table["age"] = 14 + np.arange(len(table)) % 2

    found = specified(drawn(planned(table)))

    without = by(found, covariates="prior_events", method="doubly_robust")
    # 100 of 400 less 140 of 600, as if nothing were known: by hand.
    assert without.value == pytest.approx(0.25 - 140 / 600, abs=1e-8)
    assert [d.code for d in found.deductions] == ["one_choice"]


def test_where_every_analysis_of_the_question_says_the_same_no_level_is_lost(planned):  # noqa: F811
    alike = {"programme": {0: (300, 30), 1: (300, 60)}, "comparison": {0: (300, 90), 1: (300, 120)}}

    found = specified(drawn(planned(rows(alike))))

    assert found.deductions == ()
    title = present.specifications_figure(found).content["en"].title
    n = sum(e.value is not None for e in found.estimates)
    assert title == f"In {n} of {n} analyses the difference is below zero, in {n} the interval too"


def test_behind_a_failed_gate_of_the_plan_no_analysis_stands(planned):  # noqa: F811
    few = {"programme": {0: (30, 5)}, "comparison": {0: (300, 50)}}

    refused = specified(drawn(planned(rows(few))))

    assert isinstance(refused, Refusal)
    assert present.specifications_figure(refused).kind == "statement"


@pytest.mark.parametrize("adjustment", ["doubly_robust", "overlap_weights"])
def test_the_differences_in_one_table_are_those_taken_one_by_one(planned, adjustment):  # noqa: F811
    table = rows(UNLIKE)
    table["prior"] = table["prior"].astype(float)
    table.loc[table.index % 7 == 0, "prior"] = np.nan
    followed = drawn(planned(table))
    names = ("prior_events", "age")

    alike = make_alike(followed, adjustment, names)
    found = largest_of(spread_of(followed, names, ""), alike)

    # One sum less of rounding.
    assert found == pytest.approx(judge(followed, adjustment, names).largest, abs=1e-12)


def test_pairs_of_which_many_find_nobody_have_no_number(planned):  # noqa: F811
    # 300 with an earlier event in the programme, and 200 like them to be matched with.
    found = specified(drawn(planned(rows(UNLIKE))))

    assert by(found, method="matched_0.2").value is None


def test_least_squares_stands_only_where_townships_are_known(planned):  # noqa: F811
    found = specified(drawn(planned(rows(UNLIKE))))

    assert by(found, method="regression").value is None
    with pytest.raises(UsageError):
        specified(drawn(planned(rows(UNLIKE))), cluster="no_such_column")


EXHIBITS = {
    "overturn": {"level": 0.95, "caliper": 0.2, "cluster": ""},
    "specifications": {"level": 0.95, "cluster": "", "calipers": (0.2,), "windows": ()},
    "break_even": {"level": 0.95, "cost_per_person": 1.0, "cost_per_event": None},
}


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_of_a_difference_that_is_withheld_nothing_is_said_of_its_finding(planned, exhibit):  # noqa: F811
    few = {"programme": {0: (300, 4), 1: (300, 5)}, "comparison": {0: (300, 50), 1: (300, 60)}}
    followed = drawn(planned(rows(few), status="confidential"))
    covariates = followed.report.plan.covariates
    adjusted = recidivism.adjust(followed, "doubly_robust", covariates, 0.95)
    assert adjusted.one("adjusted_difference").value is None

    refused = getattr(recidivism, exhibit)(
        followed, adjustment="doubly_robust", covariates=covariates, **EXHIBITS[exhibit]
    )

    assert isinstance(refused, Refusal)
    assert "10 or fewer" in refused.estimate.reason.text["en"]
