"""Typst, with the package's own fonts and both standards of accessible and lasting PDF."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path

import typst

from evalkit.errors import PageError
from evalkit.present.style import font_files


@functools.cache
def fonts() -> typst.Fonts:
    """Return the package's fonts for Typst: to find them takes as long as a short document."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(font_files()[0].parent)])


def typeset(document: Path, made_at: str, page: str) -> bytes:
    """Return a document of Typst's as PDF/A-2a and PDF/UA-1.

    Parameters
    ----------
    document : Path
        Its main file; it reaches no file outside its folder.
    made_at : str
        The file's time, ISO 8601.

    Raises
    ------
    PageError
        With Typst's first line, where it refuses the document.
    """
    folder = str(document.parent)
    try:
        return typst.compile(
            str(document),
            root=folder,
            font_paths=fonts(),
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(datetime.fromisoformat(made_at).timestamp()),
        )
    except RuntimeError as problem:
        # Typst names files of a folder that is gone when a reader sees the message.
        first = str(problem).splitlines()[0].replace(f"{folder}/", "")
        raise PageError("document_refused", page=page, problem=first) from None
