"""Kernels out of a warm process, for whatever starts kernels by jupyter_client.

Imports words. nbclient, JupyterLab and papermill meet a `LocalProvisioner` whose
process was forked, not started; where it cannot be, it is started after all.
"""

from __future__ import annotations

import os
import subprocess
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from evalkit.run.warm.client import NotWarm, WarmChild, start_kernel
from evalkit.run.warm.wire import ADDRESS
from evalkit.secret import without_key
from evalkit.words import reader_language, say

NAME = "evalkit-warm"


class WarmProvisioner(LocalProvisioner):
    """Has a kernel forked by the warm process that ``EVALKIT_WARM`` names."""

    # Why the kernel was started in the ordinary way, as a code; empty where it was not.
    fell_back = ""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel.

        Parameters
        ----------
        cmd : list of str
            The kernelspec's command.
        **kwargs
            What `subprocess.Popen` would be given.
        """
        try:
            child = _forked(cmd, kwargs)
        except NotWarm as refusal:
            return await self._ordinary(str(refusal), cmd, kwargs)
        except (OSError, EOFError, ValueError) as problem:
            return await self._ordinary(type(problem).__name__, cmd, kwargs)
        self.fell_back = ""
        # It has the methods of one that are called.
        self.process = child  # type: ignore[assignment]
        self.pid = self.pgid = child.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel, which ends what is left of it.

        Parameters
        ----------
        restart : bool
            Whether it will be started again.
        """
        if isinstance(self.process, WarmChild):
            self.process.close()
        await super().cleanup(restart=restart)

    async def _ordinary(
        self, reason: str, cmd: list[str], kwargs: dict[str, Any]
    ) -> KernelConnectionInfo:
        self.fell_back = reason
        self.log.warning(say("warm.ordinary", reader_language(), reason=reason))
        return await super().launch_kernel(cmd, **kwargs)


def _forked(cmd: list[str], kwargs: dict[str, Any]) -> WarmChild:
    address = os.environ.get(ADDRESS, "")
    if not address:
        raise NotWarm("address")
    if kwargs.get("preexec_fn") is not None:
        raise NotWarm("preexec")
    env = without_key(kwargs.get("env"))
    # As jupyter_client's launcher does; the kernel's end comes by the connection.
    env["JPY_PARENT_PID"] = str(os.getpid())
    cwd = os.path.abspath(kwargs.get("cwd") or os.getcwd())
    out, err = _descriptor(kwargs.get("stdout"), 1), _descriptor(kwargs.get("stderr"), 2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        files = (null if out is None else out, null if err is None else err)
        return start_kernel(address, [os.path.expanduser(w) for w in cmd], env, cwd, files)
    finally:
        os.close(null)


def _descriptor(stream: Any, default: int) -> int | None:
    """Return where a stream goes, None for nowhere."""
    if stream is None:
        return default
    if stream == subprocess.DEVNULL:
        return None
    if isinstance(stream, int) and stream < 0:
        # A pipe to whoever starts it; nobody of those that we know asks for one.
        raise NotWarm("pipe")
    return stream if isinstance(stream, int) else int(stream.fileno())
