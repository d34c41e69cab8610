"""The difference between groups made alike, fitted once and asked for by several exhibits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.interval import Point
from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.estimators.matching import match, matched_difference
from evalkit.estimators.propensity import propensity
from evalkit.estimators.weighting import weighting
from evalkit.outcomes.analysis import refused
from evalkit.outcomes.recidivism.compared import behind, shown_shares
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.overlap import BALANCED, ESTIMANDS, MATCHED, Alike

Numbers = NDArray[np.float64]


ENDS = ("value", "low", "high")


def ends_of(point: Point) -> dict[str, float]:
    """Return a difference and its interval, by name."""
    return {name: getattr(point, name) for name in ENDS}


def outcome_of(followed: Followed) -> Numbers:
    """Return who had the event, as numbers."""
    return followed.cohort.frame["event"].to_numpy(dtype=float)


def point_of(
    outcome: Numbers,
    treated: NDArray[np.bool_],
    covariates: Numbers,
    adjustment: str,
    level: float,
    cluster: NDArray[np.object_] | None = None,
) -> Point:
    """Return the difference between groups made alike.

    Parameters
    ----------
    outcome, treated, covariates : array
        Row by row, as `Alike` has them.
    adjustment : str
        How.
    cluster : array, optional
        Of each person, for an error allowing for them.
    """
    given = (outcome, treated, covariates)
    if adjustment == MATCHED:
        # In pairs the error respects nothing but pairs.
        if cluster is not None:
            raise Refused("refuse_pairs_in_clusters")
        pairs = match(propensity(treated, covariates).linear, treated)
        return matched_difference(outcome, pairs, level=level)
    if adjustment == BALANCED:
        return entropy_balancing(*given, level=level, cluster=cluster).point
    if adjustment == "doubly_robust":
        return doubly_robust(*given, level=level, cluster=cluster).point
    return weighting(*given, estimand=ESTIMANDS[adjustment], level=level, cluster=cluster).point


def require_shown(followed: Followed) -> None:
    """Stop an exhibit that says what becomes of a difference which may itself not be shown.

    Raises
    ------
    Refused
        If the counts behind it are too few.
    """
    if followed.gate.withholds(behind(followed)):
        raise refused(followed.report, "withheld", threshold=followed.gate.policy.threshold)


def shares_of(
    followed: Followed, alike: Alike, adjustment: str, value: float
) -> tuple[float, float]:
    """Return the share of each group as it is compared; the two differ by the difference.

    Parameters
    ----------
    value : float
        The difference.
    """
    outcome, weight = outcome_of(followed), alike.of(True)
    own = float(weight @ outcome[alike.treated] / weight.sum())
    return shown_shares(followed, adjustment, own, value)
