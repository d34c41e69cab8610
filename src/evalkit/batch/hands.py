"""Who does the work of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from evalkit.batch.pool import Hands, deafen, sockets
from evalkit.words import Phrase


@dataclass(frozen=True)
class Scheduler:
    """Where reports are built that this machine does not build itself.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    exchange : str
        As `evalkit.batch.exchange.Exchange` takes it.
    run : str
        The run's mark.
    """

    address: str
    exchange: str = field(repr=False)
    run: str


class Here:
    """Does everything in this process, at once: for tidying up when all hands were stopped."""

    workers = 1
    lost: tuple[type[BaseException], ...] = ()

    def submit(self, call: Callable[..., Any], *words: Any) -> Future[Any]:
        """Do something, and return what came of it."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*words))
        except Exception as problem:
            future.set_exception(problem)
        return future

    def again(self, problem: BaseException) -> bool:
        """Tell that nothing is lost here."""
        return False

    def drop(self) -> bool:
        """Nothing goes on, and the next thing can be done."""
        return True

    def close(self) -> None:
        """Nothing is held."""

    def stop(self) -> None:
        """Nothing goes on."""


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
                deafen()
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
