"""Regression to the mean: who is chosen at the worst moment gets better anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Offences a year, the same before and after; most people have few, a few have many.
RATE, DISPERSION = 0.8, 1.0


@dataclass(frozen=True)
class Chosen:
    """Young people, chosen by the offences of the year before.

    Parameters
    ----------
    before, after : array of int, shape (n,)
        Offences in the year before and after.
    treated : array of bool, shape (n,)
        By the toss of a coin among those chosen; the others among them are the comparison.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    treated: NDArray[np.bool_]


def plant(seed: int, n: int = 4_000, *, strength: float = 1.0) -> Chosen:
    """Make young people chosen for offending whose own rates do not change.

    The true effect on the number of offences is 0.

    Parameters
    ----------
    strength : float
        Chance that somebody without an offence in the year before is left out.
    """
    random = np.random.default_rng(seed)
    own = random.gamma(1 / DISPERSION, DISPERSION * RATE, n)
    before, after = random.poisson(own), random.poisson(own)
    chosen = (before > 0) | (random.random(n) >= strength)
    treated = random.random(n) < 0.5
    return Chosen(before[chosen], after[chosen], treated[chosen])
