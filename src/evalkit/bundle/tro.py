"""The run's own record: a Transparent Research Object (TROV 0.1), for readers without our code.

Imports nothing of evalkit. It says who ran what on which sealed input, that no notebook reached a
network, and what came out. An arrangement is a list of files with their fingerprints; the first
holds what was agreed and the code, the second what came out, and `tro-utils verify-package` finds
each in its folder of the bundle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from evalkit.bundle.crate import ReportFiles, media_type

DECLARATION = "tro.jsonld"
SYSTEM = "urn:evalkit:runner"
CONTEXT = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "trov": "https://w3id.org/trace/trov/0.1#",
    "schema": "https://schema.org/",
}
# What the runner does to each notebook, and the word for a run that it was done to.
WARRANTS = {
    "trov:CanDetectInternetAccess": "trov:InternetAccessDetection",
    "trov:CanPreventAuthorIntervention": "trov:NonInteractiveExecution",
    "trov:CanRecordSoftwareEnvironment": "trov:SoftwareEnvironmentRecorded",
    "trov:CanEnsureCodeIncludedInTROPackage": "trov:CodeIncludedInTROPackage",
    "trov:CanEnsureOutputDataIncludedInTROPackage": "trov:OutputDataIncludedInTROPackage",
}
INPUTS, OUTPUTS = "arrangement/0", "arrangement/1"
ABOUT = (
    "Runs each notebook from its first cell to its last in a process of its own. A notebook that "
    "opens a file, starts a program or asks another machine by its own way fails, and leaves no "
    "report. Tables of persons stay with their holder; they are sealed by their fingerprints."
)


def declaration(
    title: str,
    about: str,
    reports: Sequence[ReportFiles],
    outputs: Mapping[str, str],
    inputs: Mapping[str, str],
    who: str,
) -> dict[str, Any]:
    """Return the declaration.

    Parameters
    ----------
    outputs, inputs : mapping of str to str
        SHA-256 of each file by its path below ``reports`` and below ``inputs``.
    who : str
        Who made the assessment, as the study states it; empty where it does not.
    """
    began, ended = min(r.made_at for r in reports), max(r.made_at for r in reports)
    artifacts = dict.fromkeys([*inputs.values(), *outputs.values()])
    names = {digest: f"composition/1/artifact/{n}" for n, digest in enumerate(artifacts)}
    types = {digest: media_type(name) for name, digest in [*inputs.items(), *outputs.items()]}
    creator = {"@type": "schema:Organization", "schema:name": who or "evalkit runner"}
    root = {
        "@id": "tro",
        "@type": ["trov:TransparentResearchObject", "schema:CreativeWork"],
        "schema:name": title,
        "schema:description": about,
        "schema:creator": creator,
        "schema:dateCreated": _time(ended),
        "trov:vocabularyVersion": "0.1",
        "trov:wasAssembledBy": _system(),
        "trov:hasComposition": _composition(names, types),
        "trov:hasArrangement": [
            _arrangement(INPUTS, "What was agreed: below inputs/", inputs, names),
            _arrangement(OUTPUTS, "What came out: below reports/", outputs, names),
        ],
        "trov:hasPerformance": [_performance(began, ended, reports)],
        "trov:hasAttribute": [],
    }
    return {"@context": [CONTEXT], "@graph": [root]}


def _system() -> dict[str, Any]:
    return {
        "@id": SYSTEM,
        "@type": ["trov:TrustedResearchSystem", "schema:Organization"],
        "schema:name": "evalkit runner",
        "schema:description": ABOUT,
        "trov:hasCapability": [{"@id": kind, "@type": kind} for kind in WARRANTS],
    }


def _composition(names: Mapping[str, str], types: Mapping[str, str]) -> dict[str, Any]:
    joined = "".join(sorted(names)).encode()
    return {
        "@id": "composition/1",
        "@type": "trov:ArtifactComposition",
        "trov:hasArtifact": [
            {
                "@id": name,
                "@type": "trov:ResearchArtifact",
                "trov:hash": _hash(digest),
                "trov:mimeType": types[digest],
            }
            for digest, name in names.items()
        ],
        "trov:hasFingerprint": {
            "@id": "fingerprint",
            "@type": "trov:CompositionFingerprint",
            "trov:hash": _hash(hashlib.sha256(joined).hexdigest()),
        },
    }


def _hash(digest: str) -> dict[str, str]:
    return {"trov:hashAlgorithm": "sha256", "trov:hashValue": digest}


def _arrangement(
    key: str, comment: str, files: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "@id": key,
        "@type": "trov:ArtifactArrangement",
        "rdfs:comment": comment,
        "trov:hasArtifactLocation": [
            {
                "@id": f"{key}/location/{n}",
                "@type": "trov:ArtifactLocation",
                "trov:artifact": {"@id": names[digest]},
                "trov:path": path,
            }
            for n, (path, digest) in enumerate(files.items())
        ],
    }


def _performance(began: str, ended: str, reports: Sequence[ReportFiles]) -> dict[str, Any]:
    sealed = sorted(
        {
            f"{report.results['study']['code']}: {name} sha256:{digest}"
            for report in reports
            for estimate in report.results["estimates"]
            for name, digest in estimate["data"]
        }
    )
    return {
        "@id": "trp/0",
        "@type": "trov:TrustedResearchPerformance",
        "rdfs:comment": f"evalkit run: {len(reports)} reports",
        "trov:wasConductedBy": {"@id": SYSTEM},
        "trov:startedAtTime": _time(began),
        "trov:endedAtTime": _time(ended),
        "trov:accessedArrangement": _binding(0, INPUTS),
        "trov:contributedToArrangement": _binding(1, OUTPUTS),
        "trov:hasPerformanceAttribute": [
            {"@id": f"trp/0/attribute/{n}", "@type": done, "trov:warrantedBy": {"@id": able}}
            for n, (able, done) in enumerate(WARRANTS.items())
        ],
        # Tables that are known by their fingerprints alone.
        "schema:isBasedOn": sealed,
    }


def _binding(number: int, arrangement: str) -> dict[str, Any]:
    return {
        "@id": f"trp/0/binding/{number}",
        "@type": "trov:ArrangementBinding",
        "trov:arrangement": {"@id": arrangement},
    }


def _time(told: str) -> str:
    return told.replace("Z", "+00:00")
