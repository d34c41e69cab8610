"""The other end of a child's connection; to jupyter_client it looks like a process it started.

Imports nothing of evalkit.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from typing import Any

from evalkit.run.warm.linux import kill_group
from evalkit.run.warm.wire import receive, send

# A warm process answers at once; before it is warm, its socket is not there.
PATIENCE = 30.0
# What is known of a child whose warm process is gone: it was killed with it.
UNKNOWN = -int(signal.SIGKILL)


class NotWarm(Exception):
    """The warm process will not fork for this request; the text is a code of why."""


class WarmChild:
    """One child of a warm process, with the methods of `subprocess.Popen`.

    Parameters
    ----------
    address : str
        The warm process's socket.
    message : dict
        The request.
    payload : bytes
        A pickled call.
    files : tuple of int
        Descriptors that the child gets.

    Raises
    ------
    NotWarm
        If it will not fork.
    OSError, EOFError
        If it cannot be reached.
    """

    stdin = stdout = stderr = None

    def __init__(
        self,
        address: str,
        message: dict[str, Any],
        payload: bytes = b"",
        files: tuple[int, ...] = (),
    ) -> None:
        self.returncode: int | None = None
        # Whether the warm process ended before it could say how the child did.
        self.orphaned = False
        self._lock = threading.Lock()
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.settimeout(PATIENCE)
            self._connection.connect(address)
            send(self._connection, message, payload, files)
            answer, _, _ = receive(self._connection)
        except (OSError, EOFError):
            self._connection.close()
            raise
        if "pid" not in answer:
            self._connection.close()
            raise NotWarm(answer.get("refused", ""))
        self.pid: int = answer["pid"]
        self.args = message.get("argv", [])

    def fileno(self) -> int:
        """Return the connection's descriptor, readable when the child has ended."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """Return the exit code, or None while the child runs."""
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code.

        Parameters
        ----------
        timeout : float or None
            The longest wait, in seconds.

        Raises
        ------
        subprocess.TimeoutExpired
            If the child still runs after that.
        """
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code

    def send_signal(self, signum: int) -> None:
        """Send a signal to the child's process group."""
        if self.poll() is None:
            os.killpg(self.pid, signum)

    def terminate(self) -> None:
        """Ask the child's group to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the child's group at once."""
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go: what still runs of the child is killed."""
        # Not closed, as another thread may wait on it; the end is seen by both sides.
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _look(self, timeout: float | None) -> int | None:
        with self._lock:
            if self.returncode is None:
                # Zero would mean that even what has come is not waited for.
                self._connection.settimeout(timeout)
                try:
                    answer, _, _ = receive(self._connection)
                    self.returncode = answer["exit"]
                except (BlockingIOError, TimeoutError):
                    return None
                except (OSError, EOFError):
                    # The warm process is gone, and what it forked dies with it; what
                    # the child itself started is ours to end.
                    self.orphaned = True
                    kill_group(self.pid)
                    self.returncode = UNKNOWN
                self._connection.close()
            return self.returncode

    def __del__(self) -> None:
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()


def start_kernel(
    address: str, argv: list[str], env: dict[str, str], cwd: str, files: tuple[int, int]
) -> WarmChild:
    """Have a kernel forked."""
    message = {"kind": "kernel", "argv": argv, "env": env, "cwd": cwd}
    return WarmChild(address, message, files=files)


def start_call(
    address: str, call: bytes, env: dict[str, str], path: list[str], files: tuple[int, int, int]
) -> WarmChild:
    """Have a child forked that runs a pickled call.

    Parameters
    ----------
    call : bytes
        Pickled: a function of a module, its arguments, its keyword arguments.
    files : tuple of int
        Its standard output and error, and where its answer goes.
    """
    message = {"kind": "call", "env": env, "cwd": os.getcwd(), "path": path}
    return WarmChild(address, message, call, files)
