"""A warm process's owner: starts it, knows whether it lives, ends it with all its children.

Imports protocol and words.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from evalkit.files import scratch
from evalkit.run.kernel import LONGEST
from evalkit.run.warm.linux import kill_family
from evalkit.run.warm.wire import ADDRESS, FAMILY, SOCKET
from evalkit.secret import without_key
from evalkit.words import Phrase, phrase

# Importing everything on a slow disk, in seconds.
PATIENCE = 180.0
# Ending it kills every child first.
ENDING = 20.0
# `python -m` and `python -c` look for modules in the working folder first, which may be one
# that somebody sent; `sys` itself is built in.
START = (
    "import sys; sys.flags.safe_path or sys.path.pop(0); "
    "from evalkit.run.warm.__main__ import leave; leave()"
)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WarmUnavailable(Exception):
    """No warm process can be had; what was asked of it was not begun."""


def fork_is_safe(kernel: str = "python3") -> bool:
    """Tell whether notebooks can run in forks of a warm process here."""
    return why_not(kernel) is None


def why_not(kernel: str = "python3") -> Phrase | None:
    """Return why notebooks cannot run in forks here, or None if they can."""
    if sys.platform != "linux" or not Path("/proc/self/task").is_dir():
        # Elsewhere a process that has used its system's libraries may not fork.
        return phrase("warm.system")
    if kernel != "python3":
        return phrase("warm.kernel", kernel=kernel)
    if len(tempfile.gettempdir()) > LONGEST - len("/evalkit-12345678/123456/evalkit-12345678"):
        return phrase("warm.folder")
    return None


class WarmProcess:
    """A warm process, from its start to its end; a context manager.

    Parameters
    ----------
    modules : sequence of str
        What it imports besides what every kernel needs.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self._modules = tuple(modules)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self.folder = Path()
        self.family = ""
        # Modules that it could not import.
        self.missing: list[str] = []

    def __enter__(self) -> WarmProcess:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where its socket is; what ``EVALKIT_WARM`` says to those that shall use it."""
        return str(self.folder / SOCKET)

    @property
    def pid(self) -> int | None:
        """Its number, or None where it was never started."""
        return self._process.pid if self._process else None

    @property
    def warm(self) -> bool:
        """Whether it can be asked for children at once."""
        return self._ready and self.alive()

    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, without waiting until it is warm.

        Raises
        ------
        WarmUnavailable
            If nothing can be started.
        """
        self.folder = scratch()
        self.family = secrets.token_hex(8)
        self._ready = False
        words = [sys.executable, "-c", START, str(self.folder), *self._modules]
        try:
            self._process = subprocess.Popen(
                words,
                env={**without_key(), **dict.fromkeys(THREADS, "1"), FAMILY: self.family},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Ctrl-C is the owner's to handle: its end is the end of all.
                start_new_session=True,
            )
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise WarmUnavailable from None

    def wait_until_warm(self) -> None:
        """Return when it can be asked for children.

        Raises
        ------
        WarmUnavailable
            If it ends before, takes too long, or has threads that a fork would lose.
        """
        with self._lock:
            if self._ready:
                return
            line = b""
            if self._process and self._process.stdout:
                readable, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
                line = self._process.stdout.readline() if readable else b""
            said: dict[str, Any] = json.loads(line) if line else {"threads": 0}
            if said["threads"] != 1:
                raise WarmUnavailable
            self.missing = said["missing"]
            self._ready = True

    def environment(self) -> dict[str, str]:
        """Return the owner's environment, with what a driver of this warm process needs."""
        own = {ADDRESS: self.address}
        limits = {name: os.environ.get(name, "1") for name in THREADS}
        return {**without_key(), **limits, **own}

    def abandon(self) -> None:
        """End it at once where it is not warm yet: it has no children to take with it."""
        if self._process is not None and not self._ready:
            self._process.kill()

    def close(self) -> None:
        """End it, and every process that descends from it."""
        process = self._process
        if process is None:
            return
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
        if process.returncode != 0:
            # It was killed, and could not take anything with it.
            kill_family(self.family)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._process = None
