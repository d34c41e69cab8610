"""Many outcomes, of which one will always look like a success."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OUTCOMES, RISK = 20, 0.30


@dataclass(frozen=True)
class Outcomes:
    """A trial with many outcomes.

    Parameters
    ----------
    events : array of bool, shape (n, outcomes)
        Whether each outcome happened.
    treated : array of bool, shape (n,)
        By the toss of a coin.
    """

    events: NDArray[np.bool_]
    treated: NDArray[np.bool_]


def plant(seed: int, n: int = 600, *, strength: float = 1.0) -> Outcomes:
    """Make a trial in which nothing has an effect on anything.

    All true differences are 0; a study should find one in at most 5 % of seeds.

    Parameters
    ----------
    strength : float
        Share of the 20 outcomes that are looked at; 0 is one outcome.
    """
    random = np.random.default_rng(seed)
    many = max(1, round(strength * OUTCOMES))
    return Outcomes(random.random((n, many)) < RISK, random.random(n) < 0.5)
