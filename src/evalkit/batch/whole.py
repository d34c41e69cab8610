"""What stands over the reports: summaries, the portal, and the record of a run.

Each is made where what it rests on has changed, and only then.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.batch.jobs import NOTHING, Due, Job, Outcome, cannot_write
from evalkit.batch.keys import digest
from evalkit.batch.state import State
from evalkit.batch.progress import Reporter
from evalkit.errors import EvalkitError
from evalkit.protocol import FAILED, RESULTS, SUMMARY
from evalkit.words import catalogue, languages

RECORD, LOG = "run.json", "run.log"
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


def finish(jobs: Sequence[Job], states: Mapping[Path, State]) -> Finished:
    """Write the summaries and portals whose reports changed.

    Parameters
    ----------
    jobs : sequence of Job
        Every report of the run, built or not.
    states : mapping of Path to State
        By folder of reports.

    Raises
    ------
    OutputError
        If a folder cannot be written.
    """
    wrong: dict[Path, EvalkitError] = {}
    portals = []
    for root, state in states.items():
        areas = sorted({job.folder.parent for job in jobs if job.root == root})
        for area in areas:
            wrong |= _summary(area, state)
        portals += _portal(root, state)
        state.save()
    return Finished(portals, wrong)


def _summary(area: Path, state: State) -> dict[Path, EvalkitError]:
    name = f"{area.parent.name}.{area.name}.{SUMMARY}"
    rests_on = [*area.glob(f"*/{RESULTS}"), *(p for p in [area / f"{SUMMARY}{FAILED}"] if p.exists())]
    if state.whole(name) == _pieces(rests_on, _files(area / SUMMARY), state):
        return {}
    from evalkit.export.summary import write_summaries

    try:
        wrong = write_summaries([area])
    except OSError as problem:
        raise cannot_write(area, problem) from None
    if not wrong:
        rests_on = sorted(area.glob(f"*/{RESULTS}"))
        state.remember_whole(name, _pieces(rests_on, _files(area / SUMMARY), state))
    return wrong


def _portal(root: Path, state: State) -> list[Path]:
    def pieces() -> dict[str, str]:
        rests_on = [*root.glob(f"*/*/*/{RESULTS}"), *root.glob(f"*/*/*{FAILED}")]
        # Which languages there are decides which page is the index.
        return _pieces(rests_on, sorted(root.glob("index*.html")), state)

    now = pieces()
    if state.whole("portal") == now:
        return [root / "index.html"]
    from evalkit.export.portal import write_portal

    try:
        pages = write_portal(root)
    except OSError as problem:
        raise cannot_write(root, problem) from None
    state.remember_whole("portal", pieces())
    return pages[:1]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


def _pieces(rests_on: Iterable[Path], made: Iterable[Path], state: State) -> dict[str, str]:
    """Return what something over several reports rests on, and what was made of it."""
    listed = [[str(path), state.files.digest(path)] for path in sorted(rests_on)]
    return {
        "results": digest(listed),
        "made": digest([[path.name, state.files.digest(path)] for path in made]),
        # It says sentences of every report: all of them count.
        "words": digest({lang: dict(catalogue(lang)) for lang in languages()}),
        **state.house.run,
        **state.house.pages,
    }


class Book:
    """Keeps the record of a run: state for the next one, a log and ``run.json``.

    Parameters
    ----------
    dues : sequence of Due
        Every report of the run.
    states : mapping of Path to State
        By folder of reports.
    reporter : Reporter
        Tells people.
    """

    def __init__(
        self, dues: Sequence[Due], states: Mapping[Path, State], reporter: Reporter
    ) -> None:
        self.states = states
        self.reporter = reporter
        self.began = _now()
        self.lines: dict[Path, list[dict[str, Any]]] = {root: [] for root in states}
        for root in states:
            _append(root, "evalkit run", mode="w")
        for due in dues:
            if due.work == NOTHING:
                self.lines[due.job.root].append(_entry(due) | {"state": "unchanged"})

    def started(self, due: Due) -> None:
        """Note a report that is being built."""
        self.reporter.started(due)

    def finished(self, due: Due, outcome: Outcome) -> None:
        """Note what became of a report, so that it is not built twice."""
        root = due.job.root
        entry = _entry(due) | {"seconds": round(outcome.seconds, 3)}
        if outcome.error:
            # What the message shows may name folders of this machine; its key does not.
            entry |= {"state": "failed", "error": outcome.error["key"]}
        else:
            keys = self.states[root].remember(due, outcome)
            entry |= {"state": "built", "verdict": outcome.verdict, "keys": keys}
        self.lines[root].append(entry)
        _append(root, self.reporter.finished(due, outcome))

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
            text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
            try:
                partial = root / f".{RECORD}.partial"
                partial.write_text(text, encoding="utf-8")
                partial.replace(root / RECORD)
            except OSError as problem:
                raise cannot_write(root, problem) from None


def _append(root: Path, text: str, mode: str = "a") -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / LOG).open(mode, encoding="utf-8") as file:
            file.write(f"{_now()} {text.strip()}\n")
    except OSError as problem:
        raise cannot_write(root, problem) from None


def _entry(due: Due) -> dict[str, Any]:
    return {"report": due.job.name, "work": due.work or "none", "why": list(due.why)}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
