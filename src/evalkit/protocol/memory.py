"""What evalkit remembers for one user: where that lies, and where their studies were.

Imports errors and trace. Nothing of it travels with a report: it names folders of this
machine.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from evalkit.errors import OutputError
from evalkit.trace import read_bytes

# Where it lies; the user's cache folder when it is not set.
CACHE = "EVALKIT_CACHE"
STUDIES = "studies"


def cache() -> Path:
    """Return the folder of what evalkit remembers, made if need be, for this user alone.

    Raises
    ------
    OutputError
        If it cannot be made or written, or others can write it too.
    """
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = os.name == "posix" and folder.stat().st_mode & 0o022
    except OSError as problem:
        raise OutputError("cache_closed", path=folder, problem=type(problem).__name__) from None
    if shared:
        raise OutputError("cache_shared", path=folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError("cache_closed", path=folder, problem=PermissionError.__name__)
    return folder


def _folder() -> Path:
    return Path(os.environ.get(CACHE) or user_cache_path("evalkit"))


def remember_study(path: Path) -> None:
    """Keep where a study lies, so that its reports can be made again from any folder.

    Parameters
    ----------
    path : Path
        The study file. Where nothing can be kept, nothing is: a run is not lost for it.
    """
    place = os.path.realpath(path)
    with suppress(OSError, OutputError):
        folder = cache() / STUDIES
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / hashlib.sha256(os.fsencode(place)).hexdigest()).write_bytes(os.fsencode(place))


def remembered_studies() -> list[Path]:
    """Return every study file that this user has run and that is still there."""
    found = []
    with suppress(OSError):
        for note in sorted((_folder() / STUDIES).iterdir()):
            # Also in a notebook's kernel, where what is read by another way is told.
            path = Path(os.fsdecode(read_bytes(note, noted=False)))
            if path.is_file():
                found.append(path)
    return found
