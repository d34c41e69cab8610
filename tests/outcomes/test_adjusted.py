"""Groups that were not randomised, made alike: the difference, and what must hold before."""

import re

import numpy as np
import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, open_report, recidivism
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import make_alike, weighted_gaps

from .tables import drawn

ADJUSTMENTS = ("entropy_balancing", "doubly_robust", "att_weights", "overlap_weights")
# Of each group by earlier events: people, and those with the event.
UNLIKE = {"programme": {0: (100, 10), 1: (300, 90)}, "comparison": {0: (400, 60), 1: (200, 80)}}
WANTED = ["risk", "effective", "adjusted_risk", "adjusted_difference",
          "adjusted_difference_p"]  # fmt: skip


def rows(cells, age=15, days=365):
    made = []
    for group, strata in cells.items():
        for prior, (n, events) in strata.items():
            event = (np.arange(n) < events).astype(int)
            time = np.where(event == 1, 100.0, float(days))
            made.append(pd.DataFrame({"group": group, "days": time, "event": event,
                                      "age": age, "prior": prior}))  # fmt: skip
    return pd.concat(made, ignore_index=True)


@pytest.fixture
def planned(study, project):
    """A report whose plan decides by the adjusted difference."""

    def make(table, status="public", lang="en", adjustment="doubly_robust"):
        study(table, status=status)
        text = project.read_text(encoding="utf-8")
        made = f'primary = "adjusted_difference"\nadjustment = "{adjustment}"'
        text = text.replace('primary = "risk_difference"', made, 1)
        text = re.sub(r"estimands = \[.*?\]", f"estimands = {WANTED}", text, count=1, flags=re.S)
        project.write_text(text.replace("'", '"'), encoding="utf-8")
        return open_report(project, "guigang", "recidivism", lang)

    return make


def adjusted(followed, adjustment="doubly_robust", **changes):
    plan = followed.report.plan
    asked = {"covariates": plan.covariates, "level": plan.level} | changes
    return recidivism.adjust(followed, adjustment=adjustment, **asked)


def verdict(report, made):
    followed = drawn(report)
    plan = report.plan
    effect = recidivism.compare(followed, estimator=plan.estimator, level=plan.level)
    return recidivism.verdict(effect, recidivism.log_rank(followed), None, made)


@pytest.mark.parametrize("adjustment", ["entropy_balancing", "doubly_robust", "att_weights"])
def test_of_two_strata_it_is_the_difference_within_them_weighted_by_the_programme(
    planned, adjustment
):
    followed = drawn(planned(rows(UNLIKE)))
    # 0.10 - 0.15 of a fourth, 0.30 - 0.40 of three fourths: worked out by hand.
    by_hand = 0.25 * -0.05 + 0.75 * -0.10

    found = adjusted(followed, adjustment)

    gap = found.one("adjusted_difference")
    # The logistic fit is to a billionth.
    assert gap.value == pytest.approx(by_hand, abs=1e-8)
    assert gap.low < gap.value < gap.high < 0 and (gap.n, gap.events) == (1000, 240)
    own, expected = (e.value for e in found.of("adjusted_risk"))
    assert own == pytest.approx(0.25) and own - expected == pytest.approx(gap.value)


def test_the_overlap_weighs_strata_by_who_could_have_been_in_either(planned):
    followed = drawn(planned(rows(UNLIKE)))
    # n * m / (n + m) of each stratum.
    few, many = 100 * 400 / 500, 300 * 200 / 500
    by_hand = (few * -0.05 + many * -0.10) / (few + many)

    found = adjusted(followed, "overlap_weights")

    assert found.one("adjusted_difference").value == pytest.approx(by_hand, abs=1e-8)


def test_pairs_have_the_same_earlier_events_and_their_difference_is_the_effect(planned):
    table = apart({0: (100, 10), 1: (300, 90)}, {0: (400, 60), 1: (600, 240)})
    followed = drawn(planned(table, adjustment="matching"))

    found = adjusted(followed, "matching")
    alike = recidivism.weigh(followed, adjustment="matching", covariates=("age", "prior_events"))

    assert {e.dim("group"): e.value for e in alike.of("effective")} == {
        "programme": 400, "comparison": 400
    }  # fmt: skip
    assert max(abs(e.value) for e in alike.of("adjusted_smd")) < 1e-12
    shares = [e.value for e in found.of("adjusted_risk")]
    # The first of equal ones are taken, and the first of each kind had the event.
    assert shares == pytest.approx([100 / 400, (60 + 240) / 400])
    assert found.one("adjusted_difference").value == pytest.approx(shares[0] - shares[1])
    told = present.headline(verdict(followed.report, found)).text["en"]
    assert told.startswith("Of 100 people in the programme who have a match, 25 had the event")


