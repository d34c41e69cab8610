"""A condition on a table's columns: which rows to keep.

Imports errors. The language is small on purpose: a condition that could call
something could write the people to a file.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd

from evalkit.errors import DataError

ALLOWED = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub),
    *(ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn),
    *(ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple),
)


def select(frame: pd.DataFrame, condition: str, where: Path | str) -> pd.Series:
    """Return which rows meet a condition on the columns.

    Parameters
    ----------
    frame : pandas.DataFrame
        A table's frame.
    condition : str
        Comparisons of columns with numbers or quoted words, joined by ``and``,
        ``or`` and ``not``: ``age >= 20 and group == "aid"``. Empty for every row.
    where : Path or str
        Names the place in the message.

    Returns
    -------
    pandas.Series
        Of bool, one a row.

    Raises
    ------
    DataError
        If the condition cannot be read, or names no column.
    """
    condition = condition.strip()
    if not condition:
        return pd.Series(True, index=frame.index)
    chosen = _evaluate(frame, condition) if _is_plain(frame, condition) else None
    if isinstance(chosen, pd.Series) and chosen.dtype == "boolean":
        # What is not known meets no condition.
        chosen = chosen.fillna(False).astype(bool)
    if not isinstance(chosen, pd.Series) or chosen.dtype != bool:
        columns = [str(column) for column in frame.columns]
        raise DataError("bad_subset", path=where, condition=condition, columns=columns)
    return chosen


def named(condition: str) -> list[str]:
    """Return the columns that a condition names.

    Parameters
    ----------
    condition : str
        As `select` takes it, and read by it before.
    """
    nodes = ast.walk(ast.parse(condition.strip(), mode="eval"))
    return sorted({node.id for node in nodes if isinstance(node, ast.Name)})


def unknown(frame: pd.DataFrame, condition: str) -> pd.Series:
    """Return of which rows a condition cannot be told, since a column that it names is empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        A table's frame.
    condition : str
        As `select` takes it, and read by it before.

    Returns
    -------
    pandas.Series
        Of bool, one a row. Where the condition has an ``or``, only the rows that it does
        not choose: what is known of them may be enough.
    """
    nodes = list(ast.walk(ast.parse(condition.strip(), mode="eval")))
    names = named(condition)
    empty = frame[names].isna() | (frame[names].astype(str) == "")
    missing: pd.Series = empty.any(axis=1)
    chosen = _evaluate(frame, condition.strip())
    if any(isinstance(node, ast.Or) for node in nodes) and isinstance(chosen, pd.Series):
        return missing & ~chosen
    return missing


def _is_plain(frame: pd.DataFrame, condition: str) -> bool:
    try:
        nodes = list(ast.walk(ast.parse(condition, mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    known = all(node.id in frame.columns for node in nodes if isinstance(node, ast.Name))
    return known and all(isinstance(node, ALLOWED) for node in nodes)


def _evaluate(frame: pd.DataFrame, condition: str) -> object:
    try:
        return frame.eval(condition, engine="python", local_dict={}, global_dict={})
    except (SyntaxError, NameError, TypeError, ValueError, KeyError, RecursionError):
        return None
