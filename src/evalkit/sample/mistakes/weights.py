"""Sampling weights used as if they were frequencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SATISFIED = 0.60
# People that one of the sample stands for, at least and at most.
LIGHT, HEAVY = 10, 90
# How far an area lies from the mean, either way.
OF_AREA = 0.20


@dataclass(frozen=True)
class Sampled:
    """A sample of areas and people, with weights.

    Parameters
    ----------
    answer : array of bool, shape (n,)
        Satisfied or not.
    weight : array of int, shape (n,)
        People that each of the sample stands for.
    area, district : array of int, shape (n,)
        Primary sampling unit and stratum.
    satisfied : float
        True share.
    """

    answer: NDArray[np.bool_]
    weight: NDArray[np.int64]
    area: NDArray[np.int64]
    district: NDArray[np.int64]
    satisfied: float


def plant(seed: int, n: int = 600, *, strength: float = 1.0) -> Sampled:
    """Make a sample of 30 areas in three districts, with unequal weights.

    Parameters
    ----------
    n : int
        People asked, as many in each area.
    strength : float
        From 0 (each stands for one, areas are alike) to 1.
    """
    random = np.random.default_rng(seed)
    area = np.arange(n) % 30
    share = SATISFIED + strength * OF_AREA * random.uniform(-1, 1, 30)
    full = random.integers(LIGHT, HEAVY, n, endpoint=True)
    weight = np.maximum(1, np.round(strength * full)).astype(np.int64)
    return Sampled(random.random(n) < share[area], weight, area, area // 10, SATISFIED)
