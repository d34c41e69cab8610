"""Fingerprints of files, and of some rows of a shared one.

Imports nothing of evalkit, and no pandas: whether anything is to be built is asked
before anything heavy is loaded.
"""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal digits.

    Raises
    ------
    OSError
        As the system says it.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def subset_sha256(raw: bytes, column: str, value: str) -> str | None:
    """Return the SHA-256 of a file's header and the rows that hold a value.

    What is hashed are the header and those rows as Python's `csv` module writes them
    (comma, line feed, quotes where needed, UTF-8), cells without blanks at their ends:
    a reader can make it again from the file.

    Parameters
    ----------
    raw : bytes
        A CSV file in UTF-8, with a header.
    column, value : str
        What the rows hold where.

    Returns
    -------
    str or None
        In hexadecimal digits; None where the file has no such column or cannot be read.
    """
    try:
        rows = [[cell.strip() for cell in row] for row in _rows(raw) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    if not rows or column not in rows[0]:
        return None
    at = rows[0].index(column)
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(row for row in rows[1:] if len(row) > at and row[at] == value)
    return hashlib.sha256(kept.getvalue().encode()).hexdigest()


def _rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), strict=True))
