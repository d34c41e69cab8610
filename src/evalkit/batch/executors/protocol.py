"""What every executor can do, and how it is asked.

Imports errors, files and what run says without papermill.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Protocol

from evalkit.errors import EvalkitError
from evalkit.files import SOCKETS, remove_stale_scratch, scratch_folder
from evalkit.run import PROSE

# How often work is given out that is lost with who did it.
TRIES = 3


class Executor(Protocol):
    """Who does the work; see `evalkit.batch.executors.spawn.SpawnExecutor` for one kind.

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


def ask(executor: Executor, call: Callable[..., Any], *words: Any) -> Any:
    """Have something done, and return what came of it.

    Raises
    ------
    EvalkitError
        Whatever it raised that has a sentence of its own, or that it was lost.
    """
    for _ in range(TRIES):
        try:
            return executor.submit(call, *words).result()
        except executor.lost as problem:
            if not executor.again(problem):
                break
    raise EvalkitError("worker_died")


@contextmanager
def sockets() -> Iterator[None]:
    """Give this run's kernels one folder, and its forms another, which go with the run."""
    remove_stale_scratch()
    with scratch_folder() as folder, scratch_folder() as prose:
        os.environ.update({SOCKETS: str(folder), PROSE: str(prose)})
        try:
            yield
        finally:
            del os.environ[SOCKETS], os.environ[PROSE]
