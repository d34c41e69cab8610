"""The rows of a table that lies in several Parquet files, read where they are.

Imports rows, engine, files, trace, landing and errors. A program that writes a large table
writes a folder: ``attendance.parquet/part-0.parquet``, or one folder for each value of a column
(``attendance.parquet/township=East/0.parquet``, as Hive does). The files are too large to be held,
so they are looked at again whenever they were asked: what changed meanwhile is refused.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Callable, Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import duckdb

from evalkit.errors import DataError
from evalkit.files import files_in, folder_sha256, unreadable_as
from evalkit.landing import sql_name, sql_text
from evalkit.table.engine import database, watch
from evalkit.table.rows import StoredRows
from evalkit.trace import openly

if TYPE_CHECKING:
    import ibis

# What Spark and others put beside their files: it holds no row.
BESIDE = re.compile(r"_SUCCESS|_metadata|_common_metadata|\..+\.crc")
KEY = re.compile(r"([^=]+)=(.*)", re.DOTALL)
# The folder of the rows that have no value of the column.
NOTHING = "__HIVE_DEFAULT_PARTITION__"
# No file has as many rows: the numbers of the rows of each follow on those of the one before.
ROWS = 2**40


class FolderRows(StoredRows):
    """Rows of a folder of Parquet files.

    Parameters
    ----------
    path : Path
        The folder; its name ends in ``.parquet``, as that of a single file.
    types : mapping of str to str
        As `StoredRows` takes them.

    Raises
    ------
    DataError
        If it holds no Parquet file, or another one.
    """

    def __init__(self, path: Path, types: Mapping[str, str]) -> None:
        super().__init__(path, types)
        with unreadable_as(DataError, path):
            every = _files(path)
            self._every, self._stamps = every, _stamps(every)
        self.parts = {n: p for n, p in every.items() if not BESIDE.fullmatch(p.name)}
        foreign = [
            name for name, file in self.parts.items() if file.suffix != ".parquet" or file.is_dir()
        ]
        if foreign:
            raise DataError("place.folder_foreign", path=path, found=foreign[0])
        if not self.parts:
            raise DataError("place.folder_empty", path=path)
        digests = {n: _digest(file) for n, file in every.items()}
        self.fingerprint = folder_sha256(digests) if path.is_dir() else digests[path.name]

    @cached_property
    def found(self) -> Mapping[str, str]:
        """The columns of the files and of their folders' names, the same for every file."""
        told = {name: self._columns(name) for name in self.parts}
        first, wanted = next(iter(told.items()))
        for name, columns in told.items():
            ours = [n for n in self._types if columns.get(n) != wanted.get(n)]
            if ours or _keys(name).keys() != _keys(first).keys():
                raise DataError(
                    "place.parts_unlike",
                    path=self._path, one=first, other=name,
                    columns=ours or sorted(_keys(name).keys() ^ _keys(first).keys()),
                )  # fmt: skip
        return wanted | self._typed(_keys(first))

    def _columns(self, name: str) -> dict[str, str]:
        """Return the columns of one file; stop on one that is cut short or none at all."""
        query = f"DESCRIBE SELECT * FROM read_parquet({_quoted(self.parts[name])}, {PLAIN})"
        try:
            found = {str(r[0]): str(r[1]) for r in database().execute(query).fetchall()}
        except duckdb.Error:
            raise DataError("place.part_broken", path=self._path, part=name) from None
        if twice := sorted(_keys(name).keys() & found.keys()):
            raise DataError("place.key_twice", path=self._path, part=name, columns=twice)
        return found

    def _typed(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Return the type of each column that stands in the names of the folders."""
        found = {}
        for key in keys:
            kind = self._types.get(key, "VARCHAR")
            values = sorted({_keys(name)[key] for name in self.parts} - {NOTHING})
            read = f"TRY_CAST(x AS {kind})"
            asked = f"SELECT count(*) - count({read}) FROM unnest(?::VARCHAR[]) AS v(x)"
            ((odd,),) = database().execute(asked, [values]).fetchall()
            found[key] = kind if not odd else "VARCHAR"
        return found

    @property
    def keys(self) -> Set[str]:
        """The columns that stand in the names of the folders."""
        return _keys(next(iter(self.parts))).keys()

    @property
    def files(self) -> str:
        """The files as DuckDB's functions take them."""
        return f"[{', '.join(map(_quoted, self.parts.values()))}]"

    @property
    def source(self) -> str:
        """The rows as a query can name them, with a number each: by file, and in it."""
        # As text: what DuckDB would guess from some folders, another might not be.
        kinds = ", ".join(f"{sql_name(key)}: VARCHAR" for key in self.keys)
        hive = f"hive_partitioning = true, hive_types = {{{kinds}}}" if kinds else PLAIN
        read = f"read_parquet({self.files}, file_row_number = true, {hive})"
        number = f"file_index * {ROWS} + file_row_number + 1"
        return f"(SELECT {number} AS row_number, {self.chosen()} FROM {read})"

    def check(self) -> None:
        """Stop where a file is not as it was when it was fingerprinted.

        Raises
        ------
        DataError
            If a file changed, came or went.
        """
        with unreadable_as(DataError, self._path):
            now = _files(self._path)
            changed = now.keys() != self._every.keys() or _stamps(now) != self._stamps
        if changed:
            raise DataError("place.folder_changed", path=self._path) from None

    def _asked(self, query: str, taken: Callable[[duckdb.DuckDBPyConnection], Any]) -> Any:
        try:
            return super()._asked(query, taken)
        finally:
            self.check()

    def _expression(self) -> ibis.Table:
        made = super()._expression()
        watch(made.get_name(), self.check)
        return made


# A folder's name that looks like a column's is none, unless every file has it.
PLAIN = "hive_partitioning = false"


def _files(path: Path) -> dict[str, Path]:
    """Return the files of a folder, by their names in it; of a file itself, itself."""
    return files_in(path) if path.is_dir() else {path.name: path}


def _keys(name: str) -> dict[str, str]:
    """Return the columns that the folders above a file name, with their values."""
    found = (KEY.fullmatch(part) for part in name.split("/")[:-1])
    return {unquote(m[1]): unquote(m[2]) for m in found if m}


def _quoted(path: Path) -> str:
    # A sign that stands for any letters would read other files.
    return sql_text(glob.escape(os.fspath(path)))


def _stamps(files: Mapping[str, Path]) -> dict[str, tuple[int, int, int]]:
    found = {name: os.stat(path) for name, path in files.items()}
    return {name: (s.st_size, s.st_mtime_ns, s.st_ino) for name, s in found.items()}


def _digest(path: Path) -> str:
    with unreadable_as(DataError, path), openly(), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
