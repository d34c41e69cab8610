"""A refusal names what is wrong, in words, and tells no small count."""

import string

import numpy as np
import pandas as pd
import pytest
from tests.outcomes.tables import asked

from evalkit import present
from evalkit.errors import Refused
from evalkit.outcomes import satisfaction
from evalkit.outcomes.analysis import OF_NOBODY, terms
from evalkit.outcomes.satisfaction.design import whole
from evalkit.words import catalogue, languages

TOP = ("overall_5",)


def reason_of(office, rows):
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")
    found = satisfaction.top_box(answers, "respondent_kind", TOP, "design", 0.95)
    return answers, found


def survey():
    """People of two strata with 15 villages each."""
    return [
        asked(i, 5 if i % 3 else 1, stratum="ab"[i % 2], psu=f"V{i % 30}", weight=2.0 + i % 2)
        for i in range(240)
    ]


def test_a_lone_unit_is_named_as_one_where_small_counts_are_hidden(office):
    rows = survey()
    rows[0] |= {"stratum": "c", "psu": "W"}

    _, found = reason_of(office, rows)

    everyone = found.one("top_box", respondent_kind="all")
    assert everyone.value is None
    said = everyone.reason.text
    assert "one first-stage unit only" in said["en"] and "初级抽样单位" in said["zh"]
    assert "too small to be printed" not in said["en"]
    assert not set(said["en"]) & set(string.digits) and not set(said["zh"]) & set(string.digits)
    asked = satisfaction.verdict(found).one("verdict").would_pass.text
    assert asked["en"].startswith("Merge those strata") and "Larger groups" not in asked["en"]
    assert "层" in asked["zh"]


def test_a_missing_weight_is_a_sentence_with_the_column(office):
    rows = survey()
    for row in rows[:15]:
        row["weight"] = None

    answers, found = reason_of(office, rows)

    said = found.one("top_box", respondent_kind="all").reason.text
    assert said["en"].startswith("The column “Weight” is empty or infinite")
    assert said["zh"].startswith("“权数”一列")
    shown = present.headline(satisfaction.verdict(found)).text
    assert "The column “Weight” is empty" in shown["en"] and "“权数”一列" in shown["zh"]
    verdict = satisfaction.verdict(found).one("verdict")
    assert verdict.would_pass.text["en"].startswith("A finite weight in the column “Weight”")
    assert answers.cohort.n == 240


@pytest.mark.parametrize("weight", [[1.0, np.inf], [1.0, np.nan], [0.0, 0.0]])
def test_a_sample_of_no_finite_weight_is_none(weight):
    told = pd.DataFrame({"stratum": "s", "psu": ["a", "b"]})

    with pytest.raises(Refused) as caught:
        whole(told, told, weight)
    assert caught.value.key == "weights_missing"


def test_weights_of_zero_are_named(office):
    rows = survey()
    for row in rows[:3]:
        row["weight"] = 0.0

    _, found = reason_of(office, rows)

    said = found.one("top_box", respondent_kind="all").reason.text
    assert said["en"].startswith("Some weights are not above 0")
    assert said["zh"].startswith("有的权数不大于 0")


def test_an_argument_is_called_as_its_column_or_in_words(office):
    answers = satisfaction.draw_answers(office("satisfaction", survey=survey()), "overall", "")

    def said(what, lang="en"):
        problem = Refused("refuse_not_finite", what=what, n=100)
        return terms(answers.report, answers.table, problem)[0].text[lang]

    assert said("psu") == "Of the values of “First-stage unit” 100 are missing or infinite."
    assert said("outcome", "zh").startswith("“结局”")
    assert "“covariates 3”" in said("covariates 3") and "“协变量 3”" in said("covariates 3", "zh")
    assert "“something”" in said("something")


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", languages())
def test_every_refusal_with_a_count_can_be_said_without_it(lang):
    said = catalogue(lang)
    keys = [key.split(".")[1] for key in said if key.startswith("reason.refuse_")]
    told = {k: fields(said[f"reason.{k}"]) | fields(said[f"would_pass.{k}"]) for k in keys}
    counting = {k for k, names in told.items() if names - OF_NOBODY}

    assert counting == {k.split(".")[1] for k in said if k.startswith("reason_uncounted.")}
    for key in counting:
        passes = said.get(f"would_pass_uncounted.{key}", said[f"would_pass.{key}"])
        shown = fields(said[f"reason_uncounted.{key}"]) | fields(passes)
        assert shown <= OF_NOBODY & told[key], key
