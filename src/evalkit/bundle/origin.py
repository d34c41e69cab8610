"""Whether the code and the files in a bundle are those that its reports were made with.

Imports the rest of this package. `reproduce` runs the code and reads the files: what is in them
and in no fingerprint that a report prints would be run unseen.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.bundle.archive import Archive
from evalkit.bundle.contents import CODE, CONTENTS
from evalkit.bundle.crate import ReportFiles
from evalkit.bundle.inputs import FOLDER, StudyInputs, inputs_of
from evalkit.bundle.wheel import LICENCES, LOCK, NAME, WHEEL
from evalkit.errors import BundleError, EvalkitError
from evalkit.files import subset_sha256
from evalkit.protocol import identity, read_study
from evalkit.words import Phrase, phrase

LARGEST = 1 << 28
INFO = re.compile(r"evalkit-[0-9][0-9a-z.]*\.dist-info/(.+)")
METADATA = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", f"extra_metadata/{LOCK}")
# What an installation would run of itself, and from where alone it may come.
ENTRY = re.compile(r"(?:\[[a-z_.]+\]|[a-z-]+ = evalkit(?:\.\w+)+:\w+|)")
CODE_FILE = re.compile(r"evalkit/(?!.*(?:^|/)(?:__pycache__|\.[^/]*)(?:/|$)).+")
NOTEBOOK = re.compile(r"evalkit/notebooks/[a-z_]+\.ipynb")
UNFIT = (BundleError, OSError, ValueError, LookupError, RuntimeError, zipfile.BadZipFile)


@dataclass
class _Code:
    """What a wheel holds.

    Parameters
    ----------
    package : str
        The fingerprint of its code.
    notebooks : set of str
        Those of its notebooks.
    lock : bytes
        The versions that it was installed with.
    """

    package: str = ""
    notebooks: set[str] = field(default_factory=set)
    lock: bytes = b""


def unlike_code(
    archive: Archive, reports: Iterable[ReportFiles], told: Mapping[str, Any]
) -> Iterator[Phrase]:
    """Yield what does not fit of the code that is handed over, and of what was agreed."""
    try:
        code = _wheel(archive)
        lock = archive.read(f"{CODE}/{LOCK}")
    except UNFIT:
        yield phrase("verify.wheel", file=f"{CODE}/{NAME}")
        return
    if code.lock != lock:
        yield phrase("verify.wheel", file=f"{CODE}/{LOCK}")
    if told["package_sha256"] != code.package:
        yield phrase("verify.other_code", file=CONTENTS)
    studies = {study.code: study for study in told["studies"]}
    for report in reports:
        study = studies.get(str(report.results["study"]["code"]))
        if study is None:
            yield phrase("verify.agreed", report=report.folder)
            continue
        yield from _report_faults(archive, report, study, code)


def _report_faults(
    archive: Archive, report: ReportFiles, study: StudyInputs, code: _Code
) -> Iterator[Phrase]:
    origin, where = report.results["provenance"], f"{FOLDER}/{study.code}/"
    held = {
        name.removeprefix(where): archive.sha256(name)
        for name in archive.members
        if name.startswith(where)
    }
    if origin["package_sha256"] != code.package:
        yield phrase("verify.code", report=report.folder)
    notebook = f"{study.notebooks}/{origin['notebook']}"
    own = {held[notebook]} if study.notebooks and notebook in held else set()
    if origin["notebook_sha256"] not in (own if study.notebooks else code.notebooks):
        yield phrase("verify.notebook_other", report=report.folder)
    # The very file that a run will read, and no other of the same content.
    if origin["study_sha256"] != held.get(study.file) or origin["area_sha256"] not in held.values():
        yield phrase("verify.agreed", report=report.folder)
    yield from _table_faults(archive, report, study, set(held.values()))


def _table_faults(
    archive: Archive, report: ReportFiles, study: StudyInputs, whole: set[str]
) -> Iterator[Phrase]:
    """Yield the tables behind a report that are neither in the bundle nor said to stay away."""
    known, where = set(whole), f"{FOLDER}/{study.code}/"
    shared = [n for n in archive.members if n.startswith(where) and n.endswith(".csv")]
    for area in {str(e["area"]) for e in report.results["estimates"]}:
        known |= {str(subset_sha256(archive.read(name), "area", area)) for name in shared}
    names = {
        n for e in report.results["estimates"] for n, digest in e["data"] if digest not in known
    }
    stay = [item for item in study.withheld if item["kind"] != "clean"]
    away = {table for item in stay for table in item["name"].split(", ")}
    offices = any(item["kind"] in ("clean", "server") for item in study.withheld)
    area = str(report.results["area"]["code"])
    for name in sorted(map(str, names)):
        handed_in = offices and name.startswith(f"{area}-")
        if not handed_in and name.partition("[")[0] not in away:
            yield phrase("verify.table_other", report=report.folder, table=name)


def unlike_studies(
    archive: Archive, reports: Sequence[ReportFiles], told: Mapping[str, Any], place: Path
) -> Iterator[Phrase]:
    """Yield the studies of which a bundle, or a report, says otherwise than their own files do.

    Parameters
    ----------
    place : Path
        A folder to work in.
    """
    archive.write_to(place, {n: n for n in archive.members if n.startswith(f"{FOLDER}/")})
    for study in told["studies"]:
        home = place / FOLDER / study.code
        try:
            found = inputs_of(
                home / study.file, home / study.notebooks if study.notebooks else None
            )
        except (EvalkitError, *UNFIT):
            yield phrase("verify.study_other", file=CONTENTS, study=study.code)
            continue
        members = {n for n in archive.members if n.startswith(f"{FOLDER}/{study.code}/")}
        if found.to_json() != study.to_json() or found.members.keys() != members:
            yield phrase("verify.study_other", file=CONTENTS, study=study.code)
        for report in reports:
            if report.results["study"]["code"] == study.code and not _is_told(report, home, study):
                yield phrase("verify.study_other", file=report.folder, study=study.code)


def _is_told(report: ReportFiles, home: Path, inputs: StudyInputs) -> bool:
    """Return whether a report says of its study what the study's files say.

    Names and who publishes it may come from other files than the study file, of which a report
    prints no fingerprint.
    """
    results = report.results
    try:
        study = read_study(home / inputs.file)
        area = study.area(str(results["area"]["code"]))
        said = identity(study, area, str(results["outcome"]))
        return {key: results.get(key) for key in said} == said
    except (EvalkitError, *UNFIT):
        return False


def _wheel(archive: Archive) -> _Code:
    raw = archive.read(f"{CODE}/{NAME}", LARGEST)
    found, lines = _Code(), []
    with zipfile.ZipFile(io.BytesIO(raw)) as wheel:
        names = wheel.namelist()
        if sum(info.file_size for info in wheel.infolist()) > LARGEST or len(set(names)) != len(
            names
        ):
            raise ValueError("unpacks to too much, or to two things")
        for name in names:
            content = wheel.read(name)
            digest = hashlib.sha256(content).hexdigest()
            if told := INFO.fullmatch(name):
                _check_info(told[1], content)
                found.lock = content if told[1].endswith(LOCK) else found.lock
            elif NOTEBOOK.fullmatch(name):
                found.notebooks.add(digest)
            elif CODE_FILE.fullmatch(name) and not name.startswith("evalkit/notebooks/"):
                lines.append((f"./{name.removeprefix('evalkit/')}", digest))
            else:
                raise ValueError("a file that is in no fingerprint")
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(lines))
    found.package = hashlib.sha256(text.encode()).hexdigest()
    return found


def _check_info(name: str, content: bytes) -> None:
    """Stop at what tells an installer more than ours tells it."""
    known = (*METADATA, *(f"licenses/{licence}" for licence in LICENCES))
    if name not in known or (name == "WHEEL" and content != WHEEL.encode()):
        raise ValueError("not what a wheel of ours holds")
    if name == "entry_points.txt":
        lines = content.decode("utf-8").splitlines()
        if not all(ENTRY.fullmatch(line.strip()) for line in lines):
            raise ValueError("a program of somebody else")
