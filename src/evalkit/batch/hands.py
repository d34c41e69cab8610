"""Who does the work of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from evalkit.batch.pool import Hands, sockets
from evalkit.words import Phrase


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

    def close(self) -> None:
        """Nothing is held."""

    def stop(self) -> None:
        """Nothing goes on."""


@contextmanager
def hands_for(workers: int, tell: Callable[[Phrase], None]) -> Iterator[Hands]:
    """Give a run its hands, and let them go when it ends.

    Parameters
    ----------
    workers : int
        How many reports at once; 0 where none is to be built.
    tell : callable
        Told in a sentence where the work goes to slower hands.
    """
    if not workers:
        # A portal that somebody removed is written here; nothing is started for it.
        yield Here()
        return
    # Not before there is work: what they import takes longer than to see that there is none.
    from evalkit.batch.spawned import Spawned
    from evalkit.batch.warmed import Warmed
    from evalkit.run.warm import why_not

    with sockets():
        hands: Hands
        if (reason := why_not()) is None:
            hands = Warmed(workers, tell)
        else:
            tell(reason)
            hands = Spawned(workers)
        try:
            yield hands
        finally:
            hands.close()
