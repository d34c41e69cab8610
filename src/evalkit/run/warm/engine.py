"""A papermill engine whose kernels are forks of a warm process.

Imports the kernel manager of run. Papermill's own client executes the notebook,
with its metadata, time limits and errors; only where the kernel comes from differs.
"""

from __future__ import annotations

import uuid
from typing import Any

from papermill.engines import NBClientEngine

from evalkit.run.kernel import PrivateKernelManager
from evalkit.run.warm.provisioner import WarmProvisioner


class WarmKernelManager(PrivateKernelManager):
    """A kernel on sockets of its own, forked from the warm process."""

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or kw.pop("kernel_id", str(uuid.uuid4()))
            self.provisioner = WarmProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kw)


class WarmEngine(NBClientEngine):
    """Papermill's notebook engine on `WarmKernelManager`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute a notebook."""
        kwargs["kernel_manager_class"] = WarmKernelManager
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
