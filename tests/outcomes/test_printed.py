"""What printed figures lack, by rule from the ledger's fields."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

from evalkit.outcomes import gaps, open_report, printed, requests
from evalkit.outcomes.printed import RULES, lacks
from evalkit.protocol import read_study
from evalkit.words import catalogue

ROOT = Path(__file__).parents[2]

WHOLE = {
    "outcome": "reach", "rounding": "exact", "value": "120", "unit": "persons", "base": "stated",
    "dated": "yes", "instrument": "5 items", "follow_up": "12 months", "comparison": "2023",
    "n": "110 of 120",
}  # fmt: skip


def row(**changes):
    return SimpleNamespace(**{**WHOLE, **changes})


@pytest.mark.parametrize("outcome", ["recidivism", "satisfaction", "reach"])
def test_a_figure_with_everything_lacks_nothing(outcome):
    assert lacks(outcome, row(outcome=outcome)) == []


@pytest.mark.parametrize(
    "outcome,changes,expected",
    [
        ("reach", {"unit": "person_times"}, ["not_people"]),
        ("reach", {"unit": "households"}, ["not_people"]),
        ("reach", {"base": "none"}, ["base"]),
        ("reach", {"base": "named"}, ["base_size"]),
        ("reach", {"dated": "no"}, ["date"]),
        ("reach", {"dated": "partly"}, ["start"]),
        ("reach", {"rounding": "none", "unit": "flag"}, ["unquantified"]),
        ("reach", {"instrument": "", "follow_up": "", "comparison": ""}, []),
        ("satisfaction", {"instrument": ""}, ["instrument"]),
        ("satisfaction", {"comparison": ""}, ["comparison"]),
        ("satisfaction", {"follow_up": ""}, []),
        ("satisfaction", {"n": ""}, ["n"]),
        ("recidivism", {"n": ""}, ["n"]),
        ("reach", {"n": ""}, []),
        ("organisation", {"base": "none", "dated": "no"}, ["date"]),
        ("inputs", {"dated": "partly"}, ["start"]),
        ("other", {"rounding": "none", "unit": "flag"}, ["unquantified"]),
        ("recidivism", {"outcome": "side_outcome"}, ["side_outcome"]),
        ("recidivism", {"follow_up": ""}, ["follow_up"]),
        (
            "recidivism",
            {"value": "0", "unit": "crimes", "base": "named"},
            ["exposure", "base_size"],
        ),
        ("recidivism", {"value": "0", "unit": "crimes"}, []),
    ],
)
def test_each_missing_thing_is_found_and_nothing_else(outcome, changes, expected):
    changes = {"outcome": outcome, **changes}

    assert lacks(outcome, row(**changes)) == expected


def test_no_rule_names_an_area_a_place_or_a_figure():
    study = read_study(ROOT / "study.toml")
    tree = ast.parse((ROOT / "src/evalkit/outcomes/printed.py").read_text(encoding="utf-8"))
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    words = " ".join(t for t in texts if isinstance(t, str)).lower()

    assert not [code for code in study.areas if code in words]
    assert {t for t in texts if isinstance(t, int | float) and not isinstance(t, bool)} <= {0, 1, 2}


def test_every_rule_has_its_words():
    for rule in RULES:
        for lang in ("en", "zh"):
            assert f"missing.{rule.code}" in catalogue(lang)


def test_counts_of_what_is_missing_add_up_to_the_figures():
    report = open_report(ROOT / "study.toml", "guigang", "reach", "en")
    figures, lacking = printed(report), gaps(report)

    bases = {e.dim("missing"): e for e in lacking.of("gaps")}
    stated = sum(
        not {"base", "base_size"} & set(e.reason.code.split("+")) for e in lacking.of("gap")
    )

    assert bases["base"].denominator == len(figures.estimates)
    assert bases["base"].value + bases["base_size"].value + stated == len(figures.estimates)


def test_an_area_whose_outcome_has_no_mechanism_is_still_told_what_to_collect():
    report = open_report(ROOT / "study.toml", "dalian", "recidivism", "zh")

    asked = requests(report)

    assert [e.dim("item") for e in asked.estimates] == ["general"]
