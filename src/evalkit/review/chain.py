"""The record of a review: lines of JSON, each holding the fingerprint of the one before.

Imports errors and files. Nothing in it is changed or removed: what comes is a line more.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evalkit.errors import ReviewError
from evalkit.files import cannot_write, unreadable_as, write_whole

RECORD, LOCK = "record.jsonl", "record.lock"
FIRST = "0" * 64
PARTS = {"n", "before", "at", "by", "action", "body", "hash"}
LARGEST = 1 << 28
# What reading a line of any content can raise.
UNFIT = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def canonical(value: Any) -> bytes:
    """Return a value as JSON of one form: keys sorted, no blank, UTF-8."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value's one form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def entry(
    lines: list[dict[str, Any]], at: str, by: Mapping[str, str], action: str, body: Any
) -> dict[str, Any]:
    """Return what would be the next line of a record, without signature and fingerprint.

    Parameters
    ----------
    lines : list of dict
        The lines so far.
    at : str
        The time, as whoever writes it claims.
    by : mapping of str to str
        "role", and "who" of a reviewer.
    """
    before = lines[-1]["hash"] if lines else FIRST
    made = {"n": len(lines) + 1, "before": before, "at": at, "by": dict(by)}
    return {**made, "action": action, "body": body}


def message(line: Mapping[str, Any]) -> bytes:
    """Return what the signature of a line is of: all of it but signature and fingerprint."""
    return canonical({k: v for k, v in line.items() if k not in ("signature", "hash")})


def closed(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its fingerprint."""
    return {**line, "hash": fingerprint(line)}


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a record; none where there is no record yet.

    Raises
    ------
    ReviewError
        With the number of the first line that is not as it was written.
    """
    path = folder / RECORD
    with unreadable_as(ReviewError, path):
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return []
        if size > LARGEST:
            raise ReviewError("review.record_large", path=path)
        raw = path.read_bytes()
    lines: list[dict[str, Any]] = []
    for number, text in enumerate(raw.splitlines(keepends=True), start=1):
        line = _line(text)
        before = lines[-1]["hash"] if lines else FIRST
        if line is None or line["n"] != number or line["before"] != before:
            raise ReviewError("review.record_broken", path=path, line=str(number))
        lines.append(line)
    return lines


def _line(text: bytes) -> dict[str, Any] | None:
    """Return one line; None unless it is byte for byte what was written."""
    try:
        line: dict[str, Any] = json.loads(text)
        rest = {k: v for k, v in line.items() if k != "hash"}
        whole = text == canonical(line) + b"\n" and line["hash"] == fingerprint(rest)
        known = set(line) - {"signature"} == PARTS and isinstance(line["body"], dict)
        return line if whole and known else None
    except UNFIT:
        return None


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Keep a record for one writer: two at once would each continue the same line.

    Raises
    ------
    ReviewError
        If somebody else writes, or ended without giving it back.
    OutputError
        If the folder cannot be written.
    """
    lock = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        if lock.exists():
            raise ReviewError("review.locked", path=lock) from None
        raise ReviewError("review.record_place", path=folder) from None
    except OSError as problem:
        raise cannot_write(folder, problem) from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def append(folder: Path, lines: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    """Write a record with new lines behind the old ones, whole or not at all.

    Raises
    ------
    OutputError
        If the folder cannot be written; the record stays as it was.
    """
    path = folder / RECORD
    try:
        write_whole(path, b"".join(canonical(line) + b"\n" for line in [*lines, *new]))
    except OSError as problem:
        raise cannot_write(path, problem) from None
