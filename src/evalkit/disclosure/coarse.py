"""Numbers that a model gives, as they go into a record: to the policy's decimals.

Imports policy. A model sees true rows; digits beyond these could be searched for the rows
that give them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scipy.stats import norm

from evalkit.disclosure.policy import Policy

# What of an estimate is in its unit, or in the same one as its value.
FARTHEST = 37.0
# Units that mean something else in each model: decimals count from the first of the error.
OF_ERROR = ("coefficient",)
IN_UNIT = ("value", "low", "high", "se")


def coarsen(policy: Policy, unit: str, numbers: Mapping[str, float | None]) -> dict[str, float]:
    """Return a model's numbers to the decimals of their unit.

    Parameters
    ----------
    unit : str
        A code under ``[unit]`` in the locale files.
    numbers : mapping of str to float or None
        Out of ``value``, ``low``, ``high`` and ``se``; what is None is left out.

    Raises
    ------
    ValueError
        If the policy has no decimals for the unit: nothing is shown by mistake.
    """
    if unit not in policy.decimals:
        raise ValueError(f"the disclosure policy has no decimals for the unit {unit!r}.")
    decimals = policy.decimals[unit]
    if unit in OF_ERROR:
        decimals += _first_digit(numbers)
    one = _p if unit == "p" else round
    return {name: one(x, decimals) for name, x in numbers.items() if x is not None}


def _first_digit(numbers: Mapping[str, float | None]) -> int:
    """Return one less than the decimal place of half the standard error: 1 of 0.024."""
    se = numbers.get("se")
    if not se:
        raise ValueError("a number in its own unit is coarsened by its standard error.")
    return -math.floor(math.log10(se / 2)) - 1


def _p(p: float, decimals: int) -> float:
    """Return a p-value to so many decimals of its normal deviate: never 0."""
    if p >= 1:
        return p
    least = 0.5 * 10**-decimals
    # Beyond this deviate a p-value is no number any more.
    deviate = min(float(norm.isf(p / 2)), FARTHEST)
    return float(2 * norm.sf(max(round(deviate, decimals), least)))
