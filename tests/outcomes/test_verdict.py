"""The words of a verdict at their borders, and the levels of a rating one by one."""

from dataclasses import replace

import pytest

from evalkit.estimate import Deviation
from evalkit.outcomes import recidivism
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.requirements import lost_deduction, stamp_deduction
from evalkit.outcomes.verdict import effect_verdict

from .conftest import people


@pytest.fixture
def effect(study):
    """A comparison of groups randomised whose difference and p-value a test chooses."""

    def make(low=-0.2, high=-0.1, p=0.01, *, design="randomised", deductions=(), **changes):
        groups = people("programme", 400, 60), people("comparison", 400, 120, seed=2)
        report = study(*groups, status="public", design=design)
        plan = report.plan
        choices = {"definition": plan.definition, "window": plan.window, "subset": plan.subset}
        found = recidivism.compare(recidivism.draw_cohort(report, **choices), "newcombe", 0.95)
        told = {
            "risk_difference": {"low": low, "high": high, "value": (low + high) / 2} | changes,
            "risk_difference_p": {"value": p},
        }
        estimates = tuple(replace(e, **told.get(e.estimand, {})) for e in found.estimates)
        return replace(found, estimates=estimates, deductions=tuple(deductions))

    return make


def test_a_choice_that_a_cell_changed_costs_a_level_and_is_not_called_planned(effect):
    planned = effect()
    departed = replace(planned, deviations=(Deviation("window", "365", "26"),))

    before, after = (effect_verdict(found) for found in (planned, departed))

    assert after.one("rating").value == before.one("rating").value - 1
    assert after.one("rating_step", step="departed").value == -1
    assert after.estimates[0].reason.text["en"].startswith("Not as planned")
    assert "planned primary method" in before.estimates[0].reason.text["en"]


def word(decided):
    return decided.estimates[0].verdict


@pytest.mark.parametrize(
    ("low", "high", "p", "said"),
    [
        # Alpha is 0.05, and p may be alpha itself.
        (-0.2, -0.001, 0.05, "improvement"),
        (-0.2, -0.001, 0.0501, "no_clear"),
        (0.001, 0.2, 0.05, "worsening"),
        (0.001, 0.2, 0.0501, "no_clear"),
        # An interval that ends at zero does not exclude it.
        (-0.2, 0.0, 0.01, "no_clear"),
        (0.0, 0.2, 0.01, "no_clear"),
        (-0.1, 0.1, 0.01, "no_clear"),
    ],
)
def test_evidence_is_an_interval_without_zero_and_a_p_of_alpha_at_most(effect, low, high, p, said):
    assert word(effect_verdict(effect(low, high, p))) == said


def test_a_difference_of_groups_that_are_not_alike_has_no_verdict_and_their_shares_stand(effect):
    found = effect(verdict="not_assessable")

    decided = effect_verdict(found)

    assert word(decided) == "not_assessable"
    assert [e.estimand for e in decided.estimates].count("risk") == 2
    assert not decided.of("risk_difference") and decided.one("rating").value == 0


@pytest.mark.parametrize("hidden", ["risk_difference", "risk_difference_p"])
def test_a_withheld_difference_or_p_has_no_verdict(effect, hidden):
    found = effect()
    nothing = {"value": None, "low": None, "high": None, "se": None, "se_scale": None}
    nothing |= {"n": None, "events": None, "denominator": None, "interval": "none", "level": None}
    gone = found.report.term("reason.only_respondents")
    estimates = tuple(
        replace(e, **nothing, reason=gone) if e.estimand == hidden else e for e in found.estimates
    )

    decided = effect_verdict(replace(found, estimates=estimates))

    assert word(decided) == "not_assessable"
    assert decided.estimates[0].would_pass.code == "withheld"


def second(found, p, unit="p"):
    """Another planned test of the same difference."""
    test = replace(found.one("risk_difference_p"), estimand="log_rank_p", value=p, unit=unit)
    return replace(found, estimates=(test,), deductions=())


