"""How many people there are beside those on two lists: capture-recapture."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import people
from evalkit.errors import UsageError
from evalkit.estimators.capture_recapture import chapman, dependent_lists
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, handed_in, lacking, measure
from evalkit.outcomes.reach.dated import served_visits
from evalkit.outcomes.report import Refusal, Report
from evalkit.schema import load_schema
from evalkit.table import Table, ask
from evalkit.words import Term

# Tables whose rows are of the people whom a service is for, and of nobody else.
ATTENDANCE = "attendance"
LISTS = (ATTENDANCE, "needs", "tickets", "funnel", "pairs")


@dataclass(frozen=True, kw_only=True)
class Lists(Drawn):
    """People on two lists; the cohort's rows are how many ``persons`` are on which.

    Parameters
    ----------
    names : tuple of Term
        Of the two tables.
    tables : tuple of Table
        The two.
    nameless : int
        Rows of either without the number of a person: of them nothing can be matched.
    """

    names: tuple[Term, Term]
    tables: tuple[Table, Table]
    nameless: int

    def on(self, first: bool, second: bool) -> int:
        """Return how many people are on the first list, and on the second."""
        frame = self.cohort.frame
        same = (frame["first"] == first) & (frame["second"] == second)
        return int(frame.loc[same, "persons"].sum())


def draw_lists(report: Report, lists: Sequence[str]) -> Lists | Refusal:
    """Draw the people of two lists.

    Parameters
    ----------
    report : Report
        An opened reach report.
    lists : sequence of str
        Two of "attendance", "needs", "tickets", "funnel" and "pairs": neither made from the
        other.

    Returns
    -------
    Lists or Refusal
        A refusal where one of them was not handed in.

    Raises
    ------
    UsageError
        If they are not two of these.
    """
    if len({*lists}) != 2 or not {*lists} <= {*LISTS}:
        found = ", ".join(map(str, lists))
        allowed = f"2 x {', '.join(LISTS)}"
        raise UsageError("choice_value", choice="lists", found=found, allowed=allowed)
    held = handed_in(report, *lists)
    if held is None:
        return lacking(report, "listed_people", "no_lists")
    first, second = held
    sides = []
    for name, shape, table in zip(("first", "second"), lists, held, strict=True):
        # Who came to trainings and supervision is not served.
        rows = served_visits(report) if shape == ATTENDANCE else table.expression()
        assert rows is not None
        there = rows.filter(rows.person_id.notnull()).select("person_id").distinct()
        sides.append(there.mutate(**{name: True}))
    both = sides[0].join(sides[1], "person_id", how="outer")
    told = both.mutate(first=both["first"].fill_null(False), second=both["second"].fill_null(False))
    cube = ask(told.group_by(["first", "second"]).aggregate(persons=told.count()))
    made = cube.sort_values(["first", "second"], ignore_index=True)
    languages = report.languages
    names = [
        Term(shape, {lang: load_schema(shape).title.text[lang] for lang in languages})
        for shape in lists
    ]
    return Lists(
        report=report,
        cohort=Cohort(pd.DataFrame(made), (), first),
        deviations=(),
        estimates=(),
        names=(names[0], names[1]),
        tables=(first, second),
        nameless=sum(table.missing().get("person_id", 0) for table in held),
    )


@analysis("listed_people")
def two_lists(drawn: Lists, odds_ratio: Sequence[float], level: float) -> Iterator[Yielded]:
    """Estimate how many people there are, of whom two lists hold some.

    Parameters
    ----------
    drawn : Lists or Refusal
        From `draw_lists`.
    odds_ratio : sequence of float
        How the lists may depend on one another, above 0: the odds of being on the second for
        those on the first, over the odds of the others. The data say nothing of it.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``on_lists[list]``: people on the first, the second, both, and either;
        ``listed_people``: all of them, if to be on one list says nothing of the other
        (Chapman); ``dependent_people[odds_ratio]``, if it does. Refused where a list holds the
        other whole, or fewer than seven people are on both.
    """
    report = drawn.report
    both, one, other = drawn.on(True, True), drawn.on(True, False), drawn.on(False, True)
    first, second = both + one, both + other
    about: dict[str, Any] = dict(unit="persons", digits=0, table=drawn.tables)
    names = (*drawn.names, report.term("lists.both"), report.term("lists.either"))
    codes = ("first", "second", "both", "either")
    counts = (first, second, both, both + one + other)
    for code, name, n in zip(codes, names, counts, strict=True):
        yield measure(
            "on_lists", people(n), by=lambda n: {"value": float(n)}, row=True,
            dims=(("list", code),), definition=name, **about,
        )  # fmt: skip
    # What is refused by true counts is refused; the rest comes from counts as they are told.
    chapman(first, second, both, level=level)
    cells = people(both, one, other)
    about |= dict(interval="confidence", level=level)

    def alone(both: int, one: int, other: int) -> dict[str, float]:
        point = chapman(both + one, both + other, both, level=level)
        return _whole(point.value, point.low, point.high)

    def depending(ratio: float, both: int, one: int, other: int) -> dict[str, float]:
        found = dependent_lists(both + one, both + other, both, odds_ratio=[ratio], level=level)
        return _whole(float(found.value[0]), float(found.low[0]), float(found.high[0]))

    yield measure("listed_people", cells, by=alone, method=report.term("method.chapman"), **about)
    for ratio in odds_ratio:
        yield measure(
            "dependent_people", cells, by=functools.partial(depending, ratio),
            dims=(("odds_ratio", f"{ratio:g}"),), method=report.term("method.dependent_lists"),
            definition=report.term("lists.odds", ratio=float(ratio)), **about,
        )  # fmt: skip


def _whole(value: float, low: float, high: float) -> dict[str, float]:
    """Return people in tens: nobody is told apart, and more digits would claim too much."""
    return {name: 10.0 * round(x / 10) for name, x in
            (("value", value), ("low", low), ("high", high))}  # fmt: skip
