"""The rows of a table: a frame in memory, or files that DuckDB reads.

Imports engine, errors and landing.
"""

from __future__ import annotations

import os
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import pandas as pd

from evalkit.errors import DataError
from evalkit.landing import sql_name
from evalkit.table.engine import TYPES, database, disk, expression_of, new_name

if TYPE_CHECKING:
    import ibis


class Rows(Protocol):
    """Where the rows of a table are."""

    @property
    def frame(self) -> pd.DataFrame:
        """All of them, in memory."""

    @property
    def n(self) -> int:
        """How many there are."""

    def missing(self) -> dict[str, int]:
        """Return of each column how many cells are missing."""

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some columns, in memory."""

    def expression(self) -> ibis.Table:
        """Return them as an expression, in which whatever is missing is NULL."""


class FrameRows:
    """Rows that are in memory.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns under our names; an empty text is a missing one.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._made: dict[int, ibis.Table] = {}

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.frame)

    def missing(self) -> dict[str, int]:
        """Return of each column how many cells are missing."""
        empty = self.frame.isna() | (self.frame == "")
        return {str(name): int(count) for name, count in empty.sum().items()}

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some columns."""
        return self.frame[list(names)]

    def expression(self) -> ibis.Table:
        """Return them as an expression, which keeps them: as `Rows.expression`."""
        # A fork has a database of its own.
        process = os.getpid()
        if process not in self._made:
            self._made[process] = self._expression()
        return self._made[process]

    def _expression(self) -> ibis.Table:
        view, held = new_name(), new_name()
        database().register(held, self.frame)
        described = database().execute(f'DESCRIBE "{held}"').fetchall()
        types = {str(row[0]): _type_of(str(row[1])) for row in described}
        return _view(view, f'"{held}"', types)


class StoredRows(ABC):
    """Rows that a database finds in files, of which no column is read before it is asked for.

    Parameters
    ----------
    path : Path
        Names the table in messages.
    types : mapping of str to str
        Columns of the table, with what DuckDB calls the type of each. One that is not in the
        files is missing in every row.
    """

    def __init__(self, path: Path, types: Mapping[str, str]) -> None:
        self._path, self._types = path, types
        self._made: dict[int, ibis.Table] = {}

    @property
    @abstractmethod
    def found(self) -> Mapping[str, str]:
        """The columns that the files have, with what DuckDB calls their types."""

    @property
    @abstractmethod
    def files(self) -> str:
        """The files as DuckDB's functions take them."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The rows as a query can name them, with their number from 1."""

    @abstractmethod
    def check(self) -> None:
        """Stop where what was fingerprinted is no longer what is read."""

    def chosen(self) -> str:
        """Return the columns of the table out of those of the files."""
        return ", ".join(
            f'CAST("{name}" AS {kind}) AS "{name}"'
            if name in self.found
            else f'CAST(NULL AS {kind}) AS "{name}"'
            for name, kind in self._types.items()
        )

    @cached_property
    def n(self) -> int:
        """How many there are, as the ends of the files say: no column is read."""
        query = f"SELECT count(*) FROM read_parquet({self.files})"
        return int(self._rows(query)[0][0])

    def missing(self) -> dict[str, int]:
        """Return of each column how many cells are missing; no row comes into memory."""
        empty = ", ".join(f"count(*) - count({given(n, t)})" for n, t in self._types.items())
        found = self._rows(f"SELECT {empty} FROM {self.source}")[0]
        return dict(zip(self._types, map(int, found), strict=True))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All of them, in memory."""
        return self.columns(tuple(self._types))

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some columns; no other is read."""
        chosen = ", ".join(f'"{name}"' for name in names)
        query = f"SELECT {chosen} FROM {self.source} ORDER BY row_number"
        frame: pd.DataFrame = self._asked(query, lambda found: found.df())
        return as_frame(frame, {name: self._types[name] for name in names})

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._asked(query, lambda found: found.fetchall())
        return rows

    def _asked(self, query: str, taken: Callable[[duckdb.DuckDBPyConnection], Any]) -> Any:
        """Return what is taken of a query's result: all of it, or the next could not be asked."""
        try:
            return taken(database().execute(query))
        except duckdb.Error:
            raise DataError("clean_broken", path=self._path) from None

    def expression(self) -> ibis.Table:
        """Return them as an expression, which keeps the files: as `Rows.expression`."""
        process = os.getpid()
        if process not in self._made:
            self._made[process] = self._expression()
        return self._made[process]

    def _expression(self) -> ibis.Table:
        return _view(new_name(), self.source, self._types)


