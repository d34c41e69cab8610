"""Every report through an executor: this machine's, or that of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from typing import Protocol

from evalkit.batch.executors.protocol import TRIES, Executor
from evalkit.batch.failure import failed
from evalkit.batch.model import Job, JobResult, Task
from evalkit.batch.task import build_task
from evalkit.errors import EvalkitError, Interrupted
from evalkit.files import PARTIAL, remove
from evalkit.signals import ignore_termination


class Progress(Protocol):
    """Who is told what happens."""

    def started(self, task: Task) -> None: ...  # noqa: D102

    def finished(self, task: Task, result: JobResult) -> None: ...  # noqa: D102


def run_jobs(tasks: Sequence[Task], executor: Executor, progress: Progress) -> list[JobResult]:
    """Build every report.

    Parameters
    ----------
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
        for task, result in _results(tasks, executor, progress):
            done[task.job] = result
            progress.finished(task, result)
    except KeyboardInterrupt:
        ignore_termination()
        executor.drop()
        _sweep([task.job for task in tasks])
        raise Interrupted("interrupted", done=str(len(done)), total=str(len(tasks))) from None
    _sweep([task.job for task in tasks])
    return [done[task.job] for task in tasks]


def _results(
    tasks: Sequence[Task], executor: Executor, progress: Progress
) -> Iterator[tuple[Task, JobResult]]:
    queue = list(tasks)
    running: dict[Future[JobResult], Task] = {}
    tries: dict[Job, int] = {}
    while queue or running:
        # Only as many as there are workers: what is submitted is what runs.
        while queue and len(running) < executor.workers:
            task = queue.pop(0)
            tries[task.job] = tries.get(task.job, 0) + 1
            running[executor.submit(build_task, task)] = task
            if tries[task.job] == 1:
                progress.started(task)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            task = running.pop(future)
            problem = future.exception()
            lost = isinstance(problem, executor.lost) and executor.again(problem)
            if lost and tries[task.job] < TRIES:
                queue.insert(0, task)
            else:
                yield task, _result(future, task.job, executor.lost)


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


def _sweep(jobs: Sequence[Job]) -> None:
    """Remove what this run's interrupted reports left half-made."""
    for job in jobs:
        for left in job.folder.parent.glob(f".{job.outcome}{PARTIAL}{job.run}-*"):
            remove(left)
        with suppress(OSError):
            # Only where nothing of another report lies in it.
            job.folder.parent.rmdir()
