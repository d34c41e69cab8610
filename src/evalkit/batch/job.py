"""One report, built whole or not at all; this is what a worker process runs."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from evalkit.batch.failure import failed
from evalkit.batch.jobs import PARTIAL, RUN, Due, Job, Outcome, cannot_write
from evalkit.errors import EvalkitError
from evalkit.export import (
    read_hub,
    write_docx,
    write_page,
    write_pdf,
    write_results,
    write_workbook,
)
from evalkit.export.results import provenance
from evalkit.outcomes import Report, open_report
from evalkit.protocol import EXECUTED, RESULTS
from evalkit.record import read_notebook, require
from evalkit.run.notebook import run_notebook
from evalkit.trace import Trace, recording


def build(due: Due) -> Outcome:
    """Build one report and put it in its place, or leave what was there.

    Parameters
    ----------
    due : Due
        The report, and whether its notebook is to be run or its pages alone written.

    Returns
    -------
    Outcome
        With the verdict, or with the error of a failed report, which is also
        noted beside the report's folder.
    """
    job, began = due.job, time.monotonic()
    try:
        outcome = _build(due)
    except EvalkitError as problem:
        return failed(job, problem, time.monotonic() - began)
    except OSError as problem:
        return failed(job, cannot_write(job.folder, problem), time.monotonic() - began)
    job.failure.unlink(missing_ok=True)
    return replace(outcome, seconds=time.monotonic() - began)


def _build(due: Due) -> Outcome:
    job = due.job
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(
        tempfile.mkdtemp(prefix=f".{job.outcome}{PARTIAL}{job.run}-", dir=job.folder.parent)
    )
    ran = Trace()
    try:
        if due.work == RUN:
            where = job.notebook.parent
            target, limits = partial / EXECUTED, due.limits
            ran = run_notebook(job.notebook, target, job.parameters, where, limits)
        else:
            shutil.copyfile(job.folder / EXECUTED, partial / EXECUTED)
        with recording() as wrote:
            report = open_report(job.study, job.area, job.outcome, job.lang)
            verdict = _fill(partial, job, report)
        _swap(partial, job.folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Outcome(job, verdict, None, ran=ran, wrote=wrote)


def _fill(partial: Path, job: Job, report: Report) -> str:
    record = read_notebook(partial / EXECUTED, report.languages, called=job.notebook)
    require(record, [f"{job.area}.{job.outcome}.verdict"])
    origin = provenance(report, job.notebook, job.parameters)
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
