"""Executor that is this process itself.

Imports nothing of evalkit.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class InlineExecutor:
    """Does everything in this process, at once: for tidying up when all others were stopped."""

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
