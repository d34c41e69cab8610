"""A table: what it is called, where it is from, and its rows.

Imports rows and words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.table.rows import FrameRows, Rows
from evalkit.words import Term

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Table:
    """A checked table.

    Parameters
    ----------
    name, shape : str
        As the study names it; one of the names of `evalkit.schema`.
    rows : Rows
        Columns under our names, checked: a frame in memory, or where a database finds them.
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
    rows: Rows = field(repr=False)
    fingerprint: str
    status: str
    source: Term
    licence: str
    unit: str
    lines: tuple[int, ...] = field(default=(), repr=False)
    rules: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """The rows in memory; read when they are asked for first.

        What a cell changes in them is its own: nothing is copied before it is written to.
        """
        return self.rows.frame.copy(deep=False)

    @property
    def n(self) -> int:
        """How many rows there are."""
        return self.rows.n

    def missing(self) -> Mapping[str, int]:
        """Return of each column how many cells are missing, counted where the rows are."""
        return self.rows.missing()

    def columns(self, *names: str) -> pd.DataFrame:
        """Return some columns in memory: of a file on disk no other is read."""
        return self.rows.columns(names)

    def expression(self) -> ibis.Table:
        """Return the rows as an expression, in which whatever is missing is NULL.

        What is computed of it is asked for by `evalkit.table.ask`; expressions of several
        tables can be joined.
        """
        return self.rows.expression()

    def with_frame(self, frame: pd.DataFrame, **changes: Any) -> Table:
        """Return the same table with other rows."""
        return replace(self, rows=FrameRows(frame), **changes)

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
        One of the names of `evalkit.schema`.
    unit : str
        Unit of time of a follow-up table, else empty.
    rules : sequence of str
        Columns that say of each person whether they count.
    """
    first = tables[0]
    return Table(
        name="+".join(table.name for table in tables),
        shape=shape,
        rows=FrameRows(frame),
        fingerprint="",
        status=first.status,
        source=first.source,
        licence=first.licence,
        unit=unit,
        rules=tuple(rules),
        parts=tuple(pair for table in tables for pair in table.data),
    )
