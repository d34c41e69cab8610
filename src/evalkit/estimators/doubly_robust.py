"""An effect that is right where either of two models is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.augmented import expected_outcome, of_treated
from evalkit.arithmetic.design import Array, columns, named, numbers, same_length, two_groups
from evalkit.arithmetic.influence import estimate
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.logit import Logit, fit_logit
from evalkit.arithmetic.overlap import refuse_apart

ESTIMANDS = ("att", "ate")


@dataclass(frozen=True)
class DoublyRobust:
    """An augmented weighted difference.

    Parameters
    ----------
    point : Point
        Treated minus untreated, in the unit of the outcome.
    expected : array of float, shape (n,)
        What the outcome model expects of each person without the programme.
    """

    point: Point
    expected: Array


@named
def doubly_robust(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    estimand: str = "att",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> DoublyRobust:
    """Estimate an effect by augmented inverse probability weighting (AIPW).

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; 0 and 1 give a difference of risks.
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    covariates : array_like of float, shape (n, k)
        What was known before; in both models.
    estimand : {"att", "ate"}
        The effect on the treated, or on everybody.
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    DoublyRobust

    Raises
    ------
    ValueError
        If lengths differ, a group is neither 0 nor 1, or the estimand is unknown.
    Refused
        If a group is empty or has no more persons than the outcome model coefficients, a
        value is missing, a covariate is constant or collinear (also within a group whose
        outcomes are modelled), the propensity score has no finite fit, or the groups are
        too thin to show an error (`evalkit.arithmetic.thin.reach`), or still half a standard
        deviation apart after weighting (`evalkit.arithmetic.overlap`).

    Notes
    -----
    Robins, Rotnitzky and Zhao (1994), JASA 89, 846-866; for the treated Mercatanti and Li
    (2014), Annals of Applied Statistics 8(4), 2485-2508. Logistic propensity score, least
    squares for the outcome in each group; the error is that of the influence function,
    right where both models are and otherwise approximate.
    """
    y, group, table = numbers(outcome, "outcome"), two_groups(treated), columns(covariates)
    same_length(outcome=y, treated=group, covariates=table)
    if estimand not in ESTIMANDS:
        raise ValueError(f"estimand must be one of {', '.join(ESTIMANDS)}")
    fit = fit_logit(group, table)
    without = expected_outcome(y, table, ~group)
    if estimand == "att":
        parts = of_treated(y - without, group, fit)
    else:
        parts = _of_everybody(y, without, expected_outcome(y, table, group), group, fit)
    slopes = table.shape[1]
    fitted = (0 if estimand == "att" else slopes, slopes)
    point = estimate(*parts[:2], y, parts[2], group, level, cluster, fitted)
    refuse_apart(fit.linear, group, parts[2])
    return DoublyRobust(point, without)


def _of_everybody(
    y: Array, without: Array, within: Array, group: NDArray[np.bool_], fit: Logit
) -> tuple[float, Array, Array]:
    """Return the effect on everybody, each person's influence and weight."""
    one = group.astype(float)
    # Only of the own group: of the other one the odds may be too large a number.
    up = one * (y - within) * (1 + np.exp(np.where(group, -fit.linear, -np.inf)))
    down = (1 - one) * (y - without) * (1 + np.exp(np.where(group, -np.inf, fit.linear)))
    parts = within - without + up - down
    value = float(parts.mean())
    weight = 1 + np.exp(np.where(group, -fit.linear, fit.linear))
    return value, parts - value, weight
