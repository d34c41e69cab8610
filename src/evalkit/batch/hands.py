"""Who does the work of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evalkit.batch.executors.protocol import Hands, sockets
from evalkit.batch.inline import Here
from evalkit.batch.scheduler import Scheduler
from evalkit.signals import ignore_termination
from evalkit.words import Phrase


@contextmanager
def hands_for(
    reports: int,
    asked: int | None,
    tell: Callable[[Phrase], None],
    scheduler: Scheduler | None = None,
) -> Iterator[Hands]:
    """Give a run its hands, and let them go when it ends.

    Parameters
    ----------
    reports : int
        How many are to be built.
    asked : int or None
        How many at once; as many as there are cores, or threads of the cluster, when None.
    tell : callable
        Told in a sentence where the work goes to slower hands.
    scheduler : Scheduler, optional
        Of the cluster that builds the reports; without one this machine does.

    Raises
    ------
    ClusterError
        If the cluster or its exchange cannot be reached, or its workers are not like us.
    """
    if not reports:
        # A portal that somebody removed is written here; nothing is started for it.
        yield Here()
        return
    with sockets():
        hands = _hands(reports, asked, tell, scheduler)
        try:
            yield hands
        except BaseException as problem:
            if isinstance(problem, KeyboardInterrupt):
                ignore_termination()
            # Nobody waits for what they are at.
            hands.stop()
            raise
        finally:
            hands.close()


def _hands(
    reports: int,
    asked: int | None,
    tell: Callable[[Phrase], None],
    scheduler: Scheduler | None,
) -> Hands:
    # Not before there is work: what they import takes longer than to see that there is none.
    workers = min(asked or os.cpu_count() or 1, reports)
    if scheduler is not None:
        from evalkit.batch.cluster import Cluster

        most = min(asked or reports, reports)
        return Cluster(scheduler, most, lambda: _own_hands(workers, tell), tell)
    return _own_hands(workers, tell)


def _own_hands(workers: int, tell: Callable[[Phrase], None]) -> Hands:
    from evalkit.batch.spawned import Spawned
    from evalkit.batch.warmed import Warmed
    from evalkit.run.warm import why_not

    if (reason := why_not()) is None:
        return Warmed(workers, tell)
    tell(reason)
    return Spawned(workers)
