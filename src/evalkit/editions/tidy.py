"""The results of an edition for other programs: one table, and one file of CDISC's shape.

Imports bundle, edition, told, files and words.
"""

from __future__ import annotations

from pathlib import Path

from evalkit.bundle.listings import ARS, ESTIMATES, listings
from evalkit.editions.edition import Edition
from evalkit.editions.told import plain
from evalkit.errors import CompareError
from evalkit.files import cannot_write, write_whole
from evalkit.words import say

MADE_UP = "made-up"


def write_tidy(edition: Edition, folder: Path) -> list[Path]:
    """Write an edition's results as a bundle has them, and return the files.

    Parameters
    ----------
    edition : Edition
        What stands there of a report that failed is of an earlier run, and is left out.
    folder : Path
        Where; made if need be. A file that holds made-up data says so by its name.

    Raises
    ------
    CompareError
        If an older version wrote the results: they lack what the files must say; or every
        report failed.
    OutputError
        If the folder cannot be written.
    """
    # An older version's results may lack a field, or have the fingerprints of some tables alone.
    kept = sorted(place for place in edition.reports if place not in edition.failed)
    if not kept:
        raise CompareError("compare.all_failed", path=edition.name)
    reports = [edition.reports[place].results for place in kept]
    made_up = any(edition.reports[place].made_up for place in kept)
    try:
        made = listings(reports)
    except (LookupError, TypeError):
        raise CompareError("compare.older", path=edition.name) from None
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (ESTIMATES, ARS):
            path = folder / Path(name).name
            marked = f"{path.stem}.{MADE_UP}{path.suffix}" if made_up else path.name
            files.append(path.with_name(marked))
            write_whole(files[-1], made[name])
    except OSError as problem:
        raise cannot_write(folder, problem) from None
    return files


def left_out(edition: Edition, lang: str) -> list[str]:
    """Return a sentence for each kind of report that the files do not have."""
    told = (("unread", edition.unread), ("failed", edition.failed))
    return [
        say(f"editions.tidy_{kind}", lang, n=len(places), names=[plain(p) for p in places])
        for kind, places in told
        if places
    ]
