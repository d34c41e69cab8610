"""Reporting checklists, filled as far as a machine can: where a bundle answers each item.

Imports files. An item is answered where the report has a result of a listed kind, or the bundle a
part that tells it; a result that was refused answers too, by its reason, and says so. All else is
left to the reviewer: nothing is called met because a file exists.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit.bundle.listings import DEVIATIONS, ESTIMATES, FINGERPRINTS, PLANS
from evalkit.files import parse_toml

CHECKLISTS = "checklists/checklists.csv"
FILE = Path(__file__).with_name("checklists.toml")
COLUMNS = ("checklist", "item", "report", "en", "zh", "state", "where")
# What a part of the bundle that tells something is called in the lists, and where it lies.
PLACES = {
    "plan": PLANS,
    "deviations": DEVIATIONS,
    "results": ESTIMATES,
    "fingerprints": FINGERPRINTS,
    "code": "code/",
    "pages": "{folder}/",
    "agreed": "{folder}/report.study.toml",
    "provenance": "{folder}/results.json",
}
ASSESSMENT = "assessment"
MOST = 5
ANSWERED, REFUSED, LEFT = "in the report", "refused, with its reason", "reviewer"


@functools.cache
def lists() -> Sequence[Mapping[str, Any]]:
    """Return the lists: code, name, source, outcomes, items."""
    return tuple(parse_toml(FILE.read_bytes(), FILE)["lists"])


def checklists(reports: Sequence[tuple[str, Mapping[str, Any]]]) -> bytes:
    """Return every list for every report that it is meant for, as CSV.

    Parameters
    ----------
    reports : sequence of (str, mapping)
        Of each report its folder and the content of its results file.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    for folder, results in reports:
        for each in lists():
            if results["outcome"] in each["outcomes"]:
                writer.writerows(_rows(each, folder, results))
    return made.getvalue().encode()


def _rows(
    each: Mapping[str, Any], folder: str, results: Mapping[str, Any]
) -> Iterator[tuple[str, ...]]:
    held: dict[str, list[Mapping[str, Any]]] = {}
    for estimate in results["estimates"]:
        held.setdefault(estimate["estimand"], []).append(estimate)
    for item in each["items"]:
        found = [e for name in item["results"] for e in held.get(name, [])]
        numbers = [e for e in found if e["value"] is not None or e["verdict"] is not None]
        places = [_place(name, folder, results) for name in item["told"]]
        where = [e["id"] for e in (numbers or found)[:MOST]] + [p for p in places if p]
        state = ANSWERED if numbers or any(places) else REFUSED if found else LEFT
        texts = (item["en"], item["zh"])
        yield (each["code"], item["no"], folder, *texts, state, " ".join(where))


def _place(name: str, folder: str, results: Mapping[str, Any]) -> str:
    """Return where the bundle tells something; nothing where the study does not state it."""
    if name == ASSESSMENT:
        stated = results["study"]["assessment"]
        return f"{folder}/results.json" if stated else ""
    return PLACES[name].format(folder=folder)
