"""Regression of counts on a logarithmic scale, with time at risk as an offset."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import xlogy

from evalkit.arithmetic.design import Array, ordinals, standardise
from evalkit.arithmetic.newton import Likelihood, climb
from evalkit.errors import Refused

# Where so few events are expected, one that happens says that the model is wrong.
NEVER = 1e-100


@dataclass(frozen=True)
class Frame:
    """Counts and covariates on the scale on which they are fitted, and where a fit stands.

    Parameters
    ----------
    events : array of float, shape (n,)
        Counts.
    table : array of float, shape (n, k)
        Covariates in their own units.
    design : array of float, shape (n, k + 1)
        A column of 1, then the covariates with mean 0 and standard deviation 1.
    back : array of float, shape (k + 1, k + 1)
        From coefficients of the design to those of the table.
    inner : array of float, shape (k + 1,)
        Coefficients of the design.
    linear : array of float, shape (n,)
        Logarithm of the expected counts.
    """

    events: Array
    table: Array
    design: Array
    back: Array
    inner: Array
    linear: Array


@dataclass(frozen=True)
class LogLinear:
    """A fitted regression of counts.

    Parameters
    ----------
    coefficients : array of float, shape (k + 1,)
        Logarithms of the rate where all covariates are 0, then of the rate ratios.
    covariance : array of float, shape (k + 1, k + 1)
        Inverse of the expected information (model-based).
    design : array of float, shape (n, k + 1)
        A column of 1, then the covariates in their own units.
    fitted : array of float, shape (n,)
        Expected counts.
    residual, weight : array of float, shape (n,)
        Derivative of the likelihood by the linear predictor, and minus the expectation of
        its second derivative.
    """

    coefficients: Array
    covariance: Array
    design: Array
    fitted: Array
    residual: Array
    weight: Array


def begin(events: Array, exposure: Array, covariates: Array) -> Frame:
    """Return where a fit begins: everybody has the same rate.

    Parameters
    ----------
    events, exposure : array of float, shape (n,)
        Counts, at least one above 0, and times at risk above 0.
    covariates : array of float, shape (n, k)
        Finite.

    Raises
    ------
    Refused
        If a covariate is constant, collinear, or picks out people without any event.
    """
    scaled, mean, deviation = standardise(covariates)
    _refuse_cut(events, covariates)
    back = np.diag(np.concatenate([[1.0], 1 / deviation]))
    back[0, 1:] = -mean / deviation
    inner = np.zeros(back.shape[0])
    inner[0] = np.log(events.sum()) - np.log(exposure.sum())
    design = np.column_stack([np.ones(events.size), scaled])
    return Frame(events, covariates, design, back, inner, np.log(exposure) + inner[0])


def maximise(frame: Frame, alpha: float = 0.0) -> Frame:
    """Return the frame with the coefficients of the largest likelihood.

    Parameters
    ----------
    frame : Frame
        From `begin`, or where a fit for another dispersion ended.
    alpha : float
        Variance of a count is mu + alpha mu^2: Poisson at 0, negative binomial above.

    Raises
    ------
    Refused
        If some combination of covariates picks out people without any event, so that no
        maximum exists.

    Notes
    -----
    A maximum is missing exactly where some people without events can be given ever lower
    rates without moving those with events (Santos Silva and Tenreyro 2010, Economics
    Letters 107(2), 310-312). Each Newton round then moves them on by about one.
    """
    counts = frame.events
    # At its own count a person loses that count: no term outweighs the sum.
    least = xlogy(counts, counts) - counts - _cost(counts, counts, alpha)

    def loss(linear: Array) -> float:
        # A step too far may have no finite rate; it is then halved.
        with np.errstate(over="ignore", invalid="ignore"):
            total = (_cost(counts, np.exp(linear), alpha) - counts * linear + least).sum()
        return float(total + 2 * counts.sum()) if np.isfinite(total) else np.inf

    def slopes(linear: Array) -> tuple[Array, Array]:
        mean = np.exp(linear)
        shrink = 1 / (1 + alpha * mean)
        return (counts - mean) * shrink, mean * (1 + alpha * counts) * shrink**2

    likelihood = Likelihood(loss, slopes, "refuse_rates_run_away", farthest=100.0)
    inner, _, linear = climb(likelihood, frame.design, frame.inner, frame.linear)
    return replace(frame, inner=inner, linear=linear)


def finish(frame: Frame, alpha: float = 0.0) -> LogLinear:
    """Return the fit in the covariates' own units.

    Parameters
    ----------
    frame : Frame
        From `maximise`.
    alpha : float
        As there.

    Raises
    ------
    Refused
        If somebody had events of whom none at all were expected.
    """
    mean = np.exp(frame.linear)
    if impossible := int(((frame.events > 0) & (mean < NEVER)).sum()):
        raise Refused("refuse_never_expected", n=impossible)
    shrink = 1 / (1 + alpha * mean)
    weight = mean * shrink
    inverse = np.linalg.inv(frame.design.T @ (weight[:, None] * frame.design))
    return LogLinear(
        coefficients=frame.back @ frame.inner,
        covariance=frame.back @ inverse @ frame.back.T,
        design=np.column_stack([np.ones(mean.size), frame.table]),
        fitted=mean,
        residual=(frame.events - mean) * shrink,
        weight=weight,
    )


def _cost(counts: Array, mean: Array, alpha: float) -> Array:
    cost: Array = mean if alpha == 0 else (counts + 1 / alpha) * np.log1p(alpha * mean)
    return cost


def _refuse_cut(events: Array, covariates: Array) -> None:
    # One covariate alone: cheap, and the message can name it for certain.
    some, others = covariates[events > 0], covariates[events == 0]
    if not others.size:
        return
    low, high = some.min(axis=0), some.max(axis=0)
    outermost = (others.min(axis=0) >= low) | (others.max(axis=0) <= high)
    if (cut := (low == high) & outermost).any():
        raise Refused("refuse_rates_run_away", columns=ordinals(cut))
