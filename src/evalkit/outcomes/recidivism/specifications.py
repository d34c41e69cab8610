"""The same question by every other choice that could be defended, side by side."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harms
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.matching import match, matched_difference
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused
from evalkit.outcomes.by_place import finding
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.labels import column_label, event_label
from evalkit.outcomes.recidivism.balance import left_out
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import (
    Numbers,
    ends_of,
    outcome_of,
    point_of,
    require_shown,
)
from evalkit.outcomes.recidivism.followed import Followed, drawn_again
from evalkit.outcomes.recidivism.gates import common
from evalkit.outcomes.recidivism.judged import alike_enough, judge
from evalkit.outcomes.recidivism.overlap import BALANCED, ESTIMANDS, Alike, make_alike
from evalkit.outcomes.recidivism.overlap import MATCHED as IN_PAIRS
from evalkit.outcomes.recidivism.places import places_of
from evalkit.outcomes.recidivism.spread import largest_of, spread_of
from evalkit.outcomes.report import Result
from evalkit.outcomes.requirements import require
from evalkit.protocol.house import COVARIATES
from evalkit.table import definitions
from evalkit.words import Term

Rows = NDArray[np.int64]
MATCHED, REGRESSION = "matched", "regression"
# Of planned pairs, as `evalkit.estimators.matching.match` takes it by itself.
CALIPER = 0.2
WEIGHTED = tuple(ESTIMANDS)
# What is taken of the characteristics.
ALL, HOUSE = "all", "house"


@dataclass(frozen=True)
class Choice:
    """One way to answer the question.

    Parameters
    ----------
    how : str
        One of `ESTIMANDS`, "matched" or "regression".
    definition : str
        The event.
    window : int
        Follow-up, in the unit of the table.
    covariates : str
        "all" for the plan's and the house's, "house" for the house's alone, or the one left out.
    caliper : float
        Of matched pairs; else 0.
    """

    how: str
    definition: str
    window: int
    covariates: str = ALL
    caliper: float = 0.0

    @property
    def method(self) -> str:
        """How the groups are made alike, with the caliper: matched_0.2."""
        return f"{self.how}_{self.caliper:g}" if self.caliper else self.how


@dataclass(frozen=True)
class Specified(Result):
    """A question answered by every choice.

    Parameters
    ----------
    planned : str
        Id of the estimate by the planned choices.
    shown : dict of str to list of (str, Term)
        By the sort of a choice ("method", "covariates", "window", "definition"), the choices
        and what they are called, in the order in which they are drawn.
    """

    planned: str = ""
    shown: dict[str, list[tuple[str, Term]]] = field(default_factory=dict)


@analysis("specification", result=Specified)
def specifications(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    cluster: str,
    calipers: tuple[float, ...],
    windows: tuple[int, ...],
) -> Generator[Yielded, None, Any]:
    """Estimate the difference by the planned choices, and by others that could be defended.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates, level, cluster
        As `adjust` and `overturn` take them.
    calipers : tuple of float
        Of matched pairs, in standard deviations of the log odds, each above 0.
    windows : tuple of int
        Other lengths of follow-up, in the unit of the table.

    Returns
    -------
    Result or Refusal
        ``specification[covariates, definition, method, window]``: by every way of making the
        groups alike; without each characteristic; in other windows; of the table's other
        events. One whose gates fail has a reason instead of a number. Refused where anything
        fails of what `gates` names for the planned choices.
    """
    report = followed.report
    judged = judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    assert judged.alike is not None
    require_shown(followed)
    wanted = list(_choices(followed, adjustment, covariates, calipers, windows))
    made = Maker(followed, covariates, level, cluster)
    planned = Choice(adjustment, followed.definition, followed.window)
    if adjustment == IN_PAIRS:
        planned = replace(planned, how=MATCHED, caliper=CALIPER)
    # Behind it the gates have been judged.
    made.points[planned] = made.fitted(planned)
    for choice in wanted:
        yield made.measured(choice)
    yield from _turned(made, planned)
    ours = made.measured(planned)
    return {"planned": _id_of(ours.about["dims"]), "shown": made.shown(wanted)}


def _id_of(dims: tuple[tuple[str, str], ...]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(dims))


def _choices(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    calipers: tuple[float, ...],
    windows: tuple[int, ...],
) -> Iterator[Choice]:
    """Yield the choices, each once: the planned one differs from most in one thing alone."""
    of = functools.partial(Choice, definition=followed.definition, window=followed.window)
    named = (*covariates, *left_out(followed, covariates))
    yield from (of(how) for how in WEIGHTED)
    widths = (*calipers, *([CALIPER] if adjustment == IN_PAIRS else []))
    yield from (of(MATCHED, caliper=width) for width in dict.fromkeys(widths))
    yield of(REGRESSION)
    first = BALANCED if adjustment == IN_PAIRS else adjustment
    pair = tuple(dict.fromkeys((first, "overlap_weights")))
    if set(named) - set(COVARIATES):
        yield from (of(how, covariates=HOUSE) for how in pair)
    if len(named) > 1:
        yield from (of(how, covariates=name) for name in named for how in pair)
    for window in dict.fromkeys(windows):
        if window != followed.window:
            yield from (Choice(how, followed.definition, window) for how in WEIGHTED)
    for definition in definitions(followed.table.frame.columns):
        if definition != followed.definition:
            yield from (Choice(how, definition, followed.window) for how in WEIGHTED)


@dataclass
class Maker:
    """Makes groups alike by one choice after another, and remembers what they share.

    Parameters
    ----------
    followed : Followed
        By the planned definition and window.
    covariates : tuple of str
        Of the plan.
    level : float
        Of the intervals.
    cluster : str
        As `specifications` takes it.
    drawn : dict
        The people of other events and windows; None where they may not be compared.
    points : dict
        The difference and the counts behind it of each choice; None where a gate fails.
    """

    followed: Followed
    covariates: tuple[str, ...]
    level: float
    cluster: str
    drawn: dict[tuple[str, int], Followed | None] = field(default_factory=dict)
    points: dict[Choice, tuple[Point, list[tuple[int, int]]] | None] = field(default_factory=dict)

    def people(self, choice: Choice) -> Followed | None:
        """Return those who count; None where they fail a gate that looks at no comparison."""
        of = self.followed
        key = (choice.definition, choice.window)
        if key == (of.definition, of.window):
            return of
        if key not in self.drawn:
            found = drawn_again(of, *key)
            self.drawn[key] = found if isinstance(found, Followed) and _may(found) else None
        return self.drawn[key]

    def fitted(self, choice: Choice) -> tuple[Point, list[tuple[int, int]]] | None:
        """Return the difference and the counts behind it; None where a gate fails."""
        people = self.people(choice)
        if people is None:
            return None
        try:
            return self._fitted(people, choice)
        except Refused:
            return None

    def _fitted(
        self, people: Followed, choice: Choice
    ) -> tuple[Point, list[tuple[int, int]]] | None:
        given = () if choice.covariates == HOUSE else self.covariates
        without = "" if choice.covariates in (ALL, HOUSE) else choice.covariates
        how = choice.how if choice.how in WEIGHTED else BALANCED
        alike = make_alike(people, how, given, without)
        outcome, cells = outcome_of(people), pairs(people)
        matched = None
        if choice.how == MATCHED:
            matched = match(alike.linear, alike.treated, caliper=choice.caliper)
            alike, cells = _paired(
                alike, matched.treated, matched.control, outcome, matched.unmatched
            )
        largest = largest_of(spread_of(people, given, without), alike)
        if not all(r.passed for r in alike_enough(people, alike, largest)):
            return None
        if matched is not None:
            return matched_difference(outcome, matched, level=self.level), cells
        if choice.how == REGRESSION:
            return self._regression(people, alike, outcome), cells
        return point_of(outcome, alike.treated, alike.covariates, how, self.level), cells

    def _regression(self, people: Followed, alike: Alike, outcome: Numbers) -> Point:
        """Return the difference by least squares, with an error allowing for townships."""
        places = places_of(people, self.cluster)
        if places is None:
            raise refused(people.report, "no_townships")
        fit = cr2(
            *(outcome, alike.treated.astype(float)[:, None], places),
            controls=alike.covariates if alike.covariates.shape[1] else None,
            level=self.level,
        )
        parts = (fit.value, fit.low, fit.high, fit.se, fit.p)
        return Point(*(float(part[0]) for part in parts))

    def measured(self, choice: Choice) -> Any:
        """Return what a choice gives as the record holds it, or that a gate fails."""
        report, of = self.followed.report, self.followed
        if choice not in self.points:
            self.points[choice] = self.fitted(choice)
        found = self.points[choice]
        about: dict[str, Any] = dict(
            dims=(
                *(("method", choice.method), ("covariates", choice.covariates)),
                *(("window", f"{choice.window}{of.table.unit[0]}"),),
                ("definition", choice.definition),
            ),
            window=report.term(f"window.{of.table.unit}", n=choice.window),
            definition=event_label(report, choice.definition),
            method=self.called(choice),
            row=True,
            unit="points",
        )
        if found is None:
            return measure(
                "specification", **about | {"reason": report.term("reason.specification")}
            )
        point, cells = found
        return measure(
            "specification",
            harms(cells),
            model=functools.partial(ends_of, point),
            interval="confidence",
            level=self.level,
            **about,
        )

    def called(self, choice: Choice) -> Term:
        """Return what its way of making the groups alike is called, in few words."""
        term = self.followed.report.term
        if choice.how == MATCHED:
            return term("specification.matched", caliper=choice.caliper)
        return term(f"specification.{choice.how}")

    def named(self, choice: Choice) -> Term:
        """Return what its characteristics are called, in few words."""
        report = self.followed.report
        if choice.covariates in (ALL, HOUSE):
            return report.term(f"specification.{choice.covariates}")
        name = column_label(report, choice.covariates)
        return report.term("specification.without", name=name)

    def shown(self, choices: list[Choice]) -> dict[str, list[tuple[str, Term]]]:
        """Return the rows of the chart: each choice of each sort, once."""
        unit, report = self.followed.table.unit, self.followed.report
        rows: dict[str, dict[str, Term]] = {sort: {} for sort in SORTS}
        by_window = sorted(choices, key=lambda one: one.window)
        for one in choices:
            rows["method"][one.method] = self.called(one)
            rows["covariates"][one.covariates] = self.named(one)
            rows["definition"][one.definition] = event_label(report, one.definition)
        for one in by_window:
            code = f"{one.window}{unit[0]}"
            rows["window"][code] = report.term(f"window.{unit}", n=one.window)
        return {sort: list(found.items()) for sort, found in rows.items()}


SORTS = ("method", "covariates", "window", "definition")


def _may(people: Followed) -> bool:
    """Return whether people may be compared at all; the cheap conditions are asked first."""
    sizes = [len(people.group(code)) for code in people.groups]
    whole = bool(people.cohort.frame["complete"].all())
    if min(sizes) < people.report.plan.min_people or not whole:
        return False
    return all(one.passed for one in common(people))


def _paired(
    alike: Alike, ours: Rows, theirs: Rows, outcome: Numbers, unmatched: int
) -> tuple[Alike, list[tuple[int, int]]]:
    """Return the matched as groups whose weight is one, with the counts of each."""
    weight = alike.weight * 0.0
    weight.iloc[np.concatenate([ours, theirs])] = 1.0
    cells = [(int(outcome[side].sum()), len(side)) for side in (ours, theirs)]
    return replace(alike, weight=weight, outside=unmatched), cells


def _turned(made: Maker, planned: Choice) -> Iterator[Deduction]:
    """Yield the level that is lost where one other choice, of the same question, turns it."""
    alpha = made.followed.report.plan.alpha
    asked = (planned.definition, planned.window)
    ours = made.points[planned]
    if ours is None:
        return
    others = [
        point[0]
        for choice, point in made.points.items()
        if point is not None and (choice.definition, choice.window) == asked
    ]
    sides = {finding(other, alpha) for other in itertools.chain([ours[0]], others)}
    if len(sides) > 1:
        yield Deduction("one_choice", 1, made.followed.report.term("deduction.one_specification"))
