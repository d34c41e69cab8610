"""A note beside reports of what changed since the last edition.

Imports bundle, export and this package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from evalkit.bundle.contents import as_json
from evalkit.editions.changes import Changes, ReportChanges, changes_between
from evalkit.editions.edition import Edition
from evalkit.editions.partner import Partner
from evalkit.editions.read import read_edition
from evalkit.editions.told import day
from evalkit.errors import CompareError
from evalkit.export.changes import SCHEMA
from evalkit.files import cannot_write, file_sha256, write_whole
from evalkit.protocol import CHANGED, RESULTS


def last_edition(path: Path, places: set[str], roots: Iterable[Path] = ()) -> Edition:
    """Return the last edition, held in memory.

    Parameters
    ----------
    places : set of str
        Reports of the run, each ``<study>/<area>/<outcome>``.
    roots : iterable of Path
        Folders that the run writes.

    Raises
    ------
    CompareError
        If it is none, has no report of the run, or is what the run itself writes: of every report
        that stays as it is that folder would say that nothing changed since itself.
    BundleError
        If it is a bundle that is not whole.
    """
    told = path.resolve()
    loose = path.is_dir() or path.name == RESULTS
    if loose and any(told.is_relative_to(root.resolve()) for root in roots):
        raise CompareError("compare.since_itself", path=path)
    found = read_edition(path)
    if isinstance(found, Partner):
        raise CompareError("compare.foreign", path=path)
    if not places & found.reports.keys():
        shown = [sorted(names)[:3] for names in (found.reports, places)]
        raise CompareError("compare.no_common", old=shown[0], new=shown[1])
    return found


def note_changes(old: Edition, root: Path) -> Changes | None:
    """Write beside the reports of each study what changed since an edition; return it.

    Parameters
    ----------
    old : Edition
        The last one.
    root : Path
        The folder of reports as they are now.

    Returns
    -------
    Changes or None
        None where nothing in the folder can be read.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        new = read_edition(root)
    except CompareError:
        return None
    if not isinstance(new, Edition):
        return None
    # What stands there of a report that failed is of an earlier run.
    fresh = {place: held for place, held in new.reports.items() if place not in new.failed}
    changes = changes_between(old, replace(new, reports=fresh))
    studies: dict[str, dict[str, object]] = {}
    for report in changes.both:
        study, _, place = report.place.partition("/")
        studies.setdefault(study, {})[place] = _noted(report, root)
    for study, reports in studies.items():
        target = root / study / CHANGED
        told = {"schema": SCHEMA, "edition": old.name, "reports": reports}
        try:
            write_whole(target, as_json(told))
        except OSError as problem:
            raise cannot_write(target, problem) from None
    return changes


def _noted(report: ReportChanges, root: Path) -> dict[str, object]:
    assert report.verdict is not None
    tally = report.tally
    return {
        "sha256": file_sha256(root / report.place / RESULTS),
        "since": day(report.old),
        "day": day(report.new),
        "old": report.verdict.old,
        "new": report.verdict.new,
        "figures": tally.figures,
        "judged": tally.judged,
        "compared": tally.compared,
        "kinds": dict(tally.kinds),
    }
