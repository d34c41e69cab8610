"""What was handed in: rows of each table, and rows out of them.

Imports facts and line.
"""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.recompute.facts import Facts, dims, half, has
from evalkit.recompute.line import Line, line, named


def lines(facts: Facts) -> Iterator[Line]:
    """Yield that every count is one out of the rows of its table."""
    tables = {dims(e)["table"]: e for e in facts.named("table_rows") if has(e, "n")}
    for e in facts.named("missing", "problem", "matched"):
        table = tables.get(dims(e).get("table", ""))
        if table is not None and has(e, "n") and "group" not in dims(e):
            given = named([(table, "n")])
            yield line(e, "same", ["n"], [table["n"]], given, check=True)
    groups = [e for e in facts.named("linked") if has(e, "n")]
    for name in dict.fromkeys(dims(e)["table"] for e in groups):
        parts = [e for e in groups if dims(e)["table"] == name]
        table = tables.get(name)
        if table is not None and len(parts) > 1:
            # Rows of neither group are in the table too.
            slack = sum(half(e, "n") for e in (*parts, table))
            given = named([(e, "n") for e in parts])
            least = max(table["n"], sum(e["n"] for e in parts))
            yield line(table, "at_least_parts", ["n"], [least], given, slack, check=True)
