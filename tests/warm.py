"""One warm process for all tests of a worker: a report is built in a fork of it.

By itself each report would start a kernel that imports everything again. What a test puts into
this process with ``monkeypatch`` is not in the fork; its environment, path and folder are.
"""

import functools

from evalkit.batch.executors.fork import ForkExecutor
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.run.warm import why_not


@functools.cache
def warm():
    """The executor, started when it is asked for first."""
    return ForkExecutor(2, lambda _: None) if why_not() is None else InlineExecutor()


def end_warm():
    """End the warm process, if any test asked for it."""
    if warm.cache_info().currsize:
        warm().close()
        warm.cache_clear()


class Borrowed:
    """The executor as one run has it, which leaves it to the next."""

    def __init__(self):
        self.workers, self.lost = warm().workers, warm().lost
        self.submit, self.again = warm().submit, warm().again

    def drop(self):
        """Nothing is at work when a run of a test ends."""
        return True

    def close(self):
        """Not this run's to end."""

    stop = close
