"""A PostgreSQL database that holds tables: asked in one transaction that only reads.

Imports protocol, landing and errors. Nothing of what the driver says is passed on: it may
quote a cell, a name or an address.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from evalkit.errors import DataError
from evalkit.landing import sql_name, sql_text
from evalkit.protocol import Server

if TYPE_CHECKING:
    import psycopg

# Seconds within which a server must answer.
PATIENCE = 15
# What each type of a table's column may be in the database, where no other says the same; it is
# brought to the first. A text of fixed length loses the blanks that filled it.
KINDS = {
    "VARCHAR": ("text", "varchar", "bpchar"),
    "BOOLEAN": ("bool",),
    "BIGINT": ("int8", "int4", "int2"),
    "DOUBLE": ("float8", "numeric"),
    "DATE": ("date",),
    "TIMESTAMP": ("timestamp",),
}
# What is missing without being NULL.
NOTHING = {"VARCHAR": "''", "DOUBLE": "'NaN'"}
# One picture of all tables, as they were when the first was asked; texts in one form.
SETTINGS = (
    "SET search_path = pg_catalog",
    "SET client_encoding = 'UTF8'",
    "SET datestyle = 'ISO, YMD'",
    "SET timezone = 'UTC'",
    "SET extra_float_digits = 1",
    "SET standard_conforming_strings = on",
    # Rows that this user may not see would be missing without a word: then it is refused.
    "SET row_security = off",
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
)
COLUMNS = """
SELECT a.attname, CASE WHEN t.typtype = 'd' THEN b.typname ELSE t.typname END,
       coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE n.nspname = {area} AND c.relname = {shape} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
# A session that ended, or a server that ends; what this user may not see.
LOST, DENIED = ("08", "57P"), "42501"
Found = TypeVar("Found")


class Session:
    """One connection of this process to a database.

    Parameters
    ----------
    server : Server
        Where it is. The password is the driver's affair.
    """

    def __init__(self, server: Server) -> None:
        self._process = os.getpid()
        self._connection = _connected(server)
        for setting in SETTINGS:
            self._told(functools.partial(self._connection.execute, setting), server.address)

    def rows(self, query: str, place: str) -> list[tuple[Any, ...]]:
        """Return what a query finds, which must be little.

        Parameters
        ----------
        place : str
            The table that is asked, as messages name it.
        """
        return self._told(lambda: self._connection.execute(query).fetchall(), place)

    def copy(self, query: str, place: str, take: Callable[[bytes], None]) -> int:
        """Hand on what a query finds, row by row; return how many rows there were.

        Parameters
        ----------
        place : str
            The table that is asked, as messages name it.
        take : callable
            Is given each row as a line of a CSV file, in UTF-8: what is missing is nothing,
            an empty text is two quotation marks.

        Raises
        ------
        DataError
            If the connection ends before the rows do.
        """

        def copied() -> int:
            with self._connection.cursor() as cursor:
                with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows:
                    while line := rows.read():
                        take(bytes(line))
                return cursor.rowcount

        return self._told(copied, place)

    def close(self) -> None:
        """End the session: its tables cannot be asked any more."""
        self._connection.close()
        for key in [key for key, each in _sessions.items() if each is self]:
            del _sessions[key]

    def _told(self, work: Callable[[], Found], place: str) -> Found:
        """Return what comes of asking, or stop with a sentence of ours alone."""
        import psycopg

        if os.getpid() != self._process:
            # Two processes in one session would take each other's answers.
            raise DataError("place.lost", path=place)
        try:
            return work()
        except psycopg.Error as problem:
            code = problem.sqlstate or ""
            # One that we closed ourselves has ended as well.
            lost = code.startswith(LOST) or self._connection.closed
        except BaseException:
            # What is left off halfway leaves a transaction in which nothing can be asked.
            self.close()
            raise
        # Not where it was caught: the driver's own words would go along with ours. Nothing more
        # can be asked in this transaction, and another one would see other rows.
        self.close()
        if lost:
            raise DataError("place.lost", path=place)
        if code == DENIED:
            raise DataError("place.denied", path=place)
        raise DataError("place.failed", path=place, code=code or "?")


