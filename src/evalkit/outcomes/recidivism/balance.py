"""How alike the groups were before the programme."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from evalkit.disclosure import NOBODY, Cells, harm, people, ratio
from evalkit.errors import UsageError
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.outcomes.analysis import Measure, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.labels import closed_list, column_label, value_label
from evalkit.outcomes.recidivism.followed import Followed, later
from evalkit.outcomes.recidivism.places import JOINED, PLACES, parts
from evalkit.outcomes.report import Result
from evalkit.protocol.house import COVARIATES
from evalkit.words import Term

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Characteristic:
    """One characteristic of people, or one value of one, in both groups.

    Parameters
    ----------
    code : str
        Its column, or the column and the value.
    label : Term
        What people call it.
    columns : list of pandas.Series
        Known numbers of each group.
    people : list of int
        People of each group, known or not.
    flag : bool
        Whether it is yes or no.
    parts : tuple of Characteristic
        Where it stands for several: its difference is the largest of theirs.
    column : str
        Of the table.
    """

    code: str
    label: Term
    columns: list[pd.Series] = field(repr=False)
    people: list[int] = field(repr=False)
    flag: bool
    parts: tuple[Characteristic, ...] = ()
    column: str = ""

    @property
    def constant(self) -> bool:
        """Whether everybody is alike: then the groups are."""
        if self.parts:
            return all(each.constant for each in self.parts)
        known = pd.concat(self.columns)
        return all(len(c) > 0 for c in self.columns) and known.nunique() == 1

    @property
    def smd(self) -> float | None:
        """The true standardised mean difference; infinite where nothing spreads, None unknown."""
        if self.parts:
            return largest_gap([each.smd for each in self.parts])
        if min(map(len, self.columns)) < 2:
            return None
        if self.constant:
            return 0.0
        if all(values.nunique() == 1 for values in self.columns):
            return math.inf
        return standardised_mean_difference(*self.columns)


@dataclass(frozen=True)
class Profile(Result):
    """The characteristics of the groups, with the largest true difference.

    Parameters
    ----------
    largest : float or None
        Absolute; None where one is unknown.
    """

    largest: float | None = None


def characteristics(followed: Followed, covariates: tuple[str, ...]) -> list[Characteristic]:
    """Return the characteristics of both groups: the plan's, then the house's own."""
    found: list[Characteristic] = []
    sides = [followed.group(code) for code in followed.groups]
    for name in (*covariates, *left_out(followed, covariates), *_index(followed)):
        _check_column(followed, name)
        of = [_places(followed, name)] if name in PLACES else of_column(followed, sides, name)
        found += [replace(one, column=name) for one in of]
    return found


def left_out(followed: Followed, covariates: tuple[str, ...]) -> list[str]:
    """Return the characteristics of the house's rule that the table has and a plan does not."""
    frame = followed.cohort.frame
    # A column that a cell made is no characteristic of the table, and has no name in the study.
    has = followed.table.frame.columns
    there = [name for name in COVARIATES if name in has and name not in covariates]
    return [name for name in there if _known(frame[name]).any()]


def _index(followed: Followed) -> list[str]:
    """Return the kind of the index event, where it is known: it must be one for both groups."""
    frame = followed.cohort.frame
    return ["index_kind"] if "index_kind" in frame and (frame["index_kind"] != "").any() else []


@analysis("smd", result=Profile)
def profile(followed: Followed, covariates: tuple[str, ...]) -> Generator[Yielded, None, Any]:
    """Compare the groups before the programme, by standardised mean differences.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.

    Returns
    -------
    Result or Refusal
        ``mean[covariate, group]`` (a share where the column holds 0 and 1; its n are those
        of whom it is known) and ``smd[covariate]``. A column of words gives one row a value.
    """
    report = followed.report
    followed.require_pair()
    if min(len(followed.group(code)) for code in followed.groups) < 2:
        n, window = report.plan.min_people, followed.window_term
        raise refused(report, "fewer_people", n=n, window=window)
    for each in characteristics(followed, covariates):
        yield from _balance(followed, each)
    return {"largest": largest_smd(followed, covariates)}


def largest_smd(followed: Followed, covariates: tuple[str, ...]) -> float | None:
    """Return the largest true difference between the groups; None where one is unknown.

    Parameters
    ----------
    covariates : tuple of str
        Columns of the table; those of the house's rule are added.
    """
    return largest_gap([each.smd for each in characteristics(followed, covariates)])


def largest_gap(gaps: list[float | None]) -> float | None:
    """Return the largest absolute difference; None where one is unknown, or there is none."""
    known = [abs(gap) for gap in gaps if gap is not None]
    return max(known) if len(known) == len(gaps) > 0 else None


def _known(values: pd.Series) -> pd.Series:
    return values.notna() & (values.astype(str) != "")


