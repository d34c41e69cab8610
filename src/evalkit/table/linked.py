"""A table that a study file links: a CSV file that keeps its promise of columns, or is refused.

Imports table, schema, protocol, files, trace and errors. Messages give counts and, for public
tables alone, line numbers: a cell value may be a person's.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalkit.errors import DataError
from evalkit.files import subset_sha256, unreadable_as
from evalkit.protocol import Study, TableSpec
from evalkit.schema import DEFINITION, MOST, Column, Schema, linked_names, load_schema
from evalkit.table.rows import FrameRows
from evalkit.table.table import Table
from evalkit.trace import note_read, read_bytes

# What spreadsheets put between cells instead of commas, as a message writes it.
SEPARATORS = {";": ";", "\t": "Tab"}

# Of fewer kinds of rows it may be chance that each comes several times.
KINDS = 30


def read_table(study: Study, spec: TableSpec | str, area: str = "") -> Table:
    """Return one table of a study, checked against its shape.

    Parameters
    ----------
    area : str
        The area whose rows the caller uses, of a table that is shared by areas; all rows
        are checked and returned, and the fingerprint is that of the area's rows.

    Raises
    ------
    DataError
        If the file is missing, empty, not UTF-8, lacks a column or holds an
        impossible value.
    """
    spec = study.tables[spec] if isinstance(spec, str) else spec
    promise = _promise(_schema(spec), spec, study)
    raw = _read_bytes(spec.path)
    parsed = _parse(raw, spec)
    found = [str(column) for column in parsed.columns]
    frame = _translate(_rename(parsed, spec, promise), spec, found)
    checked = {column: _check(frame[column], promise.get(column), spec) for column in frame.columns}
    result = pd.DataFrame(checked)
    _check_unique(result, spec)
    lines = tuple(int(line) for line in result.index)
    result = result.reset_index(drop=True)
    part, digest = _part(raw, spec, area)
    note_read(spec.path, part, digest)
    return Table(
        name=f"{spec.name}[{part}]" if part else spec.name,
        shape=spec.shape,
        rows=FrameRows(result),
        # Of a table of counts so few are possible that its hash would tell which it is.
        fingerprint="" if spec.status == "confidential" else digest,
        status=spec.status,
        source=spec.source,
        licence=spec.licence,
        unit=spec.unit,
        lines=lines,
    )


def _part(raw: bytes, spec: TableSpec, area: str) -> tuple[str, str]:
    """Return which rows count, and the fingerprint of these."""
    column = spec.columns.get("area", "area")
    # Where the study translates areas, several texts may stand for one.
    plain = area and "area" not in spec.values
    rows = subset_sha256(raw, column, area) if plain else None
    if rows is None:
        return "", hashlib.sha256(raw).hexdigest()
    return f"{column}={area}", rows


def _schema(spec: TableSpec) -> Schema:
    if spec.shape not in linked_names():
        raise DataError("shape_unknown", table=spec.name, shape=spec.shape, known=linked_names())
    return load_schema(spec.shape)


def _promise(schema: Schema, spec: TableSpec, study: Study) -> dict[str, Column]:
    found = definitions(spec.columns)
    if any(DEFINITION in name for name in schema.columns) and not found:
        raise DataError("no_definition", path=spec.path)
    return schema.columns_for(study.languages, found)


def definitions(columns: Iterable[str]) -> list[str]:
    """Return the event definitions of a follow-up table."""
    return sorted(name.removesuffix("_time") for name in columns if name.endswith("_time"))


def _read_bytes(path: Path) -> bytes:
    with unreadable_as(DataError, path):
        raw = read_bytes(path, noted=False)
    if not raw.strip():
        raise DataError("table_empty", path=path)
    return raw


def _parse(raw: bytes, spec: TableSpec) -> pd.DataFrame:
    """Return the cells as text; the index holds each row's line in the file."""
    path = spec.path
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DataError("not_utf8", path=path, position=str(problem.start + 1)) from None
    try:
        lines = _lines(text, spec)
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error):
        raise DataError("table_broken", path=path) from None
    if frame.empty:
        raise DataError("table_empty", path=path)
    frame.columns = frame.columns.str.strip()
    if len(lines) != len(frame):
        raise DataError("table_broken", path=path)
    return frame.apply(lambda column: column.str.strip()).set_axis(lines)


