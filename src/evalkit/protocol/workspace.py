"""Where a project's parts lie, and whether nobody else can have written its notebooks.

Imports errors. A notebook is code: the package's own run, unless the command or the study file
names others. Nothing runs because it lies beside a study that somebody sent.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from evalkit.errors import NotebookError

NOTEBOOKS = "notebooks"
# Beside a study file, where its reports go.
REPORTS = "reports"
PACKAGE = Path(__file__).resolve().parents[1]
# Written by more people than their owner.
OTHERS = stat.S_IWGRP | stat.S_IWOTH


def own_notebooks() -> Path:
    """Return the folder of the package's own notebooks: in it, or in its checkout."""
    inside = PACKAGE / NOTEBOOKS
    return inside if inside.is_dir() else checkout() / NOTEBOOKS


def checkout() -> Path:
    """Return the folder of the source checkout that the package lies in, if it lies in one."""
    return PACKAGE.parents[1]


def home_of(notebook: Path) -> Path:
    """Return a project's folder: what an executed notebook names, it names from there on."""
    return notebook.parent.parent


def reports_of(study: Path) -> Path:
    """Return the folder of a study's reports, where nobody named another."""
    return study.resolve().parent / REPORTS


def named_notebooks(folder: Path, study: Path | None = None) -> Path:
    """Return a folder of notebooks that somebody named, or stop where others can write it.

    Parameters
    ----------
    study : Path, optional
        The study file that names it; who can write that chooses what runs.

    Raises
    ------
    NotebookError
        If there is no such folder, or others can change what lies in it.
    """
    place = Path(os.path.abspath(folder))
    if not place.is_dir():
        raise NotebookError("notebooks_missing", path=place)
    # The package's own were trusted when it was installed.
    if place.resolve() != own_notebooks().resolve():
        for path in (place, *sorted(place.glob("*.ipynb")), *([study] if study else [])):
            _check_private(path)
    return place


def _check_private(path: Path) -> None:
    """Stop where others can change a file or folder, or put another in its place."""
    if os.name != "posix":
        return
    real, named = Path(os.path.realpath(path)), Path(os.path.abspath(path))
    for place in (real, *real.parents, *named.parents):
        found = place.stat()
        # In a folder with the sticky bit only the owner of a thing can move it away.
        held = place.is_dir() and place != real and found.st_mode & stat.S_ISVTX
        # Who is root meets folders of others wherever one is mounted.
        foreign = os.getuid() != 0 and found.st_uid not in (0, os.getuid())
        if (found.st_mode & OTHERS and not held) or foreign:
            raise NotebookError("notebooks_shared", path=path, place=place)