def _check_column(followed: Followed, name: str) -> None:
    frame = followed.cohort.frame
    told = {*later(followed.table)} - {"group"}
    # What came later is no characteristic before the programme, and behind no gate.
    chosen("covariates", name, sorted({*map(str, frame.columns)} - told))
    if not pd.api.types.is_numeric_dtype(frame[name]) and not _in_parts(followed, name):
        numeric = [c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c])]
        chosen_from = [c for c in frame.columns if _in_parts(followed, c)]
        known = sorted({*numeric, *chosen_from} - told)
        raise UsageError("covariate_kind", column=name, known=known)


def _in_parts(followed: Followed, name: str) -> bool:
    return bool(closed_list(followed.report, name)) or name in PLACES


def without_small_places(followed: Followed, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return characteristics without places too small to be compared among these people."""
    return tuple(n for n in names if n not in PLACES or _places(followed, n).parts)


def of_column(followed: Followed, sides: list[pd.DataFrame], name: str) -> Iterator[Characteristic]:
    """Yield the characteristics that a column holds: one, or one for each value of a list.

    Parameters
    ----------
    sides : list of DataFrame
        The people of both sides.
    name : str
        A column of numbers, or one with a closed list.
    """
    report, people = followed.report, [len(side) for side in sides]
    everyone = pd.concat([side[name] for side in sides])
    choices = closed_list(report, name)
    if not choices or pd.api.types.is_numeric_dtype(everyone):
        columns = [side[name].dropna() for side in sides]
        flag = set(everyone.dropna().unique()) <= {0, 1}
        yield Characteristic(name, column_label(report, name), columns, people, flag)
        return
    for value in (*choices, ""):
        if not (everyone == value).any():
            continue
        named = value_label(report, f"{name}_{value}", name, value)
        label = report.term("balance.value", column=column_label(report, name), value=named)
        flags = [(side[name] == value).astype(float) for side in sides]
        yield Characteristic(f"{name}_{value or UNKNOWN}", label, flags, people, True)


def _places(followed: Followed, name: str) -> Characteristic:
    """Return one characteristic for all places: no place is named, and the page stays short."""
    words, there = parts(followed, name)
    people = [len(followed.group(code)) for code in followed.groups]
    column = column_label(followed.report, name)
    label = followed.report.term("balance.places", column=column, n=len(there))
    sides = [words[followed.cohort.frame["group"] == code] for code in followed.groups]

    def share_in(place: str) -> Characteristic:
        flags = [(side == place).astype(float) for side in sides]
        return Characteristic(name, label, flags, people, True)

    merged = len(there) == 1 < followed.cohort.frame[name].nunique(dropna=False)
    if not there or merged or 2 * int((words == JOINED).sum()) > len(words):
        # Most are from places too small to be compared: how alike these are is not known.
        return Characteristic(name, column, [pd.Series(dtype=float)] * 2, people, True)
    made = tuple(share_in(place) for place in there)
    return Characteristic(name, label, made[0].columns, people, True, made)


def _balance(followed: Followed, each: Characteristic) -> Iterator[Yielded]:
    report = followed.report
    # Of many places each has a share, and none is told.
    sides = [] if each.parts else list(zip(followed.groups, each.columns, strict=True))
    yield from (_mean_of(followed, each, *side) for side in sides)
    about: dict[str, Any] = dict(
        dims=(("covariate", each.code),),
        unit="smd",
        digits=2,
        definition=each.label,
        method=report.term("method.smd"),
    )
    gap = each.smd
    if gap is None or math.isinf(gap):
        yield measure("smd", **about, reason=report.term("reason.no_spread"))
        return
    yield measure("smd", gap_cells(followed, each), model=lambda: gap, **about)


def gap_cells(followed: Followed, each: Characteristic) -> Cells:
    """Return the people behind a difference of the groups in one characteristic."""
    # Where everybody is alike there is no count behind the 0 that could name anyone.
    if each.constant:
        return NOBODY
    if each.parts:
        # The largest of many is of no place that could be told, and of all people.
        return people(*each.people)
    pairs = zip(followed.groups, each.columns, strict=True)
    return sum((_mean_of(followed, each, *one).cells or NOBODY for one in pairs), NOBODY)


def _mean_of(followed: Followed, each: Characteristic, code: str, values: pd.Series) -> Measure:
    report, n = followed.report, len(values)
    about: dict[str, Any] = dict(
        dims=(("covariate", each.code), ("group", code)),
        unit="share" if each.flag else "mean",
        reason=report.term("reason.no_spread"),
        group=report.study.label(code),
        definition=each.label,
    )
    if each.flag:
        cells = harm(int(values.sum()), n) + Cells(few=(n,))
        return measure("mean", cells, by=ratio, **about)
    mean = float(values.mean()) if n else None
    return measure("mean", people(n), by=lambda n: {"n": n}, model=lambda: mean, **about)