class ParquetRows(StoredRows):
    """Rows of one Parquet file, held in memory.

    Parameters
    ----------
    raw : bytes
        The file as it was fingerprinted: it may change on the disk meanwhile.
    path, types
        As `StoredRows` takes them.
    """

    def __init__(self, raw: bytes, path: Path, types: Mapping[str, str]) -> None:
        super().__init__(path, types)
        self._file = f"/{new_name()}.parquet"
        disk().pipe_file(self._file, raw)
        self._forget = weakref.finalize(self, disk().rm_file, self._file)

    @property
    def address(self) -> str:
        """Where the database finds the file."""
        return f"memory:/{self._file}"

    @property
    def files(self) -> str:
        """The file as DuckDB's functions take it."""
        return f"'{self.address}'"

    def check(self) -> None:
        """Do nothing: what is held in memory stays as it is."""

    @cached_property
    def found(self) -> Mapping[str, str]:
        """The columns that the file has, with what DuckDB calls their types."""
        query = f"DESCRIBE SELECT * FROM read_parquet({self.files})"
        return {str(row[0]): str(row[1]) for row in self._rows(query)}

    @property
    def source(self) -> str:
        """The rows as a query can name them, with their number in the file from 1."""
        read = f"read_parquet({self.files}, file_row_number = true)"
        return f"(SELECT file_row_number + 1 AS row_number, {self.chosen()} FROM {read})"

    def _expression(self) -> ibis.Table:
        # Whoever has an expression may have let go of the table.
        self._forget.detach()
        return super()._expression()


def _view(view: str, source: str, types: Mapping[str, str]) -> ibis.Table:
    """Return a new view of the database, in which an empty text is a missing one."""
    chosen = ", ".join(f"{given(n, t)} AS {sql_name(n)}" for n, t in types.items())
    database().execute(f'CREATE TEMP VIEW "{view}" AS SELECT {chosen} FROM {source}')
    return expression_of(view, types)


def as_frame(frame: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of DuckDB's in which what is missing has a place in every column.

    Parameters
    ----------
    types : mapping of str to str
        What DuckDB calls the type of each column.
    """
    nullable = {"BOOLEAN": "boolean", "BIGINT": "Int64"}
    return frame.astype({n: nullable[t] for n, t in types.items() if t in nullable})


def given(name: str, kind: str) -> str:
    """Return a column as its type: NULL where its cell is missing."""
    quoted = sql_name(name)
    if kind == "VARCHAR":
        return f"NULLIF(CAST({quoted} AS VARCHAR), '')"
    if kind == "DOUBLE":
        # What pandas calls missing is a number to others.
        return f"CASE WHEN NOT isnan({quoted}) THEN CAST({quoted} AS DOUBLE) END"
    return f"CAST({quoted} AS {kind})"


def _type_of(found: str) -> str:
    """Return the type that a column of a frame is given: all whole numbers are of one."""
    whole = found.lstrip("U") in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
    if found.startswith(("TIMESTAMP", "DATETIME")):
        return "TIMESTAMP"
    return (
        "BIGINT"
        if whole
        else "DOUBLE"
        if found == "FLOAT"
        else (found if found in TYPES else "VARCHAR")
    )
