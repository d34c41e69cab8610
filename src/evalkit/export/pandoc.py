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


def pandoc(html: str, to: str, page: str, words: Sequence[str] = (), folder: Path = PRINT) -> str:
    """Return HTML in another form.

    Parameters
    ----------
    html : str
        A fragment.
    to : str
        Pandoc's name of the form.
    page : str
        Names the page in the message.
    words : sequence of str
        Further arguments.
    folder : Path
        Where it runs, and where pictures are looked for.

    Raises
    ------
    PageError
        If pandoc cannot read or write it.
    OSError
        If it has no room to write.
    """
    # The title of a page is level 1; a document's title is none of its sections.
    own = ["--from=html", f"--to={to}", "--wrap=none", "--shift-heading-level-by=-1"]
    ran = subprocess.run(
        [str(program()), *own, *words],
        input=html,
        cwd=folder,
        capture_output=True,
        env=without_key(),
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        if os.strerror(errno.ENOSPC) in ran.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        problem = ran.stderr.strip().splitlines()[-1:] or [str(ran.returncode)]
        raise PageError("document_refused", page=page, problem=problem[0])
    return ran.stdout
