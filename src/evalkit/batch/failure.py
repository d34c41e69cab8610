"""The note of a failed report, beside its folder: the portal says what failed and why."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit.batch.jobs import Job, Outcome
from evalkit.errors import EvalkitError
from evalkit.protocol import identity, read_study


def failed(job: Job, problem: EvalkitError, seconds: float = 0.0) -> Outcome:
    """Note a failed report and return what became of it.

    Parameters
    ----------
    job : Job
        The report.
    problem : EvalkitError
        Why it failed.
    seconds : float
        How long that took.
    """
    note = {
        "error": _without_folders(problem.to_json(), job.notebook.parent.parent),
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    try:
        study = read_study(job.study, job.area)
        job.failure.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {**identity(study, study.area(job.area), job.outcome), **note},
            ensure_ascii=False,
            indent=1,
        )
        job.failure.write_text(text + "\n", encoding="utf-8")
    except (OSError, EvalkitError):
        # The note is for the portal; the run's own list has the failure anyway.
        job.failure.unlink(missing_ok=True)
    return Outcome(job, "", problem.to_json(), seconds)


def _without_folders(error: dict[str, Any], home: Path) -> dict[str, Any]:
    """Name files from the project's folder on: a portal travels, this machine does not."""
    prefix = f"{home}{os.sep}"
    values = {
        name: value.replace(prefix, "") if isinstance(value, str) else value
        for name, value in error["values"].items()
    }
    return {**error, "values": values}
