"""A bundle's results and what they rest on, as files that other programs read.

Imports present, for how a number is printed. Everything is made from the content of results files
alone, so that `verify` can make it again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evalkit.estimate import estimate_from_json
from evalkit.present.numbers import end_text, number, value_text
from evalkit.words import REFERENCE, say

Results = Mapping[str, Any]
NAME = "evalkit bundle"
LIMITS = ("low", "high")

ESTIMATES, ARS = "results/estimates.csv", "results/ars.json"
DEVIATIONS, FINGERPRINTS = "plan/deviations.csv", "data/fingerprints.csv"
PLANS = "plan/plans.json"
COLUMNS = (
    *("id", "study", "area", "outcome", "estimand", "dims", "value", "low", "high"),
    *("interval", "level", "se", "se_scale", "n", "events", "denominator", "unit", "verdict"),
    *("plan", "disclosure", "policy", "made_up", "method", "reason"),
)
# Of an estimate's numbers, each with what an operation on it is called.
OPERATIONS = {
    "value": "Point estimate",
    "low": "Lower limit",
    "high": "Upper limit",
    "se": "Standard error",
    "n": "Number analysed",
    "events": "Number with the event",
    "denominator": "Denominator",
}


def listings(reports: Sequence[Results]) -> dict[str, bytes]:
    """Return every listing of a bundle, by its path.

    Parameters
    ----------
    reports : sequence of mapping
        The content of each results file, in the bundle's order.
    """
    return {
        ESTIMATES: _table(COLUMNS, _estimate_rows(reports)),
        ARS: _json(reporting_event(reports)),
        DEVIATIONS: _table(("id", "parameter", "planned", "used"), _deviation_rows(reports)),
        FINGERPRINTS: _table(("study", "area", "table", "sha256"), _fingerprint_rows(reports)),
        PLANS: _json(_plans(reports)),
    }


def _estimate_rows(reports: Iterable[Results]) -> Iterator[list[Any]]:
    for report, estimate in _all(reports):
        told: dict[str, Any] = dict(estimate) | {
            "study": report["study"]["code"],
            "dims": ";".join(f"{name}={value}" for name, value in estimate["dims"]),
            "method": _english(estimate["method"]),
            "reason": _english(estimate["reason"]),
        }
        yield [told[column] for column in COLUMNS]


def _deviation_rows(reports: Iterable[Results]) -> Iterator[list[Any]]:
    for _, estimate in _all(reports):
        for each in estimate["deviations"]:
            yield [estimate["id"], each["parameter"], each["planned"], each["used"]]
        if estimate["plan"] == "exploratory":
            # What is not in the plan at all has no planned value to differ from.
            yield [estimate["id"], "", "", "exploratory"]


def _fingerprint_rows(reports: Iterable[Results]) -> list[list[Any]]:
    rows = {
        (report["study"]["code"], report["area"]["code"], name, digest): None
        for report, estimate in _all(reports)
        for name, digest in estimate["data"]
    }
    return [list(row) for row in sorted(rows)]


def _plans(reports: Iterable[Results]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for report in reports:
        study = found.setdefault(report["study"]["code"], {"outcomes": {}})
        study["sha256"] = report["provenance"]["plan_sha256"]
        study["status"] = report["provenance"]["plan_status"]
        study["outcomes"][report["outcome"]] = report["plan"]
    return found


def reporting_event(reports: Sequence[Results]) -> dict[str, Any]:
    """Return all results in the shape of CDISC's Analysis Results Standard, version 1.

    One analysis an estimate, one operation a number; populations are analysis sets, dimensions
    are groupings that the data drive. Raw values have every digit that the record has.
    """
    sets: dict[str, str] = {}
    groupings: dict[str, None] = {}
    methods: dict[str, str] = {}
    analyses = []
    for report, estimate in _all(reports):
        analyses.append(_analysis(report, estimate, sets, groupings, methods))
    items = [
        {"name": a["name"], "level": 1, "order": order, "analysisId": a["id"]}
        for order, a in enumerate(analyses, start=1)
    ]
    return {
        # A file that is given another name keeps its mark.
        **_called(reports),
        "id": "evalkit",
        "version": 1,
        "mainListOfContents": {"name": "All results", "contentsList": {"listItems": items}},
        "analysisSets": [
            {"id": code, "label": label, "level": 1, "order": order}
            for order, (label, code) in enumerate(sets.items(), start=1)
        ],
        "analysisGroupings": [
            {"id": f"AG_{name}", "label": name, "groupingVariable": name, "dataDriven": True}
            for name in groupings
        ],
        "methods": [
            {
                "id": code,
                "name": label,
                "operations": [
                    {"id": f"{code}_{key}", "name": name, "order": order}
                    for order, (key, name) in enumerate(OPERATIONS.items(), start=1)
                ],
            }
            for label, code in methods.items()
        ],
        "analyses": analyses,
    }


def _called(reports: Iterable[Results]) -> dict[str, str]:
    made_up = any(
        report["study"].get("made_up") or any(each["made_up"] for each in report["estimates"])
        for report in reports
    )
    if not made_up:
        return {"name": NAME}
    mark = say("page.made_up", REFERENCE)
    return {"name": f"{mark}: {NAME}", "description": mark}


def _analysis(
    report: Results,
    estimate: Mapping[str, Any],
    sets: dict[str, str],
    groupings: dict[str, None],
    methods: dict[str, str],
) -> dict[str, Any]:
    population = f"{report['area']['code']}: {_english(estimate['population']) or 'all'}"
    analysis_set = sets.setdefault(population, f"AS_{len(sets) + 1}")
    label = _english(estimate["method"]) or estimate["estimand"]
    method = methods.setdefault(label, f"M_{len(methods) + 1}")
    dims = estimate["dims"]
    groupings |= dict.fromkeys(name for name, _ in dims)
    groups = [{"groupingId": f"AG_{name}", "groupValue": value} for name, value in dims]
    planned = estimate["plan"] == "planned"
    printed = _printed(estimate)
    return {
        "id": estimate["id"],
        "name": estimate["estimand"],
        # The standard has no place for either, and a number means nothing without them.
        "description": scale_of(estimate),
        "version": 1,
        "reason": {"controlledTerm": "SPECIFIED IN SAP" if planned else "DATA DRIVEN"},
        "purpose": {
            "controlledTerm": "PRIMARY OUTCOME MEASURE"
            if estimate["estimand"] == report["plan"].get("primary")
            else "EXPLORATORY OUTCOME MEASURE"
        },
        "methodId": method,
        "analysisSetId": analysis_set,
        "orderedGroupings": [
            {"order": order, "groupingId": group["groupingId"], "resultsByGroup": True}
            for order, group in enumerate(groups, start=1)
        ],
        "results": [
            {
                "operationId": f"{method}_{key}",
                "resultGroups": groups,
                "rawValue": json.dumps(estimate[key]),
                "formattedValue": printed[key],
            }
            for key in OPERATIONS
            if estimate[key] is not None
        ],
    }


def scale_of(estimate: Mapping[str, Any]) -> str:
    """Return the unit of an estimate, and the level of its interval where it has one.

    Examples
    --------
    >>> scale_of({"unit": "share", "level": 0.95})
    'unit=share; level=0.95'
    """
    level = estimate["level"]
    return f"unit={estimate['unit']}" + ("" if level is None else f"; level={level!r}")


def _printed(estimate: Mapping[str, Any]) -> dict[str, str]:
    """Return each number as the page prints it; a standard error, which no page prints, rounded."""
    told = {key: estimate[key] for key in OPERATIONS if estimate[key] is not None}
    try:
        held = estimate_from_json(estimate)
    except (ValueError, LookupError, TypeError, AttributeError):
        # An edition of another age may have estimates of another form.
        return {key: json.dumps(value) for key, value in told.items()}
    printed = {}
    for key, value in told.items():
        if key == "value":
            printed[key] = value_text(held, REFERENCE)
        elif key in LIMITS:
            printed[key] = end_text(held, value, REFERENCE)
        elif isinstance(value, int):
            printed[key] = number(value, "int", REFERENCE)
        else:
            printed[key] = f"{value:.{held.digits + 2}f}"
    return printed


def _all(reports: Iterable[Results]) -> Iterator[tuple[Results, Mapping[str, Any]]]:
    for report in reports:
        for estimate in report["estimates"]:
            yield report, estimate


def _english(term: Mapping[str, Any] | None) -> str:
    if term is None:
        return ""
    texts = term["text"]
    return str(texts.get("en") or next(iter(texts.values())))


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return made.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value) if isinstance(value, bool | int | float) else str(value)
    # A spreadsheet takes what begins like this for a formula, and runs it.
    formula = isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{text}" if formula else text


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
