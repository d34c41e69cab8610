"""In a notebook's kernel: its trace in a file, and what it reads by any other way than ours.

Imports trace. `watch` notes what is opened, started or asked behind `evalkit.trace.read_bytes`:
such a report would not know when it is out of date.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evalkit.trace import Trace, is_open, is_started, keep, openly

# Folders of the system and of Python: what lies there belongs to the installed versions.
SYSTEM = (
    *("/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib", "/usr/local/share"),
    *("/lib", "/lib64", "/etc", "/proc", "/sys"),
)


class _Written:
    """A trace in a file, each note a line, so that a killed kernel's notes are there too."""

    def __init__(self, path: str) -> None:
        self.seen: set[tuple[str, ...]] = set()
        # Held open: what a notebook forks goes on in the same file, wherever it works.
        with openly():
            self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, kind: str, *values: str) -> None:
        line = (kind, *values)
        if line not in self.seen:
            self.seen.add(line)
            os.write(self.descriptor, (json.dumps(line) + "\n").encode())


def watch(path: str, home: str = "") -> None:
    """Keep this process's trace in a file; called first in a kernel that `run` starts.

    Parameters
    ----------
    path : str
        The file, in which `read_trace` reads it back. What else lies in its folder is
        the kernel's own.
    home : str
        The project's folder: nothing in it counts as the system's, wherever it lies.
    """
    written = _Written(path)
    keep(written)
    hook = _Hook(written, (*_own_folders(), _folder(os.path.dirname(path))), _folder(home))
    # Matplotlib has read its style already, from the working folder if there is one.
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        hook("open", (matplotlib.matplotlib_fname(), "r", 0))
    sys.addaudithook(hook)


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


class _Hook:
    """Notes what is opened for reading, connected to or started by another way."""

    def __init__(self, written: _Written, own: tuple[str, ...], home: str) -> None:
        self.written = written
        self.own = own
        self.home = home
        # What a notebook wrote itself it may read again.
        self.made: set[str] = set()
        self.ways: dict[str, Callable[[tuple[Any, ...]], str]] = {
            "open": self._opened,
            "os.rename": self._renamed,
            "sqlite3.connect": self._database,
            "socket.connect": lambda values: _machine(values[1]),
            "socket.sendto": lambda values: _machine(values[1]),
            "socket.getaddrinfo": lambda values: str(values[0] or ""),
            "subprocess.Popen": lambda values: (
                "" if is_started(values[1]) else _program(values[0], values[1])
            ),
            # A whole line of a shell, which may hold a password.
            "os.system": lambda values: "sh",
            "os.exec": lambda values: _program(values[0], values[1]),
            "os.posix_spawn": lambda values: _program(values[0], values[1]),
        }

    def __call__(self, event: str, values: tuple[Any, ...]) -> None:
        way = self.ways.get(event)
        if way is not None and (found := way(values)):
            self.written.note("behind", found)

    def _opened(self, values: tuple[Any, ...]) -> str:
        """Return the file that is read without a note, or nothing."""
        name, mode, flags = values
        if is_open() or isinstance(name, int) or name is None:
            return ""
        path = os.path.realpath(os.fsdecode(name))
        mode = mode if isinstance(mode, str) else ""
        flags = flags if isinstance(flags, int) else 0
        there = os.path.isfile(path)
        if set(mode) & set("wx") or flags & os.O_TRUNC or (not there and _creates(mode, flags)):
            self.made.add(path)
            return ""
        only_writes = (mode.startswith("a") and "+" not in mode) or flags & os.O_WRONLY
        if only_writes or path in self.made or self._is_own(path):
            return ""
        if not there:
            if not os.path.exists(path):
                # That it is not there may decide what is computed: when it comes, that is due.
                self.written.note("read", path, "", "")
            return ""
        return path

    def _is_own(self, path: str) -> bool:
        if self.home and path.startswith(self.home):
            # An environment may lie in the project; its data do not lie in an environment.
            return path.startswith(tuple(o for o in self.own if o.startswith(self.home)))
        return path.startswith(self.own)

    def _renamed(self, values: tuple[Any, ...]) -> str:
        before, after = (os.path.realpath(os.fsdecode(name)) for name in values[:2])
        if before in self.made:
            self.made.add(after)
        else:
            # Another's file under the name of one's own is still another's.
            self.made.discard(after)
        return ""

    def _database(self, values: tuple[Any, ...]) -> str:
        name = os.fsdecode(values[0]) if isinstance(values[0], (str, bytes)) else ""
        name = name.removeprefix("file:").partition("?")[0]
        if name in ("", ":memory:"):
            return ""
        path = os.path.realpath(name)
        if not os.path.exists(path):
            self.made.add(path)
        return self._opened((path, "r", 0))


def _creates(mode: str, flags: int) -> bool:
    return mode.startswith("a") or bool(flags & os.O_CREAT)


def _folder(name: str) -> str:
    return os.path.realpath(name).rstrip(os.sep) + os.sep if name else ""


def _own_folders() -> tuple[str, ...]:
    """Return where Python, its packages and this package keep their own files."""
    paths = sysconfig.get_paths()
    home = os.path.expanduser("~")
    folders = {
        *(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib", "include")),
        *(os.path.join(p, part) for p in (sys.prefix, sys.base_prefix) for part in _PARTS),
        str(Path(__file__).parents[1]),
        *SYSTEM,
        # Caches of fonts, of the shell and of compiled code; where they are is their
        # own affair, and what is in them is remade.
        *(os.path.join(home, part) for part in (_AT_HOME if sys.platform != "darwin" else _MAC)),
        *(os.environ[name] for name in _SETTINGS if os.environ.get(name)),
    }
    found = {_folder(folder) for folder in folders if folder}
    return tuple(sorted(found - {"", os.sep}))


_PARTS = ("lib", "lib64", "share", "etc", "include", "conda-meta")
_AT_HOME = (
    *(".cache/matplotlib", ".cache/fontconfig", ".config/matplotlib", ".config/fontconfig"),
    *(".fonts", ".ipython", ".jupyter", ".matplotlib", ".local/lib", ".local/share/fonts"),
    *(".local/share/jupyter", ".local/share/fontconfig", "AppData/Roaming"),
)
_MAC = (
    *(".ipython", ".jupyter", ".matplotlib", "Library/Caches", "Library/Fonts"),
    *("Library/Jupyter", "Library/Python"),
)
_SETTINGS = (
    *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("MPLCONFIGDIR", "EVALKIT_SOCKETS", "PYTHONPYCACHEPREFIX"),
)


def _machine(address: Any) -> str:
    """Return the machine that is asked, this one too: a server here has data of its own."""
    return str(address[0]) if isinstance(address, tuple) and address else ""


# Asked by Python and matplotlib themselves: what machine this is, and which fonts it has.
HARMLESS = ("fc-list", "uname", "lscpu", "ldconfig")
# How ctypes asks a compiler where a library lies.
LINKS = ("gcc", "cc", "ld")


def _program(program: Any, words: Any) -> str:
    """Return the program that is started, which may read anything, or nothing."""
    name = os.path.basename(os.fsdecode(program)) if isinstance(program, (str, bytes)) else ""
    told = [str(word) for word in words] if isinstance(words, (list, tuple)) else []
    if name in HARMLESS or (name in LINKS and {"-Wl,-t", "-t"} & set(told)):
        return ""
    return name or "?"
