"""Errors that respect townships: one where there are many, several side by side where few."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harms
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.cv3 import cv3
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.wild_bootstrap import wild_bootstrap
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused, terms
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import (
    finding,
    outcome_of,
    point_of,
    require_shown,
)
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import Alike
from evalkit.outcomes.recidivism.places import places_of
from evalkit.outcomes.report import Result
from evalkit.outcomes.requirements import require
from evalkit.protocol.house import AT_LEAST

FEW = int(AT_LEAST["min_clusters"])
# The adjusted difference itself, with an error that respects townships.
OWN = "by_township"


@dataclass(frozen=True)
class Clustered(Result):
    """A difference with errors that respect townships.

    Parameters
    ----------
    clusters : int
        Townships, villages or sites; 0 where they are not known.
    agree : bool
        Whether every error that stands leaves the finding as it is.
    """

    clusters: int = 0
    agree: bool = True


@analysis("clustered_difference", result=Clustered)
def few_clusters(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    cluster: str,
    draws: int,
    seed: int,
) -> Generator[Yielded, None, Any]:
    """Estimate the adjusted difference with errors that respect townships.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates, level, cluster
        As `adjust` and `overturn` take them.
    draws : int
        Of the wild bootstrap and of the turned labels, at least 99; where all choices are
        fewer, those are tried.
    seed : int
        Of the draws.

    Returns
    -------
    Result or Refusal
        ``clustered_difference[method]`` and ``clustered_p[method]``: with fewer than 20
        townships, or where the plan names them, by least squares with CR2, the jackknife
        (CV3) and the wild bootstrap, and by turning the townships' labels round, where each
        is wholly of one group. A level of the rating is lost where one of them gives another
        finding. Refused where anything fails of what `gates` names, or no township is known.
    """
    report = followed.report
    judged = judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    places, alike = places_of(followed, cluster), judged.alike
    if places is None:
        raise refused(report, "no_townships")
    assert alike is not None
    require_shown(followed)
    number = int(np.unique(places).size)
    given = (outcome_of(followed), alike.treated, alike.covariates)
    points: dict[str, Point | Refused] = {
        "by_person": point_of(*given, adjustment, level),
        OWN: _tried(lambda: point_of(*given, adjustment, level, places)),
    }
    if number < FEW or report.plan.cluster:
        points |= _by_squares(followed, alike, places, level, draws, seed)
        points["randomisation"] = _tried(lambda: _turned(followed, alike, places, draws, seed))
    yield from _measures(followed, alike, points, level)
    sides = {finding(p, report.plan.alpha) for p in points.values() if isinstance(p, Point)}
    if len(sides) > 1:
        yield Deduction("clusters", 1, report.term("deduction.clusters"))
    return {"clusters": number, "agree": len(sides) == 1}


def _tried(fit: Any) -> Point | Refused:
    """Return what an estimator gives, or why it cannot."""
    try:
        found: Point = fit()
    except Refused as problem:
        return problem
    return found


def _by_squares(
    followed: Followed, alike: Alike, places: NDArray[Any], level: float, draws: int, seed: int
) -> dict[str, Point | Refused]:
    outcome, ours = outcome_of(followed), alike.treated.astype(float)
    about: dict[str, Any] = dict(controls=alike.covariates, level=level)

    def first(fit: Any) -> Point:
        parts = (fit.value, fit.low, fit.high, fit.se, fit.p)
        return Point(*(float(part[0]) for part in parts))

    return {
        "cr2": _tried(lambda: first(cr2(outcome, ours[:, None], places, **about))),
        "cv3": _tried(lambda: first(cv3(outcome, ours[:, None], places, **about))),
        "wild_bootstrap": _tried(
            lambda: wild_bootstrap(outcome, ours, places, draws=draws, seed=seed, **about).point
        ),
    }


def _turned(followed: Followed, alike: Alike, places: NDArray[Any], draws: int, seed: int) -> Point:
    """Return the difference of townships above what is expected, tested by turning labels.

    What would be expected of a person without the programme stands for the time before, what
    happened for the time after: whole townships are of one group or the other.
    """
    share = [alike.treated[places == name].mean() for name in np.unique(places)]
    if any(0 < part < 1 for part in share):
        raise refused(followed.report, "townships_mixed")
    outcome = outcome_of(followed)
    expected = doubly_robust(outcome, alike.treated, alike.covariates).expected
    n = outcome.size
    found = randomisation(
        np.concatenate([expected, outcome]),
        np.concatenate([places, places]),
        np.repeat([0.0, 1.0], n),
        np.concatenate([np.zeros(n), alike.treated.astype(float)]),
        draws=draws,
        seed=seed,
    )
    # A test has no interval: whether it holds zero is what the p-value says.
    side = 0.0 if found.p > followed.report.plan.alpha else found.value
    return Point(found.value, min(side, found.value), max(side, found.value), None, found.p)


def _measures(
    followed: Followed, alike: Alike, points: dict[str, Point | Refused], level: float
) -> Iterator[Yielded]:
    report, cells = followed.report, harms(pairs(followed))
    for method, point in points.items():
        about: dict[str, Any] = dict(
            dims=(("method", method),),
            window=followed.window_term,
            definition=event_label(report, followed.definition),
            method=report.term(f"method.{method}"),
            row=True,
        )
        if isinstance(point, Refused):
            reason, _ = terms(report, followed.table, point)
            yield measure("clustered_difference", unit="points", reason=reason, **about)
            continue
        ends = ("value",) if method == "randomisation" else ("value", "low", "high")
        yield measure(
            "clustered_difference",
            cells,
            model=functools.partial(_of, point, ends),
            unit="points",
            interval="confidence",
            level=level,
            **about,
        )
        yield measure(
            "clustered_p", cells, model=functools.partial(_p, point), unit="p", digits=4, **about
        )


def _of(point: Point, ends: tuple[str, ...]) -> dict[str, float]:
    return {name: getattr(point, name) for name in ends}


def _p(point: Point) -> float | None:
    return point.p