def _lines(text: str, spec: TableSpec) -> list[int]:
    """Return the line on which each row begins; stop on rows that do not fit the header."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header = [name.strip() for name in next(reader)]
    if len(header) == 1 and (mark := next((m for m in (";", "\t") if m in header[0]), "")):
        raise DataError("table_separator", path=spec.path, mark=SEPARATORS[mark])
    if load_schema(spec.shape).closed and "" in header:
        position = header.index("") + 1
        raise DataError("column_unnamed", path=spec.path, position=str(position))
    for name in header:
        if header.count(name) > 1:
            if spec.status == "public":
                raise DataError("column_twice", path=spec.path, column=name)
            raise DataError("column_twice_hidden", path=spec.path)
    begins, lines = reader.line_num + 1, []
    try:
        for row in reader:
            if row:
                if len(row) != len(header):
                    found, wanted = str(len(row)), str(len(header))
                    raise _broken(spec, "table_width", begins, found=found, wanted=wanted)
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error:
        raise _broken(spec, "table_broken_line", begins) from None
    return lines


def _broken(spec: TableSpec, key: str, line: int, **values: str) -> DataError:
    if spec.status != "public":
        return DataError("table_broken", path=spec.path)
    return DataError(key, path=spec.path, line=str(line), **values)


def _rename(frame: pd.DataFrame, spec: TableSpec, promise: Mapping[str, Column]) -> pd.DataFrame:
    found = [str(column) for column in frame.columns]
    closed = load_schema(spec.shape).closed
    if closed:
        _check_known(spec, promise, found)
    columns = dict(spec.columns)
    if closed or not columns:
        # A ledger with some columns under other names has the rest under ours.
        taken = set(columns.values())
        columns |= {
            name: name
            for name, column in promise.items()
            if name not in columns and name not in taken and (column.required or name in found)
        }
    for name, column in promise.items():
        if column.required:
            columns.setdefault(name, name)
    missing = sorted({theirs for theirs in columns.values() if theirs not in found})
    if missing:
        raise _columns_missing(spec, missing, found)
    return pd.DataFrame({ours: frame[theirs] for ours, theirs in columns.items()})


def _check_known(spec: TableSpec, promise: Mapping[str, Column], found: list[str]) -> None:
    # A column under another name is not there under ours as well: one of the two is a slip.
    stated = {*promise} - {*spec.columns} | {*spec.columns.values()}
    unknown = [c for c in found if c not in stated and not _of_other_language(spec, c, found)]
    # The study file can misspell ours too.
    unknown += [ours for ours in spec.columns if ours not in promise]
    if unknown:
        raise DataError("columns_unknown", path=spec.path, unknown=unknown, known=list(promise))


def _of_other_language(spec: TableSpec, column: str, found: list[str]) -> bool:
    """Tell whether a column is in a language that the study does not speak, which is no slip.

    A language has all its required columns: place_zn beside no statement_zn is misspelt.
    """
    stems = load_schema(spec.shape).per_language
    stem, _, lang = column.rpartition("_")
    whole = all(f"{s}_{lang}" in found for s, needs in stems.items() if needs.required)
    return stem in stems and len(lang) == 2 and whole


def _columns_missing(spec: TableSpec, missing: list[str], found: list[str]) -> DataError:
    if spec.status == "public":
        return DataError("columns_missing", path=spec.path, missing=missing, found=found)
    # Without a header the first line is a person, whom a message must not name.
    count = str(len(found))
    return DataError("columns_missing_hidden", path=spec.path, missing=missing, count=count)


def _translate(frame: pd.DataFrame, spec: TableSpec, found: list[str]) -> pd.DataFrame:
    for column, mapping in spec.values.items():
        if column not in frame:
            raise _columns_missing(spec, [column], found)
        known = frame[column].isin(list(mapping))
        if not known.all():
            raise _impossible(spec, column, ~known, "value_unmapped", known=sorted(mapping))
        frame[column] = frame[column].map(mapping)
    return frame


def _check(values: pd.Series, promise: Column | None, spec: TableSpec) -> pd.Series:
    column = str(values.name)
    blank = values == ""
    if promise is None:
        guessed = _guess(values, blank)
        if pd.api.types.is_numeric_dtype(guessed) and (wrong := guessed.abs() == math.inf).any():
            raise _impossible(spec, column, wrong, "value_not_number")
        return guessed
    if blank.any() and not promise.missing:
        raise _impossible(spec, column, blank, "value_missing")
    if promise.kind in ("text", "choice"):
        wrong = ~values.isin(list(promise.choices)) & ~blank if promise.choices else blank & False
        if wrong.any():
            known = list(promise.choices)
            raise _impossible(spec, column, wrong, "value_unmapped", values, known=known)
        return values
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    wrong = numbers.isna() & ~blank | numbers.abs().eq(math.inf)
    if wrong.any():
        raise _impossible(spec, column, wrong, "value_not_number")
    low = 0.0 if promise.kind in ("count", "flag") else promise.low
    if low is not None and (numbers < low).any():
        raise _impossible(spec, column, numbers < low, "value_below", low=f"{low:g}")
    high = MOST if promise.high is None else promise.high
    if (numbers > high).any():
        raise _impossible(spec, column, numbers > high, "value_above", high=f"{high:g}")
    if promise.kind == "flag" and (wrong := numbers.notna() & ~numbers.isin([0, 1])).any():
        raise _impossible(spec, column, wrong, "value_unmapped", known=["0", "1"])
    if promise.kind == "count" and (wrong := numbers % 1 != 0).any():
        raise _impossible(spec, column, wrong, "value_not_whole")
    whole = promise.kind in ("count", "flag") and not blank.any()
    return numbers.astype("int64") if whole else numbers


def _guess(values: pd.Series, blank: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    # 0012 is a name, not twelve.
    named = (numbers.isna() & ~blank).any() or values.str.match(r"[+-]?0\d").any()
    return values if named else numbers


def _check_unique(frame: pd.DataFrame, spec: TableSpec) -> None:
    key = list(load_schema(spec.shape).key)
    if key:
        if (twice := frame.duplicated(key)).any():
            raise _impossible(spec, key[0], twice, "value_twice")
        return
    # People may be alike; that all of so many kinds come in twos, or threes, is a file in which
    # everybody stands that often (by chance one in 2 to the power of their number).
    alike = frame.value_counts(dropna=False).to_numpy()
    times = int(np.gcd.reduce(alike)) if len(alike) >= KINDS else 1
    if times > 1:
        raise DataError("table_repeated", path=spec.path, times=str(times))


def _impossible(
    spec: TableSpec,
    column: str,
    wrong: pd.Series,
    key: str,
    cells: pd.Series | None = None,
    **values: Any,
) -> DataError:
    theirs = spec.columns.get(column, column)
    count = int(wrong.sum())
    if spec.status == "public":
        values["line"] = str(wrong.index[wrong.to_numpy()][0])
        key = f"{key}_line"
        # What a ledger holds is in print; elsewhere a cell may be a person's.
        if cells is not None and load_schema(spec.shape).closed:
            values["found"] = str(cells[wrong.to_numpy()].iloc[0])
            key = f"{key}_found"
    return DataError(key, path=spec.path, column=theirs, count=str(count), **values)
