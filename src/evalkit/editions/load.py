"""JSON that anybody may have written: within bounds, or not read.

Imports errors and files.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from evalkit.errors import CompareError
from evalkit.files import unreadable_as

# A report of a thousand printed figures has half a megabyte; a partner's file of a large study
# some thirty.
LARGEST = 1 << 26
# Results and reporting events are nested to a depth of ten; lists of contents a little deeper.
DEEPEST = 60


def check_regular(path: Path) -> None:
    """Check that a path is a file with an end: who reads a pipe waits for whoever writes it.

    Raises
    ------
    CompareError
        If it is a pipe, a socket or a device.
    OSError
        If there is nothing.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise CompareError("compare.no_file", path=path)


def load(path: Path) -> Any:
    """Return what a file of JSON holds.

    Raises
    ------
    CompareError
        If it cannot be read, is too large or too deep, or is not JSON.
    """
    with unreadable_as(CompareError, path):
        check_regular(path)
        if path.stat().st_size > LARGEST:
            raise CompareError("compare.large", path=path, most=str(LARGEST >> 20))
        raw = path.read_bytes()
    return parsed(raw, path)


def parsed(raw: bytes, path: Path) -> Any:
    """Return what bytes of JSON hold.

    Parameters
    ----------
    path : Path
        What they are called, for messages.

    Raises
    ------
    CompareError
        If they are not JSON, or too deep.
    """
    try:
        data = json.loads(raw, object_pairs_hook=_pairs, parse_constant=_no_number)
    except RecursionError:
        raise CompareError("compare.deep", path=path, most=str(DEEPEST)) from None
    except ValueError:
        raise CompareError("compare.no_json", path=path) from None
    _check_depth(data, path)
    return data


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        # Two programs would read two different files.
        raise ValueError("a name stands twice")
    return held


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _check_depth(data: Any, path: Path) -> None:
    level = [data]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise CompareError("compare.deep", path=path, most=str(DEEPEST))
