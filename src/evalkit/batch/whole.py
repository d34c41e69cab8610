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
from evalkit.batch.executors.protocol import Hands, ask
from evalkit.batch.failure import without_folders
from evalkit.batch.inline import Here
from evalkit.batch.keys import digest
from evalkit.batch.model import NOTHING, Job, JobResult, Task
from evalkit.batch.progress import Reporter
from evalkit.batch.state import State
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


def finish(jobs: Sequence[Job], states: Mapping[Path, State], hands: Hands) -> Finished:
    """Write the summaries and portals whose reports changed.

    Parameters
    ----------
    jobs : sequence of Job
        Every report of the run, built or not.
    states : mapping of Path to State
        By folder of reports.
    hands : Hands
        Who writes them.

    Raises
    ------
    OutputError
        If a folder cannot be written.
    Interrupted
        On Ctrl-C: summaries that were not written are the next run's.
    """
    try:
        wrong = _summaries(jobs, states, hands)
        return Finished(_portals(states, hands), wrong)
    except KeyboardInterrupt:
        ignore_termination()
        can_ask = hands.drop()
        for area in {job.folder.parent for job in jobs}:
            remove_stale(area)
        tidy(jobs, states, hands if can_ask else Here())
        raise Interrupted("interrupted_late") from None


def tidy(jobs: Sequence[Job], states: Mapping[Path, State], hands: Hands) -> None:
    """Leave nothing that says what is no longer so, at once: who asked us to end waits.

    Parameters
    ----------
    jobs, states, hands
        As `finish` takes them. A summary that is out of date goes, and the next run writes
        it; to write it here would take longer than a scheduler waits before it kills.
    """
    for area, root in {(job.folder.parent, job.root) for job in jobs}:
        if (area / SUMMARY).exists() and not area.is_symlink():
            pieces = _summary_pieces(area, states[root]) | _summary_made(area, states[root])
            if states[root].whole(_name(area)) != pieces:
                remove(area / SUMMARY)
    _portals(states, hands)


def _summaries(
    jobs: Sequence[Job], states: Mapping[Path, State], hands: Hands
) -> dict[Path, EvalkitError]:
    wrong: dict[Path, EvalkitError] = {}
    stale = []
    for area, root in sorted({(job.folder.parent, job.root) for job in jobs}):
        # What it rests on as of before it is written: what changes meanwhile is due again.
        pieces = _summary_pieces(area, states[root])
        if states[root].whole(_name(area)) != pieces | _summary_made(area, states[root]):
            stale.append((area, states[root], pieces))
    # A thousand summaries at once would wait in as many threads.
    threads = ThreadPoolExecutor(hands.workers)
    try:
        made = threads.map(lambda item: _made(hands, write_summary_of, item[0]), stale)
        for (area, state, pieces), found in zip(stale, made, strict=True):
            wrong |= found
            if area in wrong:
                state.remember_failure(area / f"{SUMMARY}{FAILED}")
            else:
                state.remember_whole(_name(area), pieces | _summary_made(area, state))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    return wrong


def _portals(states: Mapping[Path, State], hands: Hands) -> list[Path]:
    portals = []
    for root, state in states.items():
        made, summaries = state.made_here(), _summaries_made_here(root, state)
        pieces = _portal_pieces(root, state) | {"known": digest([made, summaries])}
        if state.whole(PORTAL) != pieces | _portal_made(root, state):
            _made(hands, write_portal_of, root, made, summaries)
            state.remember_whole(PORTAL, pieces | _portal_made(root, state))
        portals += [page for page in (root / "index.html",) if page.exists()]
        state.save()
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


def _summaries_made_here(root: Path, state: State) -> list[str]:
    """Return the areas whose summary is as it was made, each as study/area."""
    return [
        f"{area.parent.name}/{area.name}"
        for area in sorted(root.glob("*/*"))
        if (kept := state.whole(_name(area))) and kept.items() >= _summary_made(area, state).items()
    ]


def _made(
    hands: Hands, call: Callable[..., dict[Path, EvalkitError]], place: Path, *more: object
) -> dict[Path, EvalkitError]:
    try:
        return dict(ask(hands, call, place, *more))
    except OSError as problem:
        raise cannot_write(place, problem) from None


def _name(area: Path) -> str:
    return f"{area.parent.name}.{area.name}.{SUMMARY}"


def _summary_pieces(area: Path, state: State) -> dict[str, str]:
    note = area / f"{SUMMARY}{FAILED}"
    # The note of a failure is never remembered, so that a failed summary is tried again.
    # When a report was made stands beside its results, and on the summary.
    made = (path for name in (RESULTS, MADE) for path in area.glob(f"*/{name}"))
    rests_on = [*made, *([note] if note.exists() else [])]
    return _pieces(rests_on, state)


def _summary_made(area: Path, state: State) -> dict[str, str]:
    return _written(_files(area / SUMMARY), state)


def _portal_pieces(root: Path, state: State) -> dict[str, str]:
    made = (path for name in (RESULTS, MADE) for path in root.glob(f"*/*/*/{name}"))
    rests_on = [*made, *root.glob(f"*/*/*{FAILED}")]
    return _pieces(rests_on, state)


def _portal_made(root: Path, state: State) -> dict[str, str]:
    return _written(root.glob("index*.html"), state)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


def _written(made: Iterable[Path], state: State) -> dict[str, str]:
    """Return what was made of several reports."""
    return {"made": digest([[path.name, state.files.digest(path)] for path in sorted(made)])}


def _pieces(rests_on: Iterable[Path], state: State) -> dict[str, str]:
    """Return what something over several reports rests on."""
    listed = [[str(path), state.files.digest(path)] for path in sorted(rests_on)]
    return {
        "results": digest(listed),
        # It says sentences of every report: all of them count.
        "words": digest({lang: dict(catalogue(lang)) for lang in languages()}),
        **state.house.run,
        **state.house.pages,
    }


class Book:
    """Keeps the record of a run: state for the next one, a log and ``run.json``.

    Parameters
    ----------
    tasks : sequence of Task
        Every report of the run.
    states : mapping of Path to State
        By folder of reports.
    reporter : Reporter
        Tells people.
    """

    def __init__(
        self, tasks: Sequence[Task], states: Mapping[Path, State], reporter: Reporter
    ) -> None:
        self.states = states
        self.reporter = reporter
        self.began = _now()
        self.lines: dict[Path, list[dict[str, Any]]] = {root: [] for root in states}
        for root in states:
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
            self.states[root].remember_failure(task.job.failure)
        else:
            keys = self.states[root].remember(task, result)
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
            house = self.states[root].house
            record = {
                "schema": SCHEMA,
                "began": self.began,
                "ended": _now(),
                "how": how,
                "versions": {"evalkit": __version__, "python": platform.python_version()},
                "code": house.run["code"],
                "installed": house.run["versions"],
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
