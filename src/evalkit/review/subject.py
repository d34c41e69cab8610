"""What a review is of: the results, plans and places of one bundle.

Imports bundle, export and record. The bundle was made by a stranger: nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.bundle.archive import Archive, ordered
from evalkit.bundle.contents import read_contents
from evalkit.bundle.held import UNFIT, folders_of
from evalkit.bundle.manifest import MANIFEST, UNLISTED, manifest_of, read_manifest
from evalkit.bundle.verify import LARGEST_LIST
from evalkit.errors import EvalkitError, ReviewError
from evalkit.estimate import estimate_from_json
from evalkit.export.page import compose
from evalkit.files import scratch_folder
from evalkit.protocol import CLAIMS, EXECUTED, MADE, RESULTS
from evalkit.record import read_notebook

PLANS, INPUTS = "plan/plans.json", "inputs/"
# Rated by the house; a reviewer sees them after giving a rating of their own.
OURS = ("rating", "rating_step", "bias_domain")


@dataclass(frozen=True)
class Place:
    """An exhibit or a section of a report.

    Parameters
    ----------
    kind : str
        "exhibit" or "section".
    id : str
        Its report's folder, a ``#``, and its id on the page.
    text : mapping of str to str
        What it is called, by language.
    ours : bool
        Whether it shows, and may say in its title, how the house rates the evidence.
    """

    kind: str
    id: str
    text: Mapping[str, str]
    ours: bool = False


@dataclass(frozen=True)
class Report:
    """One report of a bundle.

    Parameters
    ----------
    folder : str
        Where it lies in the bundle.
    results : mapping
        What its results.json holds.
    sha256 : str
        Fingerprint of that file.
    cells : mapping of str to int
        Number of the notebook cell that shows a result, by its id.
    places : tuple of Place
        Its exhibits and sections.
    """

    folder: str
    results: Mapping[str, Any]
    sha256: str
    cells: Mapping[str, int] = field(default_factory=dict)
    places: tuple[Place, ...] = ()

    @property
    def rated(self) -> bool:
        """Whether a reviewer is asked for a rating of it."""
        return bool(self.results["outcome"] != CLAIMS)

    @property
    def level(self) -> str:
        """The house's own rating of the evidence; empty where it gives none."""
        rated = (e for e in self.results["estimates"] if e["estimand"] == "rating")
        value = next(rated, {"value": None})["value"]
        return "" if value is None else f"{value:.0f}"

    @property
    def tool(self) -> str:
        """The tool of the risk of bias: "robins", "rob2", or empty where none was used."""
        domains = [d for e in self.results["estimates"] if (d := domain_of(e))]
        return "" if not domains else "rob2" if "randomisation" in domains else "robins"

    @property
    def domains(self) -> list[str]:
        """The domains of the risk of bias, in their order."""
        return [d for e in self.results["estimates"] if (d := domain_of(e))]


def domain_of(estimate: Mapping[str, Any]) -> str:
    """Return the domain of the risk of bias that an estimate is of; a refusal is of none."""
    found = dict(estimate["dims"]) if estimate["estimand"] == "bias_domain" else {}
    return str(found.get("domain", ""))


