"""Errors that respect places: by methods that hold where these are few, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.cv3 import cv3
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.wild_bootstrap import wild_bootstrap
from evalkit.outcomes.analysis import refused
from evalkit.outcomes.report import Report, Result
from evalkit.protocol.house import AT_LEAST

Numbers = NDArray[np.float64]
# Places below which several methods must agree, whatever a plan says.
FEW = int(AT_LEAST["min_clusters"])
# The difference by the plan's own method, with an error that respects places.
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
    ours = treated.astype(float)
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
