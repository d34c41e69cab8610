"""Where expressions are computed: a DuckDB in this process.

Imports nothing of evalkit. Ibis writes the SQL and DuckDB runs it; see docs/adr/0026-tables.md
for why ibis' own connection to DuckDB is not used. Ibis takes a third of a second to import:
only who asks for an expression pays for it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import duckdb
import fsspec
import pandas as pd

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


def ask(expression: ibis.Expr) -> pd.DataFrame:
    """Return what an expression comes to; of a number, one row and column."""
    import ibis

    sql = str(ibis.to_sql(expression, dialect="duckdb"))
    checks = [_watched[name] for name in sorted(tables_of(expression)) if name in _watched]
    try:
        return database().execute(sql).df()
    finally:
        # Also where nothing was found: that a file changed is the better reason.
        for check in checks:
            check()


def tables_of(expression: ibis.Expr) -> set[str]:
    """Return the names of the tables that an expression is made of."""
    from ibis.expr.operations import UnboundTable

    return {node.name for node in expression.op().find(UnboundTable)}


# Of each table that lies outside this process what tells that it changed.
_watched: dict[str, Callable[[], None]] = {}


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
