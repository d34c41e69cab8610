"""The working folder is not a place for modules: it may be one that somebody sent.

Imports nothing of evalkit, and nothing that Python itself has not loaded at its start: what
is imported before this is done is looked for in the working folder.
"""

from __future__ import annotations

import os


def elsewhere(folders: list[str]) -> list[str]:
    """Return the folders in which modules are looked for, without the working folder.

    Parameters
    ----------
    folders : list of str
        As `sys.path` has them; ``python -m`` puts the working folder first. It stays where
        this very package was found in it.
    """
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:
        # It was removed meanwhile: nothing lies in it.
        return list(folders)
    own = os.path.realpath(os.path.dirname(os.path.dirname(__file__)))
    return [name for name in folders if os.path.realpath(name) != here or here == own]
