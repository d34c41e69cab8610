"""Executor of a Dask cluster: reports are built on its workers, all else on this machine.

Imports archive, exchange, worker, staging and failure; Dask only when one is made. Workers
share no disk with us: what a report needs goes by the exchange, and so does the report.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import warnings
import zipfile
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalkit.batch.cache.fingerprints import THREADS, CodeFingerprint, FileHashes
from evalkit.batch.executors.dask.archive import (
    InputArchive,
    input_archive,
    read_result,
    unpack_report,
)
from evalkit.batch.executors.dask.exchange import Exchange
from evalkit.batch.executors.dask.scheduler import Scheduler
from evalkit.batch.executors.dask.worker import (
    RemoteResult,
    RemoteTask,
    cancel_run,
    differences,
    inspect_worker,
    run_task,
)
from evalkit.batch.executors.protocol import Executor
from evalkit.batch.failure import failed
from evalkit.batch.model import PAGES, Job, JobResult, Task
from evalkit.batch.staging import put_in_place, staged
from evalkit.batch.task import build_task
from evalkit.errors import ClusterError, EvalkitError, UsageError, from_json
from evalkit.files import cannot_write, scratch_folder
from evalkit.protocol import EXECUTED
from evalkit.words import LANGUAGE_VARIABLE, Phrase, phrase

# Seconds: to reach a scheduler, between two looks, and without any worker.
REACH, LOOK, ALONE = 10, 5.0, 60.0
# Of the workers that differ, this many are named.
SHOWN = 5


class DaskExecutor:
    """Has reports built by the workers of a Dask cluster.

    Parameters
    ----------
    scheduler : Scheduler
        Of the cluster, and the exchange.
    most : int
        Reports at once, if the cluster has so many threads.
    own : callable
        Makes the executor of this machine, for what is not a report; called when needed.
    tell : callable
        Told in a sentence what could not be removed.

    Raises
    ------
    UsageError
        If Dask is not installed.
    ClusterError
        If the cluster or the exchange cannot be reached, or a worker differs from us.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        most: int,
        own: Callable[[], Executor],
        tell: Callable[[Phrase], None],
    ) -> None:
        self._local_executor, self._tell = own, tell
        self._own: Executor | None = None
        self._lock = threading.Lock()
        self._stopping = self._ended = False
        self._running: set[Future[Any]] = set()
        self._archives: dict[tuple[Path, str, Path], tuple[threading.Lock, list[InputArchive]]] = {}
        self._code = CodeFingerprint(FileHashes()).all
        self._exchange = Exchange(scheduler.exchange, scheduler.run)
        self._address = scheduler.address
        self._client = _connected(scheduler.address)
        try:
            from distributed import KilledWorker
            from distributed.client import ClosedClientError

            # What a client raises whose scheduler is gone; it looks for it without asking first
            # whether there is one, hence the fourth.
            gone = (OSError, RuntimeError, CancelledError, AttributeError, ClosedClientError)
            self._gone_by: tuple[type[BaseException], ...] = gone
            self._laid = False
            token = self._exchange.make()
            self._laid = True
            threads = self._inspected(token)
            # Nothing is tried again because it failed; with who did it, Dask tries it again.
            self._executor = self._client.get_executor(pure=False, retries=0)
        except BaseException:
            self._exchange_cleared()
            self._client.close()
            raise
        self.workers = max(1, min(most, threads))
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, *_local_losses())
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="cluster")

    def submit(self, call: Callable[..., Any], *words: Any) -> Future[Any]:
        """Have a worker build a report, or this machine do anything else."""
        if call is build_task:
            return self._pool.submit(self._build, *words)
        return self._local().submit(call, *words)

    def again(self, problem: BaseException) -> bool:
        """Tell whether work is given out again; what killed several workers is not."""
        return self._own is not None and self._own.again(problem)

    def close(self) -> None:
        """Let go of the cluster, and leave nothing on it."""
        self._end()
        if self._own is not None:
            self._own.close()

    def drop(self) -> bool:
        """End everything at once."""
        self.stop()
        return False

    def stop(self) -> None:
        """End everything at once, here and on the workers."""
        if self._own is not None:
            self._own.stop()
        self._end()

    def _local(self) -> Executor:
        with self._lock:
            if self._own is None:
                self._own = self._local_executor()
            return self._own

    def _inspected(self, token: str) -> int:
        """Return how many threads the cluster has; stop on a worker that is not as we are."""
        threads = sum(self._client.nthreads().values())
        if not threads:
            raise ClusterError("cluster_empty", scheduler=self._address)
        # What cannot even be called there has no evalkit, or another one.
        call = (inspect_worker, self._exchange, token)
        told = self._client.run(*call, on_error="return")
        wrong = {w: self._differing(said) for w, said in told.items()}
        wrong = {worker: what for worker, what in wrong.items() if what}
        if wrong:
            what = sorted({piece for inputs in wrong.values() for piece in inputs})
            raise ClusterError("cluster_differs", workers=sorted(wrong)[:SHOWN], what=what)
        blind = sorted({said["host"] for said in told.values() if not said["reached"]})
        if blind:
            exchange = self._exchange.shown
            raise ClusterError("cluster_blind", workers=blind[:SHOWN], exchange=exchange)
        return threads

    def _differing(self, said: Any) -> list[str]:
        if not isinstance(said, dict):
            return ["code"]
        return differences(said["code"], self._code)

    def _build(self, task: Task) -> JobResult:
        job, began = task.job, time.monotonic()
        try:
            return self._built(task)
        except EvalkitError as problem:
            return failed(job, problem, time.monotonic() - began)
        except OSError as problem:
            return failed(job, cannot_write(job.folder, problem), time.monotonic() - began)

    def _built(self, task: Task) -> JobResult:
        job = task.job
        archive, name = self._sent(job)
        executed = ""
        if task.work == PAGES:
            executed = f"{job.code}.{job.area}.{job.outcome}.{EXECUTED}"
            self._exchange.put(job.folder / EXECUTED, executed)
        remote = RemoteTask(
            exchange=self._exchange,
            archive=name,
            executed=executed,
            task=replace(task, job=archive.away(job), why=()),
            code=self._code,
            environment={n: os.environ.get(n, "1") for n in THREADS} | _language(),
        )
        answer = self._answer(remote)
        if answer.error is not None:
            raise from_json(answer.error)
        with scratch_folder() as folder:
            packed = Path(folder, "result.zip")
            self._exchange.get(answer.result, packed)
            self._exchange.remove(answer.result)
            return _placed(packed, job, archive)

    def _sent(self, job: Job) -> tuple[InputArchive, str]:
        """Return the inputs of a report, which lie on the exchange by that name."""
        # One area's inputs travel once, whatever number of reports is made of them.
        key = (job.study, job.area, job.notebook.parent)
        with self._lock:
            lock, made = self._archives.setdefault(key, (threading.Lock(), []))
            name = f"{job.code}.{job.area}.{list(self._archives).index(key)}.zip"
        with lock:
            if not made:
                archive = input_archive(job)
                with scratch_folder() as folder:
                    archive.write(Path(folder, name))
                    self._exchange.put(Path(folder, name), name)
                made.append(archive)
        return made[0], name

    def _answer(self, remote: RemoteTask) -> RemoteResult:
        with self._lock:
            if self._stopping:
                raise CancelledError
            future = self._submitted(remote)
            self._running.add(future)
        alone = 0.0
        try:
            while True:
                try:
                    answer: RemoteResult = future.result(timeout=LOOK)
                    return answer
                except TimeoutError:
                    if future.done():
                        raise self._gone() from None
                    alone = alone + LOOK if self._empty() else 0.0
                    if alone >= ALONE:
                        raise ClusterError("cluster_empty", scheduler=self._address) from None
        except CancelledError:
            if self._stopping:
                raise
            # Nobody cancelled it: the scheduler that knew of it is gone.
            raise self._gone() from None
        finally:
            self._running.discard(future)

    def _submitted(self, remote: RemoteTask) -> Future[Any]:
        try:
            future: Future[Any] = self._executor.submit(run_task, remote)
        except self._gone_by:
            raise self._gone() from None
        return future

    def _empty(self) -> bool:
        try:
            return not self._client.nthreads()
        except self._gone_by:
            return True

    def _gone(self) -> ClusterError:
        return ClusterError("cluster_lost", scheduler=self._address)

    def _end(self) -> None:
        """Cancel what waits and what runs, and clear the exchange; a second time nothing."""
        with self._lock:
            ended, self._stopping, self._ended = self._ended, True, True
            running = list(self._running)
        if ended:
            return
        for future in running:
            future.cancel()
        with suppress(*self._gone_by):
            # A scheduler that is gone has nothing at work; no way of its going may keep us.
            self._client.run(cancel_run, self._exchange.run, on_error="ignore")
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._exchange_cleared()
        with suppress(*self._gone_by):
            self._client.close()

    def _exchange_cleared(self) -> None:
        logging.disable(logging.NOTSET)
        try:
            self._exchange.clear()
        except ClusterError:
            if not self._laid:
                # As it could not be made, which is told.
                return
            self._tell(phrase("cluster.left", folder=self._exchange.name, url=self._exchange.shown))


