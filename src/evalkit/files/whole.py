"""What is written stands whole or not at all, and through no link.

Imports errors and marks. Who can write the folder of reports, or sent it, would choose by a link
which file of ours is emptied.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evalkit.errors import OutputError
from evalkit.files.marks import PARTIAL, process_mark, remove


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all; a link of its name gives way to it.

    Parameters
    ----------
    content : str or bytes
        What it holds; a text in UTF-8.
    private : bool
        Whether this user alone may read it.

    Raises
    ------
    OSError
        As the system says it.
    """
    with staged_file(path, private=private) as staged:
        staged.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def staged_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give an empty file beside another, which takes its place at the end.

    Parameters
    ----------
    path : Path
        What is replaced; it stays as it is where anything is raised inside.
    private : bool
        Whether this user alone may read it.

    Raises
    ------
    OSError
        As the system says it.
    """
    # A name that nobody can foresee, and that must be new: no link stands there.
    staged = path.with_name(f".{path.name}{PARTIAL}{process_mark()}-{secrets.token_hex(4)}")
    try:
        os.close(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666))
        yield staged
        staged.replace(path)
    finally:
        remove(staged)


@contextmanager
def staged_folder(parent: Path, name: str, run: str) -> Iterator[Path]:
    """Give a folder in which something is made beside its place; it goes if it stays there.

    Parameters
    ----------
    parent : Path
        The folder that it lies in, made if need be.
    run : str
        Begins with `process_mark`; who stops halfway is swept by it.
    """
    parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{name}{PARTIAL}{run}-", dir=parent))
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def replace_folder(staged: Path, folder: Path, ours: Callable[[str], bool]) -> None:
    """Put a finished folder in its place.

    Parameters
    ----------
    folder : Path
        Its place; what is there goes when the new one stands.
    ours : callable
        Whether a name in it is replaced; what somebody else put there stays.
    """
    os.chmod(staged, 0o755)
    old = staged.with_name(staged.name + "-old")
    if folder.exists() or folder.is_symlink():
        folder.rename(old)
    staged.rename(folder)
    # What a link led to is not ours to take from.
    if old.is_dir() and not old.is_symlink():
        for kept in [path for path in old.iterdir() if not ours(path.name)]:
            kept.rename(folder / kept.name)
    # A link that stood there goes, and what it leads to stays.
    remove(old)


def append_line(path: Path, line: str) -> None:
    """Append a line to a file of ours; stop where a link stands in its place.

    Raises
    ------
    OSError
        As the system says it.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o644), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def check_no_link(root: Path, folder: Path) -> None:
    """Stop where a link leads out of a folder of reports, which may itself be one.

    Parameters
    ----------
    root, folder : Path
        The folder of reports; a folder in it.

    Raises
    ------
    OutputError
        With the link.
    """
    for place in (folder, *folder.parents):
        if place == root or place == place.parent:
            return
        if place.is_symlink():
            raise OutputError("cannot_write_link", path=place)
