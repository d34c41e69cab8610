"""How long a cell may take and how much memory a notebook may hold.

Imports nothing of evalkit.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOUR = 3600
MEGABYTE = 1_000_000
# With less no notebook gets as far as its first table.
LEAST = 200 * MEGABYTE
# Where a container's share of the machine stands, by the version of control groups.
CONTAINERS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
# Run in the kernel before any cell, so it leaves no name behind. What a process may
# write counts, not its whole address space: of that, libraries reserve without using.
LIMIT = (
    "(lambda r, n: r.setrlimit(r.RLIMIT_DATA, (n, r.getrlimit(r.RLIMIT_DATA)[1])))"
    '(__import__("resource"), {memory} + 1024 * int(next('
    'line.split()[1] for line in open("/proc/self/status") if line.startswith("VmData"))))'
)


@dataclass(frozen=True)
class Limits:
    """What a notebook may use.

    Parameters
    ----------
    cell_seconds : int
        The longest that one cell may take.
    memory : int or None
        The bytes that its kernel may hold beyond what it starts with; None for all
        that the machine, or the container, has. Held to on Linux only.
    """

    cell_seconds: int = HOUR
    memory: int | None = None

    @property
    def bytes(self) -> int:
        """What its kernel may hold; 0 where that cannot be told."""
        return machine_memory() if self.memory is None else self.memory

    def arguments(self) -> list[str]:
        """Return what a kernel's command says of its memory."""
        if sys.platform != "linux" or not self.bytes:
            return []
        return [f"--IPKernelApp.exec_lines={LIMIT.format(memory=self.bytes)}"]


def machine_memory() -> int:
    """Return the bytes of memory that this machine or container has, 0 if unknown."""
    found = []
    with suppress(ValueError, OSError, AttributeError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for name in CONTAINERS:
        # Without a limit it says "max".
        with suppress(OSError, ValueError):
            found.append(int(Path(name).read_text()))
    return min(found, default=0)