def test_who_has_no_pair_fails_a_gate_of_its_own(planned):
    # Nearly everybody of the programme has an earlier event, and few others do.
    table = apart({0: (50, 10), 1: (350, 90)}, {0: (400, 60), 1: (100, 40)})
    report = planned(table, adjustment="matching")

    assert isinstance(adjusted(drawn(report), "matching"), Refusal)
    gates = recidivism.gates(drawn(report))
    assert gates.one("gate", gate="unmatched").would_pass is not None


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
def test_after_it_the_groups_are_alike_and_worth_as_many_as_the_weights_say(planned, adjustment):
    followed = drawn(planned(rows(UNLIKE)))

    found = recidivism.weigh(
        followed, adjustment=adjustment, covariates=followed.report.plan.covariates
    )

    assert max(abs(e.value) for e in found.of("adjusted_smd")) < 1e-6
    worth = {e.dim("group"): e.value for e in found.of("effective")}
    weights = np.repeat([0.25, 1.5], [400, 200])
    if adjustment == "overlap_weights":
        weights = np.repeat([0.2, 0.6], [400, 200])
    assert worth["comparison"] == int(weights.sum() ** 2 / (weights**2).sum())


def test_the_plan_decides_by_it_and_the_raw_difference_is_nowhere(planned):
    report = planned(rows(UNLIKE))
    followed = drawn(report)

    decided = verdict(report, adjusted(followed))

    assert decided.estimates[0].verdict == "improvement"
    effect = recidivism.compare(followed, estimator="newcombe", level=0.95)
    assert effect.one("risk_difference").value is None
    assert "compares the groups as they are" in effect.one("risk_difference").reason.text["en"]
    assert isinstance(recidivism.log_rank(followed), Refusal)
    assert present.headline(decided).text["en"].startswith("Of 100 people in the")
    assert (
        "of 100 similar people without the programme, an estimated 34"
        in (present.headline(decided).text["en"])
    )


def test_a_verdict_without_it_is_a_slip_of_the_cell(planned):
    report = planned(rows(UNLIKE))

    with pytest.raises(UsageError, match=r"adjusted from recidivism\.adjust"):
        verdict(report, None)


def apart(programme, comparison):
    """Groups by the number of earlier events, each of the same age."""
    return rows({"programme": programme, "comparison": comparison})


FAILING = {
    # Nobody of the comparison group had three earlier events, as a fifth of the programme had.
    "overlap_outside": apart(
        {0: (80, 20), 1: (80, 30), 2: (80, 30), 3: (60, 30)},
        {0: (300, 60), 1: (100, 30), 2: (60, 20)},
    ),
    # Few of the comparison group stand for nearly all of the programme.
    "overlap_effective": apart({0: (20, 5), 1: (280, 90)}, {0: (580, 80), 1: (30, 12)}),
}


@pytest.mark.parametrize("gate", FAILING)
def test_behind_a_failed_gate_of_overlap_stands_no_number(planned, gate):
    report = planned(FAILING[gate])
    followed = drawn(report)

    refused = adjusted(followed)

    failed = [r.code for r in judge(followed, "doubly_robust", report.plan.covariates).requirements
              if not r.passed]  # fmt: skip
    assert gate in failed
    assert isinstance(refused, Refusal) and refused.estimate.would_pass is not None
    assert (refused.estimate.value, refused.estimate.low, refused.estimate.n) == (None,) * 3
    assert verdict(report, refused).estimates[0].verdict == "not_assessable"
    told = recidivism.gates(followed)
    assert told.one("gate", gate=gate).would_pass is not None
    assert (
        present.adjusted_table(refused).text["zh"]
        and present.love_figure(recidivism.profile(followed, report.plan.covariates), refused).text[
            "en"
        ]
    )


def test_groups_that_a_characteristic_divides_cannot_be_made_alike(planned):
    report = planned(apart({1: (200, 50)}, {0: (200, 50)}))
    followed = drawn(report)

    refused = adjusted(followed)

    assert isinstance(refused, Refusal)
    gates = {e.dim("gate"): e for e in recidivism.gates(followed).estimates}
    assert gates["adjustable"].would_pass is not None and "overlap_outside" not in gates


