"""Person-times counted as people, and people registered twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# True share reached; spread of the logarithm of how often somebody comes.
REACHED, SPREAD = 0.40, 1.2
# Share of those reached who registered a second time, under another number.
TWICE = 0.15


@dataclass(frozen=True)
class Visits:
    """A log of visits, one row a visit.

    Parameters
    ----------
    number : array of int, shape (visits,)
        The number under which the visit was entered.
    person : array of int, shape (visits,)
        Who came, as the identity card says.
    population : int
        People of the target group.
    reached : float
        True share of them who came at least once.
    """

    number: NDArray[np.int64]
    person: NDArray[np.int64]
    population: int
    reached: float


def plant(seed: int, n: int = 5_000, *, strength: float = 1.0) -> Visits:
    """Make a log in which few people come often.

    Parameters
    ----------
    n : int
        People of the target group, 40 % of whom are reached.
    strength : float
        From 0 (everybody comes once, under one number) to 1.
    """
    random = np.random.default_rng(seed)
    came = np.flatnonzero(random.random(n) < REACHED)
    extra = np.floor(strength * random.lognormal(1.0, SPREAD, came.size)).astype(np.int64)
    person = np.repeat(came, 1 + extra)
    second = random.random(n) < strength * TWICE
    # The second number is used in about half of the visits.
    other = second[person] & (random.random(person.size) < 0.5)
    return Visits(person + n * other, person, n, came.size / n)
