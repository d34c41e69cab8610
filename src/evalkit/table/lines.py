"""What a server sends, read by DuckDB: lines of CSV become rows of known types.

Imports engine, landing and errors. So a frame from a server has the types of one from a file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pandas as pd

from evalkit.errors import DataError
from evalkit.landing import sql_text
from evalkit.table.engine import database, disk

# Bytes of the longest row.
LONGEST = 2**27
# Every sign is said: nothing is guessed from what stands in the rows.
FORM = (
    "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
    "allow_quoted_nulls = false, new_line = '\\n', parallel = false, "
    f"max_line_size = {LONGEST}"
)


@contextmanager
def lines_as(raw: bytes, types: Mapping[str, str]) -> Iterator[str]:
    """Give what a query of a database with `evalkit.table.engine.disk` can name the rows by.

    Parameters
    ----------
    raw : bytes
        Lines of a CSV file without a header; what is missing is nothing, and an empty text
        two quotation marks.
    types : mapping of str to str
        The columns in their order, with what DuckDB calls the type of each.
    """
    file = f"/{uuid.uuid4().hex}.csv"
    disk().pipe_file(file, raw)
    columns = ", ".join(f"{sql_text(name)}: {sql_text(kind)}" for name, kind in types.items())
    try:
        yield f"read_csv('memory:/{file}', {FORM}, columns = {{{columns}}})"
    finally:
        disk().rm_file(file)


def frame_of(raw: bytes, types: Mapping[str, str]) -> pd.DataFrame:
    """Return lines as a frame.

    Parameters
    ----------
    raw, types
        As `lines_as` takes them.

    Raises
    ------
    duckdb.Error
        If a cell is not of its type.
    """
    with lines_as(raw, types) as source:
        found: duckdb.DuckDBPyConnection = database().execute(f"SELECT * FROM {source}")
        frame: pd.DataFrame = found.df()
    return frame


def answer(raw: bytes, types: Mapping[str, str], rows: int, place: str) -> pd.DataFrame:
    """Return an answer as a frame with the types that DuckDB would give it.

    Parameters
    ----------
    raw, types
        As `lines_as` takes them.
    rows : int
        How many there are.
    place : str
        The table that was asked, as messages name it.

    Raises
    ------
    DataError
        If the lines are not what was asked for.
    """
    try:
        frame = frame_of(raw, types)
    except duckdb.Error:
        frame = None
    if frame is None or len(frame) != rows:
        raise DataError("place.unreadable", path=place)
    return frame
