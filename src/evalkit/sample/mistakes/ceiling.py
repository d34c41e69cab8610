"""Satisfaction among those who answered, who are the satisfied ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SATISFIED = 0.70
# Chance to rate a service: of those satisfied, and how much lower of the others.
RATES, LESS = 0.80, 0.60


@dataclass(frozen=True)
class Rated:
    """Services, some of them rated.

    Parameters
    ----------
    rating : array of float, shape (n,)
        1 to 5; NaN where none was given.
    satisfied : float
        Share of all services that would be rated 4 or 5.
    """

    rating: NDArray[np.float64]
    satisfied: float


def plant(seed: int, n: int = 2_000, *, strength: float = 1.0) -> Rated:
    """Make ratings that the dissatisfied seldom give.

    Parameters
    ----------
    strength : float
        How much less often the dissatisfied rate: 0 as often, 1 a quarter as often.
    """
    random = np.random.default_rng(seed)
    good = random.random(n) < SATISFIED
    rating = np.where(good, random.integers(4, 6, n), random.integers(1, 4, n)).astype(float)
    gives = random.random(n) < np.where(good, RATES, RATES - strength * LESS)
    return Rated(np.where(gives, rating, np.nan), SATISFIED)
