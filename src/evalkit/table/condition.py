"""A condition on a table's columns: which rows to keep, as a mask or as an expression.

Imports logic. The language is small on purpose: a condition that could call
something could write the people to a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.table.logic import (
    TEXT,
    Compare,
    Flag,
    Given,
    Joined,
    Known,
    Truth,
    Value,
    names_of,
    words_of,
)

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Condition:
    """Which rows to keep.

    What is not known of a row is neither true nor false (Kleene's logic, which is SQL's): a
    comparison with a missing cell is unknown; ``and`` is false where one part is false, ``or``
    is true where one part is true, whatever the other is. An empty text is a missing one.

    Parameters
    ----------
    text : str
        As the study or a cell has it.
    truth : Truth
        What it says.
    """

    text: str
    truth: Truth = field(repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names, sorted."""
        return tuple(sorted(names_of(self.truth)))

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Each column that is compared with a word, with the word."""
        return tuple(words_of(self.truth))

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows are known to meet it."""
        return self.truth.mask(frame).fillna(False).astype(bool)

    def expression(self, table: ibis.Table) -> ibis.expr.types.BooleanValue:
        """Return the same as an expression; NULL where it is unknown, which no filter keeps.

        Parameters
        ----------
        table : ibis table
            Has its columns; what is missing is NULL in it.
        """
        return self.truth.expression(table)

    def known(self) -> Condition:
        """Return the condition that this one is known to be true or to be false."""
        return Condition(self.text, Known(self.truth))


def holds(column: str) -> Condition:
    """Return the condition that a column of yes and no says yes."""
    return Condition(column, Flag(column))


def given(column: str) -> Condition:
    """Return the condition that a column's cell is not missing."""
    return Condition(f"{column} given", Given(column))


def one_of(column: str, words: Iterable[str]) -> Condition:
    """Return the condition that a column holds one of several words."""
    words = tuple(words)
    cells = Value(TEXT, column)
    parts = tuple(Compare("==", cells, Value(TEXT, constant=word)) for word in words)
    return Condition(f"{column} in {list(words)}", Joined(False, parts))
