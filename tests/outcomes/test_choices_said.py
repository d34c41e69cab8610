"""What a plan decides stands in words, with the code where the words are not the study's."""

import re
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from tests.outcomes.tables import cases, people, survey

from evalkit import present
from evalkit.outcomes import choices
from evalkit.outcomes.choices import NAMED
from evalkit.protocol import DECLARED
from evalkit.schema import load_schema
from evalkit.words import catalogue, languages

PLANNED = {
    "satisfaction": {
        "by": ("Who answered (respondent_kind)", "受访者类别（respondent_kind）"),
        "primary": (
            "share of the top answers, in the last wave (top_box)",
            "最近一轮中选择最高几档回答的比例（top_box）",
        ),
        "known": ("First-stage unit (psu)", "初级抽样单位（psu）"),
        "item": ("overall satisfaction", "总体满意度"),
    },
    "recidivism": {
        "primary": (
            "difference of the shares with the event (risk_difference)",
            "两组发生该事件的比例之差（risk_difference）",
        ),
        "definition": ("proven re-offence", "被查实再次违法犯罪"),
        "curve_interval": ("on the log-log scale", "双对数尺度（log-log）"),
        "window_unit": ("day", "天"),
        "covariates": (
            "age at the index date (years), earlier recorded events",
            "起算日年龄（岁）、此前有记录的事件数",
        ),
    },
    "reach": {
        "by": ("Age band (age_band), Township (township)", None),
        "primary": ("difference of the shares reached (reach_difference)", None),
    },
}
TABLES = {"satisfaction": {"survey": survey()}, "recidivism": {"cases": cases()},
          "reach": {"people": people()}}  # fmt: skip


@pytest.mark.parametrize("outcome", PLANNED)
def test_no_code_stands_alone(office, outcome):
    report = office(outcome, **TABLES[outcome])

    found = choices(report)

    said = {e.dim("choice"): e.population.text for e in found.of("choice")}
    for name, (en, zh) in PLANNED[outcome].items():
        assert said[name]["en"] == en
        assert zh is None or said[name]["zh"] == zh
    # A code with a line below stands in brackets, behind words.
    for text in said.values():
        assert not re.search(r"(?<![(（])\b[a-z]+_[a-z_]+\b", text["en"].replace("overall_", ""))
    assert "respondent_kind" in str(present.choices_table(found).html) or outcome != "satisfaction"


def test_an_office_s_own_event_is_in_words(office, project):
    text = project.read_text(encoding="utf-8")
    text = text.replace('definition = "proven_reoffence"', 'definition = "convicted"', 1)
    project.write_text(text, encoding="utf-8")

    found = choices(office("recidivism", cases=cases())).one("choice", choice="definition")

    words = load_schema("events").columns["definition"].choices["convicted"].label.text
    assert found.population.text["en"] == f"{words['en']} (convicted)"
    assert found.population.text["zh"] == f"{words['zh']}（convicted）"


def test_bands_name_their_column(office, project):
    text = project.read_text(encoding="utf-8")
    text = text.replace('by = "respondent_kind"', 'by = "age"', 1)
    text = text.replace(
        "[plan.reach]", "[plan.satisfaction.bands]\nage = [0, 18, 60]\n\n[plan.reach]"
    )
    text = text.replace("\nage = { en", "\nages = { en").replace('["age",', '["ages",')
    text = text.replace("[labels]\n", "[labels]\n" + "".join(
        f'age_{i} = {{ en = "band {i}", zh = "段{i}" }}\n' for i in range(3)))  # fmt: skip
    project.write_text(text, encoding="utf-8")
    report = office("satisfaction", survey=[row | {"age": 30} for row in survey()])

    said = {e.dim("choice"): e.population.text for e in choices(report).of("choice")}

    assert said["bands"] == {"en": "Age (age): 0, 18, 60", "zh": "年龄（age）：0, 18, 60"}
    assert said["by"]["en"] == "Age (age)"


@pytest.mark.parametrize("lang", languages())
def test_every_value_that_a_plan_may_name_has_words(lang):
    said = catalogue(lang)
    for outcome in DECLARED.values():
        for name, kind in get_type_hints(outcome.plan).items():
            if name in NAMED and get_origin(kind) is Literal:
                assert [v for v in get_args(kind) if f"{NAMED[name]}.{v}" not in said] == []


def test_a_condition_with_an_office_s_words_says_whose_language_they_are(office, project):
    text = project.read_text(encoding="utf-8")
    before, after = text.split("[plan.satisfaction]")
    after = after.replace('subset = ""', "subset = ''\nregister = 'groups == \"家长\"'", 1)
    project.write_text(f"{before}[plan.satisfaction]{after}", encoding="utf-8")
    report = office("satisfaction", survey=survey())

    rows = present.choices_table(choices(report)).content["en"].rows

    said = {
        piece.text: piece.lang
        for row in rows for line in row.cells[1].lines for piece in line.pieces
    }  # fmt: skip
    assert said['groups == "家长"'] == "zh"
    # Of the subset nothing is chosen, which is said in the exhibit's own language.
    assert said["none"] == "" and "zh" not in {
        lang for text, lang in said.items() if text.isascii()
    }
