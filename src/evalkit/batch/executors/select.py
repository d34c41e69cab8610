"""Who does the work of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evalkit.batch.executors.dask.scheduler import Scheduler
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.executors.protocol import Executor, sockets
from evalkit.signals import ignore_termination
from evalkit.words import Phrase


@contextmanager
def executor_for(
    reports: int,
    asked: int | None,
    tell: Callable[[Phrase], None],
    scheduler: Scheduler | None = None,
) -> Iterator[Executor]:
    """Give a run its executor, and let it go when it ends.

    Parameters
    ----------
    asked : int or None
        How many at once; as many as there are cores, or threads of the cluster, when None.
    tell : callable
        Told in a sentence where the work goes to a slower one.
    scheduler : Scheduler, optional
        Of the cluster that builds the reports; without one this machine does.

    Raises
    ------
    ClusterError
        If the cluster or its exchange cannot be reached, or its workers are not like us.
    """
    if not reports:
        # A portal that somebody removed is written here; nothing is started for it.
        yield InlineExecutor()
        return
    with sockets():
        executor = _selected(reports, asked, tell, scheduler)
        try:
            yield executor
        except BaseException as problem:
            if isinstance(problem, KeyboardInterrupt):
                ignore_termination()
            # Nobody waits for what they are at.
            executor.stop()
            raise
        finally:
            executor.close()


def _selected(
    reports: int,
    asked: int | None,
    tell: Callable[[Phrase], None],
    scheduler: Scheduler | None,
) -> Executor:
    # Not before there is work: what they import takes longer than to see that there is none.
    workers = min(asked or os.cpu_count() or 1, reports)
    if scheduler is not None:
        from evalkit.batch.executors.dask.client import DaskExecutor

        most = min(asked or reports, reports)
        return DaskExecutor(scheduler, most, lambda: _local_executor(workers, tell), tell)
    return _local_executor(workers, tell)


def _local_executor(workers: int, tell: Callable[[Phrase], None]) -> Executor:
    from evalkit.batch.executors.fork import ForkExecutor
    from evalkit.batch.executors.spawn import SpawnExecutor
    from evalkit.run.warm import why_not

    if (reason := why_not()) is None:
        return ForkExecutor(workers, tell)
    tell(reason)
    return SpawnExecutor(workers)