def _connected(server: Server) -> psycopg.Connection[Any]:
    try:
        import psycopg
    except ImportError:
        raise DataError("place.no_driver", path=server.address) from None
    given: dict[str, Any] = {"user": server.user, "sslmode": server.ssl}
    try:
        return psycopg.connect(
            host=server.host.strip("[]"),
            port=server.port,
            dbname=server.database,
            connect_timeout=PATIENCE,
            application_name="evalkit",
            autocommit=True,
            **{key: text for key, text in given.items() if text},
        )
    except (psycopg.Error, UnicodeError):
        pass
    raise DataError("place.refused", path=server.address)


# Of each process: a fork must not go on in the session of its parent.
_sessions: dict[tuple[int, Server], Session] = {}


def session(server: Server) -> Session:
    """Return this process's session with a database, which every table of it shares.

    Raises
    ------
    DataError
        If the driver is not installed, or the database cannot be opened.
    """
    # What lies there does not change how it is reached.
    key = (os.getpid(), replace(server, tables=(), areas=()))
    if key not in _sessions:
        _sessions[key] = Session(server)
    return _sessions[key]


def close_sessions() -> None:
    """End every session of this process: who asks a database again sees it as it is then."""
    for key in [key for key in _sessions if key[0] == os.getpid()]:
        _sessions.pop(key).close()


class ServerTable:
    """A table in a database, in one session of this process.

    Parameters
    ----------
    server : Server
        The database.
    area, shape : str
        Its schema and its name there.
    place : str
        How messages name it.

    Raises
    ------
    DataError
        If the database cannot be opened, or has no such table.
    """

    def __init__(self, server: Server, area: str, shape: str, place: str) -> None:
        self.place, self.session = place, session(server)
        self._name = f"{sql_name(area)}.{sql_name(shape)}"
        asked = COLUMNS.format(area=sql_text(area), shape=sql_text(shape))
        rows = self.session.rows(asked, place)
        if not rows:
            raise DataError("place.no_table", path=place)
        self.found = {str(name): str(kind) for name, kind, _ in rows}
        self.comment = str(rows[0][2])

    def unlike(self, types: Mapping[str, str]) -> list[str]:
        """Return the columns that are there, but of a type that says something else.

        Parameters
        ----------
        types : mapping of str to str
            Columns of the table, with what DuckDB calls the type of each.
        """
        return [n for n, t in types.items() if n in self.found and self.found[n] not in KINDS[t]]

    def source(self, types: Mapping[str, str], given: bool = False) -> str:
        """Return a query for some columns, each of its type; one that is not there is missing.

        Parameters
        ----------
        types : mapping of str to str
            As `unlike` takes them.
        given : bool
            Whether an empty text, and what is no number, is missing.
        """
        chosen = ", ".join(f"{self._cell(n, t, given)} AS {sql_name(n)}" for n, t in types.items())
        return f"SELECT {chosen} FROM {self._name}"

    def _cell(self, name: str, kind: str, given: bool) -> str:
        if name not in self.found:
            return f"CAST(NULL AS {KINDS[kind][0]})"
        cell = f"CAST({sql_name(name)} AS {KINDS[kind][0]})"
        nothing = NOTHING.get(kind) if given else None
        cell = f"NULLIF({cell}, {nothing})" if nothing else cell
        if kind in ("DATE", "TIMESTAMP") and not given:
            # Before the year 1 a time is written as one after it: no rule would see it.
            cell = f"CASE WHEN {cell} < '0001-01-01' THEN '-infinity' ELSE {cell} END"
        # Letters are told apart and put in order by their code, as in DuckDB.
        return f'{cell} COLLATE "C"' if kind == "VARCHAR" else cell
