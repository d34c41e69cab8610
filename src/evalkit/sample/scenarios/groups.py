"""People in places: clusters treated as wholes, effects of areas, places over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Mean risk, and how far a cluster may lie from it: an intraclass correlation of 0.04.
RISK, OF_CLUSTER = 0.25, 0.15
# Standard deviations of a place, of a period, and of what is left, whose own past stays.
OF_PLACE, OF_PERIOD, OF_REST, STAYS = 2.0, 1.0, 1.0, 0.4


@dataclass(frozen=True)
class Clustered:
    """Persons of clusters, half of which are treated.

    Parameters
    ----------
    outcome, treated : array of {0, 1}, shape (n,)
        Whether the event happened; whether the cluster was treated.
    cluster : array of int, shape (n,)
        Each person's cluster.
    effect : float
        Difference of risks that the programme makes.
    """

    outcome: Array
    treated: Array
    cluster: NDArray[np.int64]
    effect: float


def clustered(
    random: np.random.Generator, clusters: int, persons: int, *, effect: float = 0.0
) -> Clustered:
    """Draw clusters of unequal size, with programmes given to whole clusters.

    Parameters
    ----------
    clusters : int
        Even; half of them, by lot, are treated.
    persons : int
        In a cluster on average; from a half to one and a half times as many.
    effect : float
        Added to the risk by the programme, from -0.1 to 0.6.
    """
    sizes = random.integers(persons // 2, persons + (persons + 1) // 2, clusters, endpoint=True)
    cluster = np.repeat(np.arange(clusters), sizes)
    treated = random.permutation(np.arange(clusters) % 2).astype(float)[cluster]
    own = random.uniform(-OF_CLUSTER, OF_CLUSTER, clusters)[cluster]
    outcome = (random.random(cluster.size) < RISK + own + effect * treated).astype(float)
    return Clustered(outcome, treated, cluster, effect)


@dataclass(frozen=True)
class Areas:
    """Results of several areas, and the true effect of one more.

    Parameters
    ----------
    value, se : array of float, shape (k,)
        Estimate and standard error of each area.
    effect, following : float
        Mean of the true effects; the true effect of a further area.
    """

    value: Array
    se: Array
    effect: float
    following: float


def areas(
    random: np.random.Generator, k: int, *, effect: float = 0.0, between: float = 0.1
) -> Areas:
    """Draw the results of areas whose true effects differ.

    Parameters
    ----------
    effect : float
        Mean of the true effects.
    between : float
        Standard deviation of the true effects.
    """
    true = effect + between * random.standard_normal(k + 1)
    se = random.uniform(0.05, 0.25, k)
    return Areas(true[:-1] + se * random.standard_normal(k), se, effect, float(true[-1]))


@dataclass(frozen=True)
class Panel:
    """Places over time, some of them treated from one period on.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        A row is a place in a period.
    unit, period : array of int, shape (n,)
        Place and period.
    treated : array of {0, 1}, shape (n,)
        1 where the place has the programme in that period.
    effect : float
        What the programme adds to the outcome.
    """

    outcome: Array
    unit: NDArray[np.int64]
    period: NDArray[np.int64]
    treated: Array
    effect: float


def before_after(
    random: np.random.Generator,
    units: int,
    treated_units: int,
    periods: int = 8,
    *,
    effect: float = 0.0,
    drift: float = 0.0,
) -> Panel:
    """Draw a panel in which the programme starts at half time.

    Parameters
    ----------
    units, treated_units, periods : int
        Places, how many of them are treated, and periods, at least 2.
    effect : float
        What the programme adds to the outcome, in standard deviations of its rest.
    drift : float
        By how much treated places grow away from the others in each period by
        themselves; above 0 no difference-in-differences holds.
    """
    rest = random.normal(0, OF_REST, (units, periods))
    for now in range(1, periods):
        rest[:, now] = STAYS * rest[:, now - 1] + np.sqrt(1 - STAYS**2) * rest[:, now]
    chosen = random.permutation(units) < treated_units
    after = np.arange(periods) >= periods // 2
    treated = np.outer(chosen, after).astype(float)
    outcome = (
        rest
        + random.normal(0, OF_PLACE, (units, 1))
        + random.normal(0, OF_PERIOD, periods)
        + effect * treated
        + drift * np.outer(chosen, np.arange(periods))
    )
    unit, period = np.divmod(np.arange(units * periods), periods)
    return Panel(outcome.ravel(), unit, period, treated.ravel(), effect)
