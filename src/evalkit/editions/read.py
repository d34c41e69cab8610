"""An edition, read from whatever somebody has of it: a bundle, a folder, one file.

Imports bundle and the rest of this package. What is read is told by content and not by name; a
bundle's files are those of its list, or it is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalkit.bundle.archive import LOCAL_SIGN, Archive
from evalkit.bundle.contents import read_contents
from evalkit.bundle.held import UNFIT, folders_of
from evalkit.bundle.manifest import MANIFEST, read_manifest
from evalkit.bundle.verify import LARGEST_LIST
from evalkit.editions.edition import Edition, Report, checked
from evalkit.editions.load import check_regular, load, parsed
from evalkit.editions.partner import Partner, is_partner, read_partner
from evalkit.errors import CompareError, EvalkitError
from evalkit.files import unreadable_as
from evalkit.protocol import EXECUTED, FAILED, MADE, RESULTS, SUMMARY

LARGEST_NOTEBOOK = 1 << 28


def read_edition(path: Path) -> Edition | Partner:
    """Return what a person compares.

    Parameters
    ----------
    path : Path
        A bundle, a folder of reports, the folder of one report, a results file, or a partner's
        file in the shape of CDISC's Analysis Results Standard.

    Raises
    ------
    CompareError
        If it is none of these, or nothing of it can be read.
    BundleError
        If it is a bundle that is not whole.
    """
    with unreadable_as(CompareError, path):
        if path.is_dir():
            return _folder(path)
        check_regular(path)
        with path.open("rb") as file:
            bundle = file.read(len(LOCAL_SIGN)) == LOCAL_SIGN
    if bundle:
        return _bundle(path)
    data = load(path)
    if is_partner(data):
        return read_partner(data, path)
    try:
        place = checked(data)
    except UNFIT:
        raise CompareError("compare.foreign", path=path) from None
    report = Report(place, data, _cells_beside(path), _made_at(data, path.with_name(MADE)))
    return Edition(path.name, "results", {place: report})


def _folder(path: Path) -> Edition:
    if (path / RESULTS).is_file():
        found = read_edition(path / RESULTS)
        if not isinstance(found, Edition):
            raise CompareError("compare.foreign", path=path / RESULTS)
        return Edition(path.name, "report", found.reports)
    reports: dict[str, Report] = {}
    unread: list[str] = []
    for file in _inside(path, f"*/*/*/{RESULTS}"):
        place = file.parent.relative_to(path).as_posix()
        report = _report_of(file, place)
        if report is None:
            unread.append(place)
        else:
            reports[place] = report
    failed = [
        f.relative_to(path).as_posix().removesuffix(FAILED)
        for f in _inside(path, f"*/*/*{FAILED}")
        if f.name != f"{SUMMARY}{FAILED}"
    ]
    if not reports:
        raise CompareError("compare.no_report", path=path)
    return Edition(path.name, "reports", reports, tuple(unread), tuple(failed))


def _inside(path: Path, pattern: str) -> Iterator[Path]:
    """Yield files below a folder; what begins with a dot is half-made, a link leads elsewhere."""
    for file in sorted(path.glob(pattern)):
        inner = file.relative_to(path)
        parts = [path / part for part in (inner, *inner.parents[:-1])]
        hidden = any(part.startswith(".") for part in inner.parts)
        if not hidden and not any(part.is_symlink() for part in parts):
            yield file


def _report_of(file: Path, place: str) -> Report | None:
    try:
        data = load(file)
        if checked(data) != place:
            return None
        return Report(place, data, _cells_beside(file), _made_at(data, file.with_name(MADE)))
    except (*UNFIT, EvalkitError):
        return None


def _made_at(data: Any, file: Path) -> str:
    try:
        raw = file.read_bytes() if file.is_file() else b"{}"
        return _time(data, json.loads(raw))
    except UNFIT:
        return ""


def _time(data: Any, made: Any) -> str:
    told = made.get("made_at") or data.get("provenance", {}).get("made_at")
    return told if isinstance(told, str) else ""


def _cells_beside(file: Path) -> tuple[str, ...] | None:
    notebook = file.with_name(EXECUTED)
    try:
        if not notebook.is_file() or notebook.stat().st_size > LARGEST_NOTEBOOK:
            return None
        return cells_of(notebook.read_bytes())
    except UNFIT:
        return None


def cells_of(notebook: bytes) -> tuple[str, ...]:
    """Return the fingerprint of each code cell of an executed notebook, in order.

    Parameters
    ----------
    notebook : bytes
        As it lies there; the cell that a run puts in is none of the notebook's.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        If it is no notebook.
    """
    found = []
    for cell in json.loads(notebook)["cells"]:
        own = "injected-parameters" not in cell["metadata"].get("tags", [])
        if own and cell["cell_type"] == "code":
            source = "".join(cell["source"])
            found.append(hashlib.sha256(source.encode()).hexdigest())
    return tuple(found)


def _bundle(path: Path) -> Edition:
    with Archive(path) as archive:
        listed = read_manifest(archive.read(MANIFEST, LARGEST_LIST), path)
        read_contents(archive)
        reports: dict[str, Report] = {}
        unread: list[str] = []

        def held(name: str) -> bytes:
            raw = archive.read(name)
            if listed.get(name) != hashlib.sha256(raw).hexdigest():
                raise CompareError("compare.bundle_changed", path=path, name=name)
            return raw

        for folder in folders_of(archive):
            place = folder.partition("/")[2]
            raw, made, notebook = (held(f"{folder}/{n}") for n in (RESULTS, MADE, EXECUTED))
            try:
                data = parsed(raw, path)
                fits = checked(data) == place
                report = Report(place, data, cells_of(notebook), _time(data, json.loads(made)))
            except (*UNFIT, EvalkitError):
                fits = False
            if fits:
                reports[place] = report
            else:
                unread.append(place)
    if not reports:
        raise CompareError("compare.no_report", path=path)
    return Edition(path.name, "bundle", reports, tuple(unread))
