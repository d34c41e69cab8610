"""What a process read and said, so that nothing is built twice and nothing goes stale.

Imports nothing of evalkit. Every data file is read through
`read_bytes`, every sentence is fetched through `Noted`; both are noted in each trace
that is being kept. In a notebook's kernel `watch` keeps one in a file, and notes what
is read by any other way too: such a report would not know when it is out of date.
"""

from __future__ import annotations

import hashlib
import json
import os
import site
import sys
import sysconfig
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Folders of the system and of Python: what lies there belongs to the installed versions.
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/dev")


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


_kept: list[Any] = []
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


def read_bytes(path: Path, noted: bool = True) -> bytes:
    """Return a data file's bytes; the one way in which evalkit reads them.

    Parameters
    ----------
    path : Path
        The file.
    noted : bool
        Whether what is computed next depends on the whole file. Where it depends on a
        part, the caller notes that with `note_read`.

    Raises
    ------
    OSError
        As `Path.read_bytes`.
    """
    with _openly():
        raw = path.read_bytes()
    _digests[os.path.abspath(path)] = hashlib.sha256(raw).hexdigest()
    if noted:
        note_read(path)
    return raw


def note_read(path: Path, part: str = "", digest: str = "") -> None:
    """Note that what is computed next depends on a file, or on a part of it.

    Parameters
    ----------
    path : Path
        The file, read before.
    part : str
        ``column=value`` of the rows that count; empty for the whole file.
    digest : str
        SHA-256 of those rows; of the whole file, as it was read last, when empty.
    """
    name = os.path.abspath(path)
    for trace in _kept:
        trace.note("read", name, part, digest or _digests[name])


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


# -- in a notebook's kernel --------------------------------------------------------------


class _Written:
    """A trace in a file, each note a line, so that a killed kernel's notes are there too."""

    def __init__(self, path: str) -> None:
        self.seen: set[tuple[str, ...]] = set()
        # Held open: what a notebook forks goes on in the same file, wherever it works.
        with _openly():
            self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, *line: str) -> None:
        if line not in self.seen:
            self.seen.add(line)
            os.write(self.descriptor, (json.dumps(line) + "\n").encode())


_mine = threading.local()


@contextmanager
def _openly() -> Iterator[None]:
    """Open a file without its being taken for one that was read behind our back."""
    before = getattr(_mine, "openly", False)
    _mine.openly = True
    try:
        yield
    finally:
        _mine.openly = before


def watch(path: str) -> None:
    """Keep this process's trace in a file; called first in a kernel that `run` starts.

    Parameters
    ----------
    path : str
        The file, in which `read_trace` reads it back.
    """
    written = _Written(path)
    _kept.append(written)
    _watch_opens(written)


def read_trace(path: Path) -> Trace:
    """Return the trace that a kernel kept.

    Parameters
    ----------
    path : Path
        The file that `watch` was given; empty or missing where the kernel never began.
    """
    trace = Trace()
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            trace.note(*json.loads(line))
    return trace


def _watch_opens(written: _Written) -> None:
    """Note what is opened for reading, connected to or started by another way."""
    ours = _own_folders()
    made: set[str] = set()

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if event == "open":
            found = _read_behind(values, ours, made)
        elif event == "sqlite3.connect":
            found = _read_behind((values[0], "r", 0), ours, made)
        elif event == "socket.connect":
            found = _asked(values[1])
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
            found = _started(values[0])
        else:
            return
        if found:
            written.note("behind", found)

    sys.addaudithook(hook)


def _read_behind(values: tuple[Any, ...], ours: tuple[str, ...], made: set[str]) -> str:
    """Return the file that is read without a note, or nothing."""
    name, mode, flags = values
    if getattr(_mine, "openly", False) or isinstance(name, int) or name is None:
        return ""
    text = os.fsdecode(name)
    if text in ("", ":memory:"):
        return ""
    path = os.path.realpath(text)
    writes = bool(flags & (os.O_WRONLY | os.O_CREAT)) if isinstance(flags, int) else False
    if writes or (isinstance(mode, str) and set(mode) & set("wxa")):
        # What a notebook wrote itself it may read again.
        if not os.path.exists(path):
            made.add(path)
        return ""
    if path in made or path.startswith(ours) or not os.path.isfile(path):
        return ""
    return path


def _own_folders() -> tuple[str, ...]:
    """Return where Python, its packages and this package keep their own files."""
    paths = sysconfig.get_paths()
    folders = {
        *(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib", "data")),
        *(sys.prefix, sys.base_prefix, sys.exec_prefix, site.getuserbase()),
        str(Path(__file__).parent),
        *SYSTEM,
        # Caches of fonts, of the shell and of compiled code; where they are is their
        # own affair, and what is in them is remade.
        *(os.path.join(os.path.expanduser("~"), part) for part in _HIDDEN),
        *(os.environ[name] for name in _SETTINGS if os.environ.get(name)),
    }
    real = {os.path.realpath(folder) for folder in folders if folder}
    return tuple(sorted({folder.rstrip(os.sep) + os.sep for folder in real if folder != os.sep}))


_HIDDEN = (
    *(".cache", ".config", ".fonts", ".ipython", ".jupyter", ".local", ".matplotlib", ".pyenv"),
    *("Library", "AppData"),
)
_SETTINGS = (
    *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CONDA_PREFIX"),
    *("EVALKIT_SOCKETS", "PYTHONPYCACHEPREFIX"),
)


def _asked(address: Any) -> str:
    """Return the machine that is asked, or nothing where it is this one."""
    if not isinstance(address, tuple) or not address:
        return ""
    host = str(address[0])
    return "" if host in ("127.0.0.1", "::1", "localhost") else host


# Asked by Python and matplotlib themselves: what machine this is, and which fonts it has.
HARMLESS = ("fc-list", "uname", "lscpu", "file", "ldconfig", "gcc", "cc")


def _started(program: Any) -> str:
    """Return the program that is started, which may read anything, or nothing."""
    name = os.path.basename(os.fsdecode(program)) if isinstance(program, (str, bytes)) else ""
    return "" if name in HARMLESS else name or "?"
