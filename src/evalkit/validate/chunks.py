"""Replicates in chunks: each has its own random numbers and its own file.

So a run can be stopped and go on, and gives the same table with any number of workers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from evalkit import __version__
from evalkit.errors import Refused
from evalkit.files import write_whole
from evalkit.signals import ignore_sigint, sigint_blocked
from evalkit.validate.grid import Setting, settings
from evalkit.validate.methods import METHODS
from evalkit.validate.tallies import Tally, from_json, together

CHUNK = 100
# What a number can depend on: our own files, and the libraries that they lean on.
OWN = ("arithmetic", "estimators", "sample/scenarios", "validate")
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels")


@dataclass(frozen=True)
class Chunk:
    """Some replicates of one setting.

    Parameters
    ----------
    setting : str
        Key of the setting.
    seed, number, size : int
        Of the run; which chunk; how many replicates.
    """

    setting: str
    seed: int
    number: int
    size: int


def code_version() -> str:
    """Return the package's version and a fingerprint of all that makes the numbers."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder in OWN:
        for file in sorted((package / folder).glob("*.py")):
            digest.update(f"{folder}/{file.name}".encode() + b"\0" + file.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def chunks(chosen: Sequence[Setting], seed: int, replicates: int) -> Iterator[Chunk]:
    """Yield the chunks of a run, the first of every setting first.

    Parameters
    ----------
    seed, replicates : int
        Of the run; of each setting.
    """
    for number, start in enumerate(range(0, replicates, CHUNK)):
        for setting in chosen:
            yield Chunk(setting.key, seed, number, min(CHUNK, replicates - start))


def run_chunk(chunk: Chunk) -> dict[str, Tally]:
    """Draw the replicates of a chunk and ask every method."""
    setting = _setting(chunk)
    name = int.from_bytes(setting.key.encode(), "big")
    random = np.random.default_rng(np.random.SeedSequence([chunk.seed, name, chunk.number]))
    tallies = {method: Tally() for method in setting.asked}
    for _ in range(chunk.size):
        made = setting.draw(random)
        # Methods draw from a seed of their own: one more of them changes no other's data.
        own = int(random.integers(2**31))
        for method, tally in tallies.items():
            try:
                tally.add((setting.answers or METHODS)[method](made, own))
            except Refused as problem:
                tally.refuse(problem.key)
    return tallies


def run(
    chosen: Sequence[Setting],
    seed: int,
    replicates: int,
    jobs: int,
    folder: Path,
    tell: Callable[[int, int], None],
) -> dict[str, dict[str, Tally]]:
    """Do what is not yet done, and return the sums of each setting and method.

    Parameters
    ----------
    seed, replicates, jobs : int
        Of the run; of each setting; processes.
    tell : callable
        Is told how many chunks are done, and of how many.
    """
    wanted = list(chunks(chosen, seed, replicates))
    files = {chunk: _file(folder, chunk) for chunk in wanted}
    due = [chunk for chunk in wanted if _read(files[chunk], chunk) is None]
    done = len(wanted) - len(due)
    tell(done, len(wanted))
    try:
        for more, _ in enumerate(_made(due, files, jobs), start=1):
            tell(done + more, len(wanted))
    except KeyboardInterrupt:
        # What was in work was still finished.
        tell(sum(file.exists() for file in files.values()), len(wanted))
        raise
    parts = {chunk: _read(files[chunk], chunk) or run_chunk(chunk) for chunk in wanted}
    return {
        setting.key: {
            method: together(parts[c][method] for c in wanted if c.setting == setting.key)
            for method in setting.asked
        }
        for setting in chosen
    }


def _made(due: Sequence[Chunk], files: dict[Chunk, Path], jobs: int) -> Iterator[None]:
    if jobs == 1 or len(due) < 2:
        for chunk in due:
            _keep(chunk, files[chunk])
            yield
        return
    hands = ProcessPoolExecutor(min(jobs, len(due)), get_context("spawn"), ignore_sigint)
    try:
        with sigint_blocked():
            futures = [hands.submit(_keep, chunk, files[chunk]) for chunk in due]
        for future in as_completed(futures):
            future.result()
            yield
    finally:
        # Ctrl-C: what is being done is finished and kept, the rest is left for another run.
        hands.shutdown(wait=True, cancel_futures=True)


def _file(folder: Path, chunk: Chunk) -> Path:
    return folder / f"{chunk.setting}.{chunk.seed}.{chunk.number}-{chunk.size}.json"


def _keep(chunk: Chunk, file: Path) -> None:
    made = {method: tally.to_json() for method, tally in run_chunk(chunk).items()}
    write_whole(file, json.dumps(made), private=True)


def _read(file: Path, chunk: Chunk) -> dict[str, Tally] | None:
    """Return a finished chunk; None where there is none, or a file that says something else."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        tallies = {method: from_json(sums) for method, sums in data.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    whole = {tally.tried for tally in tallies.values()} == {chunk.size}
    return tallies if whole and tallies.keys() == set(_setting(chunk).asked) else None


def _setting(chunk: Chunk) -> Setting:
    return {setting.key: setting for setting in settings()}[chunk.setting]
