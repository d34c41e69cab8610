"""What was built, out of what: kept among the user's caches, never among the reports.

Imports model, fingerprints, errors, files and trace. It holds fingerprints of confidential
tables, from which their counts could be guessed, so it does not travel with what is handed
on; where it is lost, everything is built once more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import statistics
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from evalkit.batch.cache.fingerprints import (
    CodeFingerprint,
    FileHashes,
    digest,
    input_now,
    page_inputs,
    run_inputs,
)
from evalkit.batch.cache.fingerprints import words_digest as fingerprint_of
from evalkit.batch.model import NOTHING, PAGES, RUN, Job, JobResult, Task
from evalkit.errors import OutputError
from evalkit.files import write_whole
from evalkit.protocol import EXECUTED, FAILED, FORMS, RESULTS
from evalkit.protocol.memory import cache
from evalkit.trace import Trace

SCHEMA = 1
# An office may edit its own copy of the other forms.
KEPT_AS_MADE = (".html", RESULTS)
EDITABLE = tuple(f".{form}" for form in FORMS)
# Bytes of the secret that seals keys.
SECRET = 32


class BuildCache:
    """What is remembered of the reports under one folder.

    Parameters
    ----------
    root : Path
        The folder of reports.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
        self.folder = cache() / f"reports-{name}"
        self.files = FileHashes(_read(self.folder / "files.json"))
        self.code = CodeFingerprint(self.files)
        self._said: dict[str, str] = {}
        # What this run made, where nothing could be kept.
        self._made: dict[str, str] = {}

    def need(self, job: Job, force: bool = False) -> Task:
        """Return what a report needs, and why."""
        self.code.look(job)
        if force:
            return Task(job, RUN, ("forced",))
        try:
            return self._need(job, _read(self._path(job)))
        except (AttributeError, LookupError, TypeError, ValueError):
            # It was spoilt, or another version wrote it.
            return Task(job, RUN, ("new",))

    def _need(self, job: Job, kept: dict[str, Any]) -> Task:
        if not kept:
            return Task(job, RUN, ("new",))
        if job.failure.exists():
            return Task(job, RUN, ("failed",))
        now = run_inputs(job, self.code, Trace())
        if not now.keys() | {"words"} <= kept["run"].keys():
            return Task(job, RUN, ("new",))
        why = self._differing(kept["run"], kept["said"]["run"], now)
        if why:
            return Task(job, RUN, why)
        lost = [n for n, made in kept["outputs"].items() if self._output(job, n) != made]
        if EXECUTED in lost:
            return Task(job, RUN, ("executed",))
        now = page_inputs(job, self.code, Trace())
        why = self._differing(kept["pages"], kept["said"]["pages"], now)
        why += tuple(f"output:{name}" for name in sorted(lost))
        return Task(job, PAGES, why) if why else Task(job, NOTHING)

    def set_aside(self, job: Job) -> list[Path]:
        """Give another name to each form of a report that somebody edited.

        Parameters
        ----------
        job : Job
            The report, which is about to be made anew.
        """
        moved = []
        for name, made in (_read(self._path(job)).get("outputs") or {}).items():
            path = job.folder / name
            if path.suffix not in EDITABLE or not path.is_file() or path.is_symlink():
                continue
            if self.files.digest(path) != made:
                free = (path.with_name(f"{path.stem}.edited{n}{path.suffix}") for n in count(1))
                moved.append(path.rename(next(new for new in free if not new.exists())))
        return moved

    def remember(self, task: Task, result: JobResult) -> dict[str, str]:
        """Keep what a report was built out of; return its two keys, sealed.

        Parameters
        ----------
        result : JobResult
            A report that did not fail.

        Returns
        -------
        dict
            "run" and "pages": equal where the inputs are, and of use to nobody who does
            not have this user's secret. Empty where nothing could be kept: a report is
            then built once more, and not lost for it.
        """
        self._note(task.job.folder / RESULTS)
        try:
            return self._remember(task, result)
        except (OSError, OutputError):
            return {}

    def remember_failure(self, note: Path) -> None:
        """Keep that a note of a failure is ours.

        Parameters
        ----------
        note : Path
            ``<study>/<area>/<outcome>.failed.json``, if it could be written.
        """
        self._note(note)
        name = ".".join(note.relative_to(self.root).parts)
        with suppress(OSError):
            _write(self.folder / f"{name}.note", {"made": self.files.digest(note)})

    def _note(self, path: Path) -> None:
        self._made[path.relative_to(self.root).as_posix()] = self.files.digest(path)

    def made_here(self) -> dict[str, str]:
        """Return the fingerprints of the results, and of the notes of failures, that are ours.

        By their path from the folder of reports. One whose page is no longer as it was made
        is left out: what lies there may be anybody's.
        """
        found = {}
        for path in self.folder.glob("*.json*"):
            parts, kept = path.name.split("."), _read(path)
            if parts[3:] == ["json"] and isinstance(kept.get("outputs"), dict):
                place = Path(*parts[:3])
                pages = {n: d for n, d in kept["outputs"].items() if n.endswith(KEPT_AS_MADE)}
                if all(self.files.digest(self.root / place / n) == d for n, d in pages.items()):
                    found[f"{place.as_posix()}/{RESULTS}"] = str(pages.get(RESULTS))
            elif parts[3:] == ["failed", "json", "note"]:
                found["/".join([*parts[:2], f"{parts[2]}{FAILED}"])] = str(kept.get("made"))
        return found | self._made

    def _remember(self, task: Task, result: JobResult) -> dict[str, str]:
        job = task.job
        kept = _read(self._path(job)) if task.work == PAGES else {}
        if task.work == PAGES and not kept:
            # What its run rests on was forgotten meanwhile: the next time it is run.
            return {}
        ran, wrote = result.ran, result.wrote
        kept.setdefault("run", run_inputs(job, self.code, ran))
        kept["pages"] = page_inputs(job, self.code, wrote)
        kept.setdefault("said", {}).setdefault("run", self._keep_said(ran))
        kept["said"]["pages"] = self._keep_said(wrote)
        made = (path for path in job.folder.iterdir() if path.is_file())
        kept["outputs"] = {path.name: self.files.digest(path) for path in made}
        kept.setdefault("seconds", {})[task.work] = result.seconds
        kept |= {"schema": SCHEMA, "verdict": result.verdict}
        _write(self._path(job), kept)
        return {name: sealed(digest(kept[name])) for name in ("run", "pages")}

    def seconds(self, tasks: Iterable[Task]) -> dict[Job, float]:
        """Return how long each report took when it was last built so.

        Parameters
        ----------
        tasks : iterable of Task
            What is to be done. A report that never was takes as long as the middle one of
            those that were; where there are none, all take the same.
        """
        known = {}
        listed = list(tasks)
        for task in listed:
            seconds = _read(self._path(task.job)).get("seconds", {}).get(task.work)
            if seconds:
                known[task.job] = float(seconds)
        middle = statistics.median(known.values()) if known else 1.0
        return {task.job: known.get(task.job, middle) for task in listed}

    def whole(self, name: str) -> dict[str, str]:
        """Return what is remembered of a summary or a portal: its inputs."""
        return _read(self.folder / f"{name}.whole.json")

    def remember_whole(self, name: str, inputs: Mapping[str, str]) -> None:
        """Keep the inputs of a summary or a portal."""
        with suppress(OSError):
            _write(self.folder / f"{name}.whole.json", inputs)

    def save(self) -> None:
        """Keep the fingerprints of the files that were asked for."""
        known = {name: kept for name, kept in self.files.known.items() if name in self.files.used}
        with suppress(OSError):
            _write(self.folder / "files.json", known)

    def _path(self, job: Job) -> Path:
        return self.folder / f"{job.code}.{job.area}.{job.outcome}.json"

    def _output(self, job: Job, name: str) -> str:
        return self.files.digest(job.folder / name)

    def _differing(self, kept: dict[str, str], said: str, now: dict[str, str]) -> tuple[str, ...]:
        """Return the inputs that are no longer as they were, in words for people."""
        why = []
        for name, before in kept.items():
            if name.startswith("data:"):
                if input_now(name, self.files) != before:
                    path, _, part = name.removeprefix("data:").rpartition("|")
                    why.append(f"data:{os.path.basename(path)}" + (f" ({part})" if part else ""))
            elif name == "words":
                if self._fingerprint(said) != before:
                    why.append("words")
            elif now.get(name) != before:
                why.append(name)
        return tuple(why)

    def _fingerprint(self, said: str) -> str:
        """Return the fingerprint, as of now, of a set of sentences."""
        if said not in self._said:
            kept = _read(self.folder / f"{said}.said.json")
            words = [(str(lang), str(key)) for lang, key in kept.get("words", [])]
            self._said[said] = fingerprint_of(words) if kept else ""
        return self._said[said]

    def _keep_said(self, trace: Trace) -> str:
        """Keep a set of sentences under its own name: a thousand reports say the same few."""
        words = [list(pair) for pair in sorted(trace.words)]
        name = digest(words)[:32]
        path = self.folder / f"{name}.said.json"
        if not path.exists():
            _write(path, {"words": words})
        return name


def sealed(key: str) -> str:
    """Return a key that says only whether two are equal.

    A key covers confidential tables, of whose counts so few are possible that a bare
    fingerprint could be tried out.
    """
    return hmac.new(_secret(), key.encode(), hashlib.sha256).hexdigest()


def _secret() -> bytes:
    """Return this user's secret; one that is missing, cut short or of one value is made anew."""
    path = cache() / "secret"
    kept = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    # Thirty-two random bytes that are all alike come about never.
    if len(kept) != SECRET or len(set(kept)) == 1:
        kept = secrets.token_bytes(SECRET)
        _write_bytes(path, kept)
    return kept


def _read(path: Path) -> dict[str, Any]:
    """Return what is kept; nothing where it is of another version or was spoilt."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    known = isinstance(found, dict) and found.get("schema", SCHEMA) == SCHEMA
    return found if known else {}


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    _write_bytes(path, json.dumps(kept, ensure_ascii=True).encode())


def _write_bytes(path: Path, raw: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, raw, private=True)
