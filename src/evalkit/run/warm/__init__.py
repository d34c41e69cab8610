"""A warm process: everything slow is imported once, and each notebook gets a fork of it.

Imports nothing of evalkit but errors and words. Only on Linux; elsewhere, and
whenever a fork would not be safe, kernels are started in the ordinary way. What
differs from an ordinary kernel is listed in ``docs/reference/warm.md``.
"""

from evalkit.run.warm.executor import WarmExecutor, WarmUnavailable, WorkerLost
from evalkit.run.warm.process import WarmProcess, fork_is_safe, why_not
from evalkit.run.warm.wire import ADDRESS

__all__ = [
    "ADDRESS",
    "WarmExecutor",
    "WarmProcess",
    "WarmUnavailable",
    "WorkerLost",
    "fork_is_safe",
    "why_not",
]
