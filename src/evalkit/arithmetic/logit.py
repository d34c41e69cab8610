"""Logistic regression by Newton's method, for many rows and few columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from evalkit.arithmetic.design import Array, ordinals, standardise
from evalkit.arithmetic.newton import Likelihood, climb
from evalkit.errors import Refused


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
    Refused
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
    start = np.zeros(design.shape[1])
    start[0] = np.log(share) - np.log1p(-share)

    def loss(linear: Array) -> float:
        return float(np.logaddexp(0, np.where(outcome == 1, -linear, linear)).sum())

    def slopes(linear: Array) -> tuple[Array, Array]:
        fitted = expit(linear)
        return outcome - fitted, fitted * (1 - fitted)

    likelihood = Likelihood(loss, slopes, "refuse_separation_joint")
    return climb(likelihood, design, start, np.full(outcome.size, start[0]))


def _refuse_cut(outcome: NDArray[np.bool_], covariates: Array) -> None:
    # One covariate alone: cheap, and the message can name it for certain.
    ones, zeros = covariates[outcome], covariates[~outcome]
    cut = (ones.max(axis=0) <= zeros.min(axis=0)) | (zeros.max(axis=0) <= ones.min(axis=0))
    if cut.any():
        raise Refused("refuse_separation", columns=ordinals(cut), n=outcome.size)
