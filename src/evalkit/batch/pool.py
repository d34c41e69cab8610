"""Every report through a few hands: this machine's, or those of a cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from evalkit.batch.failure import failed
from evalkit.batch.model import Job, JobResult, Task
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

    def started(self, task: Task) -> None: ...  # noqa: D102

    def finished(self, task: Task, result: JobResult) -> None: ...  # noqa: D102


def build_task(task: Task) -> JobResult:
    """Build a report, where pandas and all the rest may be loaded.

    Parameters
    ----------
    task : Task
        The report, and what it needs.
    """
    from evalkit.batch.job import build

    before = logging.root.manager.disable
    # What libraries log of a failure stands in the report's own message.
    logging.disable(logging.CRITICAL)
    try:
        return build(task)
    finally:
        logging.disable(before)


def run_jobs(tasks: Sequence[Task], hands: Hands, progress: Progress) -> list[JobResult]:
    """Build every report.

    Parameters
    ----------
    tasks : sequence of Task
        What to build.
    hands : Hands
        Who does it.
    progress : Progress
        Told of each start and end.

    Returns
    -------
    list of JobResult
        In the order of the reports.

    Raises
    ------
    Interrupted
        On Ctrl-C: finished reports stay, the others leave nothing.
    """
    done: dict[Job, JobResult] = {}
    try:
        for task, result in _results(tasks, hands, progress):
            done[task.job] = result
            progress.finished(task, result)
    except KeyboardInterrupt:
        ignore_termination()
        hands.drop()
        _sweep([task.job for task in tasks])
        raise Interrupted("interrupted", done=str(len(done)), total=str(len(tasks))) from None
    _sweep([task.job for task in tasks])
    return [done[task.job] for task in tasks]


def _results(
    tasks: Sequence[Task], hands: Hands, progress: Progress
) -> Iterator[tuple[Task, JobResult]]:
    queue = list(tasks)
    running: dict[Future[JobResult], Task] = {}
    tries: dict[Job, int] = {}
    while queue or running:
        # Only as many as there are workers: what is submitted is what runs.
        while queue and len(running) < hands.workers:
            task = queue.pop(0)
            tries[task.job] = tries.get(task.job, 0) + 1
            running[hands.submit(build_task, task)] = task
            if tries[task.job] == 1:
                progress.started(task)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            task = running.pop(future)
            problem = future.exception()
            lost = isinstance(problem, hands.lost) and hands.again(problem)
            if lost and tries[task.job] < TRIES:
                queue.insert(0, task)
            else:
                yield task, _result(future, task.job, hands.lost)


def _result(
    future: Future[JobResult], job: Job, lost: tuple[type[BaseException], ...]
) -> JobResult:
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
