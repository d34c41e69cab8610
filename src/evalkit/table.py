"""A table keeps its promise of columns, or is refused; and it has a fingerprint.

Imports protocol, shape, part, words, trace and errors. Messages give counts and, for public tables
alone, line numbers: a cell value may be a person's.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.errors import DataError
from evalkit.files import subset_sha256, unreadable_as
from evalkit.protocol import Study, TableSpec
from evalkit.shape import CLOSED, MOST, PER_LANGUAGE, SHAPES, UNIQUE, Column
from evalkit.trace import note_read, read_bytes
from evalkit.words import Term

# What spreadsheets put between cells instead of commas, as a message writes it.
SEPARATORS = {";": ";", "\t": "Tab"}


@dataclass(frozen=True)
class Table:
    """A checked table.

    Parameters
    ----------
    name, shape : str
        As the study names it; one of `evalkit.shape.SHAPES`.
    frame : pandas.DataFrame
        Columns under our names, checked.
    fingerprint : str
        SHA-256 of the file's bytes; of a shared file, of the area's rows, as
        `evalkit.files.subset_sha256` defines it, and the name then tells which; empty for a
        confidential table.
    status : {"public", "confidential", "made_up"}
        As the study declares it.
    source : Term
        Who published it.
    licence : str
        SPDX identifier, or "facts".
    unit : str
        Unit of time of a follow-up table, else empty.
    lines : tuple of int
        The line of the file on which each row begins, for messages about public
        tables.
    rules : tuple of str
        Columns that say of each person whether they count, of a table made from logs.
    parts : tuple of (str, str)
        Name and fingerprint of each table that this one was made from.
    """

    name: str
    shape: str
    # Rows are persons: what shows the whole in a notebook or a traceback shows none of them.
    frame: pd.DataFrame = field(repr=False)
    fingerprint: str
    status: str
    source: Term
    licence: str
    unit: str
    lines: tuple[int, ...] = field(default=(), repr=False)
    rules: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of each file behind it."""
        return self.parts or ((self.name, self.fingerprint),)


def made_from(
    tables: Sequence[Table],
    shape: str,
    frame: pd.DataFrame,
    unit: str = "",
    rules: Sequence[str] = (),
) -> Table:
    """Return a table that was computed from others, with the fingerprint of each.

    Parameters
    ----------
    tables : sequence of Table
        Of one study's offices; the first says where they come from.
    shape : str
        One of `evalkit.shape.SHAPES`.
    frame : pandas.DataFrame
        What was computed.
    unit : str
        Unit of time of a follow-up table, else empty.
    rules : sequence of str
        Columns that say of each person whether they count.
    """
    first = tables[0]
    return Table(
        name="+".join(table.name for table in tables),
        shape=shape,
        frame=frame,
        fingerprint="",
        status=first.status,
        source=first.source,
        licence=first.licence,
        unit=unit,
        rules=tuple(rules),
        parts=tuple(pair for table in tables for pair in table.data),
    )


def read_table(study: Study, spec: TableSpec | str, area: str = "") -> Table:
    """Return one table of a study, checked against its shape.

    Parameters
    ----------
    study : Study
        The study that declares it.
    spec : TableSpec or str
        The table, or its name there.
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
    promise = _promise(spec, study)
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
        frame=result,
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


def _promise(spec: TableSpec, study: Study) -> dict[str, Column]:
    if spec.shape not in SHAPES:
        raise DataError("shape_unknown", table=spec.name, shape=spec.shape, known=sorted(SHAPES))
    promise = dict(SHAPES[spec.shape])
    for stem, column in PER_LANGUAGE.get(spec.shape, {}).items():
        promise |= {f"{stem}_{lang}": column for lang in study.languages}
    if spec.shape == "follow_up":
        if not definitions(spec.columns):
            raise DataError("no_definition", path=spec.path)
        for name in definitions(spec.columns):
            promise |= {name: Column("flag"), f"{name}_time": Column("number", low=0)}
    return promise


def definitions(columns: Iterable[str]) -> list[str]:
    """Return the event definitions of a follow-up table.

    Parameters
    ----------
    columns : iterable of str
        Column names under our names.
    """
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
    if spec.shape in CLOSED and "" in header:
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
    closed = spec.shape in CLOSED
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
    stems = PER_LANGUAGE.get(spec.shape, {})
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
        return _guess(values, blank)
    if blank.any() and not promise.missing:
        raise _impossible(spec, column, blank, "value_missing")
    if promise.kind == "text":
        wrong = ~values.isin(list(promise.choices)) & ~blank if promise.choices else blank & False
        if wrong.any():
            known = list(promise.choices)
            raise _impossible(spec, column, wrong, "value_unmapped", values, known=known)
        return values
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    wrong = numbers.isna() & ~blank | numbers.abs().eq(float("inf"))
    if wrong.any():
        raise _impossible(spec, column, wrong, "value_not_number")
    low = 0.0 if promise.kind in ("count", "flag") else promise.low
    if low is not None and (numbers < low).any():
        raise _impossible(spec, column, numbers < low, "value_below", low=f"{low:g}")
    if (numbers > MOST).any():
        raise _impossible(spec, column, numbers > MOST, "value_above", high=f"{MOST:g}")
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
    column = UNIQUE.get(spec.shape)
    if column and frame[column].duplicated().any():
        twice = frame[column].duplicated()
        raise _impossible(spec, column, twice, "value_twice")


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
        if cells is not None and spec.shape in CLOSED:
            values["found"] = str(cells[wrong.to_numpy()].iloc[0])
            key = f"{key}_found"
    return DataError(key, path=spec.path, column=theirs, count=str(count), **values)
