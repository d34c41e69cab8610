"""Errors that respect townships: one where there are many, several side by side where few."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harms
from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.outcomes.analysis import Yielded, analysis, measure, refused, terms
from evalkit.outcomes.by_place import (
    FEW,
    OWN,
    Clustered,
    agreed,
    by_squares,
    tried,
    turned,
)
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import pairs
from evalkit.outcomes.recidivism.fitted import (
    outcome_of,
    point_of,
    require_shown,
)
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import Alike
from evalkit.outcomes.recidivism.places import places_of
from evalkit.outcomes.requirements import require


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
        OWN: tried(lambda: point_of(*given, adjustment, level, places)),
    }
    if number < FEW or report.plan.cluster:
        points |= _errors(followed, alike, places, level, draws, seed)
    yield from _measures(followed, alike, points, level)
    agree = agreed(points, report.plan.alpha)
    if not agree:
        yield Deduction("clusters", 1, report.term("deduction.clusters"))
    return {"clusters": number, "agree": agree}


def _errors(
    followed: Followed, alike: Alike, places: NDArray[Any], level: float, draws: int, seed: int
) -> dict[str, Point | Refused]:
    """Return the difference with the errors that hold where places are few."""
    given = (outcome_of(followed), alike.treated)

    def shifted() -> Point:
        expected = doubly_robust(*given, alike.covariates).expected
        return turned(followed.report, *given, expected, places, draws, seed)

    found = by_squares(*given, alike.covariates, places, level, draws, seed)
    return found | {"randomisation": tried(shifted)}


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