@dataclass(frozen=True)
class Subject:
    """A bundle as a review sees it.

    Parameters
    ----------
    path : Path
        The file.
    manifest : str
        Fingerprint of its list of files: the edition.
    lines : mapping of str to str
        Fingerprint of each file that an approval binds to, by its name.
    made_up : bool
        Whether it holds made-up data.
    reports : tuple of Report
        In the order in which the bundle names them.
    members : frozenset of str
        Every file of it.
    """

    path: Path
    manifest: str
    lines: Mapping[str, str]
    made_up: bool
    reports: tuple[Report, ...]
    members: frozenset[str]

    @property
    def binding(self) -> str:
        """What an approval binds to: the SHA-256 of those files' lines, as `sha256sum` has them."""
        return binding_of(self.lines)

    def has_result(self, name: str) -> bool:
        """Return whether the bundle has a result of this id."""
        return any(e["id"] == name for report in self.reports for e in report.results["estimates"])

    def trace(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the way from each of these results to its data: report, cell, data and plan.

        Parameters
        ----------
        names : iterable of str
            Ids of results; what is none is passed over.
        """
        asked = set(names)
        return {
            e["id"]: {
                "report": report.folder,
                "cell": report.cells.get(e["id"], 0),
                "data_sha256": [sha256 or "" for _, sha256 in e["data"]],
                "plan": {
                    "state": e["plan"],
                    "departs": [d["parameter"] for d in e["deviations"]],
                    "sha256": report.results["provenance"]["plan_sha256"],
                },
            }
            for report in self.reports
            for e in report.results["estimates"]
            if e["id"] in asked
        }

    def edition(self) -> dict[str, Any]:
        """Return what a record keeps of the bundle."""
        told = {"manifest": self.manifest, "binding": self.binding, "lines": dict(self.lines)}
        ratings = {report.folder: report.level for report in self.reports}
        return {**told, "file": self.path.name, "made_up": self.made_up, "ratings": ratings}


def binding_of(lines: Mapping[str, str]) -> str:
    """Return the SHA-256 of the sorted ``sha256sum`` lines of files.

    Parameters
    ----------
    lines : mapping of str to str
        SHA-256 of each by its name.
    """
    return hashlib.sha256(manifest_of(lines)).hexdigest()


def bound(name: str) -> bool:
    """Return whether an approval binds to a file of a bundle.

    It does to each report's results, to the plans, and to the study and area files.
    """
    agreed = name.startswith(INPUTS) and name.endswith(".toml")
    return name == PLANS or name.endswith(f"/{RESULTS}") or agreed


def read_subject(path: Path, *, whole: bool = True) -> Subject:
    """Return what a bundle holds for its reviewers.

    Parameters
    ----------
    whole : bool
        Whether its files must be those of its list, and its notebooks be read too: else only
        what an approval binds to is looked at, as it lies there.

    Raises
    ------
    BundleError
        If it is no bundle.
    ReviewError
        If a report of it cannot be read, or a file is not that of the list.
    """
    with Archive(path) as archive:
        lines = {n: archive.sha256(n) for n in ordered(archive.members) if bound(n)}
        manifest = archive.sha256(MANIFEST) if MANIFEST in archive.members else ""
        if not whole:
            return Subject(path, manifest, lines, False, (), frozenset(archive.members))
        listed = read_manifest(archive.read(MANIFEST, LARGEST_LIST), path)
        told = read_contents(archive)
        there = [n for n in archive.members if n not in UNLISTED]
        if sorted(there) != sorted(listed) or any(archive.sha256(n) != listed[n] for n in there):
            raise ReviewError("review.bundle_changed", path=path)
        order = {name: at for at, name in enumerate(told["reports"])}
        folders = sorted(folders_of(archive), key=lambda name: order.get(name, len(order)))
        reports = tuple(_report(archive, folder) for folder in folders)
    members = frozenset(archive.members)
    return Subject(path, manifest, lines, told["made_up"], reports, members)


def _report(archive: Archive, folder: str) -> Report:
    try:
        results = json.loads(archive.read(f"{folder}/{RESULTS}"))
        for estimate in results["estimates"]:
            estimate_from_json(estimate)
        sha256 = archive.sha256(f"{folder}/{RESULTS}")
        return Report(folder, results, sha256, *_places(archive, folder))
    except (*UNFIT, EvalkitError):
        raise ReviewError("review.bundle_report", path=archive.path, report=folder) from None


def _places(archive: Archive, folder: str) -> tuple[dict[str, int], tuple[Place, ...]]:
    """Return the cells of results, and the exhibits and sections in every language."""
    with scratch_folder() as place:
        names = {f"{folder}/{name}": name for name in (EXECUTED, RESULTS, MADE)}
        archive.write_to(place, names)
        record = read_notebook(place / EXECUTED)
        cells: dict[str, int] = {}
        ours = set()
        for seen in record.seen:
            for estimate in seen.estimates:
                cells.setdefault(estimate.id, seen.cell)
                if estimate.estimand in OURS:
                    ours.add(str(seen.cell))
        hidden = set()
        found: dict[tuple[str, str], dict[str, str]] = {}
        for lang in record.header.languages:
            page = compose(place, record, lang).page
            for row in page["exhibits"]["rows"]:
                text = f"{row['label']} {row['title']}"
                found.setdefault(("exhibit", row["id"]), {})[lang] = text
                if row["cell"] in ours:
                    hidden.add(row["id"])
            for section in page["contents"]:
                for part in (section, *section["parts"]):
                    found.setdefault(("section", part["id"]), {})[lang] = part["text"]
    made = (
        Place(kind, f"{folder}#{name}", text, kind == "exhibit" and name in hidden)
        for (kind, name), text in found.items()
    )
    return cells, tuple(made)
