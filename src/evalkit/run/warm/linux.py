"""What Linux tells of processes and does for them.

Imports nothing of evalkit.
"""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

from evalkit.run.warm.wire import FAMILY

_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36
PROC = Path("/proc")


def die_with_parent() -> None:
    """Have this process killed when the one that forked it dies."""
    ctypes.CDLL(None).prctl(_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever a descendant leaves behind."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def threads() -> int:
    """Return how many threads this process has, those of C libraries too."""
    return len(os.listdir("/proc/self/task"))


def own_children() -> list[int]:
    """Return the children of this process, adopted ones too, dead ones too."""
    text = ""
    with suppress(OSError):
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(word) for word in text.split()]


def family_of(pid: int) -> str:
    """Return whose descendant a process is, as its environment says; else ""."""
    start = f"{FAMILY}=".encode()
    with suppress(OSError):
        for entry in (PROC / str(pid) / "environ").read_bytes().split(b"\0"):
            if entry.startswith(start):
                return entry[len(start) :].decode(errors="replace")
    return ""


def descendants(family: str) -> list[int]:
    """Return every live process that bears the mark of a family.

    Parameters
    ----------
    family : str
        The mark of a warm process, or of one of its children.
    """
    pids = [int(entry) for entry in os.listdir(PROC) if entry.isdigit()]
    return [pid for pid in pids if pid != os.getpid() and _belongs(family_of(pid), family)]


def _belongs(mark: str, family: str) -> bool:
    return mark == family or mark.startswith(family + ".")


def kill_family(family: str) -> None:
    """Kill every process that bears the mark of a family, until none is left."""
    # A process may fork while it is being looked for; nobody forks for ever once killed.
    for _ in range(10):
        found = descendants(family)
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return


def kill_group(group: int) -> None:
    """Kill a process group, if there is anything left of it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
