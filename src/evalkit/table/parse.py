"""A condition's text is read once, with the kinds of the columns that it names.

Imports condition, logic, schema and errors.
"""

from __future__ import annotations

import ast
import io
import math
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.errors import DataError
from evalkit.schema import MOST
from evalkit.table.condition import Condition
from evalkit.table.logic import (
    DATE,
    FLAG,
    NUMBER,
    TEXT,
    Compare,
    Flag,
    Joined,
    Not,
    Truth,
    Value,
)

if TYPE_CHECKING:
    import ibis

_SIGNS: dict[type[ast.cmpop], str] = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.In: "==", ast.NotIn: "!="},
}
# Levels of a text: what nobody reads is a slip or an attack.
DEEPEST = 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?", re.ASCII)


class _UnreadableError(Exception):
    """A text that is no condition, or names what is no column."""


class _UnorderedError(Exception):
    """A column of words is asked for an order; its name."""


class _UnlikeError(Exception):
    """A column beside a value of another kind."""


def read_condition(text: str, table: pd.DataFrame | ibis.Table, where: Path | str) -> Condition:
    """Return the condition that a text states on the columns of a table.

    Parameters
    ----------
    text : str
        Comparisons of columns with numbers, quoted words or dates, joined by ``and``, ``or``
        and ``not``: ``age >= 20 and group == "aid"``, ``index_date < "2024-05-01"``. A column
        of yes and no can stand by itself.

    Raises
    ------
    DataError
        If the text cannot be read, names no column, or compares a column with what it cannot
        hold.
    """
    columns = [str(column) for column in table.columns]
    said = {"path": where, "condition": text.strip(), "columns": columns}
    try:
        return Condition(text.strip(), _Reader(table, columns).truth(_parsed(text.strip())))
    except (_UnreadableError, RecursionError, MemoryError):
        raise DataError("bad_subset", **said) from None
    except _UnorderedError as words:
        raise DataError("subset_order", **{**said, "column": str(words)}) from None
    except _UnlikeError as unlike:
        raise DataError("subset_unlike", **{**said, "column": str(unlike)}) from None


def without(text: str, column: str) -> str:
    """Return a condition without those of its parts that are of one column alone.

    Parameters
    ----------
    text : str
        As `read_condition` has read it; parts are what ``and`` joins.
    column : str
        A part that names others beside it stays.

    Returns
    -------
    str
        Empty where nothing is left.
    """
    if not text.strip():
        return ""
    kept = [part for part in _joined(_parsed(text.strip())) if _columns(part) != {column}]
    return " and ".join(f"({ast.unparse(part)})" for part in kept)


def _joined(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [part for value in node.values for part in _joined(value)]
    return [node]


def _columns(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _parsed(text: str) -> ast.expr:
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        if any(token.type == tokenize.COMMENT for token in tokens):
            # It would be printed as part of the plan, and chooses nobody.
            raise _UnreadableError
        found = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, tokenize.TokenError):
        raise _UnreadableError from None
    if _depth(found) > DEEPEST:
        raise _UnreadableError
    return found


def _depth(node: ast.expr) -> int:
    """Return how deep a text is nested; what asks for it later does so level by level."""
    level: list[ast.AST] = [node]
    depth = 0
    while level:
        depth += 1
        level = [child for each in level for child in ast.iter_child_nodes(each)]
    return depth


@dataclass(frozen=True)
class _Reader:
    """Reads the nodes of a parsed text, one table's columns in hand."""

    table: Any
    columns: list[str]

    def truth(self, node: ast.expr) -> Truth:
        match node:
            case ast.BoolOp(op=op, values=values):
                every = isinstance(op, ast.And)
                return Joined(every, tuple(self.truth(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.truth(operand))
            case ast.Compare():
                return self._compared(node)
            case ast.Name(id=name) if self._column(name).kind == FLAG:
                return Flag(name)
        raise _UnreadableError

    def _compared(self, node: ast.Compare) -> Truth:
        sides = [node.left, *node.comparators]
        found = tuple(
            self._one(op, left, right)
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        )
        return found[0] if len(found) == 1 else Joined(True, found)

    def _one(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Truth:
        if type(op) not in _SIGNS:
            raise _UnreadableError
        sign, listed = _SIGNS[type(op)], isinstance(right, ast.List | ast.Tuple)
        if isinstance(op, ast.In | ast.NotIn) != listed and (not listed or sign not in "==!="):
            raise _UnreadableError
        if not listed:
            return _beside(sign, self._value(left), self._value(right))
        values = [self._value(value) for value in right.elts]  # type: ignore[attr-defined]
        if not values or any(value.column for value in values):
            raise _UnreadableError
        parts = tuple(_beside(sign, self._value(left), value) for value in values)
        return Joined(sign == "!=", parts)

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._value(operand)
                if value.kind != NUMBER:
                    raise _UnreadableError
                if value.column:
                    return Value(NUMBER, value.column, negative=not value.negative)
                return Value(NUMBER, constant=-value.constant)
            case ast.Name(id=name):
                return self._column(name)
            case ast.Constant(value=bool(value)):
                return Value(FLAG, constant=value)
            case ast.Constant(value=float() as number) if math.isfinite(number):
                return Value(NUMBER, constant=number)
            case ast.Constant(value=int() as number) if number <= MOST:
                return Value(NUMBER, constant=number)
            case ast.Constant(value=str(text)):
                return Value(TEXT, constant=text)
        raise _UnreadableError

    def _column(self, name: str) -> Value:
        if name not in self.columns:
            raise _UnreadableError
        kind = _kind_of(self.table, name)
        if not kind:
            raise _UnlikeError(name)
        return Value(kind, name)


def _beside(sign: str, left: Value, right: Value) -> Compare:
    """Return a comparison; a word beside a column of dates is a date."""
    if not (left.column or right.column):
        raise _UnreadableError
    left, right = _dated(left, right), _dated(right, left)
    kinds = {left.kind, right.kind}
    if len(kinds) > 1 and kinds != {FLAG, NUMBER}:
        raise _UnlikeError(left.column or right.column)
    if kinds == {TEXT} and sign not in ("==", "!="):
        # By letters "12" is before "9", and "high" before "medium".
        raise _UnorderedError(left.column or right.column)
    return Compare(sign, left, right)


def _dated(value: Value, other: Value) -> Value:
    if value.column or value.kind != TEXT or other.kind != DATE:
        return value
    try:
        if _DAY.fullmatch(value.constant):
            return Value(DATE, constant=pd.Timestamp(value.constant))
    except ValueError:
        pass
    raise _UnlikeError(other.column)


def _kind_of(table: Any, name: str) -> str:
    """Return the kind of a column; empty where it holds what no condition can compare."""
    if isinstance(table, pd.DataFrame):
        return _kind_in_frame(table[name])
    found = table[name].type()
    kinds = {
        NUMBER: found.is_numeric(),
        TEXT: found.is_string(),
        DATE: found.is_date() or found.is_timestamp(),
        FLAG: found.is_boolean(),
    }
    return next((kind for kind, fits in kinds.items() if fits), "")


def _kind_in_frame(cells: pd.Series) -> str:
    types = pd.api.types
    if types.is_bool_dtype(cells.dtype):
        return FLAG
    if types.is_numeric_dtype(cells.dtype):
        return NUMBER
    if types.is_datetime64_dtype(cells.dtype):
        return DATE
    words = types.infer_dtype(cells, skipna=True) in ("string", "empty", "categorical")
    return TEXT if words else ""
