"""A programme with nobody to compare it with: a level, and nothing that compares."""

import re

import pandas as pd
import pytest

from evalkit import present
from evalkit.errors import StudyError
from evalkit.outcomes import Refusal, open_report, recidivism

from .conftest import people
from .tables import drawn


@pytest.fixture
def alone(study, project):
    """A report whose plan names no comparison group."""

    def make(table, status="public", change=()):
        study(table, status=status)
        text = project.read_text(encoding="utf-8")
        text = re.sub(r'\ncomparison = "comparison"', "", text, count=1)
        text = text.replace('design = "observational"', 'design = "single_group"', 1)
        text = text.replace('primary = "risk_difference"', 'primary = "risk"', 1)
        for old, new in change:
            assert old in text
            text = text.replace(old, new, 1)
        project.write_text(text, encoding="utf-8")
        return open_report(project, "guigang", "recidivism", "en")

    return make


def verdict(report, followed):
    plan = report.plan
    effect = recidivism.compare(followed, estimator=plan.estimator, level=plan.level)
    test = recidivism.log_rank(followed)
    balance = recidivism.profile(followed, covariates=plan.covariates)
    by = {"adjustment": plan.adjustment, "covariates": plan.covariates, "level": plan.level}
    adjusted = recidivism.adjust(followed, **by)
    placebo = recidivism.placebo(followed, **by)
    return effect, recidivism.verdict(effect, test, balance, adjusted, placebo)


def test_a_level_is_measured_and_nothing_compared(alone):
    report = alone(people("programme", 200, 50))
    followed = drawn(report)

    effect, decided = verdict(report, followed)

    first = decided.estimates[0]
    assert first.verdict == "measured" and effect.one("risk").value == 0.25
    assert decided.one("rating").value == 1
    assert "no evidence of an effect" in first.reason.text["en"]
    shown = present.headline(decided)
    assert "Of 100 people in the programme group, 25 had the event" in shown.text["en"]
    assert "compared with nobody" in present.headline(decided).text["en"]
    assert "200" in present.comparison_table(effect).html["zh"]
    assert [e.dim("gate") for e in recidivism.gates(followed).estimates][:1] == ["too_few"]


@pytest.mark.parametrize(
    "asked",
    [
        lambda f: recidivism.profile(f, covariates=("age",)),
        lambda f: recidivism.weigh(f, adjustment="entropy_balancing", covariates=("age",)),
        lambda f: recidivism.adjust(
            f, adjustment="entropy_balancing", covariates=("age",), level=0.95
        ),
        lambda f: recidivism.curve(f, interval="log-log", level=0.95),
        lambda f: recidivism.log_rank(f),
    ],
)
def test_what_compares_is_refused_for_want_of_a_comparison_group(alone, asked):
    refused = asked(drawn(alone(people("programme", 200, 50))))

    assert isinstance(refused, Refusal)
    assert refused.estimate.reason.text["en"].startswith("The plan has no comparison group.")
    assert "similar people" in refused.estimate.would_pass.text["en"]


def test_too_few_people_have_no_level_either(alone):
    report = alone(people("programme", 40, 10))

    _, decided = verdict(report, drawn(report))

    assert decided.estimates[0].verdict == "not_assessable"


def test_people_of_another_group_are_not_counted(alone):
    table = pd.concat([people("programme", 200, 50), people("comparison", 300, 150)])
    followed = drawn(alone(table))

    assert followed.cohort.n == 200


@pytest.mark.parametrize(
    "change",
    [
        [('primary = "risk"', 'primary = "risk_difference"')],
        [('design = "single_group"', 'design = "observational"')],
        [('programme = "programme"', 'programme = "programme"\ncomparison = "comparison"')],
    ],
)
def test_a_plan_of_one_group_that_compares_is_refused(alone, change):
    with pytest.raises(StudyError):
        alone(people("programme", 200, 50), change=change)
