"""All made-up tables of a study, area by area, in one process or in several.

Imports areas, write, world, protocol and errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.protocol import Study
from evalkit.sample.areas import area_tables
from evalkit.sample.services import Truth
from evalkit.sample.world import AREAS, Settings, World
from evalkit.sample.write import CLEAN, RAW, TRUTH, replacing, write_clean, write_raw, write_truth
from evalkit.schema import load_schema
from evalkit.signals import ignore_sigint, sigint_blocked

DATA, MADE_UP = "data", "made_up"


@dataclass(frozen=True)
class _Due:
    """One area to be made.

    Parameters
    ----------
    world : World
        The area.
    title : str
        Its name in Chinese, for the exports.
    folder : Path
        Where the tables go.
    exports : bool
        Whether exports are written too.
    """

    world: World
    title: str
    folder: Path
    exports: bool


@dataclass(frozen=True)
class Built:
    """What was made.

    Parameters
    ----------
    folder : Path
        The study's folder of data.
    areas, tables : int
        How many areas got how many tables together.
    """

    folder: Path
    areas: int
    tables: int


def build(study: Study, settings: Settings, exports: bool = False, jobs: int = 1) -> Built:
    """Make up the tables of a study, and put them beside its file.

    Parameters
    ----------
    exports : bool
        Whether the tables are written as exports of platforms too, into ``data/raw``.
    jobs : int
        Processes; the files are the same with any number.

    Raises
    ------
    StudyError
        If the study does not say that its tables are made up, or has none of our areas.
    OutputError
        If something that no earlier run made lies there, or it cannot be written.
    """
    data = study.path.resolve().parent / DATA
    if study.clean is None or study.clean.status != MADE_UP:
        raise StudyError("sample_not_declared", path=study.path)
    if study.clean.folder.resolve() != data / CLEAN:
        raise StudyError("sample_elsewhere", path=study.path, folder=study.clean.folder)
    areas = [area for area in AREAS if area in study.areas]
    if not areas:
        raise StudyError("sample_no_area", path=study.path, known=list(AREAS))
    parts = (CLEAN, RAW, TRUTH)
    with replacing(data, parts) as half:
        dues = [
            _Due(World(settings, area), study.areas[area].name.text["zh"], half, exports)
            for area in areas
        ]
        made = list(_make_all(dues, jobs))
        truths = {due.world.area: truth for due, (_, truth) in zip(dues, made, strict=True)}
        for part in (CLEAN, *((RAW,) if exports else ())):
            # An area may have no table at all, and so may a study.
            (half / part).mkdir(exist_ok=True)
        write_truth(half / TRUTH, {"seed": settings.seed, "scale": settings.scale, **truths})
    return Built(data, len(areas), sum(count for count, _ in made))


def _make_all(dues: Sequence[_Due], jobs: int) -> Iterator[tuple[int, Truth]]:
    if jobs == 1:
        yield from map(_make, dues)
        return
    # Started afresh: a process that holds threads must not be copied.
    with ProcessPoolExecutor(min(jobs, len(dues)), get_context("spawn"), ignore_sigint) as hands:
        with sigint_blocked():
            made = hands.map(_make, dues)
        yield from made


def _make(due: _Due) -> tuple[int, Truth]:
    tables, truth = area_tables(due.world)
    for name, frame in tables.items():
        shape = load_schema(name)
        write_clean(due.world, shape, frame, due.folder / CLEAN)
        if due.exports:
            write_raw(due.world, shape, frame, due.folder / RAW, due.title)
    return len(tables), truth
