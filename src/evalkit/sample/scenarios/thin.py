"""Persons among whom nothing is different, where something is scarce.

Few treated, poor overlap, few clusters or few events: who finds an effect here has called
nothing something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Mean of the outcome, and of the event's log odds, by a standard deviation of the covariate.
ON_OUTCOME, ON_EVENT = 0.5, 0.5
# Share with the event, where events are not what is scarce.
COMMON = 0.3
# Share of the variance, and of the log odds' spread, that a cluster's people have in common.
IN_COMMON = 0.1
# Thirds of a normal distribution.
CUTS = (-0.43, 0.43)
# Days of follow-up; mean days to a second cause of leaving, in units of that.
FOLLOW, COMPETING = 365.0, 3.0


@dataclass(frozen=True)
class Thin:
    """Persons in two groups that differ by nothing but chance and a covariate.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        A number, normal around what the covariate makes of it.
    event, treated : array of {0, 1}, shape (n,)
        Whether the event happened; whether the person was in the programme.
    covariates, category : array of float, shape (n, 1)
        The covariate, and the third of its distribution in which it lies.
    days : array of float, shape (n,)
        To the event, to another end, or to the end of follow-up.
    cause : array of {0, 1, 2}, shape (n,)
        0 where nothing happened, 1 for the event, 2 for the other end.
    count, repeated, years : array of float, shape (n,)
        Events at a constant rate; events of persons of whom some have them more readily
        than others; time at risk.
    cluster : array of int, shape (n,)
        Each person's cluster; the person's own number where there are none.
    adjusted : bool
        Whether who is treated depends on the covariate: methods without it then err.
    """

    outcome: Array
    event: Array
    treated: Array
    covariates: Array
    category: Array
    days: Array
    cause: Array
    count: Array
    repeated: Array
    years: Array
    cluster: NDArray[np.int64]
    adjusted: bool


def few_treated(random: np.random.Generator, n: int, *, treated: int) -> Thin:
    """Draw persons of whom a given number are treated, by lot."""
    x = random.standard_normal(n)
    return _thin(random, x, (np.arange(n) < treated).astype(float))


def poor_overlap(
    random: np.random.Generator, n: int, *, strength: float, coarse: bool = False
) -> Thin:
    """Draw persons whom a covariate sorts into the groups.

    Parameters
    ----------
    strength : float
        Log odds of being treated by a standard deviation of the covariate; at 0 it is by
        the toss of a coin, at 6 hardly anybody has a like in the other group.
    coarse : bool
        Whether the covariate has three values only.
    """
    x = random.standard_normal(n)
    if coarse:
        x = np.asarray(np.digitize(x, CUTS) - 1, dtype=np.float64)
    chance = 1 / (1 + np.exp(-strength * x))
    treated = (random.random(n) < chance).astype(float)
    # Somebody of each group, so that there is a question.
    treated[np.argmax(x)], treated[np.argmin(x)] = 1.0, 0.0
    return _thin(random, x, treated, adjusted=strength > 0)


def few_clusters(random: np.random.Generator, clusters: int, *, persons: int, treated: int) -> Thin:
    """Draw persons in clusters that are treated as wholes.

    Parameters
    ----------
    clusters, persons, treated : int
        Clusters; persons of each on average; treated clusters.
    """
    sizes = random.integers(persons // 2, persons + persons // 2 + 1, clusters)
    cluster = np.repeat(np.arange(clusters), sizes)
    x = random.standard_normal(cluster.size)
    return _thin(random, x, (cluster < treated).astype(float), cluster=cluster)


def rare_events(
    random: np.random.Generator, n: int, *, rate: float, treated_share: float = 0.5
) -> Thin:
    """Draw persons of whom hardly anybody has the event.

    Parameters
    ----------
    rate : float
        Chance of the event in each group, from 0.
    """
    x = random.standard_normal(n)
    treated = (np.arange(n) < round(n * treated_share)).astype(float)
    return _thin(random, x, treated, rate=rate)


def _thin(
    random: np.random.Generator,
    x: Array,
    treated: Array,
    *,
    rate: float = COMMON,
    cluster: NDArray[np.int64] | None = None,
    adjusted: bool = False,
) -> Thin:
    n = x.size
    shared = np.zeros(n)
    if cluster is not None:
        shared = random.standard_normal(int(cluster.max()) + 1)[cluster]
    own = np.sqrt(1 - IN_COMMON) if cluster is not None else 1.0
    outcome = ON_OUTCOME * x + np.sqrt(IN_COMMON) * shared + own * random.standard_normal(n)
    log_rate = ON_EVENT * x + np.sqrt(IN_COMMON) * shared * np.pi / np.sqrt(3)
    hazard = -np.log1p(-rate) * np.exp(log_rate) / np.exp(log_rate).mean()
    # Whole days, so that some share one; nobody leaves on the day of entry.
    to_event = np.full(n, np.inf)
    some = hazard > 0
    to_event[some] = np.ceil(FOLLOW * random.exponential(size=some.sum()) / hazard[some])
    to_other = np.ceil(FOLLOW * COMPETING * random.exponential(size=n))
    event = (to_event <= FOLLOW).astype(float)
    days = np.minimum(np.minimum(to_event, to_other), FOLLOW)
    cause = np.where(days == FOLLOW, 0.0, np.where(to_event <= to_other, 1.0, 2.0))
    years = 0.25 + 0.75 * random.random(n)
    # Some have events more readily than others, by more than is known of them.
    readily = random.gamma(2.0, 0.5, n)
    return Thin(
        outcome=outcome,
        event=event,
        treated=treated,
        covariates=x[:, None],
        category=np.digitize(x, CUTS).astype(float)[:, None],
        days=days,
        cause=cause,
        count=random.poisson(hazard * years).astype(float),
        repeated=random.poisson(hazard * years * readily).astype(float),
        years=years,
        cluster=np.arange(n) if cluster is None else cluster,
        adjusted=adjusted,
    )
