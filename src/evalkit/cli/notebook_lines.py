"""Whose notebooks a run runs, in words: a notebook is code.

Imports batch, protocol and words.
"""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.batch.model import Job
from evalkit.protocol import own_notebooks
from evalkit.words import say

OPTION = "--notebooks"


def notebook_lines(jobs: Iterable[Job], asked: bool, lang: str) -> dict[str, bool]:
    """Return a line for each folder of notebooks, and whether it is evalkit's own.

    Parameters
    ----------
    asked : bool
        Whether the command named the folder, and not a study file.
    """
    lines = {}
    for job in jobs:
        folder = job.notebook.parent
        own = folder.resolve() == own_notebooks().resolve()
        key = "run.notebooks_own" if own else "run.notebooks_foreign"
        by = OPTION if asked else str(job.study)
        values = {"path": str(folder)} if own else {"path": str(folder), "by": by}
        lines[say(key, lang, **values)] = own
    return lines
