"""Cumulative logits of answers in order, by Newton's method."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from evalkit.arithmetic.design import Array, ordinals, standardise
from evalkit.errors import Refused

ROUNDS, HALVINGS = 60, 30
# Newton doubles the right digits in each round: a last step of this size leaves none wrong.
SMALL_STEP = 1e-9
# Below this a direction has no information: nothing varies among its persons any more.
FLAT = 1e-13


@dataclass(frozen=True)
class Cumulative:
    """A fitted model of the odds of an answer above each cut.

    Parameters
    ----------
    cut : array of float, shape (c,)
        Log odds of an answer at or below each cut where all covariates are 0.
    slope : array of float, shape (c, k)
        By how much a unit of each covariate raises the log odds of an answer above.
    covariance : array of float, shape (p, p)
        Inverse of the observed information: the cuts, then the free parameters of `slope`.
    place : array of int, shape (c, k)
        Where in the covariance each slope stands.
    score : array of float, shape (n, p)
        Each person's derivative of the likelihood, weight included.
    residual, weight : array of float, shape (n,)
        Derivative by what raises all cuts' log odds of a person, and minus its second.
    loss : float
        Minus the logarithm of the likelihood.
    """

    cut: Array
    slope: Array
    covariance: Array
    place: NDArray[np.int64]
    score: Array
    residual: Array
    weight: Array
    loss: float


@dataclass(frozen=True)
class _Frame:
    """Answers by number, what is linear above and below each, and weights."""

    above: Array
    below: Array
    is_last: NDArray[np.bool_]
    is_first: NDArray[np.bool_]
    weight: Array


@dataclass(frozen=True)
class _Slopes:
    """Derivatives by the upper and the lower cut of each person's answer."""

    upper: Array
    lower: Array
    upper_twice: Array
    lower_twice: Array
    both: Array


def fit_cumulative(
    codes: NDArray[np.int64], covariates: Array, free: NDArray[np.bool_], weight: Array
) -> Cumulative:
    """Fit cumulative logits by maximum likelihood.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Answers, 0 to c; each occurs.
    covariates : array of float, shape (n, k)
        Finite.
    free : array of bool, shape (k,)
        Which columns have a slope of their own at each cut.
    weight : array of float, shape (n,)
        Of each person in the likelihood, above 0.

    Raises
    ------
    Refused
        If a covariate is constant or collinear, or covariates divide higher answers from
        lower ones, so that no maximum exists.

    Notes
    -----
    McCullagh (1980), Journal of the Royal Statistical Society B 42(2), 109-142; the
    likelihood is concave. Partial: Peterson and Harrell (1990), Applied Statistics 39(2),
    205-217.
    """
    scaled, mean, deviation = standardise(covariates)
    cuts = int(codes.max())
    place = _places(cuts, free)
    size = cuts + int(free.sum()) * cuts + int((~free).sum())
    frame = _frame(codes, scaled, place, size, weight)
    start = np.zeros(size)
    share = np.cumsum(np.bincount(codes, weight))[:-1] / weight.sum()
    start[:cuts] = logit(share)
    inner, inverse, loss = _climb(frame, start, place)
    # A cut where all covariates are 0 lies off by their means.
    back = np.zeros((size, size))
    back[:cuts, :cuts] = np.eye(cuts)
    for c in range(cuts):
        back[c, place[c]] += mean / deviation
        back[place[c], place[c]] = 1 / deviation
    outer = back @ inner
    slopes = _slopes(frame, inner)
    moved = frame.above * slopes.upper[:, None] - frame.below * slopes.lower[:, None]
    residual = slopes.lower - slopes.upper
    second = slopes.upper_twice + slopes.lower_twice + 2 * slopes.both
    return Cumulative(
        cut=outer[:cuts],
        slope=outer[place],
        covariance=back @ inverse @ back.T,
        place=place,
        score=(moved * weight[:, None]) @ np.linalg.inv(back),
        residual=residual * weight,
        weight=np.maximum(-second, 0.0) * weight,
        loss=loss,
    )


