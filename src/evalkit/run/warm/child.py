"""What a forked child does: become as fresh as a started process, then its work.

Imports nothing of evalkit. A child is either a kernel, or a call of a function
whose pickled answer goes back to the owner.
"""

from __future__ import annotations

import atexit
import importlib.util
import locale
import os
import pickle
import random
import shutil
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.files import SOCKETS
from evalkit.run.warm.wire import FAMILY

LAUNCHER = "ipykernel_launcher"
INLINE = "module://matplotlib_inline.backend_inline"
# How long a pickled answer is.
SIZE = struct.Struct("!Q")
# A kernel that closes its sockets now and then waits ten seconds for a thread that it
# has stopped already, as its last flush meets its own end. Nobody reads what is lost.
CLOSING = 0.5


@dataclass(frozen=True)
class Task:
    """What one child is to do.

    Parameters
    ----------
    message : dict
        The request: ``kind``, ``env``, ``cwd``, and ``argv`` or ``path``.
    payload : bytes
        The pickled call.
    files : list of int
        What becomes of its standard output and error; for a call, where its answer goes.
    mark : str
        Which child of the family it is.
    sockets : Path
        A driver's folder for its kernels' sockets; it goes with the driver.
    """

    message: dict[str, Any]
    payload: bytes
    files: list[int]
    mark: str
    sockets: Path


def run(task: Task) -> int:
    """Do a child's work, to its end.

    Returns
    -------
    int
        The exit code; the process has to be left with `os._exit`, because what
        the warm process holds is not this child's to take down.
    """
    _become_fresh(task)
    work = _kernel if task.message["kind"] == "kernel" else _call
    status = 0
    try:
        work(task)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    except BaseException:
        traceback.print_exc()
        status = 1
    _leave()
    return status


def _become_fresh(task: Task) -> None:
    """Undo what a started process would not have."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    for target, file in zip((1, 2), task.files, strict=False):
        os.dup2(file, target)
        os.close(file)
    os.environ.clear()
    os.environ.update({**task.message["env"], FAMILY: task.mark})
    if task.message["kind"] == "call":
        task.sockets.mkdir(mode=0o700)
        os.environ[SOCKETS] = str(task.sockets)
    os.chdir(task.message["cwd"])
    time.tzset()
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        # Two notebooks would draw the same numbers; two processes do not.
        numpy.random.seed()
    # Where the home cannot be written, matplotlib has a folder until its process ends.
    atexit.unregister(shutil.rmtree)
    _matplotlib_as_imported(task.message["kind"])


def _matplotlib_as_imported(kind: str) -> None:
    """Set what matplotlib reads when it is imported: its backend, the folder's own style."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return
    style = matplotlib.matplotlib_fname()
    if style != STYLE[0]:
        matplotlib.rc_file(style)
    backend = os.environ.get("MPLBACKEND") or (INLINE if kind == "kernel" else "")
    if backend:
        matplotlib.rcParams["backend"] = backend


# The style file that matplotlib was imported with.
STYLE: list[str] = [""]


def note_style() -> None:
    """Keep which style file matplotlib read, to see when a child's folder has another."""
    matplotlib = sys.modules.get("matplotlib")
    STYLE[0] = matplotlib.matplotlib_fname() if matplotlib else ""


def _kernel(task: Task) -> None:
    """Be the kernel that ``python -m ipykernel_launcher`` would be."""
    from ipykernel.kernelapp import IPKernelApp

    argv = task.message["argv"]
    found = importlib.util.find_spec(LAUNCHER)
    launcher = found.origin if found and found.origin else LAUNCHER
    sys.argv = [launcher, *argv[argv.index(LAUNCHER) + 1 :]]
    sys.orig_argv = list(argv)
    # Read from the environment when the class was made; a kernel with a parent also
    # prints no words for those who start one by hand.
    IPKernelApp.launch_instance(parent_handle=os.getppid())


def _call(task: Task) -> None:
    """Run a pickled call and write its pickled answer."""
    sys.path[:] = task.message["path"]
    answer_file = task.files[2]
    answer: tuple[bool, Any]
    try:
        function, args, kwargs = pickle.loads(task.payload)
        answer = (True, function(*args, **kwargs))
    except SystemExit:
        raise
    except BaseException as problem:
        answer = (False, problem)
    _write(answer_file, _pickled(answer))


def _pickled(answer: tuple[bool, Any]) -> bytes:
    try:
        data = pickle.dumps(answer)
        # What cannot be read back is better known here than by the owner.
        pickle.loads(data)
    except BaseException as problem:
        return pickle.dumps((False, pickle.PicklingError(type(problem).__name__)))
    return data


def _write(file: int, data: bytes) -> None:
    whole = memoryview(SIZE.pack(len(data)) + data)
    while whole:
        whole = whole[os.write(file, whole) :]
    os.close(file)


def _leave() -> None:
    """End as an interpreter does, but for taking its modules down."""
    from ipykernel.kernelapp import IPKernelApp

    closing = None
    if IPKernelApp.initialized():
        app = IPKernelApp.instance()
        atexit.unregister(app.close)
        closing = threading.Thread(target=app.close, daemon=True)
    end_threads: Callable[[], None] = threading._shutdown  # type: ignore[attr-defined]
    for step in (end_threads, atexit._run_exitfuncs):
        with suppress(Exception):
            step()
    if closing is not None:
        closing.start()
        closing.join(CLOSING)
    for stream in (sys.__stdout__, sys.__stderr__):
        with suppress(Exception):
            if stream is not None:
                stream.flush()
