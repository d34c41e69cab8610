"""Forks of a warm process: each task in a process of its own, at once.

Imports run. Where forking is not safe, or the warm process is lost again and again, the
work goes to processes that are started anew, and one line says so.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from evalkit.batch.executors.spawn import SpawnExecutor
from evalkit.run.warm import WarmExecutor, WarmUnavailable, WorkerLost
from evalkit.words import Phrase, phrase

# What the work is made of; the warm process has imported it before the first report.
MODULES = (
    *("evalkit.batch.build", "evalkit.batch.preflight"),
    *("evalkit.outcomes.claims", "evalkit.present"),
    "evalkit.export.ready:make_ready",
)


class ForkExecutor:
    """Does each task in a fork of one warm process.

    Parameters
    ----------
    workers : int
        Processes at work at once.
    tell : callable
        Told in a sentence when the work goes to another executor.
    """

    def __init__(self, workers: int, tell: Callable[[Phrase], None]) -> None:
        self.workers = workers
        self.lost = (WorkerLost, WarmUnavailable, *SpawnExecutor.lost)
        self._tell = tell
        self._warm = WarmExecutor(workers, MODULES)
        self._other: SpawnExecutor | None = None

    def submit(self, call: Callable[..., Any], *words: Any) -> Future[Any]:
        """Have a process forked that does something."""
        if self._other is None:
            try:
                return self._warm.submit(call, *words)
            except WarmUnavailable:
                self._give_up()
        assert self._other is not None
        return self._other.submit(call, *words)

    def again(self, problem: BaseException) -> bool:
        """Tell whether work was lost with the warm process, for no fault of its own."""
        if isinstance(problem, WarmUnavailable):
            self._give_up()
            return True
        return isinstance(problem, WorkerLost) and problem.code is None

    def close(self) -> None:
        """End the warm process; what was given to it is done."""
        self._warm.shutdown()
        if self._other is not None:
            self._other.close()

    def drop(self) -> bool:
        """End what is at work; the warm process itself, where it is warm, is kept."""
        if self._other is not None:
            self.stop()
            return False
        return self._warm.drop()

    def stop(self) -> None:
        """End everything at once, with what it started."""
        self._warm.shutdown(wait=False, cancel_futures=True)
        if self._other is not None:
            self._other.stop()

    def _give_up(self) -> None:
        if self._other is None:
            self._tell(phrase("warm.lost"))
            self._other = SpawnExecutor(self.workers)
