"""Fingerprints of files, of folders of them, and of some rows of a shared one.

Imports nothing of evalkit, and no pandas: whether anything is to be built is asked
before anything heavy is loaded.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Mapping
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


def folder_sha256(digests: Mapping[str, str]) -> str:
    """Return the SHA-256 of a folder of files, from that of each of its files.

    What is hashed is the list that ``sha256sum`` prints of them: a line a file, with its
    digits, two blanks and its name below the folder, in the order of the names as UTF-8.
    A file that comes, goes or gets another name makes another fingerprint.

    Parameters
    ----------
    digests : mapping of str to str
        Name below the folder, parted by ``/``, to SHA-256.
    """
    names = sorted(digests, key=lambda name: name.encode("utf-8", "surrogateescape"))
    listed = "".join(f"{digests[name]}  {name}\n" for name in names)
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()


def files_in(folder: Path) -> dict[str, Path]:
    """Return every file in a folder and below it, by its name below the folder.

    A link to another folder is among them, as itself: what it leads to may hold this folder.

    Raises
    ------
    OSError
        As the system says it, of a folder that cannot be looked into.
    """
    found: dict[str, Path] = {}
    for inner, folders, names in os.walk(folder, onerror=_raise):
        place = Path(inner)
        linked = [name for name in folders if (place / name).is_symlink()]
        found |= {(place / n).relative_to(folder).as_posix(): place / n for n in names + linked}
    return dict(sorted(found.items()))


def _raise(problem: OSError) -> None:
    raise problem


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
