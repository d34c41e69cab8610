"""The rows of a table in Parquet files that a local Spark counts.

Imports folder, spark_session, spark_sql, engine, lines and landing. They are found, checked
and fingerprinted as those of a folder are, by DuckDB; what is computed of them, Spark computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.landing import sql_name
from evalkit.table.engine import expression_of, known_types, lies_in, new_name
from evalkit.table.folder import ROWS, FolderRows
from evalkit.table.lines import answer
from evalkit.table.spark_session import session
from evalkit.table.spark_sql import KINDS, column, given, lines_sql

if TYPE_CHECKING:
    import ibis
    import pandas as pd


class SparkRows(FolderRows):
    """Rows of Parquet files, whose expressions Spark computes.

    Parameters
    ----------
    path, types
        As `FolderRows` takes them; the path may be that of a single file too.
    """

    def _expression(self) -> ibis.Table:
        name = new_name()
        lies_in(name, SparkTable(self, self._path))
        return expression_of(name, self._types)

    @cached_property
    def view(self) -> dict[str, Any]:
        """The rows as Spark is told to find them: as `Session.ask` takes it."""
        there = {n: t for n, t in self._types.items() if n in self.found}
        keys = [name for name in there if name in self.keys]
        held = {n: t for n, t in there.items() if n not in keys}
        cells = {
            n: given(n, t) if n in there else f"CAST(NULL AS {KINDS[t]})"
            for n, t in self._types.items()
        }
        chosen = ", ".join(f"{cell} AS {column(n)}" for n, cell in cells.items())
        return {
            "files": [str(file) for file in self.parts.values()],
            "keys": keys,
            "values": self._values(keys),
            "schema": ", ".join(f"{column(n)} {KINDS[t]}" for n, t in held.items()),
            "query": f"SELECT {chosen} FROM found",
            "rows": self.n,
        }

    def _values(self, keys: Sequence[str]) -> list[tuple[int, list[str | None]]]:
        """Return what the folders' names say of each file that has rows, as text.

        Spark would read the names in another way: letters that are written by their bytes
        (%E4%B8%9C) become others.
        """
        if not keys:
            return []
        told = ", ".join(f"min({sql_name(key)}::VARCHAR)" for key in keys)
        file = f"(row_number - 1) // {ROWS}"
        query = f"SELECT {file}, {told} FROM {self.source} GROUP BY 1 ORDER BY 1"
        return [(int(number), list(values)) for number, *values in self._rows(query)]


class SparkTable:
    """A table of expressions that Spark computes.

    Parameters
    ----------
    rows : SparkRows
        Its rows.
    path : Path
        Names it in messages.
    """

    # There is one Spark in a process: all its tables can be asked together.
    where = "spark"

    def __init__(self, rows: SparkRows, path: Path) -> None:
        self.rows, self.label = rows, str(path)

    def ask(self, expression: ibis.Expr, tables: Mapping[str, SparkTable]) -> pd.DataFrame:
        """Return what an expression comes to.

        Parameters
        ----------
        tables : mapping of str to SparkTable
            Each table that it is made of, by its name in it.
        """
        types = known_types(expression)
        sql = lines_sql(expression, types)
        views = {name: each.rows.view for name, each in tables.items()}
        try:
            raw, rows = session(self.label).ask(sql, views, self.label)
        finally:
            # Also where it failed: that a file changed is the better reason.
            for each in tables.values():
                each.rows.check()
        return answer(raw, types, rows, self.label)
