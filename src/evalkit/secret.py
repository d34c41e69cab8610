"""The key of the pseudonyms stays in the process that was given it.

Imports nothing of evalkit. What this process starts (a kernel, a worker, pandoc) has no use
for the key, and what runs in it may be somebody else's notebook.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

VARIABLE = "EVALKIT_KEY"
# What the variable held when it was set aside; the last is what counts.
_held: list[str] = []


def key() -> str:
    """Return the key as its variable has it, or had it before it was set aside; "" for none."""
    return os.environ.get(VARIABLE) or (_held[-1] if _held else "")


@contextmanager
def set_aside() -> Iterator[None]:
    """Take the key out of the environment, in which every process that is started would see it."""
    found = os.environ.pop(VARIABLE, None)
    if found is not None:
        _held.append(found)
    try:
        yield
    finally:
        if found is not None:
            _held.pop()
            os.environ[VARIABLE] = found


def without_key(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment for a process that is started, without the key.

    Parameters
    ----------
    environment : mapping of str to str, optional
        What it would be given; this process's own when absent.
    """
    given = os.environ if environment is None else environment
    return {name: value for name, value in given.items() if name != VARIABLE}
