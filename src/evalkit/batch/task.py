"""One task as any executor does it; light until it is done.

Imports model; all else when a report is built.
"""

from __future__ import annotations

import logging

from evalkit.batch.model import JobResult, Task


def build_task(task: Task) -> JobResult:
    """Build a report, where pandas and all the rest may be loaded."""
    from evalkit.batch.build import build

    before = logging.root.manager.disable
    # What libraries log of a failure stands in the report's own message.
    logging.disable(logging.CRITICAL)
    try:
        return build(task)
    finally:
        logging.disable(before)
