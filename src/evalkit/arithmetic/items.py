"""Checks of the answers to the items of a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, standardise, with_gaps
from evalkit.errors import Refused

# Fewer persons show nothing of how items go together.
FEWEST = 10


def whole_rows(items: ArrayLike, *, least: int) -> tuple[Array, Array]:
    """Return the answers of those who answered all items, and those of everybody.

    Parameters
    ----------
    items : array_like of float, shape (n, k)
        One row a person; a missing answer is NaN.
    least : int
        How many columns there must be.

    Returns
    -------
    array of float, shape (complete, k)
    array of float, shape (n, k)
        With NaN where an answer is missing.

    Raises
    ------
    ValueError
        If there are fewer columns.
    Refused
        If too few persons answered all items, an item is the same for all of these, or
        follows from those before it.
    """
    table = with_gaps(items, "items", 2)
    if table.shape[1] < least:
        raise ValueError(f"items must have at least {least} columns")
    whole = table[~np.isnan(table).any(axis=1)]
    needed = max(FEWEST, 2 * table.shape[1])
    if whole.shape[0] < needed:
        raise Refused("refuse_few_complete", n=whole.shape[0], needed=needed)
    standardise(whole, "items")
    return whole, table