def _connected(address: str) -> Any:
    """Return a client of a scheduler."""
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend
        from fsspec.core import url_to_fs
    except ImportError:
        raise UsageError("cluster_missing") from None
    del url_to_fs
    # What Dask logs is for those who run the cluster; ours have a sentence of each error.
    logging.disable(logging.CRITICAL)
    try:
        # A client that cannot even be begun complains when it is thrown away.
        scheme, place = parse_address(address)
        get_backend(scheme)
        parse_host_port(place)
        with warnings.catch_warnings():
            # Of versions that differ we speak ourselves.
            warnings.simplefilter("ignore")
            return Client(address, timeout=REACH, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as problem:
        logging.disable(logging.NOTSET)
        name = type(problem).__name__
        raise ClusterError("cluster_unreached", scheduler=address, problem=name) from None


def _local_losses() -> tuple[type[BaseException], ...]:
    from evalkit.batch.executors.spawn import SpawnExecutor
    from evalkit.run.warm import WarmUnavailable, WorkerLost

    return (WorkerLost, WarmUnavailable, *SpawnExecutor.lost)


def _language() -> dict[str, str]:
    said = os.environ.get(LANGUAGE_VARIABLE)
    return {LANGUAGE_VARIABLE: said} if said else {}


def _placed(packed: Path, job: Job, archive: InputArchive) -> JobResult:
    """Put a report in its place that came back, or note its failure."""
    try:
        result = read_result(packed, job, archive)
        if result.error is not None:
            return failed(job, from_json(result.error), result.seconds)
        with staged(job) as partial:
            unpack_report(packed, partial)
            put_in_place(partial, job)
    except zipfile.BadZipFile:
        raise ClusterError("cluster_broken") from None
    job.failure.unlink(missing_ok=True)
    return result
