"""What is known of the people of townships with a site and without, and weights that even it.

Nothing here has seen who was reached.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.arithmetic.calibrated import calibrate
from evalkit.arithmetic.least_squares import telling
from evalkit.disclosure import NOBODY, Cells, harm, people
from evalkit.errors import Refused
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.outcomes.analysis import chosen, refused
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.reach.shares import groups_of, label_of, splits
from evalkit.outcomes.reach.target import Target
from evalkit.words import Term

Numbers = NDArray[np.float64]
# What a register says of people, judged in every comparison that has it.
REGISTER = ("age_band", "sex", "groups")
# How many people of the target live in somebody's township: what the township was.
SIZE = "township_size"
# A value that fewer have, or lack, moves nothing and would stop the model.
LEAST = 10
# What follows from where somebody lives, or is the side itself, is no characteristic.
NEVER = ("exposure", "township")


@dataclass(frozen=True)
class Characteristic:
    """One characteristic of people, or one value of one.

    Parameters
    ----------
    code : str
        Its column, or the column and the value.
    column : str
        Of the table.
    label : Term
        What people call it.
    values : pandas.Series
        A number for each person, missing where it is not known.
    flag : bool
        Whether it is yes or no.
    value : Term or None
        Of one value of several, what people call that.
    """

    code: str
    column: str
    label: Term
    values: pd.Series = field(repr=False)
    flag: bool
    value: Term | None = None

    def cells(self, treated: NDArray[np.bool_]) -> Cells:
        """Return the people behind a number about both sides."""
        if self.values.nunique() <= 1 and self.values.notna().all():
            return NOBODY
        sides = [self.values[some].dropna() for some in (treated, ~treated)]
        if not self.flag:
            return people(*map(len, sides))
        counted = (harm(int(side.sum()), len(side)) for side in sides)
        return sum(counted, NOBODY) + Cells(few=tuple(map(len, sides)))

    def smd(self, treated: NDArray[np.bool_], weight: Numbers | None = None) -> float | None:
        """Return the standardised mean difference of the sides; infinite where nothing spreads.

        Parameters
        ----------
        weight : array of float, shape (n,), optional
            Of each person.

        Returns
        -------
        float or None
            None where it is known of fewer than two people of a side.
        """
        known = self.values.notna().to_numpy()
        sides = [self.values[some & known] for some in (treated, ~treated)]
        if min(map(len, sides)) < 2:
            return None
        if pd.concat(sides).nunique() == 1:
            return 0.0
        if all(side.nunique() == 1 for side in sides):
            return math.inf
        weights = {}
        if weight is not None:
            weights = {
                "first_weight": weight[treated & known],
                "second_weight": weight[~treated & known],
            }
        return standardised_mean_difference(*sides, **weights)


@dataclass(frozen=True)
class Sides:
    """The people who are on a side, with what is known of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        Their rows.
    treated : array of bool, shape (n,)
        Who is exposed.
    known : tuple of Characteristic
        All that is judged.
    names : tuple of str
        Column of the table behind each column of the model.
    table : array of float, shape (n, k)
        Columns of the model; none where everybody is alike.
    """

    frame: pd.DataFrame = field(repr=False)
    treated: NDArray[np.bool_] = field(repr=False)
    known: tuple[Characteristic, ...]
    names: tuple[str, ...]
    table: Numbers = field(repr=False)

    @property
    def outcome(self) -> Numbers:
        """Who was reached, as numbers."""
        return self.frame["reached"].to_numpy(dtype=float)

    @property
    def places(self) -> NDArray[np.object_]:
        """Each person's township, village or site."""
        return self.frame["cluster"].astype(str).to_numpy(dtype=object)


