"""Pandoc, as the package that brings it has it: what stands on PATH may be older.

The prose of a notebook is the same in every area, but for its exhibits, which are not pandoc's:
a run converts each prose once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pypandoc

from evalkit.errors import PageError
from evalkit.run import PROSE
from evalkit.secret import without_key

PRINT = Path(__file__).parent / "templates" / "print"
MADE = ("made.docx", "prose.typ")


def program() -> Path:
    """Return the path of the pandoc that the package brings."""
    return next((Path(pypandoc.__file__).parent / "files").glob("pandoc*"))


def convert(folders: Sequence[Path], page: str) -> None:
    """Make, in each folder, ``prose.typ`` and ``made.docx`` out of ``prose.html``.

    One process does it for both forms and all languages of a report: most of the time of a
    short one is its start.

    Parameters
    ----------
    folders : sequence of Path
        Each with ``prose.html`` (the language in its first line), ``reference.docx`` and
        its pictures.
    page : str
        Names the page in the message.

    Raises
    ------
    PageError
        If pandoc cannot read or write one of them.
    OSError
        If it has no room to write.
    """
    kept = os.environ.get(PROSE)
    if kept is None:
        _convert(folders, page)
        return
    names = {folder: Path(kept, _fingerprint(folder)) for folder in folders}
    if due := [folder for folder in folders if not _taken(names[folder], folder)]:
        _convert(due, page)
        for folder in due:
            # What is not kept is made again.
            with suppress(OSError):
                _keep(folder, names[folder])


def _fingerprint(folder: Path) -> str:
    """Return the fingerprint of all that pandoc reads there."""
    made = hashlib.sha256()
    read = [folder / "prose.html", folder / "reference.docx", *sorted(folder.glob("prose-*"))]
    for path in read:
        made.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return made.hexdigest()


def _taken(kept: Path, folder: Path) -> bool:
    try:
        for name in MADE:
            shutil.copyfile(kept / name, folder / name)
    except FileNotFoundError:
        return False
    return True


def _keep(folder: Path, kept: Path) -> None:
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    half.mkdir()
    for name in MADE:
        shutil.copyfile(folder / name, half / name)
    # Of two that kept the same, the first one's stands.
    half.rename(kept)


def _convert(folders: Sequence[Path], page: str) -> None:
    words = [str(program()), "lua", str(PRINT / "print.lua"), *map(str, folders)]
    ran = subprocess.run(
        words, capture_output=True, env=without_key(), encoding="utf-8", check=False
    )
    if ran.returncode:
        if os.strerror(errno.ENOSPC) in ran.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folders[0]))
        # Below the message stands where in the script it was.
        told = ran.stderr.partition("stack traceback")[0].strip().splitlines()
        problem = told[-1:] or [str(ran.returncode)]
        raise PageError("document_refused", page=page, problem=problem[0])
