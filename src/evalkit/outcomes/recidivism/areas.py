"""Places before and after a service began there, beside places where it did not."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells
from evalkit.errors import Refused
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.estimators.randomisation import randomisation
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.recidivism.villages import (
    MONTHS,
    Villages,
    cells_of,
    drawn_by,
    halves_of,
    rate_of,
)
from evalkit.outcomes.report import Refusal, Report, Result, refuse, refused_again
from evalkit.outcomes.requirements import Requirement, as_estimates, each, require, requirement
from evalkit.protocol.outcomes.recidivism import AREA
from evalkit.words import Term

SERVED = "served"
# A whole year on each side: cases have seasons (Wagner et al. 2002).
YEAR = 12
# Places of each sort that show how places differ, as `difference_in_differences` asks.
PLACES = 6
# Of all months of places those that must be counted: what is missing is no zero.
COUNTED = 0.95


def draw_areas(report: Report) -> Villages | Refusal:
    """Draw the months of places that were counted, before and after the service began.

    Parameters
    ----------
    report : Report
        An opened recidivism report; case files are not needed.

    Returns
    -------
    Villages or Refusal
        Its ``titled`` are the places with the service. A refusal where the plan does not
        compare places, or the area handed in no counts.
    """
    if report.plan.primary != AREA:
        reason, passes = (report.term(f"{k}.not_by_place") for k in ("reason", "would_pass"))
        return refuse(report, "area_rate", reason, passes)
    return drawn_by(report, SERVED)


def area_gates(drawn: Villages | Refusal) -> Result | Refusal:
    """Return what must hold before places are compared, passed or not.

    Parameters
    ----------
    drawn : Villages or Refusal
        From `draw_areas`.

    Returns
    -------
    Result or Refusal
        ``gate[gate]``.
    """
    if isinstance(drawn, Refusal):
        return refused_again(drawn, "gate")
    found = as_estimates(drawn.report, drawn.table, requirements(drawn))
    return Result(drawn.report, found, drawn.deviations)


@analysis("area_rate")
def areas(drawn: Villages, level: float, draws: int, seed: int) -> Iterator[Yielded]:
    """Estimate how much more cases changed where the service began than where it did not.

    Parameters
    ----------
    drawn : Villages or Refusal
        From `draw_areas`.
    level : float
        Confidence level, 0 < level < 1.
    draws : int
        Of other places, or other months, in the place of the real ones, at least 99.
    seed : int
        Of the draws.

    Returns
    -------
    Result or Refusal
        ``area_rate[period, places]``: cases per 1,000 young people and year with the exact
        interval; ``area_difference`` and ``area_difference_p``: by difference-in-differences
        over places;
        ``area_placebo_p``, by other places in the place of those with the service;
        ``area_before`` and ``area_before_p``: the same difference within the time before, where
        there can be none: a clear one takes two levels off. Refused where anything fails of
        what `area_gates` names.
    """
    report, frame = drawn.report, drawn.cohort.frame
    require(report, requirements(drawn))
    for code, served in (("served", True), ("others", False)):
        for period, after in (("before", False), ("after", True)):
            part = frame[(frame["titled"] == served) & (frame["after"] == after)]
            if len(part):
                dims = {"places": code, "period": period}
                named = report.term(f"by_place.{code}_{period}")
                found = rate_of(drawn, part, dims, named, level, "by_place.places")
                yield replace(found, estimand="area_rate")
    yield from _beside(drawn, level, draws, seed)


def _beside(drawn: Villages, level: float, draws: int, seed: int) -> Iterator[Yielded]:
    """Yield the difference-in-differences, its placebo places, and that of the time before."""
    report, frame = drawn.report, drawn.cohort.frame
    given = _given(halves_of(frame))
    made = difference_in_differences(*given, level=level)
    cells = cells_of(frame)
    about = _about(drawn, "by_place.difference", "method.differences_places")
    about["population"] = report.term("by_place.both", n=made.treated, m=made.untreated)
    yield from _told(AREA, made.point, cells, about, level)
    placebos = randomisation(*given, draws=draws, seed=seed)
    about = _about(drawn, "by_place.placebo", "method.placebo_places")
    yield _p("area_placebo_p", placebos.p, cells, about)
    earlier = _earlier(frame)
    about = _about(drawn, "by_place.trend", "method.differences_places")
    try:
        before = difference_in_differences(*_given(halves_of(earlier)), level=level).point
    except Refused:
        # Without any case in the time before nothing of it differs, and nothing is shown.
        return
    yield from _told("area_before", before, cells_of(earlier), about, level)
    assert before.p is not None
    if before.p <= report.plan.alpha and not before.low <= 0 <= before.high:
        yield Deduction("trend_before", 2, report.term("deduction.trend_before"))


def _given(halves: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series, np.ndarray[Any, Any]]:
    now = (halves["titled"] & halves["after"]).to_numpy(dtype=float)
    return halves["rate"], halves["place"], halves["after"].astype(float), now


def _earlier(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the time before the service, its second half as if the service had begun there."""
    before = frame[~frame["after"]]
    months = np.sort(before["month"].unique())
    return before.assign(after=before["month"] >= months[len(months) // 2])


def _about(drawn: Villages, named: str, method: str) -> dict[str, Any]:
    report = drawn.report
    return dict(
        # Of the places' rates the mean: that of a model, and no count of cases over years.
        unit="mean",
        digits=1,
        definition=report.term(named),
        group=report.term("by_place.per"),
        design=report.term(f"design.{report.plan.design}"),
        method=report.term(method),
        table=drawn.table,
    )


def _told(
    estimand: str, point: Point, cells: Cells, about: dict[str, Any], level: float
) -> Iterator[Yielded]:
    ends = {name: getattr(point, name) for name in ("value", "low", "high")}
    yield measure(
        estimand,
        cells,
        model=functools.partial(dict, ends),
        interval="confidence",
        level=level,
        **about,
    )
    yield _p(f"{estimand}_p", point.p, cells, about)


def _p(estimand: str, p: float | None, cells: Cells, about: dict[str, Any]) -> Yielded:
    assert p is not None
    return measure(
        estimand, cells, model=functools.partial(float, p), **about | {"unit": "p", "digits": 4}
    )


def requirements(drawn: Villages) -> list[Requirement]:
    """Return what must hold before places are compared."""
    report, frame, plan = drawn.report, drawn.cohort.frame, drawn.report.plan
    term = report.term
    served, others = frame[frame["titled"]], frame[~frame["titled"]]
    starts = int(served["since"].nunique())
    held = [
        requirement(
            report,
            "area_start",
            starts == 1,
            term("gate_found.count", n=starts),
            term("gate_limit.one_start"),
        )
    ]
    sides = {
        (who, when): part[part["after"] == (when == "after")]
        for who, part in (("served", served), ("others", others))
        for when in ("before", "after")
    }
    months = [
        (term(f"by_place.{who}_{when}"), int(part["month"].nunique()))
        for (who, when), part in sides.items()
    ]
    held.append(_least(drawn, "area_months", months, YEAR))
    # Of a place that was counted on one side alone no change can be seen.
    there = halves_of(frame).drop_duplicates("place")
    places = [
        (term("by_place.served"), int(there["titled"].sum())),
        (term("by_place.others"), int((~there["titled"]).sum())),
    ]
    held.append(_least(drawn, "area_places", places, PLACES))
    counted = _counted(drawn)
    held.append(
        requirement(
            report,
            "area_counted",
            counted >= COUNTED,
            term("gate_found.share", share=counted),
            term("gate_limit.at_least_share", share=COUNTED),
            share=COUNTED,
        )
    )
    cases = [(term("by_place.cases"), int(frame["cases"].sum()))]
    held.append(_least(drawn, "area_cases", cases, plan.min_events))
    return held


def _counted(drawn: Villages) -> float:
    """Return the share of all months of all places that is counted, the least of any place sort.

    Of a place that has no row in a month nothing is known, as where a cell is empty; nor of
    one whose service stopped: what comes after is neither before nor after.
    """
    table, frame = drawn.table.frame, drawn.cohort.frame
    if frame.empty:
        return 0.0
    month = table["month"].dt.year * MONTHS + table["month"].dt.month
    span = int(month.max() - month.min()) + 1
    served = set(frame.loc[frame["titled"], "place"])
    named = table["place"].astype(str)
    parts = (named.isin(served), ~named.isin(served))
    shares = [
        float(frame["place"].isin(named[part]).sum()) / (named[part].nunique() * span)
        for part in parts
        if part.any()
    ]
    return min(shares)


def _least(drawn: Villages, code: str, counts: list[tuple[Term, int]], least: int) -> Requirement:
    """Return whether there are as many as are needed, of each sort."""
    report, gate = drawn.report, drawn.report.gate(drawn.table)
    # Months and places are no people; cases are those of young people.
    few = code == "area_cases" and gate.hides([n for _, n in counts])
    found = [
        (
            name,
            report.term("gate_found.few", threshold=gate.policy.threshold)
            if few
            else report.term("gate_found.count", n=gate.count(n) if code == "area_cases" else n),
        )
        for name, n in counts
    ]
    return requirement(
        report,
        code,
        all(n >= least for _, n in counts),
        each(report, found),
        report.term("gate_limit.at_least", n=least),
        n=least,
    )
