"""What the files of a bundle are, for machines: RO-Crate 1.1 with the Workflow Run profiles.

Imports nothing of evalkit. Every report is an action: its notebook was run, on what was agreed and
on tables known by their fingerprints, and left these files. Which program made which file of the
whole is told by the action of the script that runs everything again.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METADATA = "ro-crate-metadata.json"
CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    # What the base context has no word for, as the profile's own context maps it.
    {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
]
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
LICENCE, ASSESSOR = "#licence", "#assessor"
TERMS = "The code: MIT; its fonts: OFL-1.1. Tables and reports: as each report states."
README = "README.md"
SCRIPT = "code/run-again.sh"
DESCRIPTOR = {
    "@id": METADATA,
    "@type": "CreativeWork",
    "about": {"@id": "./"},
    "conformsTo": [
        {"@id": "https://w3id.org/ro/crate/1.1"},
        {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
    ],
}
SHELL = {
    "@id": "#shell",
    "@type": "ComputerLanguage",
    "name": "POSIX shell",
    "url": "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html",
}
TYPES = {
    ".ipynb": "application/x-ipynb+json",
    ".whl": "application/zip",
    ".lock": "text/plain",
    ".toml": "application/toml",
    ".jsonld": "application/ld+json",
    ".yml": "application/yaml",
    ".md": "text/markdown",
    ".sh": "application/x-sh",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class ReportFiles:
    """A report, as the crate lists it.

    Parameters
    ----------
    folder : str
        Its folder in the bundle.
    results : mapping
        The content of its results file.
    made_at : str
        When it was made: UTC, ISO 8601.
    names : tuple of str
        Paths of its files in the bundle.
    inputs : tuple of str
        Paths of the files that it was agreed by.
    """

    folder: str
    results: Mapping[str, Any]
    made_at: str
    names: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def made_up(self) -> bool:
        """Whether made-up data reach it."""
        held = self.results
        return bool(held["study"]["made_up"] or any(e["made_up"] for e in held["estimates"]))


def crate(
    title: str,
    about: str,
    reports: Sequence[ReportFiles],
    digests: Mapping[str, str],
    sizes: Mapping[str, int],
) -> dict[str, Any]:
    """Return the crate's metadata.

    Parameters
    ----------
    title, about : str
        Of the bundle as a whole, in every language of it.
    digests, sizes : mapping of str
        SHA-256 and bytes of every file but the metadata, by path.
    """
    newest = max(report.made_at for report in reports)
    version = str(reports[0].results["provenance"]["version"])
    files = [_file(name, digests[name], sizes[name]) for name in digests]
    for entity in files:
        if entity["@id"] == SCRIPT:
            entity |= _script(version)
        elif entity["@id"] == README:
            entity["about"] = {"@id": "./"}
    actions = [_action(number, report) for number, report in enumerate(reports, start=1)]
    tools = {a["instrument"]["@id"]: a.pop("_tool") for a in actions}
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": about,
        "datePublished": _time(newest),
        "license": {"@id": LICENCE},
        "author": {"@id": ASSESSOR},
        "publisher": {"@id": ASSESSOR},
        "conformsTo": [{"@id": profile} for profile in PROFILES],
        "mainEntity": {"@id": SCRIPT},
        "hasPart": [{"@id": name} for name in digests],
        "mentions": [{"@id": "#run"}, *({"@id": action["@id"]} for action in actions)],
    }
    told = [*_contextual(reports), _run(reports, newest), *files, *_tables(reports)]
    graph = [DESCRIPTOR, root, *told, *tools.values(), *actions]
    return {"@context": CONTEXT, "@graph": graph}


def _contextual(reports: Sequence[ReportFiles]) -> list[dict[str, Any]]:
    """Return what the files refer to and is none of them."""
    profiles = [
        {"@id": url, "@type": "CreativeWork", "name": name, "version": number}
        for url, (name, number) in PROFILES.items()
    ]
    return [
        *profiles,
        SHELL,
        {"@id": LICENCE, "@type": "CreativeWork", "name": "Licences", "description": TERMS},
        {"@id": ASSESSOR, "@type": "Organization", "name": assessor(reports) or "not stated"},
    ]


def _file(name: str, digest: str, size: int) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": "File",
        "name": name.rpartition("/")[2],
        "contentSize": str(size),
        "encodingFormat": media_type(name),
        "sha256": digest,
    }


def media_type(name: str) -> str:
    """Return a file's media type, the same on every machine."""
    ending = f".{name.rpartition('.')[2]}"
    known = mimetypes.MimeTypes(filenames=()).guess_type(name)[0]
    return TYPES.get(ending) or known or "application/octet-stream"


def assessor(reports: Sequence[ReportFiles]) -> str:
    """Return who made the assessment, as the first study that states it does; else nothing."""
    said = (report.results["study"]["assessment"].get("assessed_by", {}) for report in reports)
    return next((str(text) for texts in said for text in texts.values()), "")


def _script(version: str) -> dict[str, Any]:
    return {
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": "Every report of this bundle, made again",
        "programmingLanguage": {"@id": SHELL["@id"]},
        "version": version,
        "conformsTo": {"@id": BIOSCHEMAS},
    }


def _run(reports: Sequence[ReportFiles], newest: str) -> dict[str, Any]:
    results = [{"@id": name} for report in reports for name in report.names]
    inputs = dict.fromkeys(name for report in reports for name in report.inputs)
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "evalkit run",
        "description": f"{len(reports)} notebooks, each from its first cell to its last.",
        "instrument": {"@id": SCRIPT},
        "agent": {"@id": ASSESSOR},
        "endTime": _time(newest),
        "object": [{"@id": name} for name in inputs],
        "result": results,
    }


def _tables(reports: Iterable[ReportFiles]) -> list[dict[str, Any]]:
    """Return the tables behind the reports: known by a fingerprint, and not handed over."""
    found = {}
    for report in reports:
        for estimate in report.results["estimates"]:
            for name, digest in estimate["data"]:
                found[_table_id(report, name)] = (name, digest)
    return [
        {
            "@id": key,
            "@type": "PropertyValue",
            "name": name,
            "propertyID": "sha256",
            "value": digest,
        }
        for key, (name, digest) in found.items()
    ]


def _table_id(report: ReportFiles, name: str) -> str:
    place = report.folder.replace("/", "-")
    return f"#table-{place}-{''.join(c if c.isalnum() else '-' for c in name)}"


def _action(number: int, report: ReportFiles) -> dict[str, Any]:
    origin = report.results["provenance"]
    tool = f"urn:sha256:{origin['notebook_sha256']}"
    tables = {_table_id(report, n): None for e in report.results["estimates"] for n, _ in e["data"]}
    return {
        "@id": f"#report-{number}",
        "@type": "CreateAction",
        "name": report.folder,
        "description": str(next(iter(report.results["headline"].values()))),
        "instrument": {"@id": tool},
        "agent": {"@id": ASSESSOR},
        "endTime": _time(report.made_at),
        "object": [{"@id": name} for name in (*report.inputs, *tables)],
        "result": [{"@id": name} for name in report.names],
        "_tool": {
            "@id": tool,
            "@type": "SoftwareApplication",
            "name": origin["notebook"],
            "softwareVersion": f"evalkit {origin['version']}",
        },
    }


def _time(told: str) -> str:
    """Return a time in UTC in the one form that every reader takes for ISO 8601."""
    return told.replace("Z", "+00:00")
