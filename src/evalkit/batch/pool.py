"""Worker processes: a few, long-lived, each building one report at a time."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Protocol

from evalkit.batch.job import PARTIAL, Job, Outcome, build, failed
from evalkit.errors import EvalkitError, Interrupted
from evalkit.run.kernel import SOCKETS

PATIENCE = 10.0
AGAIN = 4.0


class Progress(Protocol):
    """Who is told what happens."""

    def started(self, job: Job) -> None: ...  # noqa: D102

    def finished(self, outcome: Outcome) -> None: ...  # noqa: D102


def run_jobs(jobs: Sequence[Job], workers: int, progress: Progress) -> list[Outcome]:
    """Build every report in worker processes.

    Parameters
    ----------
    jobs : sequence of Job
        What to build.
    workers : int
        Processes at work at once, at least 1.
    progress : Progress
        Told of each start and end.

    Returns
    -------
    list of Outcome
        In the order of the jobs.

    Raises
    ------
    Interrupted
        On Ctrl-C: finished reports stay, the others leave nothing.
    """
    done: dict[Job, Outcome] = {}

    def finish(outcome: Outcome) -> None:
        done[outcome.job] = outcome
        progress.finished(outcome)

    waiting = list(jobs)
    try:
        with _sockets():
            while waiting:
                waiting = _round(waiting, workers, progress, finish)
    except KeyboardInterrupt:
        # A second Ctrl-C must not stop the tidying-up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _stop_workers()
        _sweep(jobs)
        raise Interrupted("interrupted", done=str(len(done)), total=str(len(jobs))) from None
    return [done[job] for job in jobs]


@contextmanager
def _sockets() -> Iterator[None]:
    """Give this run's kernels one folder, which goes with the run however it ends."""
    with tempfile.TemporaryDirectory(prefix="evalkit-", ignore_cleanup_errors=True) as folder:
        os.environ[SOCKETS] = folder
        try:
            yield
        finally:
            del os.environ[SOCKETS]


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: ending them is the parent's work."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _round(
    waiting: list[Job],
    workers: int,
    progress: Progress,
    finish: Callable[[Outcome], None],
) -> list[Job]:
    """Work with one pool until all is done or a worker dies; return what is left."""
    context = multiprocessing.get_context("spawn")
    queue = list(waiting)
    running: dict[Future[Outcome], Job] = {}
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare)
    try:
        while queue or running:
            # Only as many as there are workers: what is submitted is what runs.
            while queue and len(running) < workers:
                with _deaf():
                    running[pool.submit(build, queue[0])] = queue[0]
                progress.started(queue.pop(0))
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            broken = any(isinstance(f.exception(), BrokenProcessPool) for f in finished)
            for future in finished:
                finish(_result(future, running.pop(future)))
            if broken:
                break
    except BrokenProcessPool:
        # The pool broke between two reports: what was not submitted is still queued.
        pass
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    # A worker was killed: every report under way is lost, the others go on.
    for job in running.values():
        finish(failed(job, EvalkitError("worker_died")))
    _sweep(waiting)
    return queue


def _result(future: Future[Outcome], job: Job) -> Outcome:
    problem = future.exception()
    if isinstance(problem, BrokenProcessPool):
        return failed(job, EvalkitError("worker_died"))
    if problem is not None:
        # A defect of ours: one report fails and says so, the others are built.
        return failed(job, EvalkitError("internal", problem=type(problem).__name__))
    return future.result()


def _prepare() -> None:
    """Set up a worker: Ctrl-C is the parent's to handle, and it asks politely."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # What libraries log of a failure stands in the report's own message.
    logging.disable(logging.CRITICAL)
    # Two reports at once on two cores: each with one thread of linear algebra.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
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


def _stop_workers() -> None:
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    for child in children:
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()


def _sweep(jobs: Sequence[Job]) -> None:
    """Remove what this run's interrupted reports left half-made."""
    for job in jobs:
        for left in job.folder.parent.glob(f".{job.outcome}{PARTIAL}{job.run}-*"):
            shutil.rmtree(left, ignore_errors=True)
        with suppress(OSError):
            # Only where nothing of another report lies in it.
            job.folder.parent.rmdir()