@pytest.mark.parametrize(
    ("first", "other", "turns"),
    [
        (0.04, 0.06, True),
        (0.06, 0.04, True),
        # At the threshold is on the side of the evidence.
        (0.05, 0.0501, True),
        (0.0501, 0.05, True),
        (0.05, 0.05, False),
        (0.04, 0.05, False),
        (0.06, 0.07, False),
    ],
)
def test_a_planned_test_on_the_other_side_of_alpha_takes_a_level_off(effect, first, other, turns):
    found = effect(p=first)

    decided = effect_verdict(found, second(found, other))

    steps = {e.dim("step"): e.value for e in decided.of("rating_step")}
    assert steps.get("turned") == (-1 if turns else None)
    assert decided.one("log_rank_p").value == other


def test_only_a_p_value_turns(effect):
    found = effect(p=0.04)

    decided = effect_verdict(found, second(found, 0.9, unit="share"))

    assert not decided.of("rating_step", step="turned")


def step(code, levels, found):
    return Deduction(code, levels, found.report.term("deduction.stamp"))


def test_a_rating_is_the_design_s_level_less_each_step(effect):
    # The Maryland scale: 5 for a draw by lot, 3 for a comparison; a draft plan costs one.
    lot = effect_verdict(effect())
    seen = effect_verdict(effect(design="observational"))

    def told(decided):
        return [(e.dim("step"), e.value) for e in decided.of("rating_step")]

    assert told(lot) == [("design", 5), ("plan", -1)]
    assert lot.one("rating").value == 4
    assert told(seen) == [("design", 3), ("plan", -1)]
    assert seen.one("rating").value == 2


@pytest.mark.parametrize(("levels", "rating"), [(1, 3), (2, 2), (3, 1), (4, 1)])
def test_no_step_takes_a_rating_below_one(effect, levels, rating):
    found = effect()
    off = [step(f"s{i}", 1, found) for i in range(levels)]

    decided = effect_verdict(replace(found, deductions=tuple(off)))

    assert decided.one("rating").value == rating
    assert len(decided.of("rating_step")) == 2 + levels


def test_the_gravest_step_is_the_reason_of_a_rating(effect):
    found = effect()
    heavy = Deduction("lost", 2, found.report.term("deduction.turned"))

    decided = effect_verdict(replace(found, deductions=(step("stamp", 1, found), heavy)))

    assert decided.one("rating").reason == heavy.reason


def test_a_frozen_plan_loses_nothing_and_the_design_is_the_limit(effect):
    before = effect()
    frozen = replace(before.report.study.plan, status="frozen")
    report = replace(before.report, study=replace(before.report.study, plan=frozen))

    decided = effect_verdict(replace(before, report=report))

    assert decided.one("rating").value == 5
    assert decided.one("rating").reason.code == "randomised"
    assert not decided.of("rating_step", step="plan")


@pytest.mark.parametrize(
    ("lost", "people_", "levels"),
    [(0, 100, None), (20, 100, None), (21, 100, 1), (40, 100, 1), (41, 100, 2), (0, 0, None)],
)
def test_people_lost_take_a_level_above_a_fifth_and_two_above_two_fifths(
    effect, lost, people_, levels
):
    report = effect().report

    found = lost_deduction(report, report.gate(report.table), lost, people_)

    assert [d.levels for d in found] == ([] if levels is None else [levels])


@pytest.mark.parametrize(("smd", "codes"), [(None, []), (0.05, []), (0.0501, ["amber"])])
def test_amber_balance_takes_a_level_above_its_limit(effect, smd, codes):
    report = effect().report

    assert [d.code for d in stamp_deduction(report, (), smd)] == codes
    said = (report.term("deduction.stamp"),)
    assert [(d.code, d.levels) for d in stamp_deduction(report, said, smd)] == [("stamp", 1)]
