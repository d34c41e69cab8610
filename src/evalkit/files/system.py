"""What the system says of a file or folder, as an error with a sentence of its own.

Imports errors. The system's own words are English, and may hold more than a path.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import EvalkitError, OutputError

# What the system says of a folder, in words that exist in both languages.
REASONS = {
    errno.ENOSPC: "cannot_write_full",
    errno.EDQUOT: "cannot_write_full",
    errno.EACCES: "cannot_write_denied",
    errno.EPERM: "cannot_write_denied",
    errno.EROFS: "cannot_write_denied",
    errno.ENOTDIR: "cannot_write_place",
    errno.EEXIST: "cannot_write_place",
    errno.ELOOP: "cannot_write_link",
}


def cannot_write(folder: Path, problem: OSError) -> OutputError:
    """Return the error of a folder that the system will not write."""
    known = REASONS.get(problem.errno or 0)
    if known:
        return OutputError(known, path=folder)
    return OutputError("cannot_write", path=folder, problem=type(problem).__name__)


@contextmanager
def unreadable_as(kind: type[EvalkitError], path: Path) -> Iterator[None]:
    """Read a file inside; that it cannot be read is said in a sentence.

    Raises
    ------
    EvalkitError
        If there is no such file, it is a folder, or this user may not read it.
    """
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise kind("file_missing", path=path) from None
    except IsADirectoryError:
        raise kind("file_is_folder", path=path) from None
    except PermissionError:
        raise kind("file_unreadable", path=path) from None
    except OSError as problem:
        # A name longer than any file has, or links in a circle: there is nothing behind it.
        if problem.errno not in (errno.ENAMETOOLONG, errno.ELOOP):
            raise
        raise kind("file_missing", path=path) from None
