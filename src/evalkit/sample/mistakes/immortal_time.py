"""Immortal time: whoever starts the programme has had no event until then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Days at most from the index to the start; a hazard that falls, as that of offending does.
DELAY, SHAPE, SCALE = 120.0, 0.5, 3_000.0


@dataclass(frozen=True)
class Started:
    """Young people, some of whom are referred at the index and start later.

    Parameters
    ----------
    referred : array of bool, shape (n,)
        By the toss of a coin at the index.
    start : array of float, shape (n,)
        Day of the start; NaN of those who never started.
    event : array of float, shape (n,)
        Day of the next offence, which the programme does not change.
    """

    referred: NDArray[np.bool_]
    start: NDArray[np.float64]
    event: NDArray[np.float64]


def plant(seed: int, n: int = 2_000, *, strength: float = 1.0) -> Started:
    """Make young people who cannot start after a new offence.

    The true difference of risks is 0, by referral and in truth.

    Parameters
    ----------
    strength : float
        Share of the full delay to the start, which is 120 days at most.
    """
    random = np.random.default_rng(seed)
    referred = random.random(n) < 0.5
    event = SCALE * random.exponential(size=n) ** (1 / SHAPE)
    planned = strength * DELAY * random.random(n)
    started = referred & (planned < event)
    return Started(referred, np.where(started, planned, np.nan), event)
