"""How many persons a sample in clusters, or with unequal weights, is worth."""

from __future__ import annotations

from numpy.typing import ArrayLike

from evalkit.arithmetic.design import numbers, one_number
from evalkit.errors import Refused


def design_effect(size: ArrayLike, correlation: float) -> float:
    """Return by how much clusters widen a variance.

    Parameters
    ----------
    size : array_like of float, shape (k,)
        Persons in each cluster, at least 1.
    correlation : float
        Intracluster correlation, 0 <= correlation <= 1.

    Returns
    -------
    float
        At least 1: the variance with clusters over that of as many persons without.

    Raises
    ------
    ValueError
        If a size is below 1 or the correlation outside 0 and 1.

    Notes
    -----
    1 + (m - 1) rho of Kish (1965), Survey Sampling, with m the size of the cluster of an
    average person, which for unequal clusters is (1 + cv^2) times the mean size
    (Eldridge, Ashby and Kerry 2006, International Journal of Epidemiology 35(5), 1292-1300).
    """
    persons = numbers(size, "size")
    if (persons < 1).any():
        raise ValueError("a cluster has at least one person")
    one_number(correlation, "correlation")
    if not 0 <= correlation <= 1:
        raise ValueError(f"the correlation lies between 0 and 1, not {correlation}")
    return float(1 + ((persons**2).sum() / persons.sum() - 1) * correlation)


def effective_size(weight: ArrayLike) -> float:
    """Return how many persons with equal weights a weighted sample is worth.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Each person's weight, at least 0 and not all 0; its scale does not matter.

    Returns
    -------
    float
        In [1, n].

    Raises
    ------
    ValueError
        If a weight is missing or infinite.
    Refused
        If a weight is below 0, or all are 0.

    Notes
    -----
    Kish (1965), Survey Sampling: (sum w)^2 / sum w^2.
    """
    weights = numbers(weight, "weight")
    largest = float(weights.max())
    if (weights < 0).any() or largest == 0:
        raise Refused("refuse_weights", negative=str(int((weights < 0).sum())))
    # Squares of very large or very small weights would leave the machine's numbers.
    scaled = weights / largest
    return float(scaled.sum() ** 2 / (scaled**2).sum())
