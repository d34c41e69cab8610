"""The difference in the share reached with errors that respect places, side by side."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.arithmetic.augmented import expected_outcome
from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells, harms
from evalkit.errors import Refused
from evalkit.estimators.clustered import clustered_difference
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.estimators.risk_difference import risk_difference
from evalkit.outcomes.analysis import Yielded, analysis, chosen, refused
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
from evalkit.outcomes.reach.alike import Sides, sided
from evalkit.outcomes.reach.gates import recorded, sides
from evalkit.outcomes.reach.judged import comparable, drawn_by_lot
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require

Points = Mapping[str, Point | Refused]
PERSONS = "by_person"
# Of the wild bootstrap and of turned labels: the verdict may not hang on what a cell draws.
DRAWS, SEED = 9_999, 1


def behind(target: Target) -> Cells:
    """Return the people behind a number about both sides."""
    parts = sides(target)
    counts = [(int(part["reached"].sum()), len(part)) for part in parts]
    whole = tuple(map(sum, zip(*counts, strict=True)))
    return harms(counts) + Cells((whole[0], whole[1]))


def points_of(target: Target, found: Sides, level: float) -> Points:
    """Return the difference with an error by places; with few, with each that holds then."""
    outcome, treated, places = found.outcome, found.treated, found.places
    table = found.table if not drawn_by_lot(target) else np.empty((treated.size, 0))
    given = (outcome, treated, table)

    points: dict[str, Point | Refused] = {
        PERSONS: tried(lambda: _by_person(*given, level)),
        OWN: tried(lambda: _own(target, *given, places, level)),
    }
    if min(np.unique(places[some]).size for some in (treated, ~treated)) >= FEW:
        return points

    def labels() -> Point:
        expected = expected_outcome(outcome, table, ~treated) if table.shape[1] else 0 * outcome
        return turned(target.report, outcome, treated, expected, places, DRAWS, SEED)

    points |= by_squares(*given, places, level, DRAWS, SEED)
    return points | {LABELS: tried(labels)}


def _by_person(
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    table: NDArray[np.float64],
    level: float,
) -> Point:
    """Return the difference as if nothing were common to a place."""
    if table.shape[1]:
        return entropy_balancing(outcome, treated, table, level=level).point
    counts = [(int(outcome[some].sum()), int(some.sum())) for some in (treated, ~treated)]
    return risk_difference(*counts[0], *counts[1], level=level)


def _own(
    target: Target,
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    table: NDArray[np.float64],
    places: NDArray[Any],
    level: float,
) -> Point:
    """Return the difference by the plan's method."""
    if table.shape[1]:
        return entropy_balancing(outcome, treated, table, cluster=places, level=level).point
    frame = pd.DataFrame({"reached": outcome, "exposed": treated, "place": places})
    mixed = (frame.groupby("place")["exposed"].nunique() > 1).any()
    if mixed and frame.groupby("place")["reached"].nunique().max() == 1:
        raise refused(target.report, "no_variation")
    return clustered_difference(outcome, treated, places, level=level)


def agree(target: Target, points: Points) -> bool:
    """Return whether all that respect places say the same."""
    beside = {name: point for name, point in points.items() if name != PERSONS}
    return agreed(beside, target.report.plan.alpha)


def cautious(target: Target, points: Points) -> Point:
    """Return the difference with the widest interval and the largest p of all that are asked.

    Raises
    ------
    Refused
        If one of them cannot be given, or tests nothing.
    """
    asked: dict[str, Point] = {}
    for name, point in points.items():
        if name == PERSONS:
            continue
        if isinstance(point, Refused):
            raise point
        asked[name] = point
    own = asked[OWN]
    if own.p is None or own.se is None:
        # Nobody or everybody of one side: the method bounds the difference and tests nothing.
        raise refused(target.report, "no_test")
    ends = [point for name, point in asked.items() if name != LABELS]
    p = max(point.p if point.p is not None else 1.0 for point in asked.values())
    return Point(own.value, min(e.low for e in ends), max(e.high for e in ends), own.se, p)


@analysis("clustered_difference", result=Clustered)
def few_clusters(
    target: Target,
    exposure: str,
    level: float,
    covariates: tuple[str, ...] | None = None,
) -> Generator[Yielded, None, Any]:
    """Estimate the difference with errors that respect places, side by side.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    exposure, level, covariates
        As `difference` takes them.

    Returns
    -------
    Result or Refusal
        ``clustered_difference[method]`` and ``clustered_p[method]``: with fewer than 20 places
        of a side also by least squares with CR2, the jackknife (CV3) and the wild bootstrap,
        and by turning the places' labels round. Refused where anything fails of what `gates`
        names.
    """
    report = target.report
    target = target.by(chosen("exposure", exposure, target.exposures))
    named = report.plan.covariates if covariates is None else covariates
    require(report, (*recorded(target), *comparable(target, named)))
    found = sided(target, named)
    points = points_of(target, found, level)
    yield from measures(
        report, target.table, points, behind(target), level, definition=target.label
    )
    return {"clusters": int(np.unique(found.places).size), "agree": agree(target, points)}
