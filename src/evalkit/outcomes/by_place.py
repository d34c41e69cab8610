"""Errors that respect places: by methods that hold where these are few, side by side."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.cv3 import cv3
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.wild_bootstrap import wild_bootstrap
from evalkit.outcomes.analysis import Yielded, measure, refused, terms
from evalkit.outcomes.report import Report, Result
from evalkit.protocol.house import AT_LEAST
from evalkit.table import Table

Numbers = NDArray[np.float64]
# Places below which several methods must agree, whatever a plan says.
FEW = int(AT_LEAST["min_clusters"])
# The difference by the plan's own method, with an error allowing for places.
OWN = "by_township"
# A test, with no interval of its own.
LABELS = "randomisation"


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


@dataclass(frozen=True)
class Finding:
    """What a difference says: nothing for certain, or on which side of zero it lies.

    Parameters
    ----------
    side : int
        -1 or 1 where the interval excludes zero and p is at most alpha, else 0.
    """

    side: int

    @property
    def clear(self) -> bool:
        """Whether it is evidence at all."""
        return self.side != 0


def finding(point: Point, alpha: float) -> Finding:
    """Return what a difference says, by the rule of the verdict."""
    outside = not point.low <= 0 <= point.high and (point.p is None or point.p <= alpha)
    return Finding((1 if point.value > 0 else -1) if outside else 0)


def tried(fit: Callable[[], Point]) -> Point | Refused:
    """Return what an estimator gives, or why it cannot."""
    try:
        return fit()
    except Refused as problem:
        return problem


def agreed(points: Mapping[str, Point | Refused], alpha: float) -> bool:
    """Return whether all that stand say the same."""
    return len({finding(p, alpha) for p in points.values() if isinstance(p, Point)}) <= 1


def measures(
    report: Report,
    table: Table,
    points: Mapping[str, Point | Refused],
    cells: Cells,
    level: float,
    **about: Any,
) -> Iterator[Yielded]:
    """Yield ``clustered_difference[method]`` and ``clustered_p[method]``, or why one is not given.

    Parameters
    ----------
    table : Table
        Where the people come from.
    points : mapping of str to Point or Refused
        By method; turned labels are a test without an interval of its own.
    cells : Cells
        The people behind them.
    **about
        The other fields of an estimate.
    """
    for method, point in points.items():
        told: dict[str, Any] = dict(
            dims=(("method", method),), method=report.term(f"method.{method}"), row=True, **about
        )
        if isinstance(point, Refused):
            reason, _ = terms(report, table, point)
            yield measure("clustered_difference", unit="points", reason=reason, **told)
            continue
        ends = ("value",) if method == LABELS else ("value", "low", "high")
        values = {name: getattr(point, name) for name in ends}
        yield measure(
            "clustered_difference", cells, model=functools.partial(dict, values),
            unit="points", interval="confidence", level=level, **told,
        )  # fmt: skip
        yield measure(
            "clustered_p", cells, model=functools.partial(_p, point), unit="p", digits=4, **told
        )


def _p(point: Point) -> float | None:
    return point.p


def _in_order(places: NDArray[Any]) -> NDArray[np.int64]:
    """Return the rows in the order of their places.

    What is drawn for each place in turn may not hang on the order in which a table lies.
    """
    return np.argsort(places.astype(str), kind="stable")


def by_squares(
    outcome: Numbers,
    treated: NDArray[np.bool_],
    covariates: Numbers,
    places: NDArray[Any],
    level: float,
    draws: int,
    seed: int,
) -> dict[str, Point | Refused]:
    """Return the difference by least squares with three errors that hold with few places.

    Parameters
    ----------
    outcome, treated, covariates, places : array, n rows
        One row a person; of no covariate, zero columns.
    level : float
        Confidence level, 0 < level < 1.
    draws, seed : int
        Of the wild bootstrap, at least 99.

    Returns
    -------
    dict
        By ``cr2``, ``cv3`` (the jackknife) and ``wild_bootstrap``, or why one cannot be given.
    """
    order = _in_order(places)
    outcome, covariates, places = outcome[order], covariates[order], places[order]
    ours = treated[order].astype(float)
    about: dict[str, Any] = dict(controls=covariates if covariates.shape[1] else None, level=level)

    def first(fit: Any) -> Point:
        parts = (fit.value, fit.low, fit.high, fit.se, fit.p)
        return Point(*(float(part[0]) for part in parts))

    return {
        "cr2": tried(lambda: first(cr2(outcome, ours[:, None], places, **about))),
        "cv3": tried(lambda: first(cv3(outcome, ours[:, None], places, **about))),
        "wild_bootstrap": tried(
            lambda: wild_bootstrap(outcome, ours, places, draws=draws, seed=seed, **about).point
        ),
    }


def turned(
    report: Report,
    outcome: Numbers,
    treated: NDArray[np.bool_],
    expected: Numbers,
    places: NDArray[Any],
    draws: int,
    seed: int,
) -> Point:
    """Return the difference of places above what is expected, tested by turning their labels.

    What would be expected of a person without the programme stands for the time before, what
    happened for the time after: whole places are of one group or the other.

    Raises
    ------
    Refused
        If people of both groups are in the same place, or places cannot be told apart.
    """
    order = _in_order(places)
    outcome, treated, expected = outcome[order], treated[order], expected[order]
    places = places[order]
    share = [treated[places == name].mean() for name in np.unique(places)]
    if any(0 < part < 1 for part in share):
        raise refused(report, "townships_mixed")
    found = randomisation(
        np.concatenate([expected, outcome]),
        np.concatenate([places, places]),
        np.repeat([0.0, 1.0], outcome.size),
        np.concatenate([np.zeros(outcome.size), treated.astype(float)]),
        draws=draws,
        seed=seed,
    )
    # A test has no interval: whether it holds zero is what the p-value says.
    side = 0.0 if found.p > report.plan.alpha else found.value
    return Point(found.value, min(side, found.value), max(side, found.value), None, found.p)
