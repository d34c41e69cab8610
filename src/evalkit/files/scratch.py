"""Temporary folders, which go with who made them or with the next run.

Imports errors and marks.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evalkit.errors import OutputError
from evalkit.files.marks import machine_mark, process_mark, process_runs

# Where a batch run has its kernels' folders, so that none outlives it.
SOCKETS = "EVALKIT_SOCKETS"
# Begins the name of every folder of ours among the system's temporary ones, and of the file
# in it that says whose it is: a socket's path has no room for more in the folder's own name.
SCRATCH, OWNER = "evalkit-", ".owner-"


def scratch(where: str | None = None, prefix: str = SCRATCH) -> Path:
    """Make a temporary folder that the next run sweeps, if this process is killed.

    Parameters
    ----------
    where : str, optional
        The folder that it lies in; the system's when absent.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=where))
        (folder / f"{OWNER}{process_mark()}").touch(mode=0o600)
    except OSError as problem:
        raise scratch_refused(problem, where) from None
    return folder


def scratch_refused(problem: OSError, where: str | None = None) -> OutputError:
    """Return the error of a temporary folder that the system will not write."""
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


def remove_stale_scratch() -> None:
    """Remove the temporary folders that killed runs of this user left on this machine."""
    try:
        place = Path(tempfile.gettempdir())
        found = list(place.glob(f"{SCRATCH}*/{OWNER}{machine_mark()}-*"))
    except OSError:
        return
    for owner in found:
        folder, number = owner.parent, owner.name.rpartition("-")[2]
        with suppress(OSError):
            # Nobody else's, and not what a link leads to.
            ours = not folder.is_symlink() and folder.stat().st_uid == _user()
            if ours and number.isdecimal() and not process_runs(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
