"""What asks a process to end, and who listens to it.

Imports nothing of evalkit. The terminal sends Ctrl-C to all; what it means is for the one
who gives the work out to say.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What asks a process to end: Ctrl-C, a time limit, a terminal that is closed.
TERMINATION = [getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Start processes inside; they begin with Ctrl-C blocked, where a system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_sigint() -> None:
    """Leave Ctrl-C to the parent, from here on; the first call of a started process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def ignore_termination() -> None:
    """Let nothing that asks this process to end stop the tidying-up."""
    for number in TERMINATION:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def termination_as_interrupt() -> Iterator[None]:
    """Take a scheduler's time limit or a closed terminal as Ctrl-C: what is done stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in TERMINATION}
    for number, handler in before.items():
        # Who started us deaf, by nohup or in the background, meant it.
        if handler == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
