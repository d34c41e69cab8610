"""What lies in a folder of reports; what is no report is named and breaks nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError, from_json
from evalkit.estimate import OUTCOME_VERDICTS
from evalkit.export.fonts import spelled
from evalkit.export.results import with_time
from evalkit.language import whole_languages
from evalkit.protocol import DECLARED, FAILED, RESULTS, SUMMARY, brand_of
from evalkit.words import sentence

CODE = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
# What reading and checking a file of any content can raise.
UNFIT = (
    *(OSError, ValueError, TypeError, LookupError),
    *(AttributeError, ArithmeticError, RecursionError),
)
LARGEST = 50_000_000  # bytes; a report of a thousand printed figures has about a tenth


@dataclass(frozen=True)
class Found:
    """What lies in a folder of reports.

    Parameters
    ----------
    root : Path
        The folder.
    built, failed : list of dict
        What each results file and each note of a failure holds, checked.
    unread : list of str
        What is no report although its name says so, relative to the root.
    foreign : list of str
        What no run of ours made, or somebody changed since, relative to the root.
    dropped : list of str
        What its study has no longer, relative to the root.
    fingerprint : str
        Of all results files: what ``sha256sum */*/*/results.json | LC_ALL=C sort |
        sha256sum`` prints in the root.
    """

    root: Path
    built: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    unread: list[str]
    foreign: list[str]
    dropped: list[str]
    fingerprint: str

    @property
    def languages(self) -> list[str]:
        """Every language of a report that evalkit speaks, the first report's first."""
        spoken = (lang for item in (*self.built, *self.failed) for lang in item["languages"])
        return [lang for lang in dict.fromkeys(spoken) if lang in whole_languages()]


def read_reports(
    root: Path,
    made: Mapping[str, str] | None = None,
    listed: Mapping[str, Collection[str]] | None = None,
) -> Found:
    """Read everything that a portal lists.

    Parameters
    ----------
    root : Path
        The folder with ``<study>/<area>/<outcome>/results.json`` and, for a report
        that failed, ``<study>/<area>/<outcome>.failed.json``.
    """
    unread: list[str] = []
    foreign: list[str] = []
    results = _seen(root, f"*/*/*/{RESULTS}")
    reports = [path for path in results if path.parent.name != SUMMARY]
    own = [path for path in reports if _is_own(path, root, made, foreign)]
    notes = [p for p in _seen(root, f"*/*/*{FAILED}") if _is_own(p, root, made, foreign)]
    # What a study has no longer stays where it is, and says nothing of the study as it is now.
    dropped = {path for path in (*own, *notes) if _is_dropped(path, listed or {})}
    built = _all([p for p in own if p not in dropped], root, _check_built, unread)
    failed = _all([p for p in notes if p not in dropped], root, _check_failed, unread)
    named = [_called(path, root) for path in sorted(dropped)]
    return Found(root, built, failed, unread, foreign, named, _fingerprint(results, root))


def _is_dropped(path: Path, listed: Mapping[str, Collection[str]]) -> bool:
    """Return whether a report, or the note of one that failed, is none of its study's now."""
    place = path.parent if path.name == RESULTS else path
    study, area, outcome = *place.parts[-3:-1], place.name.removesuffix(FAILED)
    places = listed.get(study)
    if places is None:
        return False
    if outcome == SUMMARY:
        return not any(other.startswith(f"{area}/") for other in places)
    return f"{area}/{outcome}" not in places


def _is_own(path: Path, root: Path, made: Mapping[str, str] | None, foreign: list[str]) -> bool:
    """Return whether a run of ours made a file; note its place where none did."""
    inside = path.relative_to(root)
    # A link leads to what lies elsewhere, and a portal lists what lies here.
    linked = any((root / part).is_symlink() for part in (inside, *inside.parents[:-1]))
    own = not linked and (made is None or made.get(inside.as_posix()) == _mark(path))
    if not own:
        foreign.append(_called(path, root))
    return own


