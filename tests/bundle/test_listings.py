"""Results as other programs read them: every number with all its digits, and no formula."""

import csv
import io
import json

from evalkit.bundle.listings import (
    ARS,
    DEVIATIONS,
    ESTIMATES,
    FINGERPRINTS,
    PLANS,
    listings,
    reporting_event,
)
from evalkit.estimate import Estimate, estimate_from_json
from evalkit.present.numbers import interval_text, value_text

NONE = dict.fromkeys(
    ("value", "low", "high", "level", "se", "se_scale", "n", "events", "denominator", "verdict",
     "policy", "population", "method", "reason")
)  # fmt: skip


def estimate(key, **values):
    return {
        "id": f"a.reach.{key}", "area": "a", "outcome": "reach", "estimand": key, "dims": [],
        "unit": "share", "interval": "none", "plan": "planned", "disclosure": "passed",
        "made_up": False, "deviations": [], "data": [], "digits": 1, **NONE, **values,
    }  # fmt: skip


def report(*estimates, **plan):
    return {
        "study": {"code": "s"}, "area": {"code": "a"}, "outcome": "reach",
        "plan": {"primary": "share_reached", **plan},
        "provenance": {"plan_sha256": "f" * 64, "plan_status": "frozen"},
        "estimates": list(estimates),
    }  # fmt: skip


def rows(made, name):
    return list(csv.DictReader(io.StringIO(made[name].decode())))


def test_every_digit_of_a_number_is_there_and_what_is_absent_is_empty():
    made = listings(
        [report(estimate("share_reached", value=1 / 3, n=405, low=0.0, high=0.1 + 0.2))]
    )
    (row,) = rows(made, ESTIMATES)

    assert (float(row["value"]), row["n"], row["low"]) == (1 / 3, "405", "0.0")
    assert float(row["high"]) == 0.1 + 0.2
    assert row["events"] == row["verdict"] == ""
    assert row["made_up"] == "false"


def test_a_text_that_a_spreadsheet_would_run_is_a_text():
    term = {"code": "x", "text": {"en": "=HYPERLINK(1)"}}
    (row,) = rows(listings([report(estimate("x", method=term, value=-1.5))]), ESTIMATES)
    assert row["method"] == "'=HYPERLINK(1)"
    assert row["value"] == "-1.5"


def test_an_analysis_of_ars_has_each_number_once_with_its_groups():
    one = estimate("share_reached", value=0.25, n=8, dims=[["sex", "girl"]])
    event = json.loads(listings([report(one, estimate("x"))])[ARS])
    first, second = event["analyses"]

    groups = [{"groupingId": "AG_sex", "groupValue": "girl"}]
    assert [(r["rawValue"], r["resultGroups"]) for r in first["results"]] == [
        ("0.25", groups),
        ("8", groups),
    ]
    operations = {o["id"] for m in event["methods"] for o in m["operations"]}
    assert {r["operationId"] for r in first["results"]} <= operations
    assert second["results"] == []
    assert first["purpose"]["controlledTerm"] == "PRIMARY OUTCOME MEASURE"
    assert second["purpose"]["controlledTerm"] == "EXPLORATORY OUTCOME MEASURE"
    assert [
        item["analysisId"] for item in event["mainListOfContents"]["contentsList"]["listItems"]
    ] == [
        "a.reach.share_reached",
        "a.reach.x",
    ]


def test_what_differs_from_the_plan_and_what_it_does_not_have_is_listed():
    other = {"parameter": "window", "planned": "52", "used": "26"}
    made = listings(
        [
            report(
                estimate("a", plan="deviation", deviations=[other]),
                estimate("b", plan="exploratory"),
                estimate("c"),
            )
        ]
    )
    found = [(r["id"], r["parameter"], r["used"]) for r in rows(made, DEVIATIONS)]
    assert found == [("a.reach.a", "window", "26"), ("a.reach.b", "", "exploratory")]


def test_tables_are_told_once_by_their_fingerprint_and_plans_by_study():
    made = listings(
        [report(estimate("a", data=[["t", "1" * 64]]), estimate("b", data=[["t", "1" * 64]]))]
    )
    assert [r["table"] for r in rows(made, FINGERPRINTS)] == ["t"]
    assert json.loads(made[PLANS])["s"]["outcomes"] == {"reach": {"primary": "share_reached"}}


def test_a_number_stands_beside_its_raw_value_as_a_page_prints_it():
    whole = Estimate(
        area="a",
        outcome="reach",
        estimand="reached",
        unit="persons",
        value=2600.0,
        n=12345,
        digits=1,
        interval="rounding",
        low=2595.0,
        high=2605.0,
    ).to_json()
    share = Estimate(
        area="a",
        outcome="reach",
        estimand="risk",
        unit="share",
        value=0.123456,
        low=-0.0004,
        high=0.25,
        level=0.95,
        interval="confidence",
        se=0.0123456,
        events=7,
    ).to_json()
    told = [
        [result["formattedValue"] for result in analysis["results"]]
        for analysis in reporting_event([report(whole, share)])["analyses"]
    ]

    assert told[0] == ["2,600", "2,595", "2,605", "12,345"]
    held = [estimate_from_json(each) for each in (whole, share)]
    assert [texts[0] for texts in told] == [value_text(each, "en") for each in held]
    assert told[1][0] == "12.3%"
    assert interval_text(held[1], "en") == f"{told[1][1]} to {told[1][2]}"
    # No page prints a standard error.
    assert told[1][3:] == ["0.012", "7"]


def test_made_up_data_are_marked_in_the_file_itself():
    assert reporting_event([report(estimate("x"))])["name"] == "evalkit bundle"
    assert "description" not in reporting_event([report(estimate("x"))])
    other = report(estimate("x"))
    other["study"]["made_up"] = True
    for made in (other, report(estimate("x"), estimate("y", made_up=True))):
        event = reporting_event([report(estimate("z")), made])
        assert event["name"].startswith("MADE-UP DATA") and "MADE-UP" in event["description"]
