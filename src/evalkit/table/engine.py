"""Where expressions are computed: a DuckDB in this process, or where all their tables lie.

Imports landing and errors. Ibis writes the SQL and DuckDB runs it; see docs/adr/0026-tables.md
for why ibis' own connection to DuckDB is not used. Ibis takes a third of a second to import:
only who asks for an expression pays for it.
"""

from __future__ import annotations

import functools
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import fsspec
import pandas as pd

from evalkit.errors import DataError
from evalkit.landing import sql_name

if TYPE_CHECKING:
    import ibis

# What each type of a table's column is called by DuckDB and by ibis.
TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "BIGINT": "int64",
    "DOUBLE": "float64",
    "DATE": "date",
    "TIMESTAMP": "timestamp(6)",
}


# What ibis calls the type of a column of a result, and what DuckDB calls it.
RESULTS = (
    ("is_string", "VARCHAR"),
    ("is_boolean", "BOOLEAN"),
    ("is_integer", "BIGINT"),
    ("is_numeric", "DOUBLE"),
    ("is_date", "DATE"),
    ("is_timestamp", "TIMESTAMP"),
)


class Place(Protocol):
    """Where a table of expressions lies, if not in the database of this process."""

    label: str

    @property
    def where(self) -> object:
        """What computes it: only tables of one can be asked together."""

    def ask(self, expression: ibis.Expr, tables: Mapping[str, Any]) -> pd.DataFrame:
        """Return what an expression of tables that lie there comes to."""


# Of each table that lies outside this process where that is, or what tells that it changed.
_places: dict[str, Place] = {}
_watched: dict[str, Callable[[], None]] = {}


def ask(expression: ibis.Expr) -> pd.DataFrame:
    """Return what an expression comes to; of a number, one row and column.

    The types of the columns are those that the expression says, whatever computed it: whole
    numbers, numbers, words, yes or no, and times.

    Raises
    ------
    DataError
        If its tables lie in several places, or one of them changed or cannot be reached.
    """
    names = sorted(_tables_of(expression))
    places = {name: _places[name] for name in names if name in _places}
    if places:
        together = {each.where for each in places.values()}
        if len(together) > 1 or len(places) < len(names):
            labels = sorted(each.label for each in places.values())
            raise DataError("place.apart", places=labels)
        return next(iter(places.values())).ask(expression, places)
    return _ask_here(expression, names)


def _ask_here(expression: ibis.Expr, names: Iterable[str]) -> pd.DataFrame:
    import ibis

    chosen = ", ".join(
        f"CAST({sql_name(name)} AS {kind}) AS {sql_name(name)}" if kind else sql_name(name)
        for name, kind in result_types(expression).items()
    )
    sql = ibis.to_sql(expression, dialect="duckdb")
    try:
        return database().execute(f"SELECT {chosen} FROM ({sql}) AS answer").df()
    finally:
        # Also where it failed: that a file changed is the better reason.
        for name in names:
            if name in _watched:
                _watched[name]()


def result_types(expression: ibis.Expr) -> dict[str, str]:
    """Return what DuckDB calls the type of each column of a result; empty where we do not."""
    return {
        name: next((kind for test, kind in RESULTS if getattr(dtype, test)()), "")
        for name, dtype in expression.as_table().schema().items()
    }


def known_types(expression: ibis.Expr) -> dict[str, str]:
    """Return what DuckDB calls the type of each column of a result from another place.

    Raises
    ------
    DataError
        If a column is of a type that an answer from elsewhere cannot have.
    """
    types = result_types(expression)
    if odd := [name for name, kind in types.items() if not kind]:
        raise DataError("place.result_type", columns=odd)
    return types


def _tables_of(expression: ibis.Expr) -> set[str]:
    from ibis.expr.operations import UnboundTable

    return {node.name for node in expression.op().find(UnboundTable)}


def lies_in(table: str, place: Place) -> None:
    """Say that a table of expressions lies elsewhere.

    Parameters
    ----------
    table : str
        Its name in expressions.
    place : Place
        What computes it.
    """
    _places[table] = place


def watch(table: str, check: Callable[[], None]) -> None:
    """Look at a table again whenever an expression of it was computed.

    Parameters
    ----------
    table : str
        Its name in expressions.
    check : callable
        Raises where what was computed cannot be relied on.
    """
    _watched[table] = check


def new_name() -> str:
    """Return a name that no other table of expressions has."""
    return f"t{uuid.uuid4().hex}"


def expression_of(view: str, types: Mapping[str, str]) -> ibis.Table:
    """Return a view of the database as an expression."""
    import ibis

    return ibis.table({name: TYPES[kind] for name, kind in types.items()}, name=view)


def database() -> duckdb.DuckDBPyConnection:
    """Return the database of this process."""
    return _database(os.getpid())


def disk() -> Any:
    """Return the files in memory that the database can read."""
    return _disk()


@functools.cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """Open it; a fork must not go on with the database of its parent."""
    opened = duckdb.connect(":memory:")
    opened.register_filesystem(_disk())
    # Persons do not overflow onto a disk that nobody chose.
    opened.execute("SET threads = 1; SET temp_directory = ''")
    return opened


@functools.cache
def _disk() -> Any:
    return fsspec.filesystem("memory", skip_instance_cache=True)
