"""A note beside reports of what changed since the last edition.

Imports bundle, export and this package.
"""

from __future__ import annotations

from pathlib import Path

from evalkit.bundle.contents import as_json
from evalkit.editions.changes import MOVED, Changes, ReportChanges, changes_between
from evalkit.editions.edition import Edition
from evalkit.editions.partner import Partner
from evalkit.editions.read import read_edition
from evalkit.editions.told import day
from evalkit.errors import CompareError
from evalkit.export.changes import SCHEMA
from evalkit.files import cannot_write, file_sha256, write_whole
from evalkit.protocol import CHANGED, RESULTS


def last_edition(path: Path, places: set[str]) -> Edition:
    """Return the last edition, held in memory: a run may replace what it was read of.

    Parameters
    ----------
    places : set of str
        Reports of the run, each ``<study>/<area>/<outcome>``.

    Raises
    ------
    CompareError
        If it is none, or has no report of the run.
    BundleError
        If it is a bundle that is not whole.
    """
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
    changes = changes_between(old, new)
    studies: dict[str, dict[str, object]] = {}
    for report in changes.both:
        study, _, place = report.place.partition("/")
        # What stands there of a report that failed is of an earlier run.
        if report.place not in new.failed:
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
    moved = report.kinds[MOVED]
    return {
        "sha256": file_sha256(root / report.place / RESULTS),
        "since": day(report.old),
        "day": day(report.new),
        "old": report.verdict.old,
        "new": report.verdict.new,
        "compared": report.compared,
        "moved": moved,
        "other": len(report.changes) - moved,
    }
