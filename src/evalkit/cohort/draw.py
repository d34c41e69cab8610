"""A cohort is drawn by rules in a fixed order; each says how many it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from evalkit.table import Table


@dataclass(frozen=True)
class Rule:
    """One condition for counting.

    Parameters
    ----------
    code : str
        Key under ``[flow]`` in the locale files.
    keep : pandas.Series
        Of bool, one a row of the table: who passes.
    """

    code: str
    keep: pd.Series = field(repr=False)


@dataclass(frozen=True)
class Step:
    """One line of the flow.

    Parameters
    ----------
    code : str
        Key under ``[flow]`` in the locale files.
    left_out, kept : int
        Rows that this step leaves out, and that remain after it.
    """

    code: str
    left_out: int
    kept: int


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
    """

    # Rows are persons: what shows the whole in a notebook or a traceback shows none of them.
    frame: pd.DataFrame = field(repr=False)
    flow: tuple[Step, ...] = field(repr=False)
    table: Table

    @property
    def n(self) -> int:
        """Rows that count."""
        return len(self.frame)


def draw(table: Table, rules: Sequence[Rule]) -> Cohort:
    """Return the cohort that a list of rules leaves.

    Parameters
    ----------
    table : Table
        A checked table.
    rules : sequence of Rule
        Applied in order; a row is counted as left out by the first rule that it
        fails.

    Returns
    -------
    Cohort
        Possibly empty: whether it is large enough is the outcome's gate.
    """
    kept = pd.Series(True, index=table.frame.index)
    flow = [Step("all", 0, len(kept))]
    for rule in rules:
        still = kept & rule.keep
        flow.append(Step(rule.code, int(kept.sum() - still.sum()), int(still.sum())))
        kept = still
    return Cohort(table.frame[kept].reset_index(drop=True), tuple(flow), table)
