"""The rows of a table in a database: counted there, and only what is asked for comes here.

Imports server, lines, rows, engine and landing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.landing import sql_name
from evalkit.table.engine import expression_of, known_types, lies_in, new_name
from evalkit.table.lines import answer
from evalkit.table.rows import as_frame
from evalkit.table.server import KINDS, ServerTable, Session

if TYPE_CHECKING:
    import ibis


class ServerRows:
    """Rows in a PostgreSQL database.

    Parameters
    ----------
    table : ServerTable
        Where they are.
    types : mapping of str to str
        Columns of the table, with what DuckDB calls the type of each. One that is not there
        is missing in every row.
    """

    def __init__(self, table: ServerTable, types: Mapping[str, str]) -> None:
        self._table, self._types = table, types

    @cached_property
    def n(self) -> int:
        """How many there are."""
        query = f"SELECT count(*) FROM ({self._table.source(self._types)}) AS t"
        return int(self._rows(query)[0][0])

    def missing(self) -> dict[str, int]:
        """Return of each column how many cells are missing; no row comes into memory."""
        empty = ", ".join(f"count(*) - count({sql_name(name)})" for name in self._types)
        (found,) = self._rows(f"SELECT {empty} FROM ({self._given}) AS t")
        return dict(zip(self._types, map(int, found), strict=True))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All of them, in memory."""
        return self.columns(tuple(self._types))

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some columns, in memory; the rows lie in the order of all their cells."""
        chosen = ", ".join(map(sql_name, names))
        query = f"SELECT {chosen} FROM ({self.ordered}) AS t"
        types = {name: self._types[name] for name in names}
        return as_frame(_fetched(self._table.session, query, types, self._table.place), types)

    @property
    def ordered(self) -> str:
        """A query for every row, in an order that is the same on each server."""
        places = ", ".join(str(place) for place in range(1, len(self._types) + 1))
        return f"{self._table.source(self._types)} ORDER BY {places}"

    @property
    def _given(self) -> str:
        return self._table.source(self._types, given=True)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._table.session.rows(query, self._table.place)

    @cached_property
    def _made(self) -> ibis.Table:
        name = new_name()
        lies_in(name, Served(self._table, self._given))
        return expression_of(name, self._types)

    def expression(self) -> ibis.Table:
        """Return them as an expression, which the database computes: as `Rows.expression`."""
        return self._made


class Served:
    """A table of expressions that lies in a database.

    Parameters
    ----------
    table : ServerTable
        Where its rows are.
    source : str
        The query for them.
    """

    def __init__(self, table: ServerTable, source: str) -> None:
        self.table, self.source = table, source
        self.label = table.place

    @property
    def where(self) -> Session:
        """What computes it: tables of one session can be asked together."""
        return self.table.session

    def ask(self, expression: ibis.Expr, tables: Mapping[str, Served]) -> pd.DataFrame:
        """Return what an expression comes to.

        Parameters
        ----------
        tables : mapping of str to Served
            Each table that it is made of, by its name in it; all of one session.
        """
        import ibis

        types = known_types(expression)
        sql = ibis.to_sql(_by_small(expression), dialect="postgres")
        named = ", ".join(
            f"{sql_name(name)} AS NOT MATERIALIZED ({each.source})" for name, each in tables.items()
        )
        chosen = ", ".join(
            f"CAST({sql_name(name)} AS {KINDS[kind][0]})" for name, kind in types.items()
        )
        query = f"WITH {named} SELECT {chosen} FROM ({sql}) AS answer"
        return _fetched(self.where, query, types, self.label)


def _by_small(expression: ibis.Expr) -> ibis.Expr:
    """Return an expression in which a yes or no becomes a large number by way of a small one.

    PostgreSQL knows no other way; ibis does not go it.
    """
    from ibis.expr.datatypes import int32
    from ibis.expr.operations import Cast

    def changed(node: Any, parts: dict[str, Any] | None) -> Any:
        node = node.__recreate__(parts) if parts else node
        if isinstance(node, Cast) and node.arg.dtype.is_boolean() and node.to.is_integer():
            return Cast(Cast(node.arg, int32), node.to)
        return node

    return expression.op().replace(changed).to_expr()


def _fetched(session: Session, query: str, types: Mapping[str, str], place: str) -> pd.DataFrame:
    """Return what a query finds as a frame with the types that DuckDB would give it."""
    held = bytearray()
    rows = session.copy(query, place, held.extend)
    return answer(bytes(held), types, rows, place)
