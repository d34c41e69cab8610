"""Errors that respect townships: one where there are many, several side by side where few."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harms
from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.outcomes.analysis import Yielded, analysis, refused
from evalkit.outcomes.by_place import (
    FEW,
    LABELS,
    OWN,
    Clustered,
    agreed,
    by_squares,
    measures,
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
    yield from measures(
        report, followed.table, points, harms(pairs(followed)), level,
        window=followed.window_term, definition=event_label(report, followed.definition),
    )  # fmt: skip
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
    return found | {LABELS: tried(shifted)}
