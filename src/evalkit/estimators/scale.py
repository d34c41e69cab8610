"""How well the items of a scale go together: alpha, omega, gaps and ceilings."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from scipy.stats import f as fisher

from evalkit.arithmetic.design import Array, named, one_number, ordinals
from evalkit.arithmetic.factor import Structure, fit_factor, moments_of, scores
from evalkit.arithmetic.interval import Point, quantile
from evalkit.arithmetic.items import whole_rows
from evalkit.errors import Refused


@dataclass(frozen=True)
class Scale:
    """How the items of a scale were answered and go together.

    Parameters
    ----------
    alpha : Point
        Cronbach's alpha, at most 1.
    item_rest : array of float, shape (k,)
        Correlation of each item with the sum of the others; below 0 an item goes against
        them, as one does that was not turned round.
    missing, ceiling, floor : array of float, shape (k,)
        Of each item the share of persons without an answer, and the shares of answers that
        are the highest and the lowest of the scale.
    n, complete : int
        Persons, and those who answered all items, of whom alpha and the correlations are.
    """

    alpha: Point
    item_rest: Array
    missing: Array
    ceiling: Array
    floor: Array
    n: int
    complete: int


@named
def scale(items: ArrayLike, *, lowest: float, highest: float, level: float = 0.95) -> Scale:
    """Describe a scale of several items.

    Parameters
    ----------
    items : array_like of float, shape (n, k)
        One row a person, one column an item, k at least 2; NaN where there is no answer.
        Items that ask the other way round are turned beforehand.
    lowest, highest : float
        The ends of the scale of each item.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Scale

    Raises
    ------
    ValueError
        If there is one item, or the ends are not in order.
    Refused
        If an answer is none of the scale, too few persons answered all items, an item is
        the same for all of these, or follows from those before it.

    Notes
    -----
    Cronbach (1951), Psychometrika 16(3), 297-334; interval of Feldt (1965), Psychometrika
    30(3), 357-370, exact where errors are normal and alike.
    """
    quantile(level)
    one_number(lowest, "lowest")
    one_number(highest, "highest")
    if not lowest < highest:
        raise ValueError("lowest must be below highest")
    whole, table = whole_rows(items, least=2)
    beyond = [((x < lowest) | (x > highest)).any() for x in table.T]
    if any(beyond):
        ends = {"lowest": f"{lowest:g}", "highest": f"{highest:g}"}
        raise Refused("refuse_off_scale", columns=ordinals(beyond), **ends)
    given = (~np.isnan(table)).sum(axis=0)
    total = whole.sum(axis=1)
    return Scale(
        alpha=_alpha(whole, level),
        item_rest=np.array([_correlation(x, total - x) for x in whole.T]),
        missing=1 - given / table.shape[0],
        ceiling=(table == highest).sum(axis=0) / given,
        floor=(table == lowest).sum(axis=0) / given,
        n=table.shape[0],
        complete=whole.shape[0],
    )


def _alpha(whole: Array, level: float) -> Point:
    n, k = whole.shape
    apart, together = whole.var(axis=0, ddof=1).sum(), float(whole.sum(axis=1).var(ddof=1))
    if together <= 1e-12 * apart:
        # Items that cancel one another have a sum that says nothing of anybody.
        raise Refused("refuse_no_variation")
    value = float(k / (k - 1) * (1 - apart / together))
    tail, df = 0.5 - level / 2, (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - value) * fisher.ppf(q, *df) for q in (1 - tail, tail))
    return Point(value, float(low), float(high))


def _correlation(x: Array, y: Array) -> float:
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float((x @ x) * (y @ y)))
    # The others may cancel one another: nothing goes with nothing.
    return float(x @ y) / size if size > 0 else 0.0


@dataclass(frozen=True)
class Omega:
    """McDonald's omega: the share of a sum's variance that one factor gives.

    Parameters
    ----------
    point : Point
        In (0, 1), with its standard error.
    loading : array of float, shape (k,)
        Of each item on the factor, in the item's unit.
    chi2, df : float and int
        How far the items' covariances are from one factor's; `df` is 0 with 3 items, which
        always fit.
    n, complete : int
        Persons, and those who answered all items, who are used.
    """

    point: Point
    loading: Array
    chi2: float
    df: int
    n: int
    complete: int


@named
def omega(items: ArrayLike, *, level: float = 0.95) -> Omega:
    """Estimate McDonald's omega of one common factor.

    Parameters
    ----------
    items : array_like of float, shape (n, k)
        One row a person, one column an item, k at least 3; NaN where there is no answer.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Omega
        Its interval is symmetric in the log odds.

    Raises
    ------
    ValueError
        If there are fewer than three items.
    Refused
        If too few persons answered all items, an item is the same for all of these or
        follows from those before it, one factor cannot be fitted, or items go against one
        another so that the factor hardly shows in their sum.

    Notes
    -----
    McDonald (1999), Test Theory, chapter 6; the factor by maximum likelihood, the error by
    the delta method with each person's own part (as lavaan's `estimator="MLM"`), so that
    answers in a few steps need not be normal.
    """
    z = quantile(level)
    whole, table = whole_rows(items, least=3)
    n, k = whole.shape
    fit = fit_factor([moments_of(whole)], Structure(1, k))
    error, loading = fit.value[:k], fit.value[k : 2 * k]
    common, own = float(loading.sum()), float(error.sum())
    value = common**2 / (common**2 + own)
    slope = np.zeros(fit.value.size)
    slope[:k] = -value / (common**2 + own)
    slope[k : 2 * k] = 2 * common * (1 - value) / (common**2 + own)
    moved = scores(fit, whole) @ (fit.inverse @ slope)
    se = math.sqrt(float(moved @ moved))
    if not se < value:
        raise Refused("refuse_no_factor", n=n, items=k)
    half = z * se / (value * (1 - value))
    low, high = float(expit(logit(value) - half)), float(expit(logit(value) + half))
    turned = -loading if common < 0 else loading
    return Omega(Point(value, low, high, se), turned, fit.chi2, fit.df, table.shape[0], n)
