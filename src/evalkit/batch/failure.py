"""The note of a failed report, beside its folder: the portal says what failed and why."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from evalkit.batch.model import Job, JobResult
from evalkit.errors import EvalkitError, OutputError
from evalkit.files import check_no_link, write_whole
from evalkit.protocol import home_of, identity, read_study, utc_now


def failed(job: Job, problem: EvalkitError, seconds: float = 0.0) -> JobResult:
    """Note a failed report and return what became of it."""
    note = {
        "error": without_folders(problem.to_json(), job),
        "at": utc_now(),
    }
    try:
        study = read_study(job.study, job.area)
        check_no_link(job.root, job.failure.parent)
        job.failure.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {**identity(study, study.area(job.area), job.outcome), **note},
            ensure_ascii=False,
            indent=1,
        )
        write_whole(job.failure, text + "\n")
    except OutputError:
        # A link leads elsewhere: nothing of ours lies there.
        pass
    except (OSError, EvalkitError):
        # The note is for the portal; the run's own list has the failure anyway.
        job.failure.unlink(missing_ok=True)
    return JobResult(job, "", problem.to_json(), seconds)


def without_folders(error: dict[str, Any], job: Job) -> dict[str, Any]:
    """Return an error without this machine's folders: a portal travels.

    Parameters
    ----------
    job : Job
        The report. Files are named from the project's folder, the study's or that of
        the reports on, and a file elsewhere by its name.
    """
    values = {name: _shown(value, job) for name, value in error["values"].items()}
    return {**error, "values": values}


def _shown(value: Any, job: Job) -> Any:
    if isinstance(value, list):
        return [_shown(item, job) for item in value]
    if not isinstance(value, str):
        return value
    places = {home_of(job.notebook), job.study.parent, job.root}
    names = {name for place in places for name in (str(place), os.path.realpath(place))}
    for name in sorted(names, key=len, reverse=True):
        # Not within a longer path, of which it would leave the beginning.
        value = re.sub(rf"(?<![\w./-]){re.escape(name + os.sep)}", "", value)
    return os.path.basename(value) if os.path.isabs(value) else value