def test_means_that_no_weights_give_are_refused_with_the_characteristic(planned):
    # A fifth of the programme had three earlier events, nobody of the comparison group.
    report = planned(FAILING["overlap_outside"], adjustment="entropy_balancing")

    refused = adjusted(drawn(report), "entropy_balancing")

    assert isinstance(refused, Refusal)
    assert "No weights give the comparison group the means" in refused.estimate.reason.text["en"]
    assert "earlier recorded events" in refused.estimate.reason.text["en"]


def test_one_who_has_all_the_weight_is_told(planned):
    # One person alone is like the many with an earlier event.
    table = apart({0: (100, 20), 1: (200, 60)}, {0: (500, 80), 1: (1, 1)})
    report = planned(table)

    refused = adjusted(drawn(report))

    assert isinstance(refused, Refusal)
    judged = judge(drawn(report), "doubly_robust", report.plan.covariates)
    assert "overlap_largest" in [r.code for r in judged.requirements if not r.passed]


def test_who_did_it_again_decides_no_gate(planned):
    report = planned(rows(UNLIKE))
    followed = drawn(report)
    flipped = rows({g: {p: (n, n - e) for p, (n, e) in s.items()} for g, s in UNLIKE.items()})

    def told(one):
        made = judge(one, "doubly_robust", one.report.plan.covariates).requirements
        return [(r.code, r.passed, r.found.text["en"]) for r in made if not r.levels]

    before = told(followed)
    assert before == told(drawn(planned(flipped)))


def test_what_is_missing_is_the_mean_and_a_column_of_its_own(planned):
    table = rows(UNLIKE)
    table["prior"] = table["prior"].astype(float)
    table.loc[table.index % 10 == 0, "prior"] = np.nan
    followed = drawn(planned(table))

    alike = make_alike(followed, "att_weights", ("prior_events",))

    gone = followed.cohort.frame["prior_events"].isna().to_numpy()
    assert gone.sum() == 100 and alike.covariates.shape == (1000, 2)
    assert set(alike.covariates[gone, 0]) == {0.0} and set(alike.covariates[~gone, 1]) == {0.0}


def test_a_number_stands_with_its_square_and_what_all_share_not_at_all(planned):
    table = apart(
        {0: (100, 20), 1: (80, 20), 2: (60, 20)}, {0: (300, 50), 1: (120, 30), 2: (60, 20)}
    )
    followed = drawn(planned(table))

    alike = make_alike(followed, "att_weights", ("age", "prior_events"))

    assert alike.covariates.shape[1] == 2
    assert np.allclose(alike.covariates[:, 0] ** 2, alike.covariates[:, 1])
    gaps = {each.code: gap for each, gap in weighted_gaps(followed, alike, ("prior_events",))}
    assert abs(gaps["prior_events"]) < 1e-6


def test_another_adjustment_in_a_cell_departs_from_the_plan(planned):
    followed = drawn(planned(rows(UNLIKE)))

    found = adjusted(followed, "overlap_weights")

    assert [d.parameter for d in found.deviations] == ["adjustment"]
    with pytest.raises(UsageError):
        adjusted(followed, "magic")


def test_of_data_that_are_not_public_it_is_told_to_the_policy_s_decimals(planned):
    found = adjusted(drawn(planned(rows(UNLIKE), status="confidential")))

    gap = found.one("adjusted_difference")
    assert gap.disclosure == "rounded" and gap.value == round(gap.value, 3)
    assert {gap.n % 5, gap.events % 5} == {0}
    own, expected = (e.value for e in found.of("adjusted_risk"))
    assert own - expected == pytest.approx(gap.value, abs=1e-9)


def test_a_group_of_few_with_the_event_is_withheld(planned):
    few = {"programme": {0: (100, 2), 1: (300, 5)}, "comparison": UNLIKE["comparison"]}

    found = adjusted(drawn(planned(rows(few), status="confidential")))

    # Refused for too few events, or withheld: no number either way.
    if isinstance(found, Refusal):
        assert found.estimate.value is None
    else:
        assert found.one("adjusted_difference").value is None
        assert {e.value for e in found.of("adjusted_risk")} == {None}


def test_where_nobody_differs_in_anything_known_there_is_nothing_to_adjust(planned):
    same = {"programme": {0: (200, 40)}, "comparison": {0: (200, 60)}}

    refused = adjusted(drawn(planned(rows(same))))

    assert isinstance(refused, Refusal)
    assert "nothing to make the groups alike in" in refused.estimate.reason.text["en"]
