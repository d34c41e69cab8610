"""Limits of places that are held to the share of all of them together.

Imports distributions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.recompute.distributions import beta_lower, normal_deviate

# So far at each end the deviates are drawn in.
DRAWN_IN = 0.1


@dataclass(frozen=True)
class Limits:
    """What chance and the spread between places allow.

    Parameters
    ----------
    target : float
        Share of all places together.
    sizes : sequence of int
        Persons of each place.
    spread : float
        Standard deviation between places, beyond chance.
    """

    target: float
    sizes: Sequence[int]
    spread: float

    def limits(self, place: int, level: float) -> tuple[float, float]:
        """Return the limits of one place: normal ones, nowhere narrower than the exact ones.

        Parameters
        ----------
        place : int
            Its number.
        level : float
            0.95 or 0.998.
        """
        n, p, tail = self.sizes[place], self.target, (1 - level) / 2
        reach = normal_deviate(tail) * math.sqrt(p * (1 - p) / n + self.spread**2)
        low, high = (exact(n, p, chance) / n for chance in (tail, 1 - tail))
        return min(low, max(p - reach, 0.0)), max(high, min(p + reach, 1.0))


def funnel(events: Sequence[int], sizes: Sequence[int]) -> Limits:
    """Return the limits of places, with a spread between them that adds to chance.

    Parameters
    ----------
    events, sizes : sequence of int
        Of each place.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24(8), 1185-1202, section 4: the method of
    moments of DerSimonian and Laird on deviates that are drawn in at both ends.
    """
    p = sum(events) / sum(sizes)
    weights = [n / (p * (1 - p)) for n in sizes]
    z = [(k / n - p) * math.sqrt(w) for k, n, w in zip(events, sizes, weights, strict=True)]
    ordered = sorted(z)
    low, high = _quantile(ordered, DRAWN_IN), _quantile(ordered, 1 - DRAWN_IN)
    square = math.fsum(min(max(x, low), high) ** 2 for x in z)
    whole = math.fsum(weights)
    scale = whole - math.fsum(w * w for w in weights) / whole
    return Limits(p, sizes, math.sqrt(max(0.0, (square - (len(z) - 1)) / scale)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile between two ordered numbers (R's type 7)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def exact(n: int, p: float, chance: float) -> float:
    """Return the count below which a binomial lies with a chance, between whole numbers.

    Parameters
    ----------
    n : int
        Persons.
    p : float
        Share.
    chance : float
        Of a count at most as large.

    Notes
    -----
    Spiegelhalter (2005), appendix A.1.1.
    """

    def at_most(k: int) -> float:
        return 0.0 if k < 0 else 1 - beta_lower(k + 1, n - k, p) if k < n else 1.0

    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at_most(middle) >= chance else (middle, high)
    upper, lower = at_most(high), at_most(high - 1)
    return max(high - (upper - chance) / (upper - lower), 0.0)
