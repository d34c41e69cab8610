"""The committed facts agree with one another."""

import csv
from pathlib import Path

import pytest

from evalkit.protocol import read_study

ROOT = Path(__file__).parents[2]
PILOTS = read_study(ROOT / "study.toml")


def rows(name):
    with (ROOT / "data" / "published" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLAIMS, SOURCES = rows("claims.csv"), rows("sources.csv")


@pytest.mark.parametrize("code", PILOTS.areas)
def test_an_area_names_figures_and_a_text_that_are_in_the_ledger(code):
    area = PILOTS.areas[code]
    own = {row["claim_id"] for row in CLAIMS if row["area"] == code}
    named = {claim for mechanism in area.mechanisms for claim in mechanism.printed}

    assert named <= own
    assert area.source in {row["source_id"] for row in SOURCES}
    assert {row["source_id"] for row in CLAIMS if row["area"] == code} == {area.source}


def test_every_figure_belongs_to_a_known_area_and_text():
    assert {row["area"] for row in CLAIMS} == set(PILOTS.areas)
    assert {row["source_id"] for row in CLAIMS} == {row["source_id"] for row in SOURCES}


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["claim_id"])
def test_the_coded_base_fits_what_the_ledger_says_of_it(row):
    text = row["denominator_en"]

    if not text or text in ("none", "not stated"):
        assert row["base"] == "none"
    if "not stated" in text or "not given" in text or "not sized" in text:
        # The milder reading: a base that the ledger itself only guesses is none.
        assert row["base"] in ("named", "none")


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["claim_id"])
def test_the_coded_date_fits_what_the_ledger_says_of_it(row):
    assert (row["dated"] == "no") or row["as_of_en"] != "not dated"
    if row["as_of_en"] == "not dated":
        assert row["dated"] == "no"
