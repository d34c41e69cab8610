"""An executor whose every call runs in a fork of a warm process of its own.

Imports nothing of evalkit.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures import wait as waited
from contextlib import suppress
from types import TracebackType
from typing import Any

from evalkit.run.warm.child import SIZE
from evalkit.run.warm.client import NotWarm, WarmChild, start_call
from evalkit.run.warm.process import WarmProcess, WarmUnavailable

# A warm process that is killed again and again will be killed again.
RESTARTS = 3
# Seconds between two tries, and for a call that has answered to end.
AGAIN, GRACE = 0.1, 10.0


class WorkerLost(Exception):
    """A call's process ended without an answer.

    Parameters
    ----------
    code : int or None
        Its exit code, negative for a signal as in `subprocess`; None where the warm
        process itself was lost, or the call was cancelled.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code

    @property
    def signal(self) -> signal.Signals | None:
        """The signal that ended it, if one did."""
        if self.code is None or self.code >= 0:
            return None
        return signal.Signals(-self.code)


class Declined(WarmUnavailable):
    """The warm process lives and will not fork; the text is a code of why."""


class _Call(Future[Any]):
    """A future whose `cancel` ends what runs; then its exception is `WorkerLost`."""

    def __init__(self) -> None:
        super().__init__()
        self.child: WarmChild | None = None
        self.stopped = False

    def cancel(self) -> bool:
        if super().cancel():
            return True
        self.stopped = True
        if self.child is not None:
            self.child.close()
        return False


class WarmExecutor(Executor):
    """Runs calls of module-level functions, each in a fork of one warm process.

    Parameters
    ----------
    workers : int
        Calls at work at once, at least 1.
    modules : sequence of str
        What the warm process imports besides what every kernel needs.

    Notes
    -----
    The function, its arguments and its result travel by pickle; the function's
    module is imported in the child, with the owner's ``sys.path``, environment
    and working folder. A child that dies fails its own call only.
    """

    def __init__(self, workers: int = 1, modules: Sequence[str] = ()) -> None:
        self._process = WarmProcess(modules)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="warm")
        self._lock = threading.Lock()
        self._starts = 0
        self._running: set[_Call] = set()
        self._ended = False

    @property
    def process(self) -> WarmProcess:
        """The warm process."""
        return self._process

    def start(self) -> None:
        """Start the warm process if it does not run; without waiting until it is warm.

        Raises
        ------
        WarmUnavailable
            If it was lost too often.
        """
        with self._lock:
            if self._ended:
                raise WarmUnavailable
            if self._process.alive():
                return
            # What is left of one that was killed goes before the next one comes.
            self._process.close()
            if self._starts > RESTARTS:
                raise WarmUnavailable
            self._starts += 1
            self._process.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a child forked that calls a function.

        Returns
        -------
        Future
            With the result, the function's own exception, `WorkerLost` where its
            process ended without an answer, or `WarmUnavailable` where it was not
            begun. Cancelling a running one ends its process with all that it started.

        Raises
        ------
        WarmUnavailable
            If no warm process can be had any more.
        """
        self.start()
        call = _Call()
        self._pool.submit(self._serve, call, pickle.dumps((fn, args, kwargs)))
        self._running.add(call)
        call.add_done_callback(self._running.discard)
        return call

    def drop(self) -> bool:
        """End every call that runs or waits, and tell whether another can be made at once."""
        if not self._process.warm:
            self.shutdown(wait=False)
            return False
        calls = sorted(self._running, key=Future.running)
        for call in calls:
            call.cancel()
        waited(calls, GRACE)
        return True

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the warm process.

        Parameters
        ----------
        wait : bool
            Whether calls are waited for; else those that run are ended too.
        """
        if not wait:
            with self._lock:
                self._ended = True
            self._process.abandon()
        if not wait or cancel_futures:
            # Those that wait first: the end of one that runs makes room for them.
            for call in sorted(self._running, key=Future.running):
                if not wait or not call.running():
                    call.cancel()
        self._pool.shutdown(wait=True, cancel_futures=False)
        with self._lock:
            self._ended = True
            self._process.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # An exception that passes here is a Ctrl-C or a defect: nobody waits for results.
        self.shutdown(wait=kind is None)

    def _serve(self, call: _Call, pickled: bytes) -> None:
        if not call.set_running_or_notify_cancel():
            return
        try:
            call.set_result(self._run(call, pickled))
        except BaseException as problem:
            call.set_exception(problem)

    def _run(self, call: _Call, pickled: bytes) -> Any:
        answer, give = os.pipe()
        try:
            try:
                call.child = self._fork(pickled, give)
            finally:
                os.close(give)
            if call.stopped:
                call.child.close()
            data = _read(answer, call.child)
        finally:
            os.close(answer)
        if data is None:
            code = call.child.wait()
            if call.child.orphaned and not call.stopped:
                self._clear_up()
            raise WorkerLost(None if call.stopped or call.child.orphaned else code)
        # It has answered; what it still does is its own, but not for ever.
        with suppress(subprocess.TimeoutExpired):
            call.child.wait(GRACE)
        call.child.close()
        good, value = pickle.loads(data)
        if good:
            return value
        raise value

    def _clear_up(self) -> None:
        """Remove what a warm process left that was killed."""
        with self._lock:
            if not self._process.alive():
                self._process.close()

    def _fork(self, pickled: bytes, give: int) -> WarmChild:
        # Until it is begun, a call may be moved to the next warm process.
        for _ in range(RESTARTS + 2):
            self.start()
            process = self._process
            try:
                process.wait_until_warm()
                environment = process.environment()
                files = (1, 2, give)
                return start_call(process.address, pickled, environment, sys.path, files)
            except NotWarm as refusal:
                raise Declined(str(refusal)) from None
            except (OSError, EOFError, WarmUnavailable):
                pass
            # It is dying, and its end is not yet to be seen.
            time.sleep(AGAIN)
        raise WarmUnavailable


def _read(answer: int, child: WarmChild) -> bytes | None:
    """Return a child's pickled answer, or None if it ends without one."""
    poll = select.poll()
    poll.register(answer, select.POLLIN)
    poll.register(child.fileno(), select.POLLIN)
    data = bytearray()
    while True:
        ready = dict(poll.poll())
        if answer in ready:
            part = os.read(answer, 1 << 20)
            data += part
            if len(data) >= SIZE.size:
                (size,) = SIZE.unpack_from(data)
                if len(data) >= SIZE.size + size:
                    return bytes(data[SIZE.size :])
            if not part:
                return None
        elif child.poll() is not None:
            # Ended, and nothing more can come: the pipe is empty.
            return None
