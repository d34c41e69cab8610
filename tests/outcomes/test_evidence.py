"""How sure one may be: levels with reasons, what is known of bias, the trial stood for."""

import pytest

from evalkit import present
from evalkit.outcomes import Refusal, recidivism

from .conftest import people
from .tables import drawn
from .test_adjusted import UNLIKE, planned, rows  # noqa: F401
from .test_specifications import specified

# Two strata in which the programme spares as much: no other choice finds anything else.
ALIKE = {"programme": {0: (300, 30), 1: (300, 60)}, "comparison": {0: (300, 90), 1: (300, 120)}}


def decided(followed, *others):
    plan = followed.report.plan
    adjusted = recidivism.adjust(followed, plan.adjustment, plan.covariates, plan.level)
    effect = recidivism.compare(followed, estimator=plan.estimator, level=plan.level)
    test = recidivism.log_rank(followed)
    return recidivism.verdict(effect, test, None, adjusted, sensitivity=others)


def told(result, estimand):
    return {e.dims[0][1]: (e.population.text["en"], e.against.text["en"]) for e in
            result.of(estimand)}  # fmt: skip


def of(followed, exhibit):
    plan = followed.report.plan
    return exhibit(followed, plan.adjustment, plan.covariates)


def test_a_finding_that_another_choice_turns_loses_one_level_with_its_reason(planned):  # noqa: F811
    table = rows(UNLIKE)
    table["age"] = 14 + table.index % 2
    followed = drawn(planned(table))
    before = decided(followed).one("rating").value

    after = decided(followed, specified(followed), specified(followed))

    assert after.one("rating").value == before - 1
    steps = {e.dim("step"): e.value for e in after.of("rating_step")}
    assert steps["one_choice"] == -1
    shown = present.rating_table(after)
    assert shown.kind == "table" and "one other choice" in str(shown.content["en"].rows)


def test_what_every_choice_finds_loses_none(planned):  # noqa: F811
    followed = drawn(planned(rows(ALIKE)))

    before, after = decided(followed), decided(followed, specified(followed))

    assert after.one("rating").value == before.one("rating").value
    assert "one_choice" not in {e.dim("step") for e in after.of("rating_step")}


def test_bias_is_answered_by_rule_and_judged_by_nobody(planned):  # noqa: F811
    found = told(of(drawn(planned(rows(UNLIKE))), recidivism.bias), "bias_domain")

    assert [*found] == ["confounding", "classification", "selection", "deviations", "missing",
                        "measurement", "reported"]  # fmt: skip
    assert "largest remaining difference is 0.00" in found["confounding"][0]
    assert found["confounding"][1].startswith("Whether anything else decided")
    words = " ".join(known for known, _ in found.values()).lower()
    assert not any(word in words for word in ("low risk", "serious", "moderate", "critical"))


def test_where_the_lot_decided_rob_2_takes_the_place_of_robins(study):
    report = study(people("programme", 200, 30), people("comparison", 200, 60),
                   status="public", design="randomised")  # fmt: skip

    biased = of(drawn(report), recidivism.bias)

    assert next(iter(told(biased, "bias_domain"))) == "randomisation"
    shown = present.bias_table(biased).content["en"]
    assert "RoB 2" in shown.title and "takes the place of ROBINS-I" in shown.note
    assert told(of(drawn(report), recidivism.target), "target_trial")["assignment"][0] == "By lot."


def test_the_trial_stands_beside_what_was_done(planned):  # noqa: F811
    followed = drawn(planned(rows(UNLIKE)))

    found = told(of(followed, recidivism.target), "target_trial")

    assert found["eligibility"][0].startswith("Of 1,000 people in the table 1,000 remain")
    assert found["assignment"] == (
        "Not randomised; made alike in age at the index date (years), earlier recorded events.",
        "By lot.",
    )
    assert found["contrast"][0].startswith("Those in the programme")


@pytest.mark.parametrize("exhibit", ["bias", "target"])
def test_behind_a_failed_gate_neither_stands(planned, exhibit):  # noqa: F811
    few = {"programme": {0: (30, 5)}, "comparison": {0: (300, 50)}}

    refused = of(drawn(planned(rows(few))), getattr(recidivism, exhibit))

    assert isinstance(refused, Refusal)
    assert getattr(present, f"{exhibit}_table")(refused).kind == "statement"


def test_what_is_not_assessable_has_no_levels_and_nothing_to_say(planned):  # noqa: F811
    few = {"programme": {0: (30, 5)}, "comparison": {0: (300, 50)}}

    verdict = decided(drawn(planned(rows(few))))

    for shown in (present.rating_table(verdict), present.sayings(verdict)):
        assert shown.content["en"].frame == "absent"


def test_of_no_clear_evidence_it_may_not_be_said_that_there_is_no_effect(planned):  # noqa: F811
    same = {"programme": {0: (300, 60), 1: (300, 90)}, "comparison": {0: (300, 62), 1: (300, 90)}}

    said = present.sayings(decided(drawn(planned(rows(same))))).text["en"]

    assert "It cannot be said that the programme has no effect." in said
