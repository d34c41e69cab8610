"""What a condition says, as a tree: each node is a mask of a frame or an expression of a table.

Imports nothing of evalkit. Both are of three values, and a test holds them equal.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

if TYPE_CHECKING:
    import ibis

SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
# The kinds of values that can be compared with each other.
NUMBER, TEXT, DATE, FLAG = "number", "text", "date", "flag"


class Truth(Protocol):
    """What is true, false or unknown of each row."""

    @property
    def parts(self) -> tuple[Any, ...]:
        """What it is made of."""

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: NULL where it is unknown."""


@dataclass(frozen=True)
class Value:
    """A column, or a constant.

    Parameters
    ----------
    kind : str
        `NUMBER`, `TEXT`, `DATE` or `FLAG`.
    column : str
        Its name; empty for a constant.
    constant : float, int, str, bool or pandas.Timestamp
        Of the kind; None for a column.
    negative : bool
        Whether a minus stands before a column.
    """

    kind: str
    column: str = ""
    constant: Any = None
    negative: bool = False

    @property
    def parts(self) -> tuple[Any, ...]:
        """None: a value is not made of others."""
        return ()

    def in_frame(self, frame: pd.DataFrame, kind: str) -> tuple[Any, pd.Series | None]:
        """Return its cells as a kind, and which are missing; of a constant, None is.

        Parameters
        ----------
        kind : str
            As which it is compared: a yes or no beside a number is 1 or 0.
        """
        if not self.column:
            return (int(self.constant) if self.kind != kind else self.constant), None
        cells = frame[self.column]
        missing = cells.isna()
        if kind == TEXT:
            # Not every kind of column can compare a word with a hole.
            cells = cells.astype(object).where(~missing, "").astype(str)
            return cells, missing | (cells == "")
        if self.kind == FLAG:
            cells = cells.astype("boolean")
            cells = cells.astype("Int64") if kind == NUMBER else cells
        return (-cells if self.negative else cells), missing

    def in_table(self, table: ibis.Table, kind: str) -> Any:
        """Return it as an expression of a kind, as `in_frame` takes them."""
        import ibis

        if not self.column:
            if kind == DATE:
                return ibis.literal(self.constant.to_pydatetime(), "timestamp(6)")
            types = {NUMBER: "float64" if isinstance(self.constant, float) else "int64"}
            value = int(self.constant) if self.kind != kind else self.constant
            return ibis.literal(value, types.get(kind, "string" if kind == TEXT else "boolean"))
        cells = table[self.column]
        if kind == DATE:
            return cells.cast("timestamp(6)")
        if kind == NUMBER and self.kind == FLAG:
            cells = cells.cast("int64")
        return -cells if self.negative else cells


@dataclass(frozen=True)
class Compare:
    """One value beside another.

    Parameters
    ----------
    sign : str
        One of `SIGNS`.
    left, right : Value
        Of one kind, at least one of them a column; a yes or no can stand beside a number.
    """

    sign: str
    left: Value
    right: Value

    @property
    def parts(self) -> tuple[Any, ...]:
        """The values."""
        return (self.left, self.right)

    @property
    def _kind(self) -> str:
        return self.left.kind if self.left.kind == self.right.kind else NUMBER

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        (left, gone), (right, lost) = (
            value.in_frame(frame, self._kind) for value in (self.left, self.right)
        )
        found = pd.Series(SIGNS[self.sign](left, right), index=frame.index).astype("boolean")
        for missing in (gone, lost):
            found = found if missing is None else found.mask(missing)
        return found

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: NULL where it is unknown."""
        left, right = (value.in_table(table, self._kind) for value in (self.left, self.right))
        return SIGNS[self.sign](left, right)


@dataclass(frozen=True)
class Flag:
    """A column of yes and no, as it stands.

    Parameters
    ----------
    column : str
        Its name.
    """

    column: str

    @property
    def parts(self) -> tuple[Any, ...]:
        """The column."""
        return (Value(FLAG, self.column),)

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        return frame[self.column].astype("boolean")

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: NULL where it is unknown."""
        return table[self.column]


@dataclass(frozen=True)
class Given:
    """Whether a column's cell is not missing; never unknown.

    Parameters
    ----------
    column : str
        Its name.
    """

    column: str

    @property
    def parts(self) -> tuple[Any, ...]:
        """None: it is not made of others."""
        return ()

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        cells = frame[self.column]
        words = not pd.api.types.is_numeric_dtype(cells.dtype)
        return (cells.notna() & (cells.ne("") if words else True)).astype("boolean")

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: never NULL."""
        return table[self.column].notnull()


@dataclass(frozen=True)
class Joined:
    """Several that hold together, or of which one is enough.

    Parameters
    ----------
    every : bool
        Whether all have to hold.
    parts : tuple of Truth
        At least one.
    """

    every: bool
    parts: tuple[Truth, ...]

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        return self._join(part.mask(frame) for part in self.parts)

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: NULL where it is unknown."""
        return self._join(part.expression(table) for part in self.parts)

    def _join(self, parts: Any) -> Any:
        return functools.reduce(operator.and_ if self.every else operator.or_, parts)


@dataclass(frozen=True)
class _OfOne:
    """What follows from one other.

    Parameters
    ----------
    part : Truth
        The other.
    """

    part: Truth

    @property
    def parts(self) -> tuple[Any, ...]:
        """The other."""
        return (self.part,)


class Not(_OfOne):
    """What is true where another is false."""

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        return ~self.part.mask(frame)

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: NULL where it is unknown."""
        return ~self.part.expression(table)


class Known(_OfOne):
    """Whether another is true or false, and not unknown."""

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return it of a frame's rows: nullable booleans."""
        return self.part.mask(frame).notna().astype("boolean")

    def expression(self, table: ibis.Table) -> Any:
        """Return it of a table's rows: never NULL."""
        part = self.part.expression(table)
        # Not `notnull`: ibis writes NOT (x) IS NOT NULL, which SQL reads as NOT (x IS NOT NULL).
        return part.fill_null(True) == part.fill_null(False)


def names_of(node: Any) -> set[str]:
    """Return the columns that a tree names."""
    own = {node.column} if getattr(node, "column", "") else set()
    return own.union(*(names_of(part) for part in node.parts))


def words_of(node: Any) -> Iterator[tuple[str, str]]:
    """Yield each column that a tree compares with a word, with the word."""
    if isinstance(node, Compare):
        for one, other in (node.parts, node.parts[::-1]):
            if one.column and not other.column and other.kind == TEXT:
                yield one.column, other.constant
    else:
        for part in node.parts:
            yield from words_of(part)
