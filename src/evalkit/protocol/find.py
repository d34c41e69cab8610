"""Which study file a person, or an executed notebook, means.

Imports errors and trace. A notebook that was executed names its study with its
fingerprint: run again in another folder it finds that study, or stops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.trace import read_bytes

# Between a study file and its fingerprint.
MARK = "#sha256="


def fingerprinted(name: str, path: Path) -> str:
    """Return a study file's name with the fingerprint of what stands in it.

    Parameters
    ----------
    name : str
        As a notebook is to ask for it.
    path : Path
        The file.
    """
    return f"{name}{MARK}{_digest(path)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, noted=False)).hexdigest()


def find_study(name: str | Path) -> Path:
    """Return the study file a person means, from whichever folder they stand in.

    Parameters
    ----------
    name : str or Path
        A path. A relative one is tried in the working folder, in each folder
        above it, and in the source checkout that holds the package. With
        ``#sha256=`` and a fingerprint behind it, only the file with that content counts.

    Raises
    ------
    StudyError
        If there is no such file, or none with that content.
    """
    wanted, _, fingerprint = str(name).partition(MARK)
    found = list(_candidates(Path(wanted)))
    if not found:
        raise StudyError("study_missing", path=wanted, folder=Path.cwd())
    if not fingerprint:
        return found[0]
    for path in found:
        if path.is_file() and _digest(path) == fingerprint:
            return path
    raise StudyError("study_another", path=wanted, folder=Path.cwd())


def _candidates(wanted: Path) -> Iterator[Path]:
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, checkout):
        try:
            if (folder / wanted).exists():
                yield (folder / wanted).resolve()
        except (OSError, RuntimeError):
            # A name longer than the disk allows, or links in a circle.
            return
