"""Parameters that papermill wrote into a notebook that takes no such parameter.

Imports words and errors. Papermill only warns of them and runs the defaults, so
``-p aera dachang`` gives a report on another area that looks right.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from evalkit.errors import UsageError

# The first line of the cell that papermill adds.
MARK = "# Parameters\n"


def check_injected(notebook: str) -> None:
    """Stop if the running notebook was given a parameter that it does not set itself.

    Parameters
    ----------
    notebook : str
        Names the notebook in the message.

    Raises
    ------
    UsageError
        With the parameters that exist. Outside a notebook nothing is checked.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        check_sources(shell.user_ns.get("In", []), notebook)


def check_sources(sources: Iterable[str], notebook: str) -> None:
    """Stop if a cell that papermill added sets a name that no cell before it sets.

    Parameters
    ----------
    sources : iterable of str
        The cells that have run, in order.
    notebook : str
        Names the notebook in the message.

    Raises
    ------
    UsageError
        With the parameters that exist.
    """
    known: set[str] = set()
    for source in sources:
        names = _assigned(source)
        if source.startswith(MARK) and (unknown := sorted(names - known)):
            raise UsageError(
                "unknown_parameter", path=notebook, unknown=unknown, known=sorted(known)
            )
        known |= names


def _assigned(source: str) -> set[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        # A cell with a magic sets no parameter.
        return set()
    targets = [t for node in body if isinstance(node, ast.Assign) for t in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}
