"""Reports looked at in processes with bounds: a file that somebody sent can hurt nothing else.

Imports look and errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from evalkit.bundle.look import Fault, Looked, look_at

# Of a process that looks at reports: bytes of memory, seconds of work, bytes of a file.
MEMORY, SECONDS, WRITES = 8 << 30, 1800, 1 << 30


def looked_at(
    place: Path, folders: Iterable[str], jobs: int, remake: bool, whole: bool
) -> Iterator[Looked]:
    """Yield what is found of each report.

    Parameters
    ----------
    place : Path
        Where the reports' folders lie now.
    jobs : int
        How many at once; 0 looks in this process, as at a bundle of our own.
    remake, whole : bool
        As `evalkit.bundle.look.look_at` takes it.
    """
    if not jobs:
        yield from (look_at(folder, place / folder, remake, whole) for folder in folders)
        return
    # Not a fork: the process that asks may hold what no stranger's file should be near.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_bounded) as pool:
        asked = {
            folder: pool.submit(look_at, folder, place / folder, remake, whole)
            for folder in folders
        }
        for folder, answer in asked.items():
            try:
                yield answer.result()
            except (BrokenProcessPool, MemoryError, RecursionError, OSError):
                yield Looked(folder, (Fault("died", (("report", folder),)),))


def _bounded() -> None:
    """Bound what a file can make this process do."""
    try:
        import resource
    except ImportError:
        # Windows has no such bounds; the parsers' own remain.
        return
    bounds = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITES),
    )
    for kind, most in bounds:
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, hard))
