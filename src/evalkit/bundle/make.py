"""A bundle, made from reports that are up to date: collected, listed, described, signed.

Imports batch, export and the rest of this package. What is written is looked through as a
stranger would before it takes its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.batch.model import Job
from evalkit.batch.run import RunRequest, plan_run
from evalkit.bundle.archive import ordered, write_archive
from evalkit.bundle.contents import CODE, REPORTS, machine_sha256
from evalkit.bundle.crate import ReportFiles
from evalkit.bundle.describe import check_page, graphs, pages_over, papers
from evalkit.bundle.inputs import StudyInputs, inputs_of
from evalkit.bundle.manifest import MANIFEST, SIGNATURE, STAMP, manifest_of
from evalkit.bundle.scrub import scrubbed
from evalkit.bundle.sign import Key, sign, signer
from evalkit.bundle.stamp import read_stamp
from evalkit.bundle.verify import verify_bundle
from evalkit.bundle.wheel import LOCK, NAME, lock, wheel
from evalkit.errors import BundleError
from evalkit.export.results import form_name
from evalkit.files import file_sha256, scratch_folder, staged_file, unreadable_as
from evalkit.protocol import EXECUTED, FORMS, MADE, RESULTS, package_sha256

MADE_UP = "made-up"


@dataclass(frozen=True)
class BundleRequest:
    """What somebody asks to be handed over.

    Parameters
    ----------
    run : RunRequest
        The run whose reports are handed over: studies, area, outcome and folders as it had them.
    out : Path or None
        The file; named after the studies when None.
    key : Path or None
        The private key that signs.
    stamp : Path or None
        An authority's time stamp of the list of the same bundle, made before.
    """

    run: RunRequest
    out: Path | None = None
    key: Path | None = None
    stamp: Path | None = None


@dataclass(frozen=True)
class Made:
    """A bundle that was made.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        Of its list of files: what a reader is told by another way.
    reports : int
        How many it holds.
    key : Key or None
        The public key of who signed.
    """

    path: Path
    sha256: str
    reports: int
    key: Key | None


@dataclass
class _Content:
    """What is collected, before it is described.

    Parameters
    ----------
    members : dict
        Each file, by its path in the bundle.
    reports : list of ReportFiles
        In the order of the studies.
    inputs : list of StudyInputs
        What each study rests on.
    """

    members: dict[str, bytes | Path] = field(default_factory=dict)
    reports: list[ReportFiles] = field(default_factory=list)
    inputs: list[StudyInputs] = field(default_factory=list)


def make_bundle(request: BundleRequest) -> Made:
    """Write a bundle and return what was made.

    Raises
    ------
    BundleError
        If a report failed or is not up to date, does not agree with itself, or made-up data
        would travel without their mark.
    EvalkitError
        As `evalkit.batch.run.plan_run` raises it.
    """
    jobs = _ready(request)
    with scratch_folder() as place:
        content = _collected(jobs, request, place)
        out = _named(request, content)
        digest, key = _described(content, request, place)
        with staged_file(out) as staged:
            write_archive(staged, content.members)
            verdict = verify_bundle(staged, [key] if key else [])
            if wrong := verdict.wrong:
                raise BundleError("bundle.not_fit", path=out, found=wrong[0], n=len(wrong))
    return Made(out, digest, len(content.reports), key)


def _ready(request: BundleRequest) -> list[Job]:
    """Return the reports, or stop where one failed or is not of today's state."""
    plan = plan_run(request.run)
    failed = [task.job.name for task in plan.tasks if task.job.failure.exists()]
    if failed:
        raise BundleError("bundle.failed", names=failed)
    if plan.wanted:
        raise BundleError("bundle.stale", names=[task.job.name for task in plan.wanted])
    jobs = [task.job for task in plan.tasks]
    own = package_sha256()
    # Pages can be of today's code, and numbers of yesterday's that no change since could alter.
    other = [job.name for job in jobs if _results(job)["provenance"]["package_sha256"] != own]
    if other:
        raise BundleError("bundle.other_code", names=other)
    return jobs


