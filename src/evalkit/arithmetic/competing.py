"""Causes of an event that compete with one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import numbers


def causes(values: ArrayLike, of: int) -> NDArray[np.int8]:
    """Return who has an event of one cause, of another, or none.

    Parameters
    ----------
    values : array_like of int, shape (n,)
        0 for none, otherwise the number of the cause.
    of : int
        The cause, at least 1.

    Returns
    -------
    array of int, shape (n,)
        0 for none, 1 for the cause, 2 for any other.

    Raises
    ------
    ValueError
        If a value is not a whole number of at least 0, or the cause is below 1.
    Refused
        If there is nobody or a value is missing.
    """
    array = numbers(values, "cause")
    if (array < 0).any() or (array % 1 != 0).any() or of < 1:
        raise ValueError("cause must be 0 for none, or the number of a cause")
    return np.where(array == 0, 0, np.where(array == of, 1, 2)).astype(np.int8)
