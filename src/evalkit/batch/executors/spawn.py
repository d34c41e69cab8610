"""Worker processes of one machine: a few, long-lived, each doing one thing at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType
from typing import Any

from evalkit.batch.cache.fingerprints import THREADS
from evalkit.secret import set_aside
from evalkit.signals import ignore_sigint, sigint_blocked

PATIENCE = 10.0
AGAIN = 4.0
SAFE = "PYTHONSAFEPATH"


class SpawnExecutor:
    """Processes that are started anew and import everything: they work on every system.

    Parameters
    ----------
    workers : int
        Processes at work at once.
    """

    # A killed worker breaks the pool, and with it every report under way: none is to blame.
    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        # A process that keeps count of semaphores is started already here.
        with sigint_blocked(), set_aside(), _not_from_here():
            return ProcessPoolExecutor(self.workers, mp_context=context, initializer=_prepare)

    def submit(self, call: Callable[..., Any], *words: Any) -> Future[Any]:
        """Have a worker do something.

        Parameters
        ----------
        call : callable
            Found by its name in a worker, as its words are.
        """
        with sigint_blocked(), set_aside(), _not_from_here():
            try:
                return self._pool.submit(call, *words)
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._new()
                return self._pool.submit(call, *words)

    def again(self, problem: BaseException) -> bool:
        """Tell that lost work stays lost: what killed one may kill the next."""
        return False

    def close(self) -> None:
        """Let the workers go; what they were given is done."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def drop(self) -> bool:
        """End the workers at once."""
        self.stop()
        return False

    def stop(self) -> None:
        """End the workers at once, with what they started."""
        children = multiprocessing.active_children()
        for child in children:
            child.terminate()
        for child in children:
            child.join(PATIENCE)
            if child.is_alive():
                child.kill()
        self.close()


@contextmanager
def _not_from_here() -> Iterator[None]:
    """Start Python inside so that it looks for no module in the working folder."""
    before = os.environ.get(SAFE)
    os.environ[SAFE] = before or "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[SAFE]


def _prepare() -> None:
    """Set up a worker: Ctrl-C is the parent's to handle, and it asks politely."""
    # A kernel may find modules beside its notebook.
    os.environ.pop(SAFE, None)
    ignore_sigint()
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # Two reports at once on two cores: each with one thread of linear algebra.
    for name in THREADS:
        os.environ.setdefault(name, "1")


def _leave(number: int, frame: FrameType | None) -> None:
    """Leave by an exception, so that papermill ends its kernel on the way out."""
    # What is complained of from here on is the leaving itself.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # An exception that comes in a clean-up of Python's own is swallowed: it is raised again.
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _leave_again)
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
    sys.exit(128 + number)


def _leave_again(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def _leave_with_parent() -> None:
    """End this worker when the command itself is killed: nobody would read its report."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)
