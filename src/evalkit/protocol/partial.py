"""What is half-made carries the mark of who makes it, to be swept when they are gone.

Imports errors. Nothing is written through a link: who can write the folder of reports, or
sent it, would choose by one which file of ours is emptied.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from evalkit.errors import OutputError

PARTIAL = ".partial-"


@functools.cache
def _here() -> str:
    """Return what tells this machine's numbering of processes from another's."""
    numbering = ""
    with suppress(OSError):
        # Two containers of one machine each have a process 7.
        numbering = os.readlink("/proc/self/ns/pid")
    return hashlib.sha256(f"{platform.node()} {numbering}".encode()).hexdigest()[:8]


def mark() -> str:
    """Return this process's mark: who finds it can tell whether the process still runs."""
    return f"{_here()}-{os.getpid()}"


def sweep(folder: Path) -> None:
    """Remove what processes of this machine left half-made that no longer run.

    Parameters
    ----------
    folder : Path
        What lies in it is looked at, not what lies deeper.
    """
    for left in folder.glob(f".*{PARTIAL}{_here()}-*"):
        number = left.name.partition(f"{PARTIAL}{_here()}-")[2].partition("-")[0]
        if number.isdecimal() and not _runs(int(number)):
            remove(left)


def remove(left: Path) -> None:
    """Remove a file or folder that is half-made, as far as that can be done.

    Parameters
    ----------
    left : Path
        The file or folder.
    """
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    else:
        with suppress(OSError):
            left.unlink()


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; a link of its name gives way to it.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        What it holds, in UTF-8.
    """
    # A name that nobody can foresee, and that must be new: no link stands there.
    partial = path.with_name(f".{path.name}{PARTIAL}{mark()}-{secrets.token_hex(4)}")
    try:
        with partial.open("x", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
    finally:
        remove(partial)


def append_line(path: Path, line: str) -> None:
    """Append a line to a file of ours; stop where a link stands in its place.

    Parameters
    ----------
    path : Path
        The file.
    line : str
        Without its end.

    Raises
    ------
    OSError
        As the system says it.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o644), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def check_no_link(root: Path, folder: Path) -> None:
    """Stop where a link leads out of a folder of reports, which may itself be one.

    Parameters
    ----------
    root, folder : Path
        The folder of reports; a folder in it.

    Raises
    ------
    OutputError
        With the link.
    """
    for place in (folder, *folder.parents):
        if place == root or place == place.parent:
            return
        if place.is_symlink():
            raise OutputError("cannot_write_link", path=place)


def _runs(number: int) -> bool:
    if os.name != "posix":
        # Asking would end it there.
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
