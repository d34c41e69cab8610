"""A bundle's reports made again, twice, in a fresh environment, and every number compared.

Imports the rest of this package. Its results are not unpacked: what comes out can only have been
computed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.bundle.archive import Archive
from evalkit.bundle.compare import Compared, classify, compare
from evalkit.bundle.contents import CODE, REPORTS, read_contents
from evalkit.bundle.environment import environment_of, make_environment
from evalkit.bundle.inputs import FOLDER, StudyInputs
from evalkit.bundle.sign import Key
from evalkit.bundle.verify import Verdict, verify_bundle
from evalkit.bundle.wheel import LOCK, NAME
from evalkit.errors import BundleError
from evalkit.files import (
    file_sha256,
    files_in,
    folder_sha256,
    scratch_folder,
    unreadable_as,
)
from evalkit.present.shown import MIMES
from evalkit.protocol import EXECUTED, FAILED, RESULTS, utc_now

RUNS = 2
STEPS = ("run_1", "run_2")
# An environment, two runs and their reports.
NEEDED = 3 << 30
CLEAN, TABLE = "clean", "table"


@dataclass(frozen=True)
class Request:
    """What somebody asks to be reproduced.

    Parameters
    ----------
    file : Path
        The bundle.
    data : mapping of str to Path
        The folder with the tables that stayed with their holder, by the study's code; under the
        empty code that of the only study which needs one.
    keys : sequence of Key
        Whose signature the reader accepts.
    witness : str
        Who watched, where the data may not leave their holder; empty where nobody had to.
    """

    file: Path
    data: Mapping[str, Path] = field(default_factory=dict)
    keys: Sequence[Key] = ()
    witness: str = ""


@dataclass(frozen=True)
class Place:
    """Tables that stayed with their holder.

    Parameters
    ----------
    study, name : str
        Codes.
    before, after : str
        The fingerprint of the folder before and after the runs; empty where it was not given.
    """

    study: str
    name: str
    before: str = ""
    after: str = ""


@dataclass
class Reproduction:
    """What came out.

    Parameters
    ----------
    verdict : Verdict
        Of the bundle itself.
    kind : str
        "full", "minor", "partial" or "not_able".
    reasons : list of str
        Codes.
    reports : list of Compared
        In the bundle's order.
    places : list of Place
        What stayed with its holder.
    witness : str
        Who watched.
    began, ended : str
        UTC, ISO 8601.
    python, bundle_python : str
        Of this machine, and of the one that made the bundle.
    system : str
        Of this machine.
    log : list of str
        What was done, without folders of this machine.
    results : list of dict
        By run, the content of each results file by its report's folder.
    """

    verdict: Verdict
    kind: str = ""
    reasons: list[str] = field(default_factory=list)
    reports: list[Compared] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    witness: str = ""
    began: str = ""
    ended: str = ""
    python: str = ""
    bundle_python: str = ""
    system: str = ""
    log: list[str] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)


def reproduce(request: Request, tell: Callable[[str], None]) -> Reproduction:
    """Make a bundle's reports again, and compare.

    Parameters
    ----------
    tell : callable
        Told the code of each step as it begins: a run takes minutes.

    Raises
    ------
    BundleError
        If the bundle is not to be relied on, names data that are not where it is said, the
        environment cannot be made, or the disk is full.
    """
    tell("look")
    verdict = verify_bundle(request.file, request.keys, jobs=os.cpu_count() or 1)
    if not verdict.good:
        raise BundleError("bundle.not_good", path=request.file, found=verdict.wrong[0])
    made = Reproduction(verdict, witness=request.witness, began=utc_now())
    made.python = platform.python_version()
    made.system = f"{platform.system()} {platform.machine()}"
    with Archive(request.file) as archive, _enough_room() as place:
        told = read_contents(archive)
        data = _data(request, told["studies"])
        before = [_place(study, item, data) for study, item in _withheld(told["studies"])]
        _unpack(archive, place)
        tell("environment")
        command = make_environment(place, place / CODE / LOCK, place / CODE / NAME, made.log.append)
        for number in range(1, RUNS + 1):
            tell(STEPS[number - 1])
            _link(place, told["studies"], data)
            made.results.append(_run(command, place, told, number, made.log.append))
        after = [_place(study, item, data) for study, item in _withheld(told["studies"])]
        made.places = [
            Place(b.study, b.name, b.before, a.before) for b, a in zip(before, after, strict=True)
        ]
        _compare(made, archive, told)
    made.ended = utc_now()
    return made


@contextmanager
def _enough_room() -> Iterator[Path]:
    try:
        with scratch_folder() as place:
            if shutil.disk_usage(place).free < NEEDED:
                raise BundleError("bundle.no_room", needed=str(NEEDED >> 30))
            yield place
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BundleError("bundle.no_room", needed=str(NEEDED >> 30)) from None
        raise


def _withheld(studies: Sequence[StudyInputs]) -> list[tuple[StudyInputs, dict[str, str]]]:
    return [(study, item) for study in studies for item in study.withheld]


def _data(request: Request, studies: Sequence[StudyInputs]) -> dict[str, Path]:
    """Return the folder of each study's tables that stayed, by its code."""
    need = [s.code for s in studies if any(i["kind"] in (CLEAN, TABLE) for i in s.withheld)]
    given = dict(request.data)
    if "" in given:
        if len(need) != 1:
            raise BundleError("bundle.data_of_which", path=request.file, known=need)
        given[need[0]] = given.pop("")
    if unknown := sorted(given.keys() - set(need)):
        raise BundleError("bundle.data_not_needed", path=request.file, names=unknown)
    for folder in given.values():
        if not folder.is_dir():
            raise BundleError("bundle.data_missing", path=folder)
    return {code: Path(os.path.abspath(folder)) for code, folder in given.items()}


