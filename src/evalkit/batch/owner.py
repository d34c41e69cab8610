"""Whose reports a folder holds: a second study of the same code never replaces the first.

Imports model, fingerprints, protocol and errors. A study is known again by its place as seen
from the reports, or by what stands in its file: the folder of both may be moved, a copy may
be run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evalkit.batch.cache.fingerprints import FileHashes, digest
from evalkit.batch.model import Job
from evalkit.errors import UsageError
from evalkit.files import cannot_write, write_whole
from evalkit.protocol import read_study
from evalkit.protocol.memory import remember_study

# Beside a study's areas; with a dot, so that it is no report.
OWNER = ".study.json"


def check_owners(jobs: Iterable[Job]) -> None:
    """Stop where a folder holds the reports of another study of the same code.

    Raises
    ------
    UsageError
        With the name of the study whose reports are there.
    """
    for job in _one_a_study(jobs):
        noted = _noted(job.root / job.code)
        if noted and noted["place"] != _place(job) and noted["sha256"] != _content(job):
            raise UsageError(
                "study_owned", folder=job.root / job.code, code=job.code, name=noted["name"]
            )


def own(jobs: Iterable[Job]) -> None:
    """Note in each folder of reports which study they are of, and for this user where it lies.

    Parameters
    ----------
    jobs : iterable of Job
        What is to be built, checked by `check_owners`.

    Raises
    ------
    OutputError
        If a folder cannot be written.
    """
    for job in _one_a_study(jobs):
        name = " / ".join(read_study(job.study, job.area).name.text.values())
        told = {"place": _place(job), "sha256": _content(job), "name": name}
        folder = job.root / job.code
        remember_study(job.study)
        if _noted(folder) == told:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / OWNER, json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as problem:
            raise cannot_write(folder, problem) from None


def _one_a_study(jobs: Iterable[Job]) -> list[Job]:
    return list({(job.root, job.study): job for job in jobs}.values())


def _noted(folder: Path) -> dict[str, Any]:
    """Return what a folder says of its study; nothing where it does not, or was spoilt."""
    try:
        found = json.loads((folder / OWNER).read_bytes())
        return {key: str(found[key]) for key in ("place", "sha256", "name")}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _place(job: Job) -> str:
    # Hashed: reports travel, and folders of this machine stay here.
    return digest(os.path.relpath(os.path.realpath(job.study), os.path.realpath(job.root)))


def _content(job: Job) -> str:
    return FileHashes().digest(job.study)
