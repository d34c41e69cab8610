"""Groups made alike by weights from the propensity score."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from evalkit.arithmetic.design import Array, columns, named, numbers, same_length, two_groups
from evalkit.arithmetic.influence import estimate, weighted_mean_influence
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.logit import fit_logit
from evalkit.arithmetic.overlap import balancing_weights, refuse_apart
from evalkit.arithmetic.thin import effective

ESTIMANDS = ("att", "ate", "ato")


@dataclass(frozen=True)
class Weighted:
    """A difference of weighted means.

    Parameters
    ----------
    point : Point
        Treated minus untreated, in the unit of the outcome.
    treated, control : float
        The two means.
    weight : array of float, shape (n,)
        Each person's weight; only its proportion within the own group counts.
    effective_treated, effective_control : float
        Kish's effective number of persons in each group.
    """

    point: Point
    treated: float
    control: float
    weight: Array
    effective_treated: float
    effective_control: float


@named
def weighting(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    estimand: str = "att",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Weighted:
    """Estimate the effect on the treated, on everybody or on the overlap, by weights.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; 0 and 1 give a difference of risks.
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    covariates : array_like of float, shape (n, k)
        What was known before and decided who was treated.
    estimand : {"att", "ate", "ato"}
        The effect on the treated (weights 1, and e / (1 - e) for the others), on everybody
        (1 / e, and 1 / (1 - e)), or on those who could be in either group (1 - e, and e).
    cluster : array_like, shape (n,), optional
        Each person's cluster; intervals then have Student's t with the
        degrees of freedom that few clusters leave.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Weighted

    Raises
    ------
    ValueError
        If lengths differ, a group is neither 0 nor 1, or the estimand is unknown.
    Refused
        If a group is empty, a value is missing, the propensity score has no finite fit,
        clusters cannot carry an error, or the groups are too thin to show one: fewer than
        10 people, an outcome that hardly varies (`evalkit.arithmetic.thin.reach`), or still
        half a standard deviation apart after weighting (`evalkit.arithmetic.overlap`).

    Notes
    -----
    Hajek weights: Hirano, Imbens and Ridder (2003), Econometrica 71(4), 1161-1189; overlap
    weights: Li, Morgan and Zaslavsky (2018), JASA 113, 390-400, which balance the means of
    the covariates exactly. The error counts that the scores were estimated (stacked
    estimating equations); R's weighted regression takes the weights as known.
    Interval and p-value have the degrees of freedom that the weights leave, so that poor
    overlap widens them (`evalkit.arithmetic.thin`).
    """
    y, group, table = numbers(outcome, "outcome"), two_groups(treated), columns(covariates)
    same_length(outcome=y, treated=group, covariates=table)
    if estimand not in ESTIMANDS:
        raise ValueError(f"estimand must be one of {', '.join(ESTIMANDS)}")
    fit = fit_logit(group, table)
    weight, slope = balancing_weights(fit.linear, group, estimand)
    one = group.astype(float)
    first, moves_first = weighted_mean_influence(y, weight, slope, one, fit)
    second, moves_second = weighted_mean_influence(y, weight, slope, 1 - one, fit)
    point = estimate(first - second, moves_first - moves_second, y, weight, group, level, cluster)
    refuse_apart(fit.linear, group, weight)
    return Weighted(
        point=point,
        treated=first,
        control=second,
        weight=weight,
        effective_treated=effective(weight[group]),
        effective_control=effective(weight[~group]),
    )
