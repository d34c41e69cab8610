"""What JupyterLab shows of a cell that ends with a plan, a cohort, a result or a refusal."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from tests.helpers import ROOT

from evalkit import outcomes, present
from evalkit.outcomes import recidivism
from evalkit.present import display
from evalkit.present.methods import METHODS
from evalkit.protocol import DECLARED
from evalkit.protocol.outcomes.declaration import kinds
from evalkit.words import catalogue

REFERENCE = ROOT / "studies" / "reference" / "study.toml"


def drawn(study, area, lang):
    report = outcomes.open_report(study, area, "recidivism", lang)
    plan = report.plan
    return report, recidivism.draw_cohort(
        report, definition=plan.definition, window=plan.window, subset=plan.subset
    )


@pytest.fixture(scope="module")
def life():
    report, followed = drawn(REFERENCE, "life", "en")
    plan = report.plan
    balance = recidivism.profile(followed, covariates=plan.covariates)
    effect = recidivism.compare(
        followed, estimator=plan.estimator, level=plan.level, balance=balance
    )
    return report, followed, balance, effect


@pytest.fixture
def shell(monkeypatch):
    made = InteractiveShell()
    monkeypatch.setattr(display, "get_ipython", lambda: made)
    display.register()
    return made


def pictured(shell, value):
    return shell.display_formatter.format(value)[0].get("text/html", "")


def test_a_result_is_shown_by_its_ids_values_and_intervals(shell, life):
    picture = pictured(shell, life[3])

    assert "risk[group=aid,window=52w]" in picture
    assert "22.2%" in picture and "17.2% to 28.2%" in picture
    assert "Not recorded" in picture


def test_a_cohort_is_shown_by_its_flow_and_no_row_of_it(shell, life):
    picture = pictured(shell, life[1])

    assert "flow[measure=kept,step=all]" in picture and "432" in picture
    assert picture.count("<tr>") <= 1 + display.MOST


def test_a_long_result_says_how_many_more_there_are(shell, life):
    picture, many = pictured(shell, life[2]), len(life[2].estimates)

    assert many > display.MOST
    assert f"And {many - display.MOST} more" in picture


def test_a_plan_is_shown_as_a_cell_would_write_it_in_the_readers_language(shell, life, monkeypatch):
    for lang, title in (("en", "The plan of this outcome"), ("zh", "这一结果的方案")):
        monkeypatch.setenv("EVALKIT_LANG", lang)
        picture = pictured(shell, life[0].plan)

        assert title in picture and "window = 52" in picture
        assert "estimator = &#x27;newcombe&#x27;" in picture


def test_a_refusal_is_shown_with_its_reason_and_what_would_pass(shell):
    _, refused = drawn(ROOT / "study.toml", "chongzuo", "zh")
    picture = pictured(shell, refused)

    assert "本研究没有该地区的个案记录" in picture and "怎样才能评估" in picture


def test_a_headline_that_cannot_assess_gives_its_reason_once():
    _, refused = drawn(ROOT / "study.toml", "chongzuo", "en")
    decided = recidivism.verdict(refused, refused)

    page = present.headline(decided).html["en"]

    assert page.count("The study holds no case records of this area") == 1


def tables(picture):
    read = BeautifulSoup(picture, "html.parser")
    return [
        [[cell.get_text() for cell in row(["th", "td"])] for row in table.select("tbody tr")]
        for table in read("table")
    ]


def test_a_plan_says_what_it_fixed_where_and_what_else_could_stand(shell, life):
    report = life[0]
    choices, methods = tables(pictured(shell, report))

    assert [row[1].partition(" = ")[0] for row in choices] == [f.name for f in fields(report.plan)]
    told = {row[1].partition(" = ")[0]: row for row in choices}
    assert told["estimator"][1:] == [
        "estimator = 'newcombe'", "'newcombe', 'wald'", "[plan.recidivism]",
    ]  # fmt: skip
    assert told["max_away"][1:] == [
        "max_away = 0.05", "0 <= x < 1", "the default, where the study file says nothing",
    ]  # fmt: skip
    assert told["subset"][2] == "a condition on columns of the table"
    assert told["covariates"][2] == "columns of the table"
    assert told["estimands"][0] == "results that are planned"
    assert told["estimands"][2] == "names of results of this outcome"
    assert told["programme"][2] == "a word of the study file"
    planned = [row[1] for row in methods if row[0] == "planned"]
    assert pictured(shell, report).count('<tr class="ek-strong">') == len(planned)
    assert planned == [
        "estimator = 'newcombe'", "adjustment = 'entropy_balancing'", "curve_interval = 'log-log'",
    ]  # fmt: skip
    assert {row[0] for row in methods} == {"planned", "possible"}
    assert methods[0][2:] == [
        "difference of the shares with the event",
        "risk difference with Newcombe's hybrid score interval",
        "Newcombe (1998)",
        "evalkit.estimators.risk_difference",
    ]


def test_a_report_is_shown_in_its_own_language(shell, monkeypatch):
    monkeypatch.setenv("EVALKIT_LANG", "en")
    report = outcomes.open_report(REFERENCE, "life", "recidivism", "zh")

    assert "方案所定" in pictured(shell, report) and "planned" not in pictured(shell, report)


def test_an_outcome_without_methods_to_choose_has_its_plan_alone(shell):
    report = outcomes.open_report(ROOT / "study.toml", "guigang", "claims", "en")

    assert len(tables(pictured(shell, report))) == 1


# Choices whose values are no methods.
NO_METHODS = {"window_unit", "design", "primary"}


@pytest.mark.parametrize("outcome", sorted(DECLARED))
def test_every_method_that_a_plan_can_name_is_listed_with_its_file_and_source(outcome):
    plan = DECLARED[outcome].plan
    closed = {name: listed for name, (_, listed, _) in kinds(plan).items() if listed}
    known = METHODS.get(outcome, {})

    assert {name: set(values) for name, values in closed.items() if name not in NO_METHODS} == {
        name: set(methods) for name, (_, methods) in known.items()
    }
    for estimand, methods in known.values():
        assert f"primary_of.{estimand}" in catalogue("en")
        for method in methods.values():
            module = import_module(f"evalkit.estimators.{method.file}")
            text = " ".join(Path(module.__file__).read_text(encoding="utf-8").split())
            assert method.source in text, method
