"""A difference between few areas, tested by turning round what areas show beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, named, numbers
from evalkit.arithmetic.interval import Point, quantile
from evalkit.arithmetic.least_squares import (
    Fit,
    fit_in_clusters,
    refuse_decisive,
    rows_by_cluster,
)
from evalkit.arithmetic.wald import NO_SPREAD
from evalkit.errors import Refused

# All 2^12 choices of signs are fewer than the usual number of draws.
ALL = 12
BLOCK = 1_000
# Where a draw ties with the data on paper, it is the same but for rounding.
SLACK = 1e-9
# The interval is looked for up to this many standard errors from the value.
STEPS = np.geomspace(1e-2, 1e4, 120)
HALVINGS = 60


@dataclass(frozen=True)
class WildBootstrap:
    """A coefficient with the test and the interval of the wild cluster bootstrap.

    Parameters
    ----------
    point : Point
        In the unit of the outcome by that of the covariate; its standard error is CR1's.
    smallest : float
        The smallest p that so many clusters or draws could give.
    draws : int
        Choices of signs.
    exhaustive : bool
        Whether those were all, and nothing is random.
    n, clusters : int
        Rows and clusters.
    """

    point: Point
    smallest: float
    draws: int
    exhaustive: bool
    n: int
    clusters: int


@dataclass(frozen=True)
class Draws:
    """What each draw gives under the hypothesis that the slope is `gap` above the estimate.

    Its numerator is ``top[0] - gap top[1]``, and the sum of squares below it is
    ``low[0] - 2 gap low[1] + gap^2 low[2]``.

    Parameters
    ----------
    top : array of float, shape (2, draws)
        Parts of the numerator.
    low : array of float, shape (3, draws)
        Parts of the sum of squares.
    square : float
        The sum of squares of the data themselves.
    exhaustive : bool
        Whether the data themselves are among the draws.
    """

    top: Array
    low: Array
    square: float
    exhaustive: bool

    def p(self, gap: float) -> float:
        """Return the share of draws at least as far from the hypothesis as the data.

        Parameters
        ----------
        gap : float
            Hypothesis less estimate, where the covariate's own part has length 1.
        """
        top = (self.top[0] - gap * self.top[1]) ** 2
        low = self.low[0] - 2 * gap * self.low[1] + gap**2 * self.low[2]
        # Without a division: a draw whose sum of squares is zero is as far as can be.
        far = int((top * self.square >= gap**2 * low * (1 - SLACK)).sum())
        extra = 0 if self.exhaustive else 1
        return (far + extra) / (top.size + extra)


@named
def wild_bootstrap(
    outcome: ArrayLike,
    covariate: ArrayLike,
    cluster: ArrayLike,
    *,
    controls: ArrayLike | None = None,
    level: float = 0.95,
    draws: int = 9_999,
    seed: int = 1,
) -> WildBootstrap:
    """Test a coefficient of least squares by the wild cluster bootstrap-t.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; 0 and 1 give a difference of risks.
    covariate : array_like of float, shape (n,)
        Whose coefficient is tested.
    cluster : array_like, shape (n,)
        Each row's cluster.
    controls : array_like of float, shape (n, c), optional
        Fitted too, such as dummies of areas and periods, without the first of each.
    level : float
        Confidence level, 0 < level < 1.
    draws : int
        Choices of signs where there are more than 12 clusters, at least 99.
    seed : int
        Of the draws.

    Returns
    -------
    WildBootstrap

    Raises
    ------
    ValueError
        If lengths differ or there are fewer than 99 draws.
    Refused
        If a value is missing, a column is constant or collinear, the coefficient rests on
        one cluster, nothing varies, or the clusters are too few to reject anything.

    Notes
    -----
    With the null hypothesis imposed and a sign for each cluster: Cameron, Gelbach and
    Miller (2008), Review of Economics and Statistics 90(3), 414-427. The interval holds the
    values that the test does not reject. Sums of clusters suffice: Roodman, Nielsen,
    MacKinnon and Webb (2019), Stata Journal 19(1), 4-60. With G clusters there are
    2^(G - 1) different results, and ties count as at least as far, which errs on the safe
    side; Webb's (2023) six weights would give more, but by chance. With one treated cluster
    the test fails, with few it rejects too seldom: MacKinnon and Webb (2018).
    """
    quantile(level)
    if draws < 99:
        raise ValueError(f"at least 99 draws are needed, not {draws}")
    fit = fit_in_clusters(outcome, numbers(covariate, "covariate"), cluster, controls)
    refuse_decisive(fit)
    if 2.0 ** (1 - fit.clusters) > 1 - level:
        smallest = f"{2.0 ** (1 - fit.clusters):.3f}"
        raise Refused("refuse_few_signs", clusters=fit.clusters, smallest=smallest)
    made = _draws(fit, draws, seed)
    count = made.top.shape[1]
    return WildBootstrap(
        point=_point(fit, made, 1 - level),
        smallest=2.0 ** (1 - fit.clusters) if made.exhaustive else 1 / (1 + count),
        draws=count,
        exhaustive=made.exhaustive,
        n=fit.codes.size,
        clusters=fit.clusters,
    )


def _point(fit: Fit, made: Draws, alpha: float) -> Point:
    # Of a covariate whose own part has length 1, in place of one with deviation 1.
    unit = float(fit.unit[0]) * float(np.linalg.norm(fit.loading[0]))
    value = float(fit.slope[0]) * float(fit.unit[0])
    n, width = fit.basis.shape
    factor = fit.clusters / (fit.clusters - 1) * (n - 1) / (n - width)
    root = math.sqrt(made.square)
    low, high = (value + side * _reach(made, side, root, alpha) * unit for side in (-1, 1))
    return Point(value, low, high, root * math.sqrt(factor) * unit, made.p(-value / unit))


def _draws(fit: Fit, draws: int, seed: int) -> Draws:
    own = fit.basis @ fit.loading[0] / float(np.linalg.norm(fit.loading[0]))
    # Of each cluster: sums of the covariate's own part by residuals and by itself, and of
    # the basis by residuals and by that part.
    by = np.column_stack([fit.residual, own])
    sums = np.array([own[rows] @ by[rows] for rows in rows_by_cluster(fit)])
    spans = np.array([fit.basis[rows].T @ by[rows] for rows in rows_by_cluster(fit)])
    square = float(sums[:, 0] @ sums[:, 0])
    if not math.sqrt(square) > NO_SPREAD:
        raise Refused("refuse_no_variation")
    exhaustive = fit.clusters <= ALL
    tops, lows = [], []
    for block in _signs(fit.clusters, draws, seed):
        tops.append((block @ sums).T)
        # Refitting takes out of each cluster what the draw of all of them explains.
        first, second = (
            block * sums[:, part] - (block @ spans[:, :, part]) @ spans[:, :, 1].T
            for part in (0, 1)
        )
        lows.append([(one * other).sum(axis=1) for one, other in _pairs(first, second)])
    return Draws(np.concatenate(tops, axis=1), np.concatenate(lows, axis=1), square, exhaustive)


def _signs(clusters: int, draws: int, seed: int) -> Iterator[Array]:
    if clusters <= ALL:
        yield np.array(list(product((-1.0, 1.0), repeat=clusters)))
        return
    random = np.random.default_rng(seed)
    for done in range(0, draws, BLOCK):
        yield random.choice([-1.0, 1.0], (min(BLOCK, draws - done), clusters))


def _pairs(first: Array, second: Array) -> tuple[tuple[Array, Array], ...]:
    return (first, first), (first, second), (second, second)


def _reach(made: Draws, side: int, root: float, alpha: float) -> float:
    """Return how far from the estimate the outermost value lies that is not rejected."""
    inside = [place for place, step in enumerate(STEPS) if made.p(side * step * root) > alpha]
    last = inside[-1] if inside else -1
    if last + 1 == STEPS.size:
        raise Refused("refuse_unbounded")
    near, far = (STEPS[last] * root if inside else 0.0), STEPS[last + 1] * root
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if made.p(side * middle) > alpha else (near, middle)
    return float(far)