def _places(cuts: int, free: NDArray[np.bool_]) -> NDArray[np.int64]:
    place = np.zeros((cuts, free.size), dtype=np.int64)
    after = cuts
    for column, own in enumerate(free):
        place[:, column] = after + (np.arange(cuts) if own else 0)
        after += cuts if own else 1
    return place


def _frame(
    codes: NDArray[np.int64], scaled: Array, place: NDArray[np.int64], size: int, weight: Array
) -> _Frame:
    """Return the rows of what is linear in the parameters at the cuts around each answer."""
    cuts, rows = place.shape[0], np.arange(codes.size)
    linear = []
    for at in (codes, codes - 1):
        row, known = np.zeros((codes.size, size)), (at >= 0) & (at < cuts)
        cut = np.clip(at, 0, cuts - 1)
        row[rows, cut] = 1.0
        # Each cut's slopes stand elsewhere, or at the same place.
        row[rows[:, None], place[cut]] -= scaled
        linear.append(row * known[:, None])
    return _Frame(linear[0], linear[1], codes == cuts, codes == 0, weight)


def _chances(frame: _Frame, value: Array) -> tuple[Array, Array, Array]:
    upper = np.where(frame.is_last, np.inf, frame.above @ value)
    lower = np.where(frame.is_first, -np.inf, frame.below @ value)
    # Above the middle the small ends are taken from, so that no digits are lost.
    turn = lower > 0
    chance = np.where(turn, expit(-lower) - expit(-upper), expit(upper) - expit(lower))
    return upper, lower, chance


def _loss(frame: _Frame, value: Array) -> float:
    chance = _chances(frame, value)[2]
    return -float(frame.weight @ np.log(chance)) if (chance > 0).all() else math.inf


def _slopes(frame: _Frame, value: Array) -> _Slopes:
    upper, lower, chance = _chances(frame, value)
    (high, high_turn), (low, low_turn) = (_density(x) for x in (upper, lower))
    a, b = high / chance, low / chance
    return _Slopes(a, b, high_turn / chance - a**2, -low_turn / chance - b**2, a * b)


def _density(linear: Array) -> tuple[Array, Array]:
    """Return the logistic density and its slope; both 0 beyond the last cut."""
    share = expit(linear)
    density = share * expit(-linear)
    return density, density * (1 - 2 * share)


def _climb(frame: _Frame, value: Array, place: NDArray[np.int64]) -> tuple[Array, Array, float]:
    loss, step = _loss(frame, value), np.zeros_like(value)
    for _ in range(ROUNDS):
        slopes, w = _slopes(frame, value), frame.weight[:, None]
        up, down = frame.above, frame.below
        score = up.T @ (frame.weight * slopes.upper) - down.T @ (frame.weight * slopes.lower)
        mixed = up.T @ (w * slopes.both[:, None] * down)
        information = -(
            up.T @ (w * slopes.upper_twice[:, None] * up)
            + down.T @ (w * slopes.lower_twice[:, None] * down)
            + mixed
            + mixed.T
        )
        inverse = _inverse(information)
        if inverse is None:
            break
        step = inverse @ score
        if np.abs(step).max() <= SMALL_STEP * (1 + np.abs(value).max()):
            return value + step, inverse, _loss(frame, value + step)
        for _ in range(HALVINGS):
            ahead = _loss(frame, value + step)
            # The last digits of a sum over many persons are noise.
            if ahead <= loss * (1 + 1e-12):
                break
            step = step / 2
        value, loss = value + step, ahead
    size = np.abs(step[place]).max(axis=0)
    raise Refused(
        "refuse_ordinal_separation", columns=ordinals(size > 0.01 * size.max()), n=len(frame.above)
    )


def _inverse(information: Array) -> Array | None:
    root = np.sqrt(np.maximum(np.diagonal(information), 0.0))
    if not (root > 0).all():
        return None
    scaled = information / np.outer(root, root)
    if np.linalg.eigvalsh(scaled)[0] < FLAT:
        return None
    inverse: Array = np.linalg.inv(scaled) / np.outer(root, root)
    return inverse