def _place(study: StudyInputs, item: Mapping[str, str], data: Mapping[str, Path]) -> Place:
    """Return tables that stayed with the fingerprint of all their files together.

    One fingerprint of all: that of one small table could be tried out.
    """
    folder = data.get(study.code)
    if folder is None or item["kind"] not in (CLEAN, TABLE):
        return Place(study.code, item["name"])
    with unreadable_as(BundleError, folder):
        files = {name: file_sha256(path) for name, path in files_in(folder).items()}
    return Place(study.code, item["name"], folder_sha256(files))


def _unpack(archive: Archive, place: Path) -> None:
    """Unpack what was agreed and the code; never a result."""
    wanted = (FOLDER, CODE)
    archive.write_to(place, {n: n for n in archive.members if n.split("/")[0] in wanted})


def _link(place: Path, studies: Sequence[StudyInputs], data: Mapping[str, Path]) -> None:
    for study, item in _withheld(studies):
        if study.code not in data or item["kind"] not in (CLEAN, TABLE):
            continue
        target = place / FOLDER / study.code / item["place"]
        source = data[study.code]
        source = source if item["kind"] == CLEAN else source / target.name
        if not target.exists() and source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source, target_is_directory=source.is_dir())


def _run(
    command: Path,
    place: Path,
    told: Mapping[str, Any],
    number: int,
    log: Callable[[str], None],
) -> dict[str, Any]:
    """Run every study once; return the content of each results file by its report's folder."""
    root = place / f"run-{number}"
    for study in told["studies"]:
        words = ["run", "--study", f"{FOLDER}/{study.code}/{study.file}", "--reports", root.name]
        words += ["--force"]
        if study.notebooks:
            words += ["--notebooks", f"{FOLDER}/{study.code}/{study.notebooks}"]
        words += _narrowed(told["reports"], study.code)
        log(f"$ evalkit {' '.join(words)}")
        environment = environment_of(place)
        ran = subprocess.run(
            [str(command), *words],
            cwd=place, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        log(f"ended with {ran.returncode}")
    found = {}
    for folder in told["reports"]:
        below = root / folder.removeprefix(f"{REPORTS}/")
        path = below / RESULTS
        if path.is_file():
            shown = shown_sha256((below / EXECUTED).read_bytes())
            found[folder] = {**json.loads(path.read_text(encoding="utf-8")), "shown": shown}
        elif (note := below.with_name(below.name + FAILED)).is_file():
            found[folder] = {"failed": json.loads(note.read_text(encoding="utf-8"))["error"]["key"]}
    return found


def shown_sha256(notebook: bytes) -> str:
    """Return a fingerprint of everything that an executed notebook showed.

    Words, numbers and drawings in every language; not how it says that it was run.
    """
    cells = json.loads(notebook)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = [o["data"][kind] for o in outputs for kind in MIMES if kind in o.get("data", {})]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _narrowed(folders: Sequence[str], code: str) -> list[str]:
    """Return the options that leave out areas and outcomes of which nothing was handed over."""
    parts = [folder.split("/") for folder in folders]
    areas = {p[2] for p in parts if p[1] == code}
    outcomes = {p[3] for p in parts if p[1] == code}
    words = ["--area", *areas] if len(areas) == 1 else []
    return words + (["--outcome", *outcomes] if len(outcomes) == 1 else [])


def _compare(made: Reproduction, archive: Archive, told: Mapping[str, Any]) -> None:
    pythons = set()
    for folder in told["reports"]:
        before = json.loads(archive.read(f"{folder}/{RESULTS}"))
        before["shown"] = shown_sha256(archive.read(f"{folder}/{EXECUTED}"))
        pythons.add(before["provenance"]["python"])
        runs = [run.get(folder) for run in made.results]
        failed = [run["failed"] for run in runs if run and "failed" in run]
        good = [run if run and "failed" not in run else None for run in runs]
        why = failed[0] if failed else "no_result" if None in good else ""
        made.reports.append(compare(folder, before, good, why))
    made.bundle_python = ", ".join(sorted(pythons))
    notes = [] if pythons == {made.python} else ["python"]
    if any(place.before != place.after for place in made.places):
        notes.append("data_changed")
    made.kind, made.reasons = classify(made.reports, notes)
