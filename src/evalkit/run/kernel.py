"""A kernel of one's own: its sockets lie in a folder that no other kernel shares.

Without a connection file jupyter_client names the
sockets of every kernel alike (``kernel-ipc-1`` in the working folder), so two
notebooks at once could answer each other; by TCP, two could draw the same port.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from evalkit.files import SOCKETS, scratch
from evalkit.run import PROSE
from evalkit.secret import without_key

# The longest path that a Unix socket may have, less room for its number.
LONGEST = 95


class PrivateKernelManager(AsyncKernelManager):
    """Starts a kernel on sockets inside a private temporary folder.

    Falls back to TCP where there are no Unix sockets, or the temporary folder's
    path is too long for one.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder = str(scratch(os.environ.get(SOCKETS)))
        self.connection_file = os.path.join(self._folder, "kernel.json")
        if os.name != "nt" and len(self._folder) <= LONGEST:
            self.transport = "ipc"
            self.ip = os.path.join(self._folder, "k")

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        # What cells write travels by the sockets; what is left is a kernel's complaint
        # that its sockets are gone when it is stopped, which is nobody's to read.
        env = without_key(kw.pop("env", None))
        # What other reports say is none of a notebook's business.
        env.pop(PROSE, None)
        own = {"env": env, "stderr": subprocess.DEVNULL}
        await super()._async_launch_kernel(kernel_cmd, **{**own, **kw})

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources
