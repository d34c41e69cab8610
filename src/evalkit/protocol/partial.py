"""What is half-made carries the mark of who makes it, to be swept when they are gone.

Imports errors. Nothing is written through a link: who can write the folder of reports, or
sent it, would choose by one which file of ours is emptied.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import platform
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


# Begins the name of every folder of ours among the system's temporary ones, and of the file
# in it that says whose it is: a socket's path has no room for more in the folder's own name.
SCRATCH, OWNER = "evalkit-", ".owner-"


def scratch(where: str | None = None, prefix: str = SCRATCH) -> Path:
    """Make a temporary folder that the next run sweeps, if this process is killed.

    Parameters
    ----------
    where : str, optional
        The folder that it lies in; the system's when absent.
    prefix : str
        What its name begins with.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=where))
        (folder / f"{OWNER}{mark()}").touch(mode=0o600)
    except OSError as problem:
        raise scratch_refused(problem, where) from None
    return folder


def scratch_refused(problem: OSError, where: str | None = None) -> OutputError:
    """Return the error of a temporary folder that the system will not write.

    Parameters
    ----------
    problem : OSError
        What the system said.
    where : str, optional
        The folder; the system's when absent.
    """
    try:
        place = where or tempfile.gettempdir()
    except OSError:
        # Python found none that it can write, and says which it tried.
        place = os.environ.get("TMPDIR") or "/tmp"
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT) or _is_full(Path(place))
    return OutputError("scratch_full" if full else "scratch_closed", path=place)


@contextmanager
def scratch_folder(where: str | None = None, prefix: str = SCRATCH) -> Iterator[Path]:
    """Give a temporary folder that goes at the end, or with the next run.

    Parameters
    ----------
    where, prefix : str
        As `scratch` takes them.

    Raises
    ------
    OutputError
        If it cannot be made, or has no room for what is written into it.
    """
    folder = scratch(where, prefix)
    try:
        yield folder
    except OSError as problem:
        named = os.path.abspath(os.fsdecode(problem.filename)) if problem.filename else ""
        if problem.errno in (errno.ENOSPC, errno.EDQUOT) and _holds(folder, named):
            raise scratch_refused(problem, where) from None
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _holds(folder: Path, name: str) -> bool:
    """Return whether a file lies in a folder; where the system does not say, whether it is full."""
    return Path(name).is_relative_to(folder) if name else _is_full(folder)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free == 0
    except OSError:
        return False


def sweep_scratch() -> None:
    """Remove the temporary folders that killed runs of this user left on this machine."""
    try:
        place = Path(tempfile.gettempdir())
        found = list(place.glob(f"{SCRATCH}*/{OWNER}{_here()}-*"))
    except OSError:
        return
    for owner in found:
        folder, number = owner.parent, owner.name.rpartition("-")[2]
        with suppress(OSError):
            # Nobody else's, and not what a link leads to.
            ours = not folder.is_symlink() and folder.stat().st_uid == _user()
            if ours and number.isdecimal() and not _runs(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


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
