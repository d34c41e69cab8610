"""A report's place: it is put there whole or not at all.

Imports jobs and protocol. Light: a report that was built on another machine is put in its place by
one that has loaded nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.batch.jobs import Job
from evalkit.protocol import EXECUTED, MADE, PARTIAL, RESULTS, check_no_link, remove

# What a report is made of; `State.set_aside` gives an edited form another name before.
OURS = re.compile(
    rf"(?:{re.escape(RESULTS)}|{re.escape(MADE)}|{re.escape(EXECUTED)}|report\.study\.toml"
    r"|report\.area\.[^/]+\.toml|report(?:\.made-up)?(?:\.[a-z]{2})?\.(?:html|pdf|docx|xlsx))"
)


@contextmanager
def partial_of(job: Job) -> Iterator[Path]:
    """Give a folder beside a report's, in which it is made; it goes if it is not put in place.

    Parameters
    ----------
    job : Job
        The report.
    """
    check_no_link(job.root, job.folder.parent)
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(
        tempfile.mkdtemp(prefix=f".{job.outcome}{PARTIAL}{job.run}-", dir=job.folder.parent)
    )
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _others(old: Path) -> list[Path]:
    """Return what lies in a report's folder and is no part of it: notes of whoever reads it."""
    if old.is_symlink() or not old.is_dir():
        return []
    return [path for path in old.iterdir() if not OURS.fullmatch(path.name)]


def swap(partial: Path, folder: Path) -> None:
    """Put a finished report in its place.

    Parameters
    ----------
    partial : Path
        The report, whole.
    folder : Path
        Where it goes; the report that is there goes when the new one stands. What somebody
        else put beside it stays.
    """
    os.chmod(partial, 0o755)
    old = partial.with_name(partial.name + "-old")
    if folder.exists() or folder.is_symlink():
        folder.rename(old)
    partial.rename(folder)
    for kept in _others(old):
        kept.rename(folder / kept.name)
    # A link that stood there goes, and what it leads to stays.
    remove(old)
