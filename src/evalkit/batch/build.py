"""One report, built whole or not at all; this is what a worker process runs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evalkit.batch.failure import failed
from evalkit.batch.model import RUN, Job, JobResult, Task
from evalkit.batch.staging import put_in_place, staged
from evalkit.errors import EvalkitError, RecordError
from evalkit.export import write_forms
from evalkit.files import cannot_write
from evalkit.present.header import ReportHeader
from evalkit.protocol import EXECUTED, identity, read_study
from evalkit.record import Record, read_notebook, require
from evalkit.run.notebook import note_notebook, run_notebook
from evalkit.trace import Trace, recording


def build(task: Task) -> JobResult:
    """Build one report and put it in its place, or leave what was there.

    Parameters
    ----------
    task : Task
        The report, and whether its notebook is to be run or its pages alone written.

    Returns
    -------
    Outcome
        With the verdict, or with the error of a failed report, which is also
        noted beside the report's folder.
    """
    job, began = task.job, time.monotonic()
    try:
        result = _build(task)
    except EvalkitError as problem:
        return failed(job, problem, time.monotonic() - began)
    except OSError as problem:
        return failed(job, cannot_write(job.folder, problem), time.monotonic() - began)
    job.failure.unlink(missing_ok=True)
    return replace(result, seconds=time.monotonic() - began)


def _build(task: Task) -> JobResult:
    job = task.job
    ran = Trace()
    with staged(job) as partial:
        if task.work == RUN:
            where = job.notebook.parent
            target, limits = partial / EXECUTED, task.limits
            ran = run_notebook(job.notebook, target, job.parameters, where, limits)
        else:
            shutil.copyfile(job.folder / EXECUTED, partial / EXECUTED)
            note_notebook(partial / EXECUTED, job.notebook)
        record = read_notebook(partial / EXECUTED, called=job.notebook)
        if task.work == RUN:
            _check_agreed(record.header, job)
        with recording() as wrote:
            verdict = _fill(partial, job, record)
        put_in_place(partial, job)
    return JobResult(job, verdict, None, ran=ran, wrote=wrote)


def _check_agreed(header: ReportHeader, job: Job) -> None:
    """Stop where a notebook says otherwise than its study what was agreed.

    A cell may use another choice, and is stamped; the plan and the names are not its own.
    """
    study = read_study(job.study, job.area)
    agreed: dict[str, Any] = {
        "plan": (study.plan.hash, asdict(study.plan.parts[job.outcome])),
        "study, area": identity(study, study.area(job.area), job.outcome),
    }
    said: dict[str, Any] = {
        "plan": (header.plan_sha256, header.plan),
        "study, area": header.about,
        "tables": {table.name.partition("[")[0]: table.status for table in header.tables},
        "clean": header.offices.status if header.offices else None,
    }
    # A ledger of an area's own is public by its form.
    agreed["tables"] = {
        name: study.tables[name].status if name in study.tables else "public"
        for name in said["tables"]
    }
    agreed["clean"] = study.clean.status if study.clean and header.offices else None
    wrong = [key for key in agreed if _plain(agreed[key]) != _plain(said[key])]
    if wrong and header.name == job.name:
        raise RecordError("header_changed", path=job.notebook, what=wrong)


def _plain(value: Any) -> Any:
    """Return plain data as a notebook gives it back, where a tuple is a list."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def _fill(partial: Path, job: Job, record: Record) -> str:
    if record.header.name != job.name:
        raise RecordError("header_foreign", path=job.notebook, found=record.header.name)
    require(record, [f"{job.area}.{job.outcome}.verdict"])
    write_forms(partial, record)
    verdict = record.estimates[f"{job.area}.{job.outcome}.verdict"].verdict
    return verdict or ""
