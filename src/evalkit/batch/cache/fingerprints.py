"""What a report rests on, input by input: two reports of equal inputs are equal.

Imports model, words, files and trace. The inputs of a run are what its notebook rests on:
its cells, its parameters, every file and sentence that it used, our own code below the
pages, the installed versions, the threads. The inputs of pages are those of the run and
what the exporter adds to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from evalkit.batch.model import Job
from evalkit.files import files_in, folder_sha256, subset_sha256
from evalkit.language import whole_languages
from evalkit.protocol.workspace import PACKAGE
from evalkit.trace import Trace
from evalkit.words import catalogue

# Rooms above a notebook: a change there reaches no result.
ABOVE = ("export", "batch", "cli", "__main__.py")
# What writes the pages.
PAGES = ("export", os.path.join("batch", "build.py"))
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# A file that was changed this short a time before it was read may have been changed again
# without its time telling so (ns).
UNSETTLED = 2_000_000_000


def digest(value: Any) -> str:
    """Return the SHA-256 of plain data, in hexadecimal digits.

    Parameters
    ----------
    value : data that JSON can hold
        In any order of keys.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class FileHashes:
    """Fingerprints of files; one whose size, time and place are as before is not read again.

    Parameters
    ----------
    known : dict
        As `known` of an earlier one: path to size, time, inode and fingerprint.
    """

    def __init__(self, known: Mapping[str, list[Any]] | None = None) -> None:
        self.known: dict[str, list[Any]] = dict(known or {})
        self.used: set[str] = set()
        self._parts: dict[tuple[str, str, str], str] = {}

    def digest(self, path: str | Path, part: str = "") -> str:
        """Return the SHA-256 of a file or of a part of it; empty where there is none.

        Parameters
        ----------
        part : str
            ``column=value`` of the rows that count; empty for the whole file.
        """
        name = os.path.abspath(path)
        whole = self._whole(name)
        if not part or not whole:
            return whole
        key = (name, part, whole)
        if key not in self._parts:
            column, _, value = part.partition("=")
            self._parts[key] = subset_sha256(Path(name).read_bytes(), column, value) or whole
        return self._parts[key]

    def _whole(self, name: str) -> str:
        if os.path.isdir(name):
            return self._folder(name)
        try:
            stat = os.stat(name)
            stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns]
            self.used.add(name)
            before = self.known.get(name)
            if before and before[:4] == stamp:
                return str(before[4])
            with open(name, "rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""
        # Only what has lain still for a while can be told by its time.
        if max(stamp[1], stamp[3]) < time.time_ns() - UNSETTLED:
            self.known[name] = [*stamp, found]
        return found

    def _folder(self, name: str) -> str:
        """Return the fingerprint of a table that lies in several files."""
        try:
            found = files_in(Path(name))
        except OSError:
            return ""
        # A link to a folder holds nothing of the table.
        return folder_sha256(
            {n: "" if path.is_dir() else self._whole(os.fspath(path)) for n, path in found.items()}
        )


def notebook_digest(path: Path) -> str:
    """Return the fingerprint of what a notebook says: its cells, their tags, its kernel.

    Parameters
    ----------
    path : Path
        The notebook; outputs and counts, which a run makes anew, do not count.
    """
    try:
        notebook = json.loads(path.read_bytes())
        cells = [
            [
                *(cell["cell_type"], "".join(cell["source"])),
                *(cell.get("metadata", {}).get("tags"), cell.get("attachments")),
            ]
            for cell in notebook["cells"]
        ]
        kernel = notebook.get("metadata", {}).get("kernelspec", {}).get("name")
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        # What is wrong with it is said when it is to be run.
        return ""
    return digest([cells, kernel])


class CodeFingerprint:
    """What every report rests on, as of when it is first asked: own code, versions, threads.

    Asked before any worker starts: what a worker loads is then never older than what is
    noted, and a change meanwhile leads to one run too many, not to one too few.

    Parameters
    ----------
    files : FileHashes
        Where fingerprints come from.
    """

    def __init__(self, files: FileHashes) -> None:
        self.files = files
        self._notebooks: dict[Path, tuple[str, str]] = {}

    @cached_property
    def run(self) -> dict[str, str]:
        """Inputs of every run."""
        return {
            "code": self._code(lambda name: not name.startswith((*ABOVE, "locale"))),
            "versions": versions_digest(),
            "threads": digest([os.environ.get(name, "1") for name in THREADS]),
        }

    @cached_property
    def pages(self) -> dict[str, str]:
        """Inputs of every page."""
        return {"pages": self._code(lambda name: name.startswith(PAGES))}

    @cached_property
    def all(self) -> dict[str, str]:
        """All of our own code and every sentence, and the installed versions.

        What builds reports for us on another machine must have the same of each.
        """
        return {"code": self._code(lambda name: True), "versions": self.run["versions"]}

    def notebook(self, path: Path) -> tuple[str, str]:
        """Return the fingerprints of what a notebook says and of its file, read once."""
        if path not in self._notebooks:
            self._notebooks[path] = notebook_digest(path), self.files.digest(path)
        return self._notebooks[path]

    def look(self, job: Job) -> None:
        """Read what a report rests on before any worker does; see above."""
        self.notebook(job.notebook)
        self.run, self.pages  # noqa: B018 - asked for once, and kept
        for lang in whole_languages():
            catalogue(lang)

    def _code(self, counts: Any) -> str:
        found = {}
        for folder, inner, names in os.walk(PACKAGE):
            inner[:] = [name for name in inner if name != "__pycache__"]
            for name in names:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, PACKAGE)
                # An editor keeps what is not yet saved in a file with a dot.
                if counts(inside) and not name.startswith("."):
                    found[inside] = self.files.digest(path)
        return digest(found)


