"""The loop of a warm process: it forks, it reaps, it ends what nobody holds any more.

Imports nothing of evalkit. One thread, one connection for each child: over it go
the child's number and its exit code, and closing it kills the child's group.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.run.warm import linux
from evalkit.run.warm.child import LAUNCHER, Task
from evalkit.run.warm.wire import FAMILY, SOCKET, receive, send

# How long a client may take to say what it wants, in seconds: it is a program.
PATIENCE = 10.0
# What an interpreter reads at its start and never again: a child cannot be given another.
FIXED = ("PYTHON", "LD_", "MALLOC_")
# jupyter_client takes this one out of every kernel's environment.
NOT_FIXED = "PYTHONEXECUTABLE"
GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


@dataclass
class _Child:
    pid: int
    mark: str
    sockets: Path
    connection: socket.socket | None


class Server:
    """A warm process's sockets and children.

    Parameters
    ----------
    folder : Path
        Its private folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._family = os.environ[FAMILY]
        self._fixed = _fixed(dict(os.environ))
        self._children: dict[int, _Child] = {}
        self._born = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        self._listener.bind(str(folder / SOCKET))
        os.umask(before)
        self._listener.listen(64)
        self._wake, wake = socket.socketpair()
        for end in (self._wake, wake):
            end.setblocking(False)
        self._waker = wake
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        linux.adopt_orphans()

    def serve(self) -> Task | None:
        """Serve until standard input ends.

        Returns
        -------
        Task or None
            None when all is over. In a child, what that child is to do.
        """
        poll = select.poll()
        for file in (0, self._listener.fileno(), self._wake.fileno()):
            poll.register(file, select.POLLIN)
        while True:
            held = {c.connection.fileno(): c for c in self._children.values() if c.connection}
            for file in held:
                poll.register(file, select.POLLIN)
            ready = poll.poll()
            for file in held:
                poll.unregister(file)
            for file, event in ready:
                if file == 0 and self._owner_gone():
                    return None
                if file == self._wake.fileno():
                    self._reap()
                elif file in held and (event & GONE or not self._spoken(held[file])):
                    self._let_go(held[file])
            # Last: a fork leaves this loop in the child, with nothing of it half done.
            if any(file == self._listener.fileno() for file, _ in ready):
                task = self._accept()
                if task is not None:
                    return task

    def close(self) -> None:
        """Kill every child with all that it started."""
        for child in self._children.values():
            linux.kill_group(child.pid)
        linux.kill_family(self._family)
        self._children.clear()
        self._end_strays()
        with suppress(ChildProcessError):
            while os.waitpid(-1, 0):
                pass

    def _owner_gone(self) -> bool:
        return not os.read(0, 1024)

    def _spoken(self, child: _Child) -> bool:
        """Tell whether a client still holds its connection; it has nothing to say on it."""
        try:
            return bool(child.connection and child.connection.recv(1024))
        except OSError:
            return False

    def _let_go(self, child: _Child) -> None:
        if child.connection:
            child.connection.close()
        child.connection = None
        linux.kill_group(child.pid)

    def _accept(self) -> Task | None:
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE)
        try:
            message, payload, files = receive(connection)
        except (OSError, EOFError, ValueError):
            connection.close()
            return None
        refusal = self._refusal(message)
        task = None
        if refusal:
            self._tell(connection, {"refused": refusal})
            connection.close()
        else:
            task = self._fork(connection, message, payload, files)
        if task is None:
            for file in files:
                os.close(file)
        return task

    def _refusal(self, message: dict[str, Any]) -> str:
        """Return why no child can be forked for a request, or ""."""
        if linux.threads() > 1:
            return "threads"
        if _fixed(message["env"]) != self._fixed:
            return "interpreter"
        if message["kind"] == "kernel" and not _is_ours(message["argv"]):
            return "kernelspec"
        return ""

    def _fork(
        self, connection: socket.socket, message: dict[str, Any], payload: bytes, files: list[int]
    ) -> Task | None:
        self._born += 1
        mark = f"{self._family}.{self._born}"
        sockets = self._folder / str(self._born)
        began, begin = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(began)
            os.close(begin)
            self._tell(connection, {"refused": "fork"})
            connection.close()
            return None
        if pid == 0:
            # Its own session, as jupyter_client gives a kernel: what it starts, ends with it.
            os.setsid()
            linux.die_with_parent()
            os.write(begin, b".")
            os.close(began)
            os.close(begin)
            connection.close()
            self._forget()
            return Task(message, payload, files, mark, sockets)
        os.close(begin)
        # Until its group exists, a signal to the group would miss it.
        os.read(began, 1)
        os.close(began)
        self._children[pid] = _Child(pid, mark, sockets, connection)
        self._tell(connection, {"pid": pid})
        return None

    def _forget(self) -> None:
        """In a child: hold nothing of the other children, or nobody would see them end."""
        signal.set_wakeup_fd(-1)
        for end in (self._listener, self._wake, self._waker):
            end.close()
        for child in self._children.values():
            if child.connection:
                child.connection.close()
        self._children.clear()

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            while self._wake.recv(4096):
                pass
        ended = []
        while True:
            try:
                # Only looked at: until it is reaped, its number is nobody else's.
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                break
            if found is None:
                break
            if found.si_pid in self._children:
                linux.kill_group(found.si_pid)
            _, status = os.waitpid(found.si_pid, 0)
            child = self._children.pop(found.si_pid, None)
            if child is not None:
                ended.append((child, os.waitstatus_to_exitcode(status)))
        self._end_strays()
        for child, code in ended:
            # A driver that was killed could not remove its kernels' folders.
            shutil.rmtree(child.sockets, ignore_errors=True)
            if child.connection:
                self._tell(child.connection, {"exit": code})
                child.connection.close()

    def _end_strays(self) -> None:
        """Kill what ended children left that had gone out of their group."""
        alive = {child.mark for child in self._children.values()}
        for pid in linux.own_children():
            if pid in self._children:
                continue
            owner = linux.family_of(pid)
            # What was forked and never exec'd bears the warm process's own mark: it
            # may be of a child that lives, and goes when none does.
            known = owner.startswith(self._family + ".")
            if owner not in alive and (known or not alive):
                linux.kill_group(pid)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _tell(self, connection: socket.socket, message: dict[str, Any]) -> None:
        # A client that is gone needs no answer; its child ends with the connection.
        with suppress(OSError):
            send(connection, message)


def _fixed(environment: dict[str, str]) -> dict[str, str]:
    return {n: v for n, v in environment.items() if n.startswith(FIXED) and n != NOT_FIXED}


def _is_ours(argv: list[str]) -> bool:
    """Tell whether a command would start a kernel in this very Python."""
    same = os.path.abspath(argv[0]) == os.path.abspath(sys.executable)
    return same and argv[1:3] == ["-m", LAUNCHER]
