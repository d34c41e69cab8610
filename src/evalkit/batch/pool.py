"""Every report through a few hands: this machine's, or those of a cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from evalkit.batch.failure import failed
from evalkit.batch.jobs import Due, Job, Outcome
from evalkit.errors import EvalkitError, Interrupted
from evalkit.files import PARTIAL, remove, remove_stale_scratch, scratch_folder
from evalkit.run import SOCKETS
from evalkit.signals import ignore_termination


class Hands(Protocol):
    """Who does the work; see `evalkit.batch.spawned.Spawned` for one kind.

    `drop` ends what they are at, and tells whether they can still be asked for something.
    `lost` are the exceptions of work that was lost with who did it; `again` tells of such
    a one whether the work is given out again. Work that failed by itself never is.
    """

    workers: int
    lost: tuple[type[BaseException], ...]

    def again(self, problem: BaseException) -> bool: ...  # noqa: D102

    def submit(self, call: Callable[..., Any], *words: Any) -> Future[Any]: ...  # noqa: D102

    def drop(self) -> bool: ...  # noqa: D102

    def close(self) -> None: ...  # noqa: D102

    def stop(self) -> None: ...  # noqa: D102


# How often work is given out that is lost with who did it.
TRIES = 3


def ask(hands: Hands, call: Callable[..., Any], *words: Any) -> Any:
    """Have something done, and return what came of it.

    Parameters
    ----------
    hands : Hands
        Who does it.
    call : callable
        A function of a module.
    *words
        What it is called with.

    Raises
    ------
    EvalkitError
        Whatever it raised that has a sentence of its own, or that it was lost.
    """
    for _ in range(TRIES):
        try:
            return hands.submit(call, *words).result()
        except hands.lost as problem:
            if not hands.again(problem):
                break
    raise EvalkitError("worker_died")


class Progress(Protocol):
    """Who is told what happens."""

    def started(self, due: Due) -> None: ...  # noqa: D102

    def finished(self, due: Due, outcome: Outcome) -> None: ...  # noqa: D102


def build_due(due: Due) -> Outcome:
    """Build a report, where pandas and all the rest may be loaded.

    Parameters
    ----------
    due : Due
        The report, and what it needs.
    """
    from evalkit.batch.job import build

    before = logging.root.manager.disable
    # What libraries log of a failure stands in the report's own message.
    logging.disable(logging.CRITICAL)
    try:
        return build(due)
    finally:
        logging.disable(before)


def run_jobs(dues: Sequence[Due], hands: Hands, progress: Progress) -> list[Outcome]:
    """Build every report.

    Parameters
    ----------
    dues : sequence of Due
        What to build.
    hands : Hands
        Who does it.
    progress : Progress
        Told of each start and end.

    Returns
    -------
    list of Outcome
        In the order of the reports.

    Raises
    ------
    Interrupted
        On Ctrl-C: finished reports stay, the others leave nothing.
    """
    done: dict[Job, Outcome] = {}
    try:
        for due, outcome in _outcomes(dues, hands, progress):
            done[due.job] = outcome
            progress.finished(due, outcome)
    except KeyboardInterrupt:
        ignore_termination()
        hands.drop()
        _sweep([due.job for due in dues])
        raise Interrupted("interrupted", done=str(len(done)), total=str(len(dues))) from None
    _sweep([due.job for due in dues])
    return [done[due.job] for due in dues]


def _outcomes(
    dues: Sequence[Due], hands: Hands, progress: Progress
) -> Iterator[tuple[Due, Outcome]]:
    queue = list(dues)
    running: dict[Future[Outcome], Due] = {}
    tries: dict[Job, int] = {}
    while queue or running:
        # Only as many as there are workers: what is submitted is what runs.
        while queue and len(running) < hands.workers:
            due = queue.pop(0)
            tries[due.job] = tries.get(due.job, 0) + 1
            running[hands.submit(build_due, due)] = due
            if tries[due.job] == 1:
                progress.started(due)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            due = running.pop(future)
            problem = future.exception()
            lost = isinstance(problem, hands.lost) and hands.again(problem)
            if lost and tries[due.job] < TRIES:
                queue.insert(0, due)
            else:
                yield due, _result(future, due.job, hands.lost)


def _result(future: Future[Outcome], job: Job, lost: tuple[type[BaseException], ...]) -> Outcome:
    problem = future.exception()
    if isinstance(problem, lost):
        return failed(job, EvalkitError("worker_died"))
    if problem is not None:
        # A defect of ours: one report fails and says so, the others are built.
        return failed(job, EvalkitError("internal", problem=type(problem).__name__))
    return future.result()


@contextmanager
def sockets() -> Iterator[None]:
    """Give this run's kernels one folder, which goes with the run however it ends."""
    remove_stale_scratch()
    with scratch_folder() as folder:
        os.environ[SOCKETS] = str(folder)
        try:
            yield
        finally:
            del os.environ[SOCKETS]


def _sweep(jobs: Sequence[Job]) -> None:
    """Remove what this run's interrupted reports left half-made."""
    for job in jobs:
        for left in job.folder.parent.glob(f".{job.outcome}{PARTIAL}{job.run}-*"):
            remove(left)
        with suppress(OSError):
            # Only where nothing of another report lies in it.
            job.folder.parent.rmdir()
