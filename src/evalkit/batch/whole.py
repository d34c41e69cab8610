"""What stands over the reports: summaries, the portal, and the record of a run.

Each is made where what it rests on has changed, and only then.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.batch.cache.fingerprints import digest
from evalkit.batch.cache.store import BuildCache
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.executors.protocol import Executor, ask
from evalkit.batch.failure import without_folders
from evalkit.batch.model import NOTHING, Job, JobResult, Task
from evalkit.batch.progress import Reporter
from evalkit.errors import EvalkitError, Interrupted
from evalkit.files import append_line, cannot_write, remove, remove_stale, write_whole
from evalkit.landing import one_line
from evalkit.protocol import FAILED, MADE, RESULTS, SUMMARY
from evalkit.signals import ignore_termination
from evalkit.words import catalogue, languages

PORTAL, RECORD, LOG = "portal", "run.json", "run.log"
SCHEMA = 1


@dataclass(frozen=True)
class Finished:
    """What was made over the reports.

    Parameters
    ----------
    portals : list of Path
        The first page of each folder's portal.
    wrong : dict of Path to EvalkitError
        Summaries that could not be written, by their area's folder.
    """

    portals: list[Path]
    wrong: dict[Path, EvalkitError]


def finish(jobs: Sequence[Job], caches: Mapping[Path, BuildCache], executor: Executor) -> Finished:
    """Write the summaries and portals whose reports changed.

    Parameters
    ----------
    jobs : sequence of Job
        Every report of the run, built or not.
    caches : mapping of Path to BuildCache
        By folder of reports.
    executor : Executor
        Who writes them.

    Raises
    ------
    OutputError
        If a folder cannot be written.
    Interrupted
        On Ctrl-C: summaries that were not written are the next run's.
    """
    try:
        wrong = _summaries(jobs, caches, executor)
        return Finished(_portals(caches, executor), wrong)
    except KeyboardInterrupt:
        ignore_termination()
        can_ask = executor.drop()
        for area in {job.folder.parent for job in jobs}:
            remove_stale(area)
        tidy(jobs, caches, executor if can_ask else InlineExecutor())
        raise Interrupted("interrupted_late") from None


def tidy(jobs: Sequence[Job], caches: Mapping[Path, BuildCache], executor: Executor) -> None:
    """Leave nothing that says what is no longer so, at once: who asked us to end waits.

    Parameters
    ----------
    jobs, caches, executor
        As `finish` takes them. A summary that is out of date goes, and the next run writes
        it; to write it here would take longer than a scheduler waits before it kills.
    """
    for area, root in {(job.folder.parent, job.root) for job in jobs}:
        if (area / SUMMARY).exists() and not area.is_symlink():
            inputs = _summary_inputs(area, caches[root]) | _summary_made(area, caches[root])
            if caches[root].whole(_name(area)) != inputs:
                remove(area / SUMMARY)
    _portals(caches, executor)


def _summaries(
    jobs: Sequence[Job], caches: Mapping[Path, BuildCache], executor: Executor
) -> dict[Path, EvalkitError]:
    wrong: dict[Path, EvalkitError] = {}
    stale = []
    for area, root in sorted({(job.folder.parent, job.root) for job in jobs}):
        # What it rests on as of before it is written: what changes meanwhile is due again.
        inputs = _summary_inputs(area, caches[root])
        if caches[root].whole(_name(area)) != inputs | _summary_made(area, caches[root]):
            stale.append((area, caches[root], inputs))
    # A thousand summaries at once would wait in as many threads.
    threads = ThreadPoolExecutor(executor.workers)
    try:
        made = threads.map(lambda item: _made(executor, write_summary_of, item[0]), stale)
        for (area, cache, inputs), found in zip(stale, made, strict=True):
            wrong |= found
            if area in wrong:
                cache.remember_failure(area / f"{SUMMARY}{FAILED}")
            else:
                cache.remember_whole(_name(area), inputs | _summary_made(area, cache))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    return wrong


def _portals(caches: Mapping[Path, BuildCache], executor: Executor) -> list[Path]:
    portals = []
    for root, cache in caches.items():
        made, summaries = cache.made_here(), _summaries_made_here(root, cache)
        inputs = _portal_inputs(root, cache) | {"known": digest([made, summaries])}
        if cache.whole(PORTAL) != inputs | _portal_made(root, cache):
            _made(executor, write_portal_of, root, made, summaries)
            cache.remember_whole(PORTAL, inputs | _portal_made(root, cache))
        portals += [page for page in (root / "index.html",) if page.exists()]
        cache.save()
    return portals


def write_summary_of(area: Path) -> dict[Path, EvalkitError]:
    """Write the one-page summary of an area, where pandas may be loaded.

    Parameters
    ----------
    area : Path
        The area's folder of reports.
    """
    from evalkit.export.summary import write_summaries

    return write_summaries([area])


def write_portal_of(
    root: Path, made: Mapping[str, str], summaries: Sequence[str]
) -> dict[Path, EvalkitError]:
    """Write the portal over a folder of reports, where jinja may be loaded.

    Parameters
    ----------
    root, made, summaries
        As `evalkit.export.portal.write_portal` takes them.
    """
    from evalkit.export.portal import write_portal

    write_portal(root, made, summaries)
    return {}


def _summaries_made_here(root: Path, cache: BuildCache) -> list[str]:
    """Return the areas whose summary is as it was made, each as study/area."""
    return [
        f"{area.parent.name}/{area.name}"
        for area in sorted(root.glob("*/*"))
        if (kept := cache.whole(_name(area))) and kept.items() >= _summary_made(area, cache).items()
    ]


def _made(
    executor: Executor, call: Callable[..., dict[Path, EvalkitError]], place: Path, *more: object
) -> dict[Path, EvalkitError]:
    try:
        return dict(ask(executor, call, place, *more))
    except OSError as problem:
        raise cannot_write(place, problem) from None


def _name(area: Path) -> str:
    return f"{area.parent.name}.{area.name}.{SUMMARY}"


def _summary_inputs(area: Path, cache: BuildCache) -> dict[str, str]:
    note = area / f"{SUMMARY}{FAILED}"
    # The note of a failure is never remembered, so that a failed summary is tried again.
    # When a report was made stands beside its results, and on the summary.
    made = (path for name in (RESULTS, MADE) for path in area.glob(f"*/{name}"))
    rests_on = [*made, *([note] if note.exists() else [])]
    return _inputs(rests_on, cache)


def _summary_made(area: Path, cache: BuildCache) -> dict[str, str]:
    return _written(_files(area / SUMMARY), cache)


def _portal_inputs(root: Path, cache: BuildCache) -> dict[str, str]:
    made = (path for name in (RESULTS, MADE) for path in root.glob(f"*/*/*/{name}"))
    rests_on = [*made, *root.glob(f"*/*/*{FAILED}")]
    return _inputs(rests_on, cache)


def _portal_made(root: Path, cache: BuildCache) -> dict[str, str]:
    return _written(root.glob("index*.html"), cache)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


def _written(made: Iterable[Path], cache: BuildCache) -> dict[str, str]:
    """Return what was made of several reports."""
    return {"made": digest([[path.name, cache.files.digest(path)] for path in sorted(made)])}


def _inputs(rests_on: Iterable[Path], cache: BuildCache) -> dict[str, str]:
    """Return what something over several reports rests on."""
    listed = [[str(path), cache.files.digest(path)] for path in sorted(rests_on)]
    return {
        "results": digest(listed),
        # It says sentences of every report: all of them count.
        "words": digest({lang: dict(catalogue(lang)) for lang in languages()}),
        **cache.code.run,
        **cache.code.pages,
    }


class Book:
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
        self.began = _now()
        self.lines: dict[Path, list[dict[str, Any]]] = {root: [] for root in caches}
        for root in caches:
            _write(root, LOG, f"{_now()} evalkit run\n")
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
        """Write ``run.json``.

        Parameters
        ----------
        how : {"finished", "interrupted"}
            How the run ended.
        """
        for root, lines in self.lines.items():
            code = self.caches[root].code
            record = {
                "schema": SCHEMA,
                "began": self.began,
                "ended": _now(),
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
        append_line(root / LOG, f"{_now()} {one_line(text.strip())}")
    except OSError as problem:
        raise cannot_write(root / LOG, problem) from None


def _entry(task: Task) -> dict[str, Any]:
    return {"report": task.job.name, "work": task.work or "none", "why": list(task.why)}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
