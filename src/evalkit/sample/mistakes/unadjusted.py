"""An unadjusted comparison, from which those who quit are dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Untreated risk of a new offence, and how far it moves with what was known before.
LEAST, SPREAD = 0.10, 0.40


@dataclass(frozen=True)
class Compared:
    """Young people who joined or not, for reasons, and of whom some quit.

    Parameters
    ----------
    joined, quit : array of bool, shape (n,)
        Whether the person joined the programme; whether it was left early.
    event : array of bool, shape (n,)
        Whether there was a new offence.
    known : array of float, shape (n, 2)
        Standard scores known at the index; higher means more at risk.
    """

    joined: NDArray[np.bool_]
    quit: NDArray[np.bool_]
    event: NDArray[np.bool_]
    known: NDArray[np.float64]


def plant(seed: int, n: int = 2_000, *, strength: float = 1.0) -> Compared:
    """Make young people of whom those at low risk join, and those at high risk quit.

    The true difference of risks is 0 for everybody.

    Parameters
    ----------
    strength : float
        How strongly risk moves joining and quitting, on the log odds.
    """
    random = np.random.default_rng(seed)
    known = random.standard_normal((n, 2))
    score = known.sum(axis=1)
    joined = random.random(n) < 1 / (1 + np.exp(0.5 + 0.5 * strength * score))
    quits = joined & (random.random(n) < 1 / (1 + np.exp(1 - strength * score)))
    event = random.random(n) < LEAST + SPREAD / (1 + np.exp(-score))
    return Compared(joined, quits, event, known)
