"""A report's place: it is put there whole or not at all.

Imports jobs and protocol. Light: a report that was built on another machine is put in its place by
one that has loaded nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.batch.jobs import Job
from evalkit.protocol import PARTIAL, check_no_link, remove


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


def swap(partial: Path, folder: Path) -> None:
    """Put a finished report in its place.

    Parameters
    ----------
    partial : Path
        The report, whole.
    folder : Path
        Where it goes; what is there goes when the new one stands.
    """
    os.chmod(partial, 0o755)
    old = partial.with_name(partial.name + "-old")
    if folder.exists() or folder.is_symlink():
        folder.rename(old)
    partial.rename(folder)
    # A link that stood there goes, and what it leads to stays.
    remove(old)