def versions_digest() -> str:
    """Return the fingerprint of Python, the system and every installed distribution.

    Their folders' names hold name and version, as the standard for installed
    distributions has it (PEP 376); reading each one's metadata takes a hundred times as
    long.
    """
    found = {(path.name, *_installed(str(path))) for path in distributions()}
    return digest([sys.version, platform.system(), platform.machine(), sorted(found)])


def distributions() -> list[Path]:
    """Return the folder of each installed distribution: its name has name and version."""
    # Not the working folder, where `python -m` also looks.
    folders = {folder for folder in sys.path if folder and os.path.isdir(folder)} - {os.getcwd()}
    return [
        Path(folder, name)
        for folder in folders
        for name in os.listdir(folder)
        if name.endswith((".dist-info", ".egg-info"))
    ]


def _installed(folder: str) -> tuple[int, int]:
    """Return when a distribution was installed: its list of files is written anew then."""
    try:
        stat = os.stat(os.path.join(folder, "RECORD"))
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def run_inputs(job: Job, code: CodeFingerprint, trace: Trace) -> dict[str, str]:
    """Return what a run of a report's notebook rests on, by name of the input."""
    return {
        "notebook": code.notebook(job.notebook)[0],
        "parameters": digest(job.parameters),
        # Another study of the same code may be built into the same folder.
        "place": digest([os.path.realpath(path) for path in (job.study, job.notebook)]),
        **code.run,
        **_reads(trace),
        "words": words_digest(trace.words),
    }


def page_inputs(job: Job, code: CodeFingerprint, trace: Trace) -> dict[str, str]:
    """Return what pages rest on beside the run that they show."""
    return {
        # A page prints the fingerprint of the notebook's file, whatever its cells say.
        "notebook": code.notebook(job.notebook)[1],
        **code.pages,
        **_reads(trace),
        "words": words_digest(trace.words),
    }


def _reads(trace: Trace) -> dict[str, str]:
    return {f"data:{name}|{part}": found for (name, part), found in trace.reads.items()}


def words_digest(words: Iterable[tuple[str, str]]) -> str:
    """Return the fingerprint of sentences, as the locale files have them now.

    Parameters
    ----------
    words : iterable of (str, str)
        Language and key; a sentence that does not exist counts as empty.
    """
    # Not by indexing: to look is not to say.
    said = {lang: catalogue(lang) for lang in whole_languages()}
    return digest([[lang, key, said.get(lang, {}).get(key, "")] for lang, key in sorted(words)])


def input_now(name: str, files: FileHashes) -> str:
    """Return the fingerprint, as of now, of a file that a report rests on."""
    path, _, part = name.removeprefix("data:").rpartition("|")
    return files.digest(path, part)
