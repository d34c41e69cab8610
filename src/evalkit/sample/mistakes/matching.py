"""Matching people who have nobody alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# How far apart the two groups lie, of a range of 1.
GAP = 1.1


@dataclass(frozen=True)
class Unlike:
    """Two groups and what was known of them.

    Parameters
    ----------
    event, treated : array of bool, shape (n,)
        Whether there was an event; who was in the programme.
    known : array of float, shape (n,)
        A score known before, on which the risk depends.
    """

    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    known: NDArray[np.float64]


def plant(seed: int, n: int = 1_000, *, strength: float = 1.0) -> Unlike:
    """Make a programme for those at high risk, and a comparison of those at low risk.

    The true difference of risks is 0 for everybody.

    Parameters
    ----------
    strength : float
        How far apart the groups lie; from about 0.9 on nobody of one is like the other.
    """
    random = np.random.default_rng(seed)
    treated = random.random(n) < 0.3
    known = random.random(n) + strength * GAP * treated
    return Unlike(random.random(n) < 0.10 + 0.30 * known, treated, known)
