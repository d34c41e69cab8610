"""Which study file a person, or an executed notebook, means.

Imports errors, memory and trace. A notebook that was executed, and the command that a page
prints, name their study with its fingerprint: run again in another folder they find that
study, or stop.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.protocol.memory import remembered_studies
from evalkit.protocol.workspace import checkout
from evalkit.trace import read_bytes

# Between a study file and its fingerprint.
MARK = "#sha256="
# Of a fingerprint so many digits are enough to tell one study from another.
ENOUGH = 16


def fingerprinted(name: str, path: Path, digits: int = 64) -> str:
    """Return a study file's name with the fingerprint of what stands in it.

    Parameters
    ----------
    name : str
        As a notebook is to ask for it.
    digits : int
        How many of the 64 are given; a person may have to type them.
    """
    return marked(name, _digest(path), digits)


def marked(name: str, digest: str, digits: int = 64) -> str:
    """Return a study file's name with the fingerprint that is known of it.

    Parameters
    ----------
    name : str
        As a notebook is to ask for it.
    digest : str
        SHA-256 of what stands in the file.
    digits : int
        How many of the 64 are given.
    """
    return f"{name}{MARK}{digest[:digits]}"


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, noted=False)).hexdigest()


def find_study(name: str | Path) -> Path:
    """Return the study file a person means, from whichever folder they stand in.

    Parameters
    ----------
    name : str or Path
        A path. A relative one is tried in the working folder and in each folder above
        it, and nowhere else: what is written goes beside it. With ``#sha256=`` and at
        least 16 digits of a fingerprint behind it, only the file with that content counts; it is
        looked for in the source checkout that holds the package too, and where this user has run
        a study of that name.

    Raises
    ------
    StudyError
        If there is no such file, or none with that content.
    """
    wanted, _, fingerprint = str(name).partition(MARK)
    found = list(_candidates(Path(wanted), _folders(bool(fingerprint))))
    if not fingerprint:
        if not found:
            raise StudyError("study_missing", path=wanted, folder=Path.cwd())
        return found[0]
    known = [path for path in remembered_studies() if path.name == Path(wanted).name]
    if not found and not known:
        raise StudyError("study_missing", path=wanted, folder=Path.cwd())
    if not re.fullmatch(f"[0-9a-f]{{{ENOUGH},64}}", fingerprint):
        raise StudyError("study_fingerprint", path=wanted, least=str(ENOUGH))
    for path in (*found, *known):
        if path.is_file() and _digest(path).startswith(fingerprint):
            return path
    raise StudyError("study_another", path=wanted, folder=Path.cwd())


def _folders(marked: bool) -> tuple[Path, ...]:
    here = Path.cwd()
    return (here, *here.parents, *((checkout(),) if marked else ()))


def _candidates(wanted: Path, folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        try:
            if (folder / wanted).exists():
                yield (folder / wanted).resolve()
        except (OSError, RuntimeError):
            # A name longer than the disk allows, or links in a circle.
            return