def _results(job: Job) -> dict[str, Any]:
    return dict(json.loads((job.folder / RESULTS).read_text(encoding="utf-8")))


def _collected(jobs: Sequence[Job], request: BundleRequest, place: Path) -> _Content:
    content = _Content()
    for study in dict.fromkeys(job.study for job in jobs):
        found = inputs_of(study, request.run.notebooks)
        content.inputs.append(found)
        content.members |= found.members
    by_code = {inputs.code: inputs for inputs in content.inputs}
    for job in jobs:
        inputs = by_code[job.code]
        content.reports.append(_report(job, content.members, tuple(ordered(inputs.members))))
    read = {
        f"{report.folder}/{name}": _bytes(content.members[f"{report.folder}/{name}"])
        for report in content.reports
        for name in (RESULTS, MADE)
    }
    content.members |= pages_over(content.reports, read, place)
    return content


def _report(job: Job, members: dict[str, bytes | Path], inputs: tuple[str, ...]) -> ReportFiles:
    where = f"{REPORTS}/{job.code}/{job.area}/{job.outcome}"
    results = _results(job)
    made_up = results["study"]["made_up"]
    forms = [
        form_name(lang, form, made_up=made_up)
        for lang in results["languages"]
        for form in ("html", *FORMS)
    ]
    names = [*forms, RESULTS, MADE, *(p.name for p in sorted(job.folder.glob("report.*.toml")))]
    for name in names:
        members[f"{where}/{name}"] = job.folder / name
    executed = job.folder / EXECUTED
    members[f"{where}/{EXECUTED}"] = scrubbed(executed.read_bytes(), executed)
    made = json.loads((job.folder / MADE).read_text(encoding="utf-8"))["made_at"]
    listed = tuple(ordered(f"{where}/{name}" for name in (*names, EXECUTED)))
    return ReportFiles(where, results, made, listed, inputs)


def _named(request: BundleRequest, content: _Content) -> Path:
    """Return the bundle's path: a file that holds made-up data says so by its name."""
    made_up = any(report.made_up for report in content.reports)
    codes = [inputs.code for inputs in content.inputs]
    parts = [MADE_UP] if made_up else []
    parts += [*codes, *(each for each in (request.run.area, request.run.outcome) if each)]
    out = request.out or Path(f"bundle.{'.'.join(parts)}.zip")
    if made_up and MADE_UP not in out.name.split("."):
        raise BundleError("bundle.unmarked", path=out, mark=MADE_UP)
    if out.is_dir():
        raise BundleError("bundle.is_folder", path=out)
    return out


def _described(content: _Content, request: BundleRequest, place: Path) -> tuple[str, Key | None]:
    """Add everything that tells of the rest; return the list's fingerprint and who signed."""
    members = content.members
    members[f"{CODE}/{NAME}"], members[f"{CODE}/{LOCK}"] = wheel(), lock()
    members |= papers(content.reports, content.inputs, machine_sha256()) | check_page(
        content.reports, place
    )
    digests = {name: _digest(members[name]) for name in ordered(members)}
    sizes = {name: _size(members[name]) for name in digests}
    made = graphs(content.reports, digests, sizes)
    members |= made
    digests |= {name: _digest(held) for name, held in made.items()}
    manifest = manifest_of(digests)
    members[MANIFEST] = manifest
    key = None
    if request.key is not None:
        signature = sign(manifest, request.key).encode()
        members[SIGNATURE], key = signature, signer(manifest, signature)
    if request.stamp is not None:
        members[STAMP] = _stamp(request.stamp, manifest)
    return _digest(manifest), key


def _stamp(path: Path, manifest: bytes) -> bytes:
    with unreadable_as(BundleError, path):
        raw = path.read_bytes()
    try:
        found = read_stamp(raw, manifest)
    except ValueError:
        raise BundleError("bundle.no_stamp", path=path) from None
    if found is None:
        raise BundleError("bundle.stamp_other", path=path)
    return raw


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return file_sha256(content)


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size