def _mark(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # It is named among what cannot be read.
        return None


def _called(path: Path, root: Path) -> str:
    place = path.parent if path.name == RESULTS else path
    name = place.relative_to(root).as_posix()
    return spelled(name.encode(errors="backslashreplace").decode())


def _seen(root: Path, pattern: str) -> list[Path]:
    # What begins with a dot is half-made.
    inside = ((path, path.relative_to(root).parts) for path in root.glob(pattern))
    return sorted(path for path, parts in inside if not any(p.startswith(".") for p in parts))


def _all(
    paths: Iterable[Path],
    root: Path,
    check: Callable[[Mapping[str, Any], Path], None],
    unread: list[str],
) -> list[dict[str, Any]]:
    found = []
    for path in paths:
        try:
            # A character without a glyph in one name must not stop the whole portal.
            data = _drawable(_load(path))
            data = with_time(data, path.parent) if path.name == RESULTS else data
            _check_identity(data, path)
            check(data, path)
        except UNFIT:
            unread.append(_called(path, root))
            continue
        found.append(data)
    return found


def _load(path: Path) -> Any:
    if path.stat().st_size > LARGEST:
        raise ValueError("larger than any report")
    return json.loads(path.read_text(encoding="utf-8"))


def _drawable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _drawable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_drawable(inner) for inner in value]
    if not isinstance(value, str) or value.isascii():
        return value
    value.encode()  # raises on half a character, which no page can hold
    return spelled(value)


def _need(fits: bool) -> None:
    if not fits:
        raise ValueError("no report")


def _texts(value: Any) -> None:
    _need(isinstance(value, dict) and bool(value))
    _need(all(isinstance(text, str) for pair in value.items() for text in pair))


def _check_identity(data: Any, path: Path) -> None:
    """Stop on a file that does not say of itself where it lies: its links would mislead."""
    _texts(data["study"]["name"])
    _texts(data["area"]["name"])
    _texts(data["area"]["place"])
    # Who made the file may be anybody, and a page holds the logo.
    brand_of(data["study"])
    _need(type(data["area"]["order"]) is int)
    place = path.parent if path.name == RESULTS else path
    named = (data["study"]["code"], data["area"]["code"], data["outcome"])
    _need(named == (*place.parts[-3:-1], place.name.removesuffix(FAILED)))
    _need(all(CODE.fullmatch(code) for code in named))
    _need(data["outcome"] in (*DECLARED, SUMMARY))
    for names in (data["languages"], data.get("outcomes", [])):
        _need(isinstance(names, list) and all(isinstance(name, str) for name in names))
    _need(any(lang in whole_languages() for lang in data["languages"]))


def _check_built(data: Mapping[str, Any], path: Path) -> None:
    _texts(data["headline"])
    for said in data.get("cautions", []):
        _texts(said)
    _need(bool(DAY.fullmatch(data["provenance"]["made_at"])))
    _need(isinstance(data["estimates"], list))
    for estimate in data["estimates"]:
        _need(isinstance(estimate["estimand"], str))
        _need(isinstance(estimate.get("id", ""), str))
    _need(verdict_of(data) in OUTCOME_VERDICTS)


def _check_failed(data: Mapping[str, Any], path: Path) -> None:
    _need(bool(DAY.fullmatch(data["at"])))
    error = from_json(data["error"])
    _need(isinstance(error, EvalkitError))
    for lang in whole_languages():
        sentence(error, lang)


def verdict_of(report: Mapping[str, Any]) -> str:
    """Return the code of a report's verdict.

    Raises
    ------
    ValueError
        If it has none, or more than one.
    """
    (verdict,) = (e["verdict"] for e in report["estimates"] if e["estimand"] == "verdict")
    return str(verdict)


def _fingerprint(results: Iterable[Path], root: Path) -> str:
    lines = []
    for path in results:
        mark = _mark(path)
        if mark is None:
            continue
        lines.append(f"{mark}  {path.relative_to(root).as_posix()}\n")
    return hashlib.sha256("".join(sorted(lines)).encode(errors="surrogateescape")).hexdigest()
