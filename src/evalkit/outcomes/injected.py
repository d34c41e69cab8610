"""Parameters that papermill wrote into a notebook that takes no such parameter.

Imports words and errors. Papermill only warns of them and runs the defaults, so
``-p aera dachang`` gives a report on another area that looks right.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping

from evalkit.errors import UsageError

# The first line of the cell that papermill adds.
MARK = "# Parameters\n"


def check_injected(notebook: str, **given: object) -> None:
    """Stop if the running notebook was given a parameter that it does not set itself.

    Parameters
    ----------
    **given
        Parameters that are texts, by name; None where nothing was given.

    Raises
    ------
    UsageError
        With the parameters that exist, outside a notebook for no name; with the kind of one
        that is no text.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        check_sources(shell.user_ns.get("In", []), notebook)
    _check_texts(given)


def check_sources(sources: Iterable[str], notebook: str) -> None:
    """Stop if a cell that papermill added sets a name that no cell before it sets.

    Parameters
    ----------
    sources : iterable of str
        The cells that have run, in order.

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


def _check_texts(given: Mapping[str, object]) -> None:
    """Stop on a parameter that is no text: papermill makes a number of what looks like one."""
    for name, value in given.items():
        if not isinstance(value, str | None):
            raise UsageError("parameter_text", name=name, found=type(value).__name__)
