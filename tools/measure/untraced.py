"""Let coverage look at no import of others: a third of what it costs to measure the tests.

Leans on the standard library. Until Python 3.12 a tracer is called for each function of pandas
and its kind that runs while they are imported, in every process that a test starts. It is taken
off for them and put back for the package, whichever imports which. ``tools/test.py`` puts this
folder on the path, and ``[tool.coverage.run]`` of pyproject.toml names it.
"""

from __future__ import annotations

import sys
import threading
from importlib import _bootstrap_external as machinery  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

OURS = {"evalkit", "tests"}
_plain = machinery._LoaderBasics.exec_module
_set_aside = threading.local()


def _exec_module(loader: Any, module: ModuleType) -> None:
    ours = module.__name__.partition(".")[0] in OURS
    before = getattr(_set_aside, "tracer", None)
    tracer = before if ours else sys.gettrace()
    if tracer is None:
        _plain(loader, module)
        return
    _set_aside.tracer = None if ours else tracer
    sys.settrace(tracer if ours else None)
    try:
        _plain(loader, module)
    finally:
        _set_aside.tracer = before
        sys.settrace(None if ours else tracer)


def coverage_init(registry: object, options: object) -> None:
    """Begin, as coverage asks its plugins to.

    Parameters
    ----------
    registry, options : object
        Coverage's, of which nothing is needed.
    """
    machinery._LoaderBasics.exec_module = _exec_module
