"""Numbers of persons that no office gives out, with the form of those that it does.

Imports intake. Identity numbers have a region that does not exist, a valid birth date and
check digit (GB 11643-1999); platform numbers begin with a word that says what they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.intake.identity import CHECKS, WEIGHTS
from evalkit.intake.marks import PREFIX, REGION


def identity_numbers(
    random: np.random.Generator, births: NDArray[np.datetime64], male: NDArray[np.bool_], block: int
) -> NDArray[np.object_]:
    """Return an identity number for each person, no two alike within a block.

    Parameters
    ----------
    births : array of datetime64[D], shape (n,)
        Birth dates.
    male : array of bool, shape (n,)
        The last digit of the order number is odd for these.
    block : int
        From 0 to 99; persons of different blocks never share a number.
    """
    days = births.astype("datetime64[D]").astype(str)
    # The order number has three digits: beyond 500 of a sex and a day the region goes on.
    order = random.permutation(births.size)
    made = []
    for day, odd, place in zip(days, male, order, strict=True):
        region, rest = divmod(int(place), 500)
        digits = f"{REGION}{block:02d}{region % 100:02d}{day.replace('-', '')}"
        digits += f"{2 * rest + int(odd):03d}"
        total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True))
        made.append(digits + CHECKS[total % 11])
    return np.array(made, dtype=object)


def platform_numbers(kind: str, n: int, block: int) -> NDArray[np.object_]:
    """Return n numbers of a platform.

    Parameters
    ----------
    kind : str
        A letter: V for volunteers, P for people.
    """
    return np.array([f"{PREFIX}{kind}{block}{i:07d}" for i in range(n)], dtype=object)
