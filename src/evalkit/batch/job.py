"""One report, built whole or not at all; this is what a worker process runs."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError, OutputError
from evalkit.export import (
    read_hub,
    write_docx,
    write_page,
    write_pdf,
    write_results,
    write_workbook,
)
from evalkit.export.portal import FAILED
from evalkit.export.results import RESULTS, identity, provenance
from evalkit.outcomes import Report, open_report
from evalkit.record import read_notebook, require
from evalkit.run import run_notebook

PARTIAL = ".partial-"


@dataclass(frozen=True)
class Job:
    """One report to build.

    Parameters
    ----------
    study : Path
        The study file.
    code : str
        The study's code.
    area, outcome, lang : str
        What to report on; the language that the executed notebook displays.
    notebook : Path
        The outcome's notebook.
    root : Path
        The folder of reports.
    run : str
        Marks what this run leaves half-made, so that it sweeps nothing else.
    """

    study: Path
    code: str
    area: str
    outcome: str
    lang: str
    notebook: Path
    root: Path
    run: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.code}/{self.area}/{self.outcome}"

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return self.root / self.code / self.area / self.outcome

    @property
    def failure(self) -> Path:
        """Where its failure is noted, for the portal."""
        return self.folder.with_name(self.outcome + FAILED)


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Parameters
    ----------
    job : Job
        The report.
    verdict : str
        Its verdict's code; empty where it failed.
    error : dict or None
        As `EvalkitError.to_json` gives it.
    """

    job: Job
    verdict: str
    error: dict[str, Any] | None


def build(job: Job) -> Outcome:
    """Build one report and put it in its place, or leave what was there.

    Parameters
    ----------
    job : Job
        The report.

    Returns
    -------
    Outcome
        With the verdict, or with the error of a failed report, which is also
        noted beside the report's folder.
    """
    try:
        verdict = _build(job)
    except EvalkitError as problem:
        return failed(job, problem)
    except OSError as problem:
        return failed(job, cannot_write(job.folder, problem))
    job.failure.unlink(missing_ok=True)
    return Outcome(job, verdict, None)


# What the system says of a folder, in words that exist in both languages.
REASONS = {
    errno.ENOSPC: "cannot_write_full",
    errno.EDQUOT: "cannot_write_full",
    errno.EACCES: "cannot_write_denied",
    errno.EPERM: "cannot_write_denied",
    errno.EROFS: "cannot_write_denied",
    errno.ENOTDIR: "cannot_write_place",
    errno.EEXIST: "cannot_write_place",
}


def cannot_write(folder: Path, problem: OSError) -> OutputError:
    """Return the error of a folder that the system will not write.

    Parameters
    ----------
    folder : Path
        Where the report should go.
    problem : OSError
        What the system said.
    """
    known = REASONS.get(problem.errno or 0)
    if known:
        return OutputError(known, path=folder)
    return OutputError("cannot_write", path=folder, problem=type(problem).__name__)


def failed(job: Job, problem: EvalkitError) -> Outcome:
    """Note a failed report and return what became of it.

    Parameters
    ----------
    job : Job
        The report.
    problem : EvalkitError
        Why it failed.
    """
    note = {
        "error": _without_folders(problem.to_json(), job.notebook.parent.parent),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    try:
        report = open_report(job.study, job.area, job.outcome, job.lang)
        job.failure.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**identity(report), **note}, ensure_ascii=False, indent=1)
        job.failure.write_text(text + "\n", encoding="utf-8")
    except (OSError, EvalkitError):
        # The note is for the portal; the run's own list has the failure anyway.
        job.failure.unlink(missing_ok=True)
    return Outcome(job, "", problem.to_json())


def _without_folders(error: dict[str, Any], home: Path) -> dict[str, Any]:
    """Name files from the project's folder on: a portal travels, this machine does not."""
    prefix = f"{home}{os.sep}"
    values = {
        name: value.replace(prefix, "") if isinstance(value, str) else value
        for name, value in error["values"].items()
    }
    return {**error, "values": values}


def _build(job: Job) -> str:
    report = open_report(job.study, job.area, job.outcome, job.lang)
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(
        tempfile.mkdtemp(prefix=f".{job.outcome}{PARTIAL}{job.run}-", dir=job.folder.parent)
    )
    try:
        verdict = _fill(partial, job, report)
        _swap(partial, job.folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return verdict


def _fill(partial: Path, job: Job, report: Report) -> str:
    # A relative path: the executed notebook leaves the house, this machine's folders do not.
    where = job.notebook.parent
    parameters = {
        "study": Path(os.path.relpath(job.study, where)).as_posix(),
        "area": job.area,
        "lang": job.lang,
    }
    executed = partial / "report.ipynb"
    run_notebook(job.notebook, executed, parameters, where)
    record = read_notebook(executed, report.languages, called=job.notebook)
    require(record, [f"{job.area}.{job.outcome}.verdict"])
    origin = provenance(report, job.notebook, parameters)
    write_results(partial / RESULTS, report, record, origin)
    for lang in report.languages:
        page = write_page(partial, report, record, origin, lang)
        hub = read_hub(page.read_text(encoding="utf-8"))
        write_pdf(partial, hub)
        write_docx(partial, hub)
        write_workbook(partial, report, record, origin, lang)
    verdict = record.estimates[f"{job.area}.{job.outcome}.verdict"].verdict
    return verdict or ""


def _swap(partial: Path, folder: Path) -> None:
    os.chmod(partial, 0o755)
    old = partial.with_name(partial.name + "-old")
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
