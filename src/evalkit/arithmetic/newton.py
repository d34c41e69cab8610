"""Newton's method for a likelihood that is concave in a linear predictor."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from evalkit.arithmetic.design import Array, ordinals
from evalkit.errors import Refused

ROUNDS, HALVINGS = 60, 30
# Newton doubles the right digits in each round: a last step of this size leaves none wrong.
SMALL_STEP = 1e-9
# Below this a direction has no information: nothing varies among its persons any more.
FLAT = 1e-13


@dataclass(frozen=True)
class Likelihood:
    """What Newton's method asks of a likelihood, by the linear predictor of each row.

    Parameters
    ----------
    loss : callable
        Minus the logarithm of the likelihood, to a constant that makes it as large as
        the terms it is the sum of: a share of it is what the sum's last digits are.
    slopes : callable
        Its derivative with the sign turned round, and its second derivative, each of
        shape (n,).
    runaway : str
        Key of the refusal where no maximum exists; it is given the columns that run.
    farthest : float
        No row is moved by more in one step: where exp has no number, halving finds no way
        back.
    """

    loss: Callable[[Array], float]
    slopes: Callable[[Array], tuple[Array, Array]]
    runaway: str
    farthest: float = math.inf


def climb(
    likelihood: Likelihood, design: Array, start: Array, linear: Array
) -> tuple[Array, Array, Array]:
    """Return the coefficients of the maximum, the inverse information and the predictor.

    Parameters
    ----------
    likelihood : Likelihood
        Concave in the linear predictor.
    design : array of float, shape (n, k + 1)
        A column of 1, then covariates with mean 0 and standard deviation 1.
    start : array of float, shape (k + 1,)
        Coefficients to begin with.
    linear : array of float, shape (n,)
        The linear predictor there, with an offset where there is one.

    Returns
    -------
    array of float, shape (k + 1,)
    array of float, shape (k + 1, k + 1)
    array of float, shape (n,)

    Raises
    ------
    Refused
        If the likelihood rises for ever.
    """
    inner, loss = start, likelihood.loss(linear)
    step = np.zeros_like(inner)
    for _ in range(ROUNDS):
        residual, weights = likelihood.slopes(linear)
        information = design.T @ (weights[:, None] * design)
        inverse = _inverse(information)
        if inverse is None:
            # Where nothing was climbed yet, the way is the one that the weights do not see.
            step = step if step.any() else _flat(information)
            break
        step = inverse @ (design.T @ residual)
        move = design @ step
        if np.abs(move).max() <= SMALL_STEP * (1 + np.abs(linear).max()):
            return inner + step, inverse, linear + move
        if (far := np.abs(move).max() / likelihood.farthest) > 1:
            step, move = step / far, move / far
        for _ in range(HALVINGS):
            ahead = likelihood.loss(linear + move)
            # The last digits of a sum over many persons are noise.
            if ahead <= loss * (1 + 1e-12):
                break
            step, move = step / 2, move / 2
        inner, linear, loss = inner + step, linear + move, ahead
    # The covariates are in standard deviations, so their steps can be compared.
    size = np.abs(step[1:])
    raise Refused(likelihood.runaway, columns=ordinals(size > 0.01 * size.max()))


def _flat(information: Array) -> Array:
    """Return the direction, in the units of the covariates, along which nothing is told."""
    root = np.sqrt(np.diagonal(information))
    if not (root > 0).all():
        return (root == 0).astype(float)
    _, vectors = np.linalg.eigh(information / np.outer(root, root))
    flat: Array = vectors[:, 0] / root
    return flat


def _inverse(information: Array) -> Array | None:
    root = np.sqrt(np.diagonal(information))
    if not (root > 0).all():
        return None
    scaled = information / np.outer(root, root)
    if np.linalg.eigvalsh(scaled)[0] < FLAT:
        return None
    inverse: Array = cho_solve(cho_factor(scaled), np.eye(root.size)) / np.outer(root, root)
    return inverse
