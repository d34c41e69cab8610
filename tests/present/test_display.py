"""What JupyterLab shows of a cell that ends with a plan, a cohort, a result or a refusal."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from tests.helpers import ROOT

from evalkit import outcomes, present
from evalkit.outcomes import recidivism
from evalkit.present import display

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
