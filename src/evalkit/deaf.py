"""Starting processes that Ctrl-C does not reach while they still import.

Imports nothing of evalkit. The terminal sends Ctrl-C to all; what it means is for the one
who gives the work out to say.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf() -> Iterator[None]:
    """Start processes inside; they begin with Ctrl-C blocked, where a system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def deafen() -> None:
    """Leave Ctrl-C to the parent, from here on; the first call of a started process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
