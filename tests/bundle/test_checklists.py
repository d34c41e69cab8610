"""Checklists point at what is there, and leave the rest to the reviewer."""

import csv
import io
import json
from pathlib import Path

from evalkit.bundle.checklists import ANSWERED, LEFT, PLACES, REFUSED, checklists, lists
from evalkit.protocol import DECLARED

ROOT = Path(__file__).parents[2]


def report(*estimates, outcome="recidivism", assessment=None):
    held = [
        {"id": f"a.{outcome}.{name}", "estimand": name, "value": value, "verdict": None}
        for name, value in estimates
    ]
    return {"outcome": outcome, "study": {"assessment": assessment or {}}, "estimates": held}


def rows(results, code):
    made = csv.DictReader(io.StringIO(checklists([("reports/s/a/o", results)]).decode()))
    return {row["item"]: row for row in made if row["checklist"] == code}


def test_an_item_is_answered_by_a_number_by_a_refusal_or_left():
    found = rows(report(("e_value", 1.4), ("subgroup_difference", None)), "STROBE")

    assert (found["19"]["state"], found["19"]["where"].split()[0]) == (
        ANSWERED,
        "a.recidivism.e_value",
    )
    assert found["21"]["state"] == LEFT and found["21"]["where"] == ""
    only = rows(report(("kept_mean", None)), "STROBE")
    assert only["21"]["state"] == REFUSED


def test_what_the_study_does_not_state_is_the_reviewers():
    assert rows(report(), "STROBE")["22"]["state"] == LEFT
    stated = report(assessment={"paid_by": {"en": "x"}})
    assert rows(stated, "STROBE")["22"]["state"] == ANSWERED


def test_a_list_is_for_its_outcomes():
    assert rows(report(outcome="satisfaction"), "STROBE") == {}
    assert rows(report(outcome="satisfaction"), "AAPOR") != {}
    for each in lists():
        assert set(each["outcomes"]) <= set(DECLARED)


def test_every_item_has_both_languages_and_names_what_exists():
    # What no declared estimand is called would never be found in a report.
    known = {name for outcome in DECLARED for name in DECLARED[outcome].estimands}
    cells = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    for each in lists():
        numbers = [item["no"] for item in each["items"]]
        assert len(numbers) == len(set(numbers))
        for item in each["items"]:
            assert item["en"] and item["zh"], (each["code"], item["no"])
            assert set(item["told"]) <= {*PLACES, "assessment"}
            for name in item["results"]:
                assert name in known or f'"{name}"' in cells, (each["code"], item["no"], name)


def test_sizes_are_those_of_the_guidelines():
    sizes = {each["code"]: len(each["items"]) for each in lists()}
    assert json.dumps(sizes) == json.dumps(
        {"STROBE": 22, "RECORD": 13, "TREND": 22, "TARGET": 26, "AAPOR": 12, "MZ/T 059": 9}
    )
