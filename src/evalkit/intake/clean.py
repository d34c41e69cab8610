"""A table that was read before: its Parquet files, held to their shape again.

Imports inspection, served, handed, rules, schema, protocol, table, trace and errors. Whoever
wrote the file: a table of a study keeps its promise of columns, or is refused. Made-up data
carry their mark in the file itself, and are known by it whatever the study says of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from evalkit.errors import DataError
from evalkit.files import unreadable_as
from evalkit.intake.cells import TYPES
from evalkit.intake.handed import Export, Problem
from evalkit.intake.header import Header
from evalkit.intake.inspection import Inspection, allowed, check_marks, checked_table
from evalkit.intake.marks import LEFT_OUT, MARK, PUBLIC
from evalkit.intake.rules import find_problems
from evalkit.intake.served import inspect_served
from evalkit.protocol import SPARK, TableSpec
from evalkit.schema import Schema, load_schema
from evalkit.table import FolderRows, ParquetRows, SparkRows, StoredRows, Table
from evalkit.table.engine import disk
from evalkit.trace import note_absent, note_read, read_bytes


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
    if spec.server is not None:
        return inspect_served(spec, spec.server)
    shape = load_schema(spec.shape)
    rows, digest = _opened(shape, spec)
    _check_columns(shape, rows, spec.path)
    with duckdb.connect(":memory:") as database:
        database.register_filesystem(disk())
        database.execute("SET threads = 1; SET temp_directory = ''")
        keys = _keys(database, rows, spec.path)
        check_marks(keys, spec)
        _check_record(spec, digest)
        try:
            database.execute(f"CREATE VIEW data AS FROM {rows.source}")
            problems = _check_rows(database, shape, spec.path)
        except duckdb.Error:
            raise DataError("clean_broken", path=spec.path) from None
        finally:
            rows.check()
    table = checked_table(spec, rows, digest)
    return Inspection(table, problems, _left_out(keys.get(LEFT_OUT, []), spec.path))


def _opened(shape: Schema, spec: TableSpec) -> tuple[StoredRows, str]:
    """Return the rows of a file or of a folder of files, and the fingerprint of what holds them."""
    types = {name: TYPES[column.kind] for name, column in shape.columns.items()}
    path = spec.path
    if path.is_dir() or spec.engine == SPARK:
        rows = SparkRows(path, types) if spec.engine == SPARK else FolderRows(path, types)
        note_read(path, digest=rows.fingerprint)
        return rows, rows.fingerprint
    raw = _bytes(path)
    note_read(path)
    # The very bytes that are fingerprinted, whatever happens to the file meanwhile.
    return ParquetRows(raw, path, types), hashlib.sha256(raw).hexdigest()


def _check_record(spec: TableSpec, fingerprint: str) -> None:
    """Stop on a table that the record beside it says is another one, or another area's.

    A table without a record was made by another program, and is held to its shape alone.
    """
    path = spec.path.with_suffix(".json")
    if not path.exists():
        note_absent(path)
        return
    with unreadable_as(DataError, path):
        text = read_bytes(path)
    try:
        told = json.loads(text)
        area, digest = told.get("area", spec.area), told["fingerprint"]
    except (ValueError, AttributeError, TypeError, KeyError):
        raise DataError("record_broken", path=path) from None
    if area != spec.area:
        raise DataError("record_area", path=spec.path, area=spec.area, found=str(area))
    if digest != fingerprint:
        raise DataError("record_other", path=spec.path, record=path)


def _bytes(path: Path) -> bytes:
    with unreadable_as(DataError, path):
        return read_bytes(path, noted=False)


def _check_columns(shape: Schema, rows: StoredRows, path: Path) -> None:
    """Stop on files that are no Parquet, or of another shape."""
    # A table that was read before its shape had a column knows nothing of it.
    later = {
        n for n, column in shape.columns.items() if n not in rows.found and not column.required
    }
    types = {name: TYPES[column.kind] for name, column in shape.columns.items()}
    unlike = [n for n, kind in types.items() if n not in later and rows.found.get(n) != kind]
    if unlike:
        raise DataError("clean_unlike", path=path, shape=shape.name, columns=unlike)


def _keys(
    database: duckdb.DuckDBPyConnection, rows: StoredRows, path: Path
) -> dict[str, list[str]]:
    """Return what the files say of themselves, by key; stop where not all are of one kind."""
    query = (
        "SELECT decode(key), list(decode(value)), count(*) = (SELECT count(DISTINCT file_name) "
        f"FROM parquet_file_metadata({rows.files})) FROM parquet_kv_metadata({rows.files}) "
        "GROUP BY ALL ORDER BY ALL"
    )
    found = database.execute(query).fetchall()
    # Made-up rows among true ones, and public ones among confidential, are neither.
    if partly := [key for key, _, every in found if key in (MARK, PUBLIC) and not every]:
        raise DataError("place.parts_marked", path=path, mark=partly[0])
    return {str(key): list(values) for key, values, _ in found}


def _left_out(texts: Sequence[str], path: Path) -> dict[str, int]:
    """Return the rows that were left out on reading, of all files together."""
    told: dict[str, int] = {}
    try:
        for text in texts:
            for rule, rows in json.loads(text).items():
                told[str(rule)] = told.get(str(rule), 0) + int(rows)
    except (ValueError, AttributeError, TypeError):
        raise DataError("clean_broken", path=path) from None
    return told


def _check_rows(
    database: duckdb.DuckDBPyConnection, shape: Schema, path: Path
) -> tuple[Problem, ...]:
    places = {name: place for place, name in enumerate(shape.columns)}
    made = Export(shape, database, "", "", Header(0, places, {}, frozenset(), ()))
    return allowed(find_problems(made), str(path))
