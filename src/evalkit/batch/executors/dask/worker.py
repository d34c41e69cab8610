"""One report on a worker of a cluster: fetched, built, handed back, and nothing kept.

Imports archive, exchange, fingerprints and run. Nothing here imports Dask, whose threads call
`run_task`: a report is built in a fork of a warm process, where forking is safe, so that
neither what a notebook does nor what a worker's process holds touches the other.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evalkit.batch.cache.fingerprints import CodeFingerprint, FileHashes
from evalkit.batch.executors.dask.archive import TREE, write_result
from evalkit.batch.executors.dask.exchange import Exchange
from evalkit.batch.executors.fork import MODULES
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.executors.protocol import TRIES, sockets
from evalkit.batch.model import PAGES, JobResult, Task
from evalkit.batch.task import build_task
from evalkit.errors import ClusterError, EvalkitError
from evalkit.protocol import EXECUTED
from evalkit.run.warm import ADDRESS, WarmExecutor, WarmUnavailable, WorkerLost, why_not

# More than Dask has threads in a process; they are its limit.
MOST = 256
# Seconds for what was stopped to end, and between two looks.
ENDING, LOOK = 20.0, 0.1


@dataclass(frozen=True)
class RemoteTask:
    """One report to be built on a worker.

    Parameters
    ----------
    exchange : Exchange
        Where its inputs lie, and the report goes.
    archive, executed : str
        Names on it: of the inputs, and of the executed notebook; the latter empty where
        the notebook is to be run.
    task : Task
        The report, its paths below the worker's own folder.
    code : dict of str to str
        `CodeFingerprint.all` of who asks.
    environment : dict of str to str
        What of its environment a report rests on.
    """

    exchange: Exchange
    archive: str
    executed: str
    task: Task
    code: Mapping[str, str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class RemoteResult:
    """What a worker says by Dask; all else goes by the exchange.

    Parameters
    ----------
    result : str
        The result's name on the exchange; empty where there is none.
    error : dict or None
        Why there is none.
    """

    result: str
    error: dict[str, Any] | None = None


class _WorkerState:
    """What a worker's process has between two reports; all of it under one lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # Reports are built in this very process one after the other: traces would mix.
        self.alone = threading.Lock()
        self.files = FileHashes()
        self.code: dict[str, str] = {}
        self.warm: WarmExecutor | None = None
        self.running: dict[str, set[Future[Any]]] = {}
        self.stopped: set[str] = set()


_state = _WorkerState()


def code_here() -> dict[str, str]:
    """Return what `CodeFingerprint.all` is here, as of now.

    In a part that was changed since this process first told of it, which has loaded the
    older one, it is like nobody.
    """
    with _state.lock:
        now = CodeFingerprint(_state.files).all
        _state.code = _state.code or now
        return {name: now[name] if now[name] == was else "" for name, was in _state.code.items()}


def inspect_worker(exchange: Exchange, token: str) -> dict[str, Any]:
    """Return what a run must know of a worker beforehand."""
    return {"code": code_here(), "reached": exchange.reached(token), "host": _host()}


