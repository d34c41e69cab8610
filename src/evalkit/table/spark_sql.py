"""An expression as Spark's SQL, whose answer is that of DuckDB.

Imports engine. Ibis writes the SQL. Where the two understand a word in another way, the
expression says first what DuckDB means by it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

# What Spark calls each type of a column.
KINDS = {
    "VARCHAR": "STRING",
    "BOOLEAN": "BOOLEAN",
    "BIGINT": "BIGINT",
    "DOUBLE": "DOUBLE",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP_NTZ",
}
MILLION = 1_000_000


def lines_sql(expression: ibis.Expr, types: Mapping[str, str]) -> str:
    """Return the query for an expression's rows, each as one line of a CSV file.

    Parameters
    ----------
    types : mapping of str to str
        Its columns, with what DuckDB calls the type of each.
    """
    import ibis

    cells = ", ".join(f"coalesce({_text(name, kind)}, '')" for name, kind in types.items())
    # Of the two that ibis knows, this one needs no running Spark to write its SQL.
    sql = ibis.to_sql(_as_meant(expression), dialect="databricks")
    return f"SELECT concat_ws(',', {cells}) FROM ({sql}) AS answer"


def column(name: str) -> str:
    """Return the name of a column as a query says it."""
    return "`" + name.replace("`", "``") + "`"


def given(name: str, kind: str) -> str:
    """Return a column as its type: NULL where its cell is missing."""
    cell = f"CAST({column(name)} AS {KINDS[kind]})"
    # To Spark what is no number is equal to itself.
    nothing = {"VARCHAR": "''", "DOUBLE": "DOUBLE('NaN')"}.get(kind)
    return f"NULLIF({cell}, {nothing})" if nothing else cell


def _text(name: str, kind: str) -> str:
    """Return a cell of an answer as it stands in a line of CSV."""
    # Half of a whole number goes to the even one, as in DuckDB; a whole one stays.
    cell = f"bround({column(name)})" if kind == "BIGINT" else column(name)
    text = f"CAST(CAST({cell} AS {KINDS[kind]}) AS STRING)"
    return f"""concat('"', replace({text}, '"', '""'), '"')""" if kind == "VARCHAR" else text


def _as_meant(expression: ibis.Expr) -> ibis.Expr:
    """Return an expression that means to Spark what it means to DuckDB."""
    from ibis.expr.datatypes import Timestamp, float64, int64
    from ibis.expr.operations import Cast, Divide, ExtractEpochSeconds, Greatest, Least, Literal

    told = _functions()

    def changed(node: Any, parts: dict[str, Any] | None) -> Any:
        node = node.__recreate__(parts) if parts else node
        if isinstance(node, Greatest | Least) and len(node.arg) == 1:
            # Spark refuses the largest of one value; ibis writes it all the same.
            return node.arg[0]
        if isinstance(node, ExtractEpochSeconds):
            # With their fractions, which Spark would cut off.
            time = Cast(node.arg, Timestamp(scale=6)).to_expr()
            micros = Cast(told["unix_micros"](time).op(), float64)
            return Divide(micros, Literal(MILLION, dtype=int64))
        if isinstance(node, Cast) and node.to.is_integer() and node.arg.dtype.is_floating():
            # Spark would cut off what is behind the point.
            return Cast(told["bround"](node.arg.to_expr()).op(), node.to)
        return node

    return expression.op().replace(changed).to_expr()


@functools.cache
def _functions() -> dict[str, Callable[[ibis.Value], ibis.Value]]:
    """Return functions of Spark that ibis does not name."""
    import ibis

    def of(name: str, takes: str, gives: str) -> Callable[[ibis.Value], ibis.Value]:
        def function(value):  # type: ignore[no-untyped-def]
            ...

        signature = ((takes,), gives)
        return ibis.udf.scalar.builtin(function, name=name, signature=signature)

    return {
        "unix_micros": of("unix_micros", "timestamp(6)", "int64"),
        "bround": of("bround", "float64", "float64"),
    }
