"""A table of an office in a database: held to its shape as a file is, by the same rules.

Imports inspection, handed, header, rules, marks, schema, protocol, table, trace and errors. The
rules are DuckDB's SQL: every row comes by once, in pieces, is held to them here and forgotten.
What comes by is fingerprinted, and the database shows the same rows until the report is made.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import duckdb

from evalkit.errors import DataError
from evalkit.intake.cells import TYPES
from evalkit.intake.handed import Export, Problem
from evalkit.intake.header import Header
from evalkit.intake.inspection import Inspection, allowed, check_marks, checked_table
from evalkit.intake.rules import find_problems, joined, twice
from evalkit.landing import sql_name
from evalkit.protocol import Server, TableSpec
from evalkit.schema import Schema, load_schema
from evalkit.table import ServerRows, ServerTable
from evalkit.table.engine import disk
from evalkit.table.lines import lines_as
from evalkit.trace import note_asked

# Bytes of the rows that are held at a time.
PIECE = 2**25
# A word in the comment of a table that says what its rows are, as a key in a file does.
WORD = re.compile(r"\w+", re.ASCII)


def inspect_served(spec: TableSpec, server: Server) -> Inspection:
    """Return a table in a database with what its checks find.

    Parameters
    ----------
    server : Server
        That of the table.

    Raises
    ------
    DataError
        If the database cannot be opened or is lost, has no such table, or the table lacks a
        column, has one of another type, or holds what its checks forbid.
    StudyError
        If it holds made-up data that the study does not declare so, or the other way round.
    """
    shape, place = load_schema(spec.shape), spec.place
    types = {name: TYPES[column.kind] for name, column in shape.columns.items()}
    table = ServerTable(server, spec.area, spec.shape, place)
    lacking = [n for n, column in shape.columns.items() if column.required]
    unlike = [n for n in lacking if n not in table.found] + table.unlike(types)
    if unlike:
        raise DataError("place.unlike", path=place, columns=unlike)
    check_marks(WORD.findall(table.comment), spec)
    rows = ServerRows(table, types)
    with _Checked(shape, place) as checked:
        sent = table.session.copy(rows.ordered, place, checked.take)
        found = checked.problems()
        if checked.rows != sent:
            raise DataError("place.unreadable", path=place)
    found = joined(shape, [*found, *_twice(shape, table, types)])
    digest = checked.digest.hexdigest()
    note_asked(place, digest)
    return Inspection(checked_table(spec, rows, digest), allowed(found, place), {})


def _twice(shape: Schema, table: ServerTable, types: dict[str, str]) -> list[Problem]:
    """Return the rows whose key another one has: only the database sees all of them at once."""
    if not shape.key:
        return []
    key = ", ".join(map(sql_name, shape.key))
    whole = " AND ".join(f"{sql_name(name)} IS NOT NULL" for name in shape.key)
    ((count,),) = table.session.rows(
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM "
        f"({table.source(types)}) AS t WHERE {whole} GROUP BY {key}) AS keys",
        table.place,
    )
    return [twice(shape, int(count))] if count else []


class _Checked:
    """Rows that come by: fingerprinted, held to the rules of their table, and forgotten.

    Parameters
    ----------
    shape : Schema
        What they are.
    place : str
        Where they come from, as messages name it.
    """

    def __init__(self, shape: Schema, place: str) -> None:
        # A key that comes twice may do so in two pieces.
        self._shape, self._place = replace(shape, key=()), place
        self._held = bytearray()
        self._found: list[Problem] = []
        self.digest, self.rows = hashlib.sha256(), 0

    def __enter__(self) -> _Checked:
        self._database = duckdb.connect(":memory:")
        self._database.register_filesystem(disk())
        self._database.execute("SET threads = 1; SET temp_directory = ''")
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def take(self, line: bytes) -> None:
        """Take the next row, as `evalkit.table.server.Session.copy` hands it on."""
        self.digest.update(line)
        self._held += line
        if len(self._held) >= PIECE:
            self._check()

    def problems(self) -> list[Problem]:
        """Return what the rules find in all rows; each problem may come several times."""
        self._check()
        return self._found

    def _check(self) -> None:
        columns = self._shape.columns
        types = {name: TYPES[column.kind] for name, column in columns.items()}
        places = {name: place for place, name in enumerate(columns)}
        header = Header(0, places, {}, frozenset(), ())
        try:
            with lines_as(bytes(self._held), types) as source:
                self._database.execute(
                    "CREATE OR REPLACE TABLE data AS SELECT "
                    f"row_number() OVER () + {self.rows} AS row_number, * FROM {source}"
                )
        except duckdb.Error:
            # What DuckDB says quotes the cell.
            unreadable = True
        else:
            unreadable = False
        if unreadable:
            raise DataError("place.unreadable", path=self._place)
        self._held.clear()
        self._found += find_problems(Export(self._shape, self._database, "", "", header))
        ((rows,),) = self._database.execute("SELECT count(*) FROM data").fetchall()
        self.rows += int(rows)
