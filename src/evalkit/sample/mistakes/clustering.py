"""Areas treated as wholes, and analysed as if people had been drawn one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Risk of an event, and how far an area lies from it: an intraclass correlation of 0.04.
RISK, OF_AREA = 0.25, 0.15


@dataclass(frozen=True)
class Areas:
    """People of areas, half of which have the programme.

    Parameters
    ----------
    event, treated : array of bool, shape (n,)
        Whether there was an event; whether the area has the programme.
    area : array of int, shape (n,)
        Each person's area.
    """

    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    area: NDArray[np.int64]


def plant(
    seed: int, n: int = 720, *, areas: int = 12, treated: int = 6, strength: float = 1.0
) -> Areas:
    """Make areas that differ by themselves.

    The true difference of risks is 0; a test at 5 % should find one in 5 % of seeds.

    Parameters
    ----------
    n : int
        People, as many in each area.
    areas, treated : int
        Areas, and how many of them have the programme.
    strength : float
        How far areas differ, in shares of up to 15 points either way.
    """
    random = np.random.default_rng(seed)
    area = np.arange(n) % areas
    risk = RISK + strength * OF_AREA * random.uniform(-1, 1, areas)
    return Areas(random.random(n) < risk[area], area < treated, area)
