"""The record of a run, beside its reports: a line for each, and one file when it ends."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.batch.cache.store import BuildCache
from evalkit.batch.failure import without_folders
from evalkit.batch.model import NOTHING, JobResult, Task
from evalkit.batch.progress import Reporter
from evalkit.files import append_line, cannot_write, write_whole
from evalkit.landing import one_line
from evalkit.protocol import utc_now

RECORD, LOG = "run.json", "run.log"
SCHEMA = 1


class RunLog:
    """Keeps the record of a run: state for the next one, a log and ``run.json``.

    Parameters
    ----------
    tasks : sequence of Task
        Every report of the run.
    caches : mapping of Path to BuildCache
        By folder of reports.
    reporter : Reporter
        Tells people.
    """

    def __init__(
        self, tasks: Sequence[Task], caches: Mapping[Path, BuildCache], reporter: Reporter
    ) -> None:
        self.caches = caches
        self.reporter = reporter
        self.began = utc_now()
        self.lines: dict[Path, list[dict[str, Any]]] = {root: [] for root in caches}
        for root in caches:
            _write(root, LOG, f"{utc_now()} evalkit run\n")
        for task in tasks:
            if task.work == NOTHING:
                self.lines[task.job.root].append(_entry(task) | {"state": "unchanged"})

    @property
    def built(self) -> bool:
        """Whether a report was built, or failed: what lies over them is then out of date."""
        return any(line["state"] != "unchanged" for lines in self.lines.values() for line in lines)

    def started(self, task: Task) -> None:
        """Note a report that is being built."""
        self.reporter.started(task)

    def finished(self, task: Task, result: JobResult) -> None:
        """Note what became of a report, so that it is not built twice."""
        root = task.job.root
        entry = _entry(task) | {"seconds": round(result.seconds, 3)}
        if result.error:
            # What the message shows may name folders of this machine; its key does not.
            entry |= {"state": "failed", "error": result.error["key"]}
            self.caches[root].remember_failure(task.job.failure)
        else:
            keys = self.caches[root].remember(task, result)
            entry |= {"state": "built", "verdict": result.verdict, "keys": keys}
        self.lines[root].append(entry)
        self.reporter.finished(task, result)
        if result.error:
            result = replace(result, error=without_folders(result.error, task.job))
        _append(root, self.reporter.line(task, result))

    def close(self, how: str) -> None:
        """Write ``run.json``."""
        for root, lines in self.lines.items():
            code = self.caches[root].code
            record = {
                "schema": SCHEMA,
                "began": self.began,
                "ended": utc_now(),
                "how": how,
                "versions": {"evalkit": __version__, "python": platform.python_version()},
                "code": code.run["code"],
                "installed": code.run["versions"],
                "reports": lines,
            }
            _write(root, RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _write(root: Path, name: str, text: str) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        write_whole(root / name, text)
    except OSError as problem:
        raise cannot_write(root, problem) from None


def _append(root: Path, text: str) -> None:
    try:
        append_line(root / LOG, f"{utc_now()} {one_line(text.strip())}")
    except OSError as problem:
        raise cannot_write(root / LOG, problem) from None


def _entry(task: Task) -> dict[str, Any]:
    return {"report": task.job.name, "work": task.work or "none", "why": list(task.why)}
