"""What the system says of a file has a sentence of its own, whoever asked for the file."""

import errno
from pathlib import Path

import pytest

from evalkit.errors import DataError, NotebookError, StudyError
from evalkit.files import cannot_write, unreadable_as

SAID = [
    (FileNotFoundError, "file_missing"),
    (NotADirectoryError, "file_missing"),
    (IsADirectoryError, "file_is_folder"),
    (PermissionError, "file_unreadable"),
]


@pytest.mark.parametrize("kind", [DataError, NotebookError, StudyError])
@pytest.mark.parametrize(("problem", "key"), SAID)
def test_a_file_that_cannot_be_read_is_named(kind, problem, key):
    with pytest.raises(kind) as caught, unreadable_as(kind, Path("a.csv")):
        raise problem

    assert caught.value.to_json()["key"] == key
    assert caught.value.to_json()["values"] == {"path": "a.csv"}


def test_what_the_system_says_otherwise_goes_on():
    with pytest.raises(OSError, match="unplugged"), unreadable_as(DataError, Path("a.csv")):
        raise OSError(errno.EIO, "unplugged")


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "cannot_write_full"),
        (errno.EROFS, "cannot_write_denied"),
        (errno.ENOTDIR, "cannot_write_place"),
        (errno.ELOOP, "cannot_write_link"),
        (errno.EIO, "cannot_write"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(number, key):
    assert cannot_write(Path("reports"), OSError(number, "")).to_json()["key"] == key