def run_task(remote: RemoteTask) -> RemoteResult:
    """Have a report built; what Dask calls.

    Raises
    ------
    CancelledError
        If its run was stopped meanwhile.
    """
    here = code_here()
    if differing := differences(here, remote.code):
        return _refused(ClusterError("cluster_differs", workers=[_host()], what=differing))
    problem: BaseException | None = None
    for _ in range(TRIES):
        future = _begun(remote, alone=isinstance(problem, WarmUnavailable))
        problem = future.exception()
        if remote.task.job.run in _state.stopped:
            raise CancelledError
        if problem is None:
            return RemoteResult(future.result())
        # With the warm process itself a report is lost for no fault of its own.
        lost = isinstance(problem, WorkerLost) and problem.code is None
        if not lost and not isinstance(problem, WarmUnavailable):
            break
    if isinstance(problem, (WorkerLost, WarmUnavailable)):
        problem = EvalkitError("worker_died")
    elif not isinstance(problem, EvalkitError):
        problem = EvalkitError("internal", problem=type(problem).__name__)
    return _refused(problem)


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the names of the parts that two machines do not have alike.

    Parameters
    ----------
    one, other : mapping of str to str
        `CodeFingerprint.all` of each.
    """
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


async def cancel_run(run: str) -> None:
    """End what a run left at work on this worker, and what is held for the next report.

    Parameters
    ----------
    run : str
        The run's mark.
    """
    with _state.lock:
        _state.stopped.add(run)
        left = list(_state.running.get(run, ()))
    for future in left:
        future.cancel()
    for _ in range(int(ENDING / LOOK)):
        if all(future.done() for future in left):
            break
        await asyncio.sleep(LOOK)
    with _state.lock:
        idle = not any(_state.running.values())
        warm, _state.warm = (_state.warm, None) if idle else (None, _state.warm)
    if warm is not None:
        # Not in Dask's own loop, whose heartbeat would stop meanwhile.
        await asyncio.to_thread(warm.shutdown)


def _begun(remote: RemoteTask, alone: bool) -> Future[Any]:
    run = remote.task.job.run
    with _state.lock:
        if run in _state.stopped:
            raise CancelledError
        future: Future[Any] | None = None
        if not alone and why_not() is None:
            _state.warm = _state.warm or WarmExecutor(MOST, MODULES)
            with suppress(WarmUnavailable):
                future = _state.warm.submit(build_on_worker, remote)
                _state.running.setdefault(run, set()).add(future)
                future.add_done_callback(_state.running[run].discard)
    if future is not None:
        return future
    with _state.alone, sockets():
        return InlineExecutor().submit(build_on_worker, remote)


def build_on_worker(remote: RemoteTask) -> str:
    """Build a report in a folder of its own; return its name on the exchange.

    Raises
    ------
    ClusterError
        If the exchange, or this machine's own folder, cannot be read or written.
    """
    try:
        with _private() as folder, _environment(remote.environment):
            result = _built(remote, folder)
            packed = folder / "result.zip"
            write_result(result, folder, packed)
            job = result.job
            # A name of its own: a worker that was given up may still be at work.
            name = f"{job.code}.{job.area}.{job.outcome}.{uuid.uuid4().hex[:8]}.zip"
            if job.run in _state.stopped:
                raise CancelledError
            remote.exchange.put(packed, name)
            return name
    except (OSError, zipfile.BadZipFile):
        raise ClusterError("cluster_room", worker=_host()) from None


def _built(remote: RemoteTask, folder: Path) -> JobResult:
    archive = folder / "inputs.zip"
    remote.exchange.get(remote.archive, archive)
    with zipfile.ZipFile(archive) as made:
        made.extractall(folder)
    archive.unlink()
    job = remote.task.job
    study, notebook, root = (folder / path for path in (job.study, job.notebook, job.root))
    job = replace(job, study=study, notebook=notebook, root=root)
    if remote.task.work == PAGES:
        job.folder.mkdir(parents=True)
        remote.exchange.get(remote.executed, job.folder / EXECUTED)
    result = build_task(replace(remote.task, job=job))
    if result.error is not None and result.error["kind"] == "OutputError":
        # It speaks of a folder that nobody chose, on another machine.
        problem = ClusterError("cluster_room", worker=_host())
        result = replace(result, error=problem.to_json())
    return result


@contextmanager
def _private() -> Iterator[Path]:
    """Give a folder that goes when the report is built, and with this worker if it is killed."""
    # The warm process removes its own folder when it ends, whatever ended its owner.
    # Not its child's folder of sockets: what is read there counts as Python's own.
    address = os.environ.get(ADDRESS)
    beside = str(Path(address).parent) if address else None
    if beside:
        _keep_together(beside)
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="report-", dir=beside)))
    (folder / TREE).mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_together(beside: str) -> None:
    """Have what this process writes in passing lie there too, if the path is not too long."""
    # Of a stopped report nobody else could remove it.
    tempfile.tempdir = beside
    if why_not() is not None:
        tempfile.tempdir = None


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _refused(problem: EvalkitError) -> RemoteResult:
    return RemoteResult("", problem.to_json())


def _host() -> str:
    return socket.gethostname()