def sided(target: Target, covariates: Sequence[str]) -> Sides:
    """Return the people on both sides with what is known of them.

    Parameters
    ----------
    covariates : sequence of str
        Columns of the table; what a register says of people is added, and how large their
        township is.

    Raises
    ------
    UsageError
        If a column is none of a person's characteristics.
    """
    report, frame = target.report, target.cohort.frame
    allowed = [name for name in splits(target) if name not in NEVER]
    named = [chosen("covariates", name, allowed) for name in covariates]
    if report.from_offices:
        named += [name for name in REGISTER if name not in named and told(frame[name])]
    on_a_side = frame["exposure"].isin([0, 1])
    found: list[Characteristic] = []
    columns: list[tuple[str, pd.Series]] = []
    for name in named:
        made = list(_of_column(target, name))
        found += made
        columns += [(name, column) for column in _modelled(made)]
    if found and report.from_offices:
        size = frame.groupby("cluster")["cluster"].transform("size").astype(float)
        label = report.term(f"balance.{SIZE}")
        found.append(Characteristic(SIZE, SIZE, label, size, False))
        columns.append((SIZE, size))
    kept = frame[on_a_side]
    there = [replace(each, values=each.values[on_a_side]) for each in found]
    names, table = _apart([(name, column[on_a_side]) for name, column in columns], len(kept))
    treated = (kept["exposure"] == 1).to_numpy()
    return Sides(kept, treated, tuple(there), names, table)


def told(values: pd.Series) -> bool:
    """Return whether anything is known of anybody."""
    return bool((values.notna() & (values.astype(str) != "")).any())


def _of_column(target: Target, name: str) -> Iterator[Characteristic]:
    """Yield what a column holds: one number, or a flag for each value or band."""
    report, frame = target.report, target.cohort.frame
    values = frame[name]
    label = column_label(report, name)
    flag = set(values.dropna().unique()) <= {0, 1}
    if pd.api.types.is_numeric_dtype(values) and (flag or name not in report.plan.bands):
        yield Characteristic(name, name, label, values.astype(float), flag)
        return
    for code, part in groups_of(target, name)[:-1]:
        has = pd.Series(frame.index.isin(part.index).astype(float), index=frame.index)
        value = label_of(target, name, code)
        named = report.term("balance.value", column=label, value=value)
        yield Characteristic(code, name, named, has, True, value)


def _modelled(made: Sequence[Characteristic]) -> Iterator[pd.Series]:
    """Yield the columns of the model of one column of the table.

    A number that is missing is the mean of those known, and that it is missing is a column of
    its own; of several values each but the commonest is a column.
    """
    if len(made) == 1:
        values = made[0].values
        yield (values - values.mean()).fillna(0.0)
        yield values.isna().astype(float)
        return
    commonest = max(made, key=lambda one: float(one.values.sum()), default=None)
    yield from (one.values for one in made if one is not commonest)


def _apart(columns: list[tuple[str, pd.Series]], n: int) -> tuple[tuple[str, ...], Numbers]:
    """Return the columns that tell people apart, each without what those before it tell."""
    told = [(name, column.to_numpy(float)) for name, column in columns if _counts(column)]
    if not told:
        return (), np.empty((n, 0))
    table = np.column_stack([column for _, column in told])
    own = telling(table)
    kept: Numbers = table[:, own]
    return tuple(name for (name, _), yes in zip(told, own, strict=True) if yes), kept


def _counts(column: pd.Series) -> bool:
    if column.nunique() != 2:
        return bool(column.nunique() > 1)
    return bool(column.value_counts().min() >= LEAST)


def weights(target: Target, sides: Sides) -> Numbers:
    """Return weights of the others that make them like those exposed, in all that is known.

    Returns
    -------
    array of float, shape (n,)
        1 for those exposed; all 1 where nobody differs.

    Raises
    ------
    Refused
        If no such weights exist.
    """
    if not sides.names:
        return np.ones(sides.treated.size)
    try:
        return calibrate(sides.treated, sides.table).weight
    except Refused as problem:
        if problem.key != "refuse_unbalanceable":
            raise
        places = [int(place) - 1 for place in problem.values["columns"]]
        told = dict.fromkeys(sides.names[place] for place in places)
        names = [called(target, name) for name in told]
        raise refused(target.report, "sites_unbalanceable", names=names) from None


def called(target: Target, name: str) -> Term:
    """Return the name of a column of the table, or of what is known of a township."""
    report = target.report
    return report.term(f"balance.{SIZE}") if name == SIZE else column_label(report, name)
