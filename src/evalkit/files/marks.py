"""What is half-made carries the mark of who makes it, to be removed when they are gone.

Imports nothing of evalkit.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shutil
from contextlib import suppress
from pathlib import Path

PARTIAL = ".partial-"


@functools.cache
def machine_mark() -> str:
    """Return what tells this machine's numbering of processes from another's."""
    numbering = ""
    with suppress(OSError):
        # Two containers of one machine each have a process 7.
        numbering = os.readlink("/proc/self/ns/pid")
    return hashlib.sha256(f"{platform.node()} {numbering}".encode()).hexdigest()[:8]


def process_mark() -> str:
    """Return this process's mark: who finds it can tell whether the process still runs."""
    return f"{machine_mark()}-{os.getpid()}"


def remove_stale(folder: Path) -> None:
    """Remove what processes of this machine left half-made that no longer run.

    Parameters
    ----------
    folder : Path
        What lies in it is looked at, not what lies deeper.
    """
    for left in folder.glob(f".*{PARTIAL}{machine_mark()}-*"):
        number = left.name.partition(f"{PARTIAL}{machine_mark()}-")[2].partition("-")[0]
        if number.isdecimal() and not process_runs(int(number)):
            remove(left)


def remove(left: Path) -> None:
    """Remove a file or folder that is half-made, as far as that can be done."""
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    else:
        with suppress(OSError):
            left.unlink()


def process_runs(number: int) -> bool:
    """Return whether a process of this machine still runs; where nobody can tell, it does."""
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
