"""The folder through which this machine and a cluster's workers hand each other files.

Imports errors; fsspec only when it is used. Whatever lies on it lies in one folder of
this run's own, and goes with the run.
"""

from __future__ import annotations

import os
import re
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.errors import ClusterError

PREFIX = "evalkit-"
# Holds a token, by which a worker knows that it looks at the same folder as we do.
PROBE = "probe"
# A shared disk may show a new file to another machine some seconds late.
TRIES, AGAIN = 10, 0.5
LOCAL = "file"


@dataclass(frozen=True)
class Exchange:
    """One run's folder on an exchange.

    Parameters
    ----------
    url : str
        What fsspec takes: ``file:///mnt/share/exchange``, ``s3://bucket/exchange``, a
        folder's path. It may hold a password and is in no text of this object.
    run : str
        Names the run's own folder there.
    """

    url: str = field(repr=False)
    run: str

    @property
    def name(self) -> str:
        """The name of the run's folder."""
        return f"{PREFIX}{self.run}"

    @property
    def shown(self) -> str:
        """What people are told of where it is."""
        return re.sub(r"//[^/@]*@", "//", self.url).partition("?")[0]

    def make(self) -> str:
        """Make the run's folder, as private as can be; return the token that lies in it.

        Raises
        ------
        ClusterError
            If the exchange does not exist or cannot be written.
        """
        token = secrets.token_hex(8)

        def make(fs: Any, folder: str) -> None:
            if LOCAL in _protocols(fs):
                # Before anything lies in it: what travels may be of persons.
                os.mkdir(folder, mode=0o700)
            else:
                fs.mkdir(folder, create_parents=False)
            fs.pipe_file(f"{folder}/{PROBE}", token.encode())

        self._do(make)
        return token

    def reached(self, token: str) -> bool:
        """Tell whether this machine can read and write what another one made."""

        def look(fs: Any, folder: str) -> bool:
            own = f"{folder}/{PROBE}-{uuid.uuid4().hex}"
            same = _patiently(lambda: fs.cat_file(f"{folder}/{PROBE}")) == token.encode()
            if same:
                fs.pipe_file(own, b"evalkit")
                fs.rm_file(own)
            return same

        try:
            return bool(self._do(look))
        except ClusterError:
            return False

    def put(self, source: Path, name: str) -> None:
        """Lay a file on it."""
        self._do(lambda fs, folder: fs.put_file(str(source), f"{folder}/{name}"))

    def get(self, name: str, target: Path) -> None:
        """Fetch a file from it."""
        self._do(
            lambda fs, folder: _patiently(lambda: fs.get_file(f"{folder}/{name}", str(target)))
        )

    def remove(self, name: str) -> None:
        """Remove one file from it."""
        self._do(lambda fs, folder: fs.rm_file(f"{folder}/{name}"))

    def clear(self) -> None:
        """Remove all that this run laid on it."""

        def clear(fs: Any, folder: str) -> None:
            fs.invalidate_cache()
            if fs.exists(folder):
                fs.rm(folder, recursive=True)

        self._do(clear)

    def _do(self, call: Callable[[Any, str], Any]) -> Any:
        try:
            from fsspec.core import url_to_fs

            fs, base = url_to_fs(self.url)
            return call(fs, f"{base.rstrip('/')}/{self.name}")
        except Exception as problem:
            # Every kind of file system has exceptions of its own; their texts may quote
            # what it was asked, passwords too.
            name = type(problem).__name__
            raise ClusterError("cluster_exchange", exchange=self.shown, problem=name) from None


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)


def _patiently(call: Callable[[], Any]) -> Any:
    for _ in range(TRIES):
        try:
            return call()
        except FileNotFoundError:
            time.sleep(AGAIN)
    return call()
