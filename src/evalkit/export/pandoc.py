"""Pandoc, as the package that brings it has it: what stands on PATH may be older."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypandoc

from evalkit.errors import PageError
from evalkit.secret import without_key

PRINT = Path(__file__).parent / "templates" / "print"


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
