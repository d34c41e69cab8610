"""Coefficients with the spread that leaving out each cluster in turn shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from evalkit.arithmetic.design import Array


@dataclass(frozen=True)
class Jackknife:
    """Coefficients, with errors from leaving out each cluster.

    Parameters
    ----------
    value, se, low, high, p : array of float, shape (k,)
        In the unit of the coefficients; p is two-sided, against zero.
    without : array of float, shape (clusters, k)
        Coefficients without each cluster, in the order in which clusters appear.
    df : int
        Degrees of freedom of Student's t: clusters less one.
    n, clusters : int
        Rows and clusters.
    """

    value: Array
    se: Array
    low: Array
    high: Array
    p: Array
    without: Array
    df: int
    n: int
    clusters: int


def jackknifed(
    value: Array, moved: Array, n: int, level: float, unit: Array | float = 1.0
) -> Jackknife:
    """Return coefficients with the cluster jackknife's errors.

    Parameters
    ----------
    value : array of float, shape (k,)
        With all clusters.
    moved : array of float, shape (clusters, k)
        These less those without each cluster.
    n : int
        Rows.
    level : float
        Confidence level, 0 < level < 1.
    unit : array of float, shape (k,), or float
        What the coefficients are in: squares of tiny ones are taken before it.

    Notes
    -----
    MacKinnon, Nielsen and Webb (2023), Stata Journal 23(4), 942-982: (G - 1) / G times the
    squares of what each cluster moves, and Student's t with G - 1 degrees of freedom.
    """
    clusters = len(moved)
    df = clusters - 1
    se = np.sqrt((moved**2).sum(axis=0) * df / clusters)
    low, high, p = by_student(value, se, df, level)
    ends = low * unit, high * unit
    return Jackknife(
        value * unit, se * unit, *ends, p, (value - moved) * unit, df, n=n, clusters=clusters
    )


def by_student(
    value: Array, se: Array, df: Array | int, level: float
) -> tuple[Array, Array, Array]:
    """Return the ends of intervals by Student's t, and two-sided p-values against zero.

    Parameters
    ----------
    value, se : array of float, shape (k,)
        Coefficients and their errors, above 0.
    df : array of float, shape (k,), or int
        Degrees of freedom.
    level : float
        Confidence level, 0 < level < 1.
    """
    half = student.ppf(0.5 + level / 2, df) * se
    return value - half, value + half, 2 * student.sf(np.abs(value) / se, df)
