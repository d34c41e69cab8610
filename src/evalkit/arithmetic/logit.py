"""Logistic regression by Newton's method, for many rows and few columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from evalkit.arithmetic.design import Array, ordinals, standardise
from evalkit.errors import Refusal

ROUNDS, HALVINGS = 60, 30
# Newton doubles the right digits in each round: a last step of this size leaves none wrong.
SMALL_STEP = 1e-9
# Below this a direction has no information: the fitted shares of its persons are 0 or 1.
FLAT = 1e-13


@dataclass(frozen=True)
class Logit:
    """A fitted logistic regression.

    Parameters
    ----------
    coefficients : array of float, shape (k + 1,)
        Log odds: the intercept, then one for each covariate in its own unit.
    covariance : array of float, shape (k + 1, k + 1)
        Inverse of the information at the maximum (model-based).
    design : array of float, shape (n, k + 1)
        A column of 1, then the covariates.
    linear, fitted, residual : array of float, shape (n,)
        Linear predictor, fitted share, and what the outcome is above it.
    """

    coefficients: Array
    covariance: Array
    design: Array
    linear: Array
    fitted: Array
    residual: Array


def fit_logit(outcome: NDArray[np.bool_], covariates: Array) -> Logit:
    """Fit a logistic regression with intercept by maximum likelihood.

    Parameters
    ----------
    outcome : array of bool, shape (n,)
        Both values occur.
    covariates : array of float, shape (n, k)
        Finite.

    Raises
    ------
    Refusal
        If a covariate is constant or collinear, or some combination of covariates
        separates the two outcomes, so that no maximum exists.

    Notes
    -----
    Existence: Albert and Anderson (1984), Biometrika 71(1), 1-10. Under separation
    each Newton round moves the separated persons on by about one logit and never
    ends, while with a maximum the steps shrink quadratically.
    """
    scaled, mean, deviation = standardise(covariates)
    _refuse_cut(outcome, covariates)
    design = np.column_stack([np.ones(outcome.size), scaled])
    inner, inverse, linear = _newton(design, outcome.astype(float))
    back = np.diag(np.concatenate([[1.0], 1 / deviation]))
    back[0, 1:] = -mean / deviation
    design[:, 1:] = covariates
    fitted = expit(linear)
    covariance = back @ inverse @ back.T
    return Logit(back @ inner, covariance, design, linear, fitted, outcome - fitted)


def _newton(design: Array, outcome: Array) -> tuple[Array, Array, Array]:
    share = outcome.mean()
    inner = np.zeros(design.shape[1])
    inner[0] = np.log(share) - np.log1p(-share)
    linear = np.full(outcome.size, inner[0])
    loss = _loss(linear, outcome)
    step = np.zeros_like(inner)
    for _ in range(ROUNDS):
        fitted = expit(linear)
        weights = fitted * (1 - fitted)
        inverse = _inverse(design.T @ (weights[:, None] * design), step)
        step = inverse @ (design.T @ (outcome - fitted))
        move = design @ step
        if np.abs(move).max() <= SMALL_STEP * (1 + np.abs(linear).max()):
            return inner + step, inverse, linear + move
        for _ in range(HALVINGS):
            ahead = _loss(linear + move, outcome)
            # The last digits of a sum over many persons are noise.
            if ahead <= loss * (1 + 1e-12):
                break
            step, move = step / 2, move / 2
        inner, linear, loss = inner + step, linear + move, ahead
    raise _separated(step)


def _loss(linear: Array, outcome: Array) -> float:
    return float(np.logaddexp(0, np.where(outcome == 1, -linear, linear)).sum())


def _inverse(information: Array, step: Array) -> Array:
    root = np.sqrt(np.diagonal(information))
    if not (root > 0).all():
        raise _separated(step)
    scaled = information / np.outer(root, root)
    if np.linalg.eigvalsh(scaled)[0] < FLAT:
        raise _separated(step)
    return cho_solve(cho_factor(scaled), np.eye(root.size)) / np.outer(root, root)


def _refuse_cut(outcome: NDArray[np.bool_], covariates: Array) -> None:
    # One covariate alone: cheap, and the message can name it for certain.
    ones, zeros = covariates[outcome], covariates[~outcome]
    cut = (ones.max(axis=0) <= zeros.min(axis=0)) | (zeros.max(axis=0) <= ones.min(axis=0))
    if cut.any():
        raise Refusal("refuse_separation", columns=ordinals(cut), n=outcome.size)


def _separated(step: Array) -> Refusal:
    # The covariates are in standard deviations, so their steps can be compared.
    size = np.abs(step[1:])
    return Refusal("refuse_separation_joint", columns=ordinals(size > 0.01 * size.max()))
