"""A table that was read before: its Parquet file, held to its shape again.

Imports handed, rules, shapes, protocol, table, trace and errors. Whoever wrote the file: a table
of a study keeps its promise of columns, or is refused. Made-up data carry their mark in the
file itself, and are known by it whatever the study says of them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fsspec

from evalkit.errors import DataError, StudyError
from evalkit.files import unreadable_as
from evalkit.intake.cells import TYPES
from evalkit.intake.handed import Export, Problem
from evalkit.intake.header import Header
from evalkit.intake.marks import LEFT_OUT, MARK, PUBLIC
from evalkit.intake.rules import find_problems
from evalkit.intake.shapes import Shape, load_shape
from evalkit.protocol import TableSpec
from evalkit.table import Table
from evalkit.trace import note_read, read_bytes

_FILE = "table.parquet"


@dataclass(frozen=True)
class Inspection:
    """A table, and what its own checks doubt or describe in it.

    Parameters
    ----------
    table : Table
        Checked.
    problems : tuple of Problem
        Of the levels "warn" and "note": what forbids a table is an error.
    left_out : dict of str to int
        Rows that a rule of the platform file left out on reading, by the rule.
    """

    table: Table
    problems: tuple[Problem, ...]
    left_out: dict[str, int]


def read_clean(spec: TableSpec) -> Table:
    """Return a table of an office, with the columns and types of its shape.

    Parameters
    ----------
    spec : TableSpec
        As `inspect_clean` takes it, with the same errors.
    """
    return inspect_clean(spec).table


def inspect_clean(spec: TableSpec) -> Inspection:
    """Return a table of an office with what its checks find.

    Parameters
    ----------
    spec : TableSpec
        Its file, as `evalkit.intake.store` writes it.

    Returns
    -------
    Inspection
        Choices by their codes; dates as datetime64; flags as nullable booleans; counts as
        nullable whole numbers.

    Raises
    ------
    DataError
        If the file is missing, is no Parquet, lacks a column or has one of another type,
        or holds what the table's own checks forbid.
    StudyError
        If it holds made-up data that the study does not declare so, or the other way round.
    """
    shape = load_shape(spec.shape)
    raw = _bytes(spec.path)
    note_read(spec.path)
    disk = fsspec.filesystem("memory", skip_instance_cache=True)
    disk.pipe_file(f"/{_FILE}", raw)
    try:
        with duckdb.connect(":memory:") as database:
            # The very bytes that were fingerprinted, whatever happens to the file meanwhile.
            database.register_filesystem(disk)
            database.execute("SET threads = 1; SET temp_directory = ''")
            _load(database, shape, spec.path)
            keys = _keys(database)
            _check_mark(MARK in keys, spec)
            if spec.status == "public" and PUBLIC not in keys:
                raise StudyError("public_undeclared", path=spec.path)
            problems = _check_rows(database, shape, spec.path)
            columns = ", ".join(f'"{name}"' for name in shape.columns)
            frame = database.execute(f"SELECT {columns} FROM data ORDER BY row_number").df()
    finally:
        disk.rm_file(f"/{_FILE}")
    for name, field in shape.columns.items():
        if field.kind == "flag":
            frame[name] = frame[name].astype("boolean")
        elif field.kind == "count":
            frame[name] = frame[name].astype("Int64")
    table = Table(
        name=spec.name,
        shape=spec.shape,
        frame=frame,
        fingerprint="" if spec.status == "confidential" else hashlib.sha256(raw).hexdigest(),
        status=spec.status,
        source=spec.source,
        licence=spec.licence,
        unit="",
    )
    return Inspection(table, problems, _left_out(keys.get(LEFT_OUT, "{}"), spec.path))


def _bytes(path: Path) -> bytes:
    with unreadable_as(DataError, path):
        return read_bytes(path, noted=False)


def _load(database: duckdb.DuckDBPyConnection, shape: Shape, path: Path) -> None:
    """Fill the database; stop on a file that is none, or is of another shape."""
    source = f"read_parquet('memory://{_FILE}')"
    try:
        described = database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        found = {str(row[0]): str(row[1]) for row in described}
        # A table that was read before its shape had a column knows nothing of it.
        later = {
            name
            for name, field in shape.columns.items()
            if name not in found and not field.required
        }
        unlike = [
            name
            for name, field in shape.columns.items()
            if name not in later and found.get(name) != TYPES[field.kind]
        ]
        if unlike:
            raise DataError("clean_unlike", path=path, shape=shape.name, columns=unlike)
        columns = ", ".join(
            f'CAST(NULL AS {TYPES[field.kind]}) AS "{name}"' if name in later else f'"{name}"'
            for name, field in shape.columns.items()
        )
        database.execute(
            "CREATE TABLE data AS SELECT row_number() OVER () AS row_number, "
            f"{columns} FROM {source}"
        )
    except duckdb.Error:
        raise DataError("clean_broken", path=path) from None


def _keys(database: duckdb.DuckDBPyConnection) -> dict[str, str]:
    query = f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('memory://{_FILE}')"
    return {str(key): str(value) for key, value in database.execute(query).fetchall()}


def _left_out(text: str, path: Path) -> dict[str, int]:
    try:
        return {str(rule): int(rows) for rule, rows in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError):
        raise DataError("clean_broken", path=path) from None


def _check_mark(marked: bool, spec: TableSpec) -> None:
    if marked and spec.status != "made_up":
        raise StudyError("made_up_undeclared", path=spec.path, status=spec.status)
    if not marked and spec.status == "made_up":
        raise StudyError("made_up_unmarked", path=spec.path)


def _check_rows(
    database: duckdb.DuckDBPyConnection, shape: Shape, path: Path
) -> tuple[Problem, ...]:
    places = {name: place for place, name in enumerate(shape.columns)}
    made = Export(shape, database, "", "", Header(0, places, {}, frozenset(), ()))
    found = find_problems(made)
    wrong = [problem for problem in found if problem.level == "stop"]
    if wrong:
        count = max(problem.count for problem in wrong)
        codes = [problem.code for problem in wrong]
        raise DataError("clean_forbidden", path=path, codes=codes, n=count)
    return tuple(found)
