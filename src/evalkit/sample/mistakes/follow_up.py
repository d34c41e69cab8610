"""Unequal follow-up, events that compete, and people who were not found in the records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Yearly hazards of a new offence and of moving away for good.
OFFENCE, MOVED = 0.35, 0.35
# Longest follow-up in days, of the others and of the programme, which began later.
LONG, SHORT = 1_095, 400
# Share of the programme's people who could not be linked, and so show no offence.
UNLINKED = 0.15
YEAR = 365


@dataclass(frozen=True)
class Followed:
    """Young people followed for unequal times.

    Parameters
    ----------
    treated, linked : array of bool, shape (n,)
        By the toss of a coin; whether the person was found in the records of offences.
    time : array of float, shape (n,)
        Whole days to the first event or the end of follow-up.
    cause : array of {0, 1, 2}, shape (n,)
        1 for an offence, 2 for moving away, 0 for neither.
    risk : float
        True share with an offence within a year, of either group.
    """

    treated: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    time: NDArray[np.float64]
    cause: NDArray[np.int64]
    risk: float


def plant(seed: int, n: int = 2_000, *, strength: float = 1.0) -> Followed:
    """Make a programme whose people are followed for shorter and linked less often.

    The true difference of risks in a year is 0.

    Parameters
    ----------
    strength : float
        From 0 (equal follow-up, nobody unlinked, nobody moves) to 1.
    """
    random = np.random.default_rng(seed)
    treated, moved = random.random(n) < 0.5, strength * MOVED
    until = np.ceil(YEAR * random.exponential(size=n) / (OFFENCE + moved))
    first = np.where(random.random(n) < OFFENCE / (OFFENCE + moved), 1, 2)
    longest = np.where(treated, LONG - strength * (LONG - SHORT), LONG)
    follow = np.ceil(30 + longest * random.random(n))
    linked = ~treated | (random.random(n) >= strength * UNLINKED)
    cause = np.where(until <= follow, first, 0)
    # What was not linked is not seen: such a person stays without an offence to the end.
    seen = linked | (cause != 1)
    return Followed(
        treated=treated,
        linked=linked,
        time=np.where(seen, np.minimum(until, follow), follow),
        cause=np.where(seen, cause, 0),
        risk=float(-OFFENCE / (OFFENCE + moved) * np.expm1(-OFFENCE - moved)),
    )
