"""A report's place: it is put there whole or not at all.

Imports model, files and protocol. Light: a report that was built on another machine is put in
its place by one that has loaded nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.batch.model import Job
from evalkit.files import check_no_link, replace_folder, staged_folder
from evalkit.protocol import EXECUTED, FORMS, MADE, RESULTS

# What a report is made of; `BuildCache.set_aside` gives an edited form another name before.
OURS = re.compile(
    rf"(?:{re.escape(RESULTS)}|{re.escape(MADE)}|{re.escape(EXECUTED)}|report\.study\.toml"
    r"|report\.area\.[^/]+\.toml|report(?:\.made-up)?(?:\.[a-z]{2})?"
    rf"\.(?:html|{'|'.join(FORMS)}))"
)


@contextmanager
def staged(job: Job) -> Iterator[Path]:
    """Give a folder beside a report's, in which it is made; it goes if it is not put in place."""
    check_no_link(job.root, job.folder.parent)
    with staged_folder(job.folder.parent, job.outcome, job.run) as folder:
        yield folder


def put_in_place(folder: Path, job: Job) -> None:
    """Put a finished report in its place; what somebody else put beside it stays."""
    replace_folder(folder, job.folder, lambda name: OURS.fullmatch(name) is not None)
