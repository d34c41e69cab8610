"""One common factor behind several items, in one group or several, by maximum likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array
from evalkit.errors import Refused

ROUNDS, HALVINGS = 200, 30
# Fisher scoring gains digits by a factor; a step of this size leaves none wrong that count.
SMALL_STEP = 1e-10
# A share of an item's variance below which it is nothing but the factor.
HEYWOOD = 1e-6


@dataclass(frozen=True)
class Moments:
    """What the model is fitted to, of one group.

    Parameters
    ----------
    n : int
        Persons.
    mean : array of float, shape (k,)
        Of the items.
    covariance : array of float, shape (k, k)
        Of the items, by n.
    """

    n: int
    mean: Array
    covariance: Array


Places = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int | None, int | None]


@dataclass(frozen=True)
class Structure:
    """Which parameters the groups share; each group keeps its own error variances.

    Parameters
    ----------
    groups, items : int
        Groups, and items in each.
    loadings : bool
        Whether loadings are the same in all groups; the factor then has its own variance in
        each but the first.
    intercepts : bool
        Whether intercepts are too; the factor then has its own mean in each but the first.
    """

    groups: int
    items: int
    loadings: bool = False
    intercepts: bool = False

    @property
    def size(self) -> int:
        """How many parameters there are."""
        extra = self.groups - 1
        own = self.items * self.groups
        loadings = self.items + extra if self.loadings else own
        return own + loadings + (self.items + extra if self.intercepts else own)

    def places(self, group: int) -> Places:
        """Return where a group's parameters stand.

        Parameters
        ----------
        group : int
            Counted from 0.

        Returns
        -------
        tuple
            Positions of its error variances, loadings and intercepts, of its factor's
            variance and of its factor's mean; None where that is 1, or 0.
        """
        k, items = self.items, np.arange(self.items)
        start = self.groups * k
        loading = start + items + (0 if self.loadings else group * k)
        start += k if self.loadings else self.groups * k
        spread = start + group - 1 if self.loadings and group else None
        start += self.groups - 1 if self.loadings else 0
        intercept = start + items + (0 if self.intercepts else group * k)
        start += k
        middle = start + group - 1 if self.intercepts and group else None
        return items + group * k, loading, intercept, spread, middle


@dataclass(frozen=True)
class Implied:
    """Mean and covariance that the parameters imply for a group, and their slopes.

    Parameters
    ----------
    mean, covariance : array of float, shape (k,) and (k, k)
        Of the items.
    mean_slope, covariance_slope : array of float, shape (p, k) and (p, k, k)
        By each parameter.
    """

    mean: Array
    covariance: Array
    mean_slope: Array
    covariance_slope: Array


def implied(structure: Structure, value: Array, group: int) -> Implied:
    """Return what parameters imply for a group.

    Parameters
    ----------
    structure : Structure
        Which parameters are shared.
    value : array of float, shape (p,)
        The parameters.
    group : int
        Counted from 0.
    """
    k, error, loading, intercept, spread, middle = (structure.items, *structure.places(group))
    load = value[loading]
    variance = 1.0 if spread is None else value[spread]
    centre = 0.0 if middle is None else value[middle]
    by_mean, by_covariance = np.zeros((value.size, k)), np.zeros((value.size, k, k))
    each = np.arange(k)
    by_covariance[error, each, each] = 1.0
    by_mean[intercept, each] = 1.0
    by_mean[loading, each] = centre
    for item, place in enumerate(loading):
        by_covariance[place, item] += variance * load
        by_covariance[place, :, item] += variance * load
    if spread is not None:
        by_covariance[spread] = np.outer(load, load)
    if middle is not None:
        by_mean[middle] = load
    covariance = variance * np.outer(load, load) + np.diag(value[error])
    return Implied(value[intercept] + centre * load, covariance, by_mean, by_covariance)


@dataclass(frozen=True)
class Factor:
    """A fitted model of one factor.

    Parameters
    ----------
    structure : Structure
        Which parameters are shared.
    value : array of float, shape (p,)
        The parameters at the maximum.
    inverse : array of float, shape (p, p)
        Inverse of the expected information of all persons.
    chi2 : float
        Twice what is lost beside means and covariances of any kind.
    df : int
        Moments less parameters.
    """

    structure: Structure
    value: Array
    inverse: Array
    chi2: float
    df: int


def fit_factor(moments: list[Moments], structure: Structure) -> Factor:
    """Fit one factor by Fisher scoring.

    Parameters
    ----------
    moments : list of Moments
        Of each group.
    structure : Structure
        Which parameters are shared.

    Raises
    ------
    Refused
        If no maximum is found at which every item has an error of its own.

    Notes
    -----
    Jöreskog (1971), Psychometrika 36(4), 409-426.
    """
    value = _start(moments, structure)
    loss = _loss(moments, structure, value)
    for _ in range(ROUNDS):
        score, information = _slopes(moments, structure, value)
        step = np.linalg.lstsq(information, score, rcond=None)[0]
        for _ in range(HALVINGS):
            ahead = _loss(moments, structure, value + step)
            # The last digits of a sum over many persons are noise.
            if ahead <= loss + 1e-12 * (1 + abs(loss)):
                break
            step = step / 2
        value, loss = value + step, ahead
        if not math.isfinite(loss):
            break
        if np.abs(step).max() <= SMALL_STEP * (1 + np.abs(value).max()):
            return _finished(moments, structure, value, loss)
    raise Refused("refuse_no_factor", n=sum(m.n for m in moments), items=structure.items)


def _finished(moments: list[Moments], structure: Structure, value: Array, loss: float) -> Factor:
    _, information = _slopes(moments, structure, value)
    sizes = np.concatenate([np.diagonal(m.covariance) for m in moments])
    # Collinear at the maximum: another set of parameters says the same.
    root = np.sqrt(np.diagonal(information))
    scaled = information / np.outer(root, root)
    few = np.linalg.eigvalsh(scaled)[0] < HEYWOOD**2
    if few or (value[: sizes.size] < HEYWOOD * sizes).any():
        raise Refused("refuse_no_factor", n=sum(m.n for m in moments), items=structure.items)
    inverse = np.linalg.inv(scaled) / np.outer(root, root)
    k = structure.items
    df = len(moments) * (k * (k + 3) // 2) - structure.size
    free = sum(m.n * (np.linalg.slogdet(m.covariance)[1] + k) for m in moments) / 2
    return Factor(structure, value, inverse, max(2 * (loss - free), 0.0), df)


def _start(moments: list[Moments], structure: Structure) -> Array:
    """Return parameters to begin with: the first principal component of the correlations."""
    value = np.ones(structure.size)
    for group, m in enumerate(moments):
        error, loading, intercept, _, middle = structure.places(group)
        spread = np.sqrt(np.diagonal(m.covariance))
        height, vectors = np.linalg.eigh(m.covariance / np.outer(spread, spread))
        value[error] = spread**2 / 2
        if group == 0 or not structure.loadings:
            value[loading] = vectors[:, -1] * np.sqrt(height[-1] / 2) * spread
        if group == 0 or not structure.intercepts:
            value[intercept] = m.mean
        if middle is not None:
            value[middle] = 0.0
    return value


def _loss(moments: list[Moments], structure: Structure, value: Array) -> float:
    total = 0.0
    for group, m in enumerate(moments):
        made = implied(structure, value, group)
        error, _, _, spread, _ = structure.places(group)
        if (value[error] <= 0).any() or (spread is not None and value[spread] <= 0):
            return math.inf
        gap = m.mean - made.mean
        seen = m.covariance + np.outer(gap, gap)
        trace = float(np.trace(np.linalg.solve(made.covariance, seen)))
        total += m.n / 2 * (float(np.linalg.slogdet(made.covariance)[1]) + trace)
    return total


def _slopes(moments: list[Moments], structure: Structure, value: Array) -> tuple[Array, Array]:
    score, information = np.zeros(value.size), np.zeros((value.size, value.size))
    for group, m in enumerate(moments):
        made = implied(structure, value, group)
        inverse = np.linalg.inv(made.covariance)
        gap = m.mean - made.mean
        away = inverse @ (m.covariance + np.outer(gap, gap) - made.covariance) @ inverse
        score += m.n * (made.mean_slope @ inverse @ gap)
        score += m.n / 2 * np.einsum("pij,ij->p", made.covariance_slope, away)
        turned = inverse @ made.covariance_slope
        flat = turned.reshape(value.size, -1)
        back = turned.transpose(0, 2, 1).reshape(value.size, -1)
        information += m.n * (made.mean_slope @ inverse @ made.mean_slope.T)
        information += m.n / 2 * (flat @ back.T)
    return score, information


def moments_of(items: Array) -> Moments:
    """Return the moments of complete answers.

    Parameters
    ----------
    items : array of float, shape (n, k)
        Finite.
    """
    mean = items.mean(axis=0)
    away = items - mean
    return Moments(items.shape[0], mean, away.T @ away / items.shape[0])


def scores(factor: Factor, items: Array) -> Array:
    """Return each person's derivative of the likelihood, in a model of one group.

    Parameters
    ----------
    factor : Factor
        Fitted to one group.
    items : array of float, shape (n, k)
        The answers that it was fitted to.

    Returns
    -------
    array of float, shape (n, p)
    """
    made = implied(factor.structure, factor.value, 0)
    inverse = np.linalg.inv(made.covariance)
    turned = (items - made.mean) @ inverse
    by_mean = turned @ made.mean_slope.T
    squares = np.einsum("ni,pij,nj->np", turned, made.covariance_slope, turned)
    none = np.einsum("pij,ij->p", made.covariance_slope, inverse)
    return by_mean + (squares - none) / 2


def baseline(moments: list[Moments]) -> tuple[float, int]:
    """Return the chi-square and degrees of freedom of items that have nothing in common.

    Parameters
    ----------
    moments : list of Moments
        Of each group.
    """
    k = moments[0].mean.size
    lost = sum(
        m.n * (np.log(np.diagonal(m.covariance)).sum() - np.linalg.slogdet(m.covariance)[1])
        for m in moments
    )
    return float(lost), len(moments) * k * (k - 1) // 2
