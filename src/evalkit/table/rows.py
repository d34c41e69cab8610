"""The rows of a table: a frame in memory, or a Parquet file that DuckDB reads.

Imports engine, errors and landing.
"""

from __future__ import annotations

import os
import uuid
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb
import pandas as pd

from evalkit.errors import DataError
from evalkit.landing import sql_name
from evalkit.table.engine import TYPES, database, disk, expression_of

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
        view, held = _new_name(), _new_name()
        database().register(held, self.frame)
        described = database().execute(f'DESCRIBE "{held}"').fetchall()
        types = {str(row[0]): _type_of(str(row[1])) for row in described}
        return _view(view, f'"{held}"', types)


class ParquetRows:
    """Rows of a Parquet file, of which no column is read before it is asked for.

    Parameters
    ----------
    raw : bytes
        The file as it was fingerprinted: it may change on the disk meanwhile.
    path : Path
        Names the file in messages.
    types : mapping of str to str
        Columns of the table, with what DuckDB calls the type of each. One that is not in the
        file is missing in every row.
    """

    def __init__(self, raw: bytes, path: Path, types: Mapping[str, str]) -> None:
        self._file = f"/{_new_name()}.parquet"
        disk().pipe_file(self._file, raw)
        self._forget = weakref.finalize(self, disk().rm_file, self._file)
        self._path, self._types = path, types
        self._made: dict[int, ibis.Table] = {}

    @property
    def address(self) -> str:
        """Where the database finds the file."""
        return f"memory:/{self._file}"

    @cached_property
    def found(self) -> dict[str, str]:
        """The columns that the file has, with what DuckDB calls their types."""
        query = f"DESCRIBE SELECT * FROM read_parquet('{self.address}')"
        return {str(row[0]): str(row[1]) for row in self._asked(query).fetchall()}

    @property
    def source(self) -> str:
        """The rows as a query can name them, with their number in the file from 1."""
        chosen = ", ".join(
            f'"{name}"' if name in self.found else f'CAST(NULL AS {kind}) AS "{name}"'
            for name, kind in self._types.items()
        )
        read = f"read_parquet('{self.address}', file_row_number = true)"
        return f"(SELECT file_row_number + 1 AS row_number, {chosen} FROM {read})"

    @cached_property
    def n(self) -> int:
        """How many there are, as the end of the file says: no column is read."""
        query = f"SELECT count(*) FROM read_parquet('{self.address}')"
        return int(self._asked(query).fetchall()[0][0])

    def missing(self) -> dict[str, int]:
        """Return of each column how many cells are missing; no row comes into memory."""
        empty = ", ".join(f"count(*) - count({_given(n, t)})" for n, t in self._types.items())
        found = self._asked(f"SELECT {empty} FROM {self.source}").fetchall()[0]
        return dict(zip(self._types, map(int, found), strict=True))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All of them, in memory."""
        return self.columns(tuple(self._types))

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some columns; no other is read."""
        chosen = ", ".join(f'"{name}"' for name in names)
        frame = self._asked(f"SELECT {chosen} FROM {self.source} ORDER BY row_number").df()
        nullable = {"BOOLEAN": "boolean", "BIGINT": "Int64"}
        wanted = {n: nullable[t] for n in names if (t := self._types[n]) in nullable}
        return frame.astype(wanted)

    def _asked(self, query: str) -> duckdb.DuckDBPyConnection:
        try:
            return database().execute(query)
        except duckdb.Error:
            raise DataError("clean_broken", path=self._path) from None

    def expression(self) -> ibis.Table:
        """Return them as an expression, which keeps the file: as `Rows.expression`."""
        process = os.getpid()
        if process not in self._made:
            self._made[process] = self._expression()
        return self._made[process]

    def _expression(self) -> ibis.Table:
        # Whoever has an expression may have let go of the table.
        self._forget.detach()
        return _view(_new_name(), self.source, self._types)


def _view(view: str, source: str, types: Mapping[str, str]) -> ibis.Table:
    """Return a new view of the database, in which an empty text is a missing one."""
    chosen = ", ".join(f"{_given(n, t)} AS {sql_name(n)}" for n, t in types.items())
    database().execute(f'CREATE TEMP VIEW "{view}" AS SELECT {chosen} FROM {source}')
    return expression_of(view, types)


def _given(name: str, kind: str) -> str:
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


def _new_name() -> str:
    return f"t{uuid.uuid4().hex}"
