"""The papermill engine of evalkit: where a kernel comes from, and which cell ran too long.

Imports errors, and what stands beside it. Kernels are forks of the warm process
that ``EVALKIT_WARM`` names; without one they are started in the ordinary way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError
from papermill.engines import NBClientEngine, papermill_engines

from evalkit.errors import NotebookError
from evalkit.run.kernel import PrivateKernelManager
from evalkit.run.limits import MEGABYTE, Limits
from evalkit.run.warm.engine import WarmKernelManager
from evalkit.run.warm.process import fork_is_safe
from evalkit.run.warm.wire import ADDRESS

NAME = "evalkit"


class CellTimedOut(Exception):
    """A cell did not end in time.

    Parameters
    ----------
    index : int
        Which one, from 0, with the cell that papermill adds.
    source : str
        Its code.
    """

    def __init__(self, index: int, source: str) -> None:
        super().__init__(index)
        self.index = index
        self.source = source


class EvalkitEngine(NBClientEngine):
    """Papermill's notebook engine, which also knows the cell that ran too long."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute a notebook.

        Raises
        ------
        CellTimedOut
            If a cell did not end in time.
        """
        warm = os.environ.get(ADDRESS) and fork_is_safe(kernel_name)
        # A kernel that cannot be reached by two notebooks; see evalkit.run.kernel.
        kwargs["kernel_manager_class"] = WarmKernelManager if warm else PrivateKernelManager
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        except CellTimeoutError:
            # Papermill notes a cell's start, and names a cell only where it raised.
            begun = [n for n, c in enumerate(nb_man.nb.cells) if _began(c)]
            raise CellTimedOut(begun[-1], nb_man.nb.cells[begun[-1]].source) from None


papermill_engines.register(NAME, EvalkitEngine)


def _began(cell: Any) -> bool:
    return bool(cell.metadata.get("papermill", {}).get("start_time"))


def options(limits: Limits, first: Sequence[str], shell: Path) -> dict[str, Any]:
    """Return what papermill is told of the engine and the kernel.

    Parameters
    ----------
    limits : Limits
        What the notebook may use.
    first : sequence of str
        Lines of code that the kernel runs before any cell.
    shell : Path
        A folder for the shell's settings: neither what this user has set up for
        JupyterLab nor what another notebook stored may reach a report.
    """
    lines = [f"--IPKernelApp.exec_lines={line}" for line in first]
    return {
        "engine_name": NAME,
        "execution_timeout": limits.cell_seconds,
        # The kernel's own log is for nobody; its outputs are read back.
        "extra_arguments": [
            "--log-level=CRITICAL",
            f"--ipython-dir={shell}",
            # Nor the file that a user's own Python reads first.
            "--IPKernelApp.exec_PYTHONSTARTUP=False",
            *limits.arguments(),
            *lines,
        ],
    }


def stopped(path: Path, cell: int, source: str, problem: str, limits: Limits) -> NotebookError:
    """Return the error of a cell that stopped with another's error, or did not stop.

    Parameters
    ----------
    problem : str
        The name of its exception; the text of a foreign error may quote a cell of the data.
    """
    first = source.strip().splitlines()[0][:60] if source.strip() else ""
    where = {"path": path, "cell": str(cell), "line": first}
    if problem == CellTimedOut.__name__:
        return NotebookError("cell_timeout", **where, seconds=limits.cell_seconds)
    # numpy and others have a class of their own for it.
    if problem.endswith("MemoryError") and limits.bytes:
        return NotebookError("memory_limit", **where, memory=limits.bytes // MEGABYTE)
    return NotebookError("cell_failed", **where, problem=problem)
