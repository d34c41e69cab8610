"""What a process read and said, so that nothing is built twice and nothing goes stale.

Imports nothing of evalkit. Every data file is read through `read_bytes`, every sentence is
fetched through `Noted`; both are noted in each trace that is being kept.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass
class Trace:
    """What was read and said.

    Parameters
    ----------
    reads : dict
        (file, part) to SHA-256; the part is empty where the whole file counts, else
        ``column=value`` of the rows that do.
    words : set of (str, str)
        Language and key of each sentence.
    behind : set of str
        What was read, started or asked by another way than `read_bytes`.
    """

    reads: dict[tuple[str, str], str] = field(default_factory=dict)
    words: set[tuple[str, str]] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)

    def note(self, kind: str, *values: str) -> None:
        """Take one note: "read" (file, part, digest), "word" (language, key) or "behind"."""
        if kind == "read":
            self.reads[values[0], values[1]] = values[2]
        elif kind == "word":
            self.words.add((values[0], values[1]))
        else:
            self.behind.add(values[0])


class Keeper(Protocol):
    """What takes notes: a trace, or one that is kept in a file."""

    def note(self, kind: str, *values: str) -> None: ...  # noqa: D102


_kept: list[Keeper] = []
# Of each file that was read: what was computed rests on this, and not on what it holds later.
_digests: dict[str, str] = {}


@contextmanager
def recording() -> Iterator[Trace]:
    """Keep a trace of what this process reads and says meanwhile."""
    trace = Trace()
    _kept.append(trace)
    try:
        yield trace
    finally:
        # By identity: two traces that hold the same are equal.
        _kept[:] = [kept for kept in _kept if kept is not trace]


_mine = threading.local()


@contextmanager
def openly() -> Iterator[None]:
    """Open a file without its being taken for one that was read behind our back."""
    before = getattr(_mine, "openly", False)
    _mine.openly = True
    try:
        yield
    finally:
        _mine.openly = before


def is_open() -> bool:
    """Return whether a file that is opened now is opened by `openly`."""
    return bool(getattr(_mine, "openly", False))


@contextmanager
def starting(words: Sequence[str]) -> Iterator[None]:
    """Start a program of ours without its being taken for one that reads behind our back.

    Parameters
    ----------
    words : sequence of str
        What is started: these words, and no others.
    """
    _mine.words = tuple(words)
    try:
        yield
    finally:
        _mine.words = None


def is_started(words: object) -> bool:
    """Return whether what is started now is started by `starting`."""
    ours = getattr(_mine, "words", None)
    return ours is not None and isinstance(words, list | tuple) and tuple(words) == ours


def keep(kept: Keeper) -> None:
    """Note what this process reads and says in a trace, from here on.

    Parameters
    ----------
    kept : Keeper
        Takes each note.
    """
    _kept.append(kept)


def read_bytes(path: Path, noted: bool = True) -> bytes:
    """Return a data file's bytes; the one way in which evalkit reads them.

    Parameters
    ----------
    noted : bool
        Whether what is computed next depends on the whole file. Where it depends on a
        part, the caller notes that with `note_read`.

    Raises
    ------
    OSError
        As `Path.read_bytes`.
    """
    with openly():
        raw = path.read_bytes()
    _digests[os.path.abspath(path)] = hashlib.sha256(raw).hexdigest()
    if noted:
        note_read(path)
    return raw


def note_read(path: Path, part: str = "", digest: str = "") -> None:
    """Note that what is computed next depends on a file, or on a part of it.

    Parameters
    ----------
    part : str
        ``column=value`` of the rows that count; empty for the whole file.
    digest : str
        SHA-256 of those rows; of the whole file, as it was read last, when empty.
    """
    name = os.path.abspath(path)
    for trace in _kept:
        trace.note("read", name, part, digest or _digests[name])


def note_asked(place: str, digest: str) -> None:
    """Note that what is computed next depends on rows that are in no file.

    Parameters
    ----------
    place : str
        Where they are. Whether they are still the same can be told by asking alone: what was
        computed is out of date at once.
    digest : str
        SHA-256 of the rows, as they were asked for.
    """
    for trace in _kept:
        trace.note("read", place, "", digest)


def note_absent(path: Path) -> None:
    """Note that what is computed next depends on there being no such file.

    Parameters
    ----------
    path : Path
        Where it would be; when it comes, what was computed is out of date.
    """
    for trace in _kept:
        trace.note("read", os.path.abspath(path), "", "")


class Noted(dict[str, str]):
    """The sentences of one language; each that is fetched is noted.

    Parameters
    ----------
    lang : str
        Language code.
    sentences : iterable of (str, str)
        Key and sentence.
    """

    def __init__(self, lang: str, sentences: Iterable[tuple[str, str]]) -> None:
        super().__init__(sentences)
        self.lang = lang

    def __getitem__(self, key: str) -> str:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        # That there is no such sentence yet is something that a page may rest on.
        self._note(str(key))
        return super().__contains__(key)

    def _note(self, key: str) -> None:
        for trace in _kept:
            trace.note("word", self.lang, key)
