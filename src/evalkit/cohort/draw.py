"""A cohort is drawn by rules in a fixed order; each says how many it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.table import Condition, Table, ask

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Rule:
    """One condition for counting.

    Parameters
    ----------
    code : str
        Key under ``[flow]`` in the locale files.
    keep : Condition or pandas.Series
        Who passes: as a condition on the table's columns, or of bool, one a row of its frame.
    """

    code: str
    keep: Condition | pd.Series = field(repr=False)

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows of a frame pass."""
        return self.keep.mask(frame) if isinstance(self.keep, Condition) else self.keep


@dataclass(frozen=True)
class Step:
    """One line of the flow.

    Parameters
    ----------
    code : str
        Key under ``[flow]`` in the locale files.
    left_out, kept : int
        Rows that this step leaves out, and that remain after it.
    parts : tuple of (str, int, int)
        The same of each group by itself, its code before; empty where none was asked for.
    """

    code: str
    left_out: int
    kept: int
    parts: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Cohort:
    """The people who count, and the flow of those who do not.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows that count, columns under our names.
    flow : tuple of Step
        The first step holds all rows of the table.
    table : Table
        Where they come from.
    rest : pandas.DataFrame, optional
        The rows that do not count.
    """

    # Rows are persons: what shows the whole in a notebook or a traceback shows none of them.
    frame: pd.DataFrame = field(repr=False)
    flow: tuple[Step, ...] = field(repr=False)
    table: Table
    rest: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def n(self) -> int:
        """Rows that count."""
        return len(self.frame)


def draw(table: Table, rules: Sequence[Rule], groups: Sequence[str] = ()) -> Cohort:
    """Return the cohort that a list of rules leaves.

    Parameters
    ----------
    rules : sequence of Rule
        Applied in order; a row is counted as left out by the first rule that it
        fails.
    groups : sequence of str
        Values of the column ``group`` of which the flow is told by itself.

    Returns
    -------
    Cohort
        Possibly empty: whether it is large enough is the outcome's gate.
    """
    frame = table.frame
    members = {code: frame["group"] == code for code in groups}
    kept = pd.Series(True, index=frame.index)

    def step(code: str, before: pd.Series, after: pd.Series) -> Step:
        gone = before & ~after
        parts = ((g, int((gone & m).sum()), int((after & m).sum())) for g, m in members.items())
        return Step(code, int(gone.sum()), int(after.sum()), tuple(parts))

    flow = [step("all", kept, kept)]
    for rule in rules:
        still = kept & rule.mask(frame)
        flow.append(step(rule.code, kept, still))
        kept = still
    # Two frames of their own: an index that a reader knew would lead back to the table.
    inside, rest = (frame[rows].reset_index(drop=True) for rows in (kept, ~kept))
    return Cohort(inside, tuple(flow), table, rest)


def count_flow(rows: ibis.Table, rules: Sequence[Rule]) -> tuple[Step, ...]:
    """Return the flow of a cohort, counted where the data are: no row comes into memory.

    Parameters
    ----------
    rules : sequence of Rule
        As `draw` takes them, each of them a condition.

    Raises
    ------
    TypeError
        If a rule holds a mask, which belongs to a frame.
    """
    import ibis

    kept = ibis.literal(True)
    counts = {"all": rows.count()}
    for place, rule in enumerate(rules):
        if not isinstance(rule.keep, Condition):
            raise TypeError(f"the rule {rule.code} is a mask of a frame")
        kept &= rule.keep.expression(rows)
        counts[f"after_{place}"] = rows.count(where=kept)
    numbers = [int(n) for n in ask(rows.aggregate(**counts)).iloc[0]]
    codes = ("all", *(rule.code for rule in rules))
    steps = zip(codes, [numbers[0], *numbers], numbers, strict=False)
    return tuple(Step(code, before - after, after) for code, before, after in steps)
