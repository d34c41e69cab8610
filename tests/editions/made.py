"""Small editions, made by hand, and the files in which they travel."""

import copy
import hashlib
import json

from evalkit.bundle.archive import write_archive
from evalkit.bundle.manifest import MANIFEST, manifest_of
from evalkit.disclosure import read_policy
from evalkit.editions.edition import Edition, Report, checked
from evalkit.estimate import Estimate
from evalkit.words import Term

PLACE = "s/a/reach"
VERSION = read_policy("minors").version


def word(code):
    return Term(code, {"en": code, "zh": code})


def estimate(estimand, **values):
    """An estimate of today's form, as a results file has it."""
    told = {"area": "a", "outcome": "reach", "unit": "share", "disclosure": "passed", **values}
    told["data"] = told.get("data", (("served", "1" * 64),))
    return Estimate(estimand=estimand, **told).to_json()


def withheld(estimand, **values):
    return estimate(estimand, disclosure="withheld", reason=word("small"), policy=VERSION, **values)


def refused(estimand, **values):
    return estimate(estimand, reason=word("few"), **values)


def verdict(code="no_clear", **values):
    return estimate("verdict", verdict=code, **values)


def rating(level=3, **values):
    return estimate("rating", value=float(level), unit="level", digits=0, **values)


def results(*estimates, area="a", study="s", made_up=False, **more):
    return {
        "schema": 1,
        "study": {
            "code": study, "name": {"en": "Study", "zh": "研究"}, "people": "minors",
            "made_up": made_up,
        },
        "area": {
            "code": area, "name": {"en": "Area A", "zh": "甲区"}, "order": 1, "place": {"en": "x"},
        },
        "outcome": "reach", "outcomes": ["reach"], "languages": ["en", "zh"],
        "headline": {"en": "One in three.", "zh": "三分之一。"}, "cautions": [],
        "plan": {"window": 52, "primary": "share_reached"},
        "provenance": {
            "version": "0.1.0", "package_sha256": "p" * 64, "python": "3.11.7",
            "notebook": "reach.ipynb", "notebook_sha256": "b" * 64, "study_sha256": "c" * 64,
            "area_sha256": "d" * 64, "plan_sha256": "e" * 64, "plan_status": "frozen",
            "parameters": {"area": area}, "command": "evalkit run",
        },
        "estimates": list(estimates),
        **more,
    }  # fmt: skip


def origin(data, **more):
    """The same results with another provenance."""
    return {**copy.deepcopy(data), "provenance": {**data["provenance"], **more}}


def edition(*reports, name="edition", cells=None, **more):
    held = {checked(data): Report(checked(data), data, cells) for data in reports}
    return Edition(name, "reports", held, **more)


def notebook(*sources):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["words"]},
        {
            "cell_type": "code", "metadata": {"tags": ["injected-parameters"]},
            "source": ["area = 1"],
        },
        *({"cell_type": "code", "metadata": {}, "source": [s]} for s in sources),
    ]  # fmt: skip
    return json.dumps({"cells": cells}).encode()


def written(root, *reports, made_at="2026-11-28T08:00:00Z", sources=("x = 1",)):
    """A folder of reports as `evalkit run` leaves it, without pages."""
    for data in reports:
        folder = root / checked(data)
        folder.mkdir(parents=True)
        (folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
        (folder / "made.json").write_text(json.dumps({"made_at": made_at}), encoding="utf-8")
        (folder / "report.ipynb").write_bytes(notebook(*sources))
    return root


def bundled(path, folder, change=None):
    """A bundle of a folder of reports; `change` alters a member behind the list's back."""
    told = {"schema": 1, "studies": [], "reports": [], "made_up": False}
    told |= dict.fromkeys(("evalkit", "package_sha256", "writers", "machine"), "")
    members = {"bundle.json": json.dumps(told).encode()}
    for file in sorted(folder.rglob("*.*")):
        members[f"reports/{file.relative_to(folder).as_posix()}"] = file.read_bytes()
    digests = {name: hashlib.sha256(held).hexdigest() for name, held in members.items()}
    members[MANIFEST] = manifest_of(digests)
    write_archive(path, members | (change or {}))
    return path


def event(*analyses, **more):
    """A partner's file: each analysis as (id, {operation: raw value}, more)."""
    names = sorted({name for _, numbers, *_ in analyses for name in numbers})
    return {
        "id": "p", "name": "Partner", "version": 1,
        "mainListOfContents": {"name": "All", "contentsList": {"listItems": []}},
        "methods": [
            {"id": "m", "name": "Any", "operations": [{"id": n, "name": n} for n in names]}
        ],
        "analyses": [
            {
                "id": key, "name": key, "methodId": "m",
                "results": [{"operationId": n, "rawValue": raw} for n, raw in numbers.items()],
                **(rest[0] if rest else {}),
            }
            for key, numbers, *rest in analyses
        ],
        **more,
    }  # fmt: skip
