"""Whether hazard ratios stay the same over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from evalkit.arithmetic.design import Array, columns, named, same_length
from evalkit.arithmetic.hazards import RiskSets, fit_hazards
from evalkit.arithmetic.interval import flags
from evalkit.arithmetic.survival import event_counts, times
from evalkit.errors import Refused

SCALES = ("km", "identity")
# Share of its information that a trend keeps once the coefficients are known.
NOTHING_LEFT = 1e-9


@dataclass(frozen=True)
class ProportionalHazards:
    """Tests against a hazard ratio that grows or falls with time.

    Parameters
    ----------
    chi2, p : array of float, shape (k,)
        Of each covariate, with one degree of freedom.
    overall, overall_p : float
        Of all covariates at once, with k degrees of freedom.
    """

    chi2: Array
    p: Array
    overall: float
    overall_p: float


@named
def proportional_hazards(
    time: ArrayLike, event: ArrayLike, covariates: ArrayLike, *, scale: str = "km"
) -> ProportionalHazards:
    """Test that the hazard ratios of a Cox regression do not change over time.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the event or to the end of follow-up, at least 0.
    event : array_like of {0, 1}, shape (n,)
        1 where the event happened.
    covariates : array_like of float, shape (n, k)
        What was known at time 0.
    scale : {"km", "identity"}
        Time is counted by the share of persons with the event just before it, so that
        a few late events weigh little, or as it is.

    Returns
    -------
    ProportionalHazards

    Raises
    ------
    ValueError
        If lengths differ, an event is neither 0 nor 1, or the scale is unknown.
    Refused
        Where `evalkit.estimators.cox.cox` is refused, all events are at one time, or
        there are too few events to tell a trend from the hazard ratios themselves.

    Notes
    -----
    Grambsch and Therneau (1994), Biometrika 81(3), 515-526, as the exact score test that
    R's survival gives since version 3.0; not its approximation by a regression of scaled
    Schoenfeld residuals. Ties by Efron.
    """
    moments, happened, table = times(time), flags(event, "event"), columns(covariates)
    same_length(time=moments, event=happened, covariates=table)
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}")
    sets = RiskSets(moments, happened, table, efron=True)
    if sets.moment.size < 2:
        raise Refused("refuse_one_event_time", n=int(happened.sum()))
    width = table.shape[1]
    too_few = Refused("refuse_few_events", n=int(happened.sum()), coefficients=2 * width)
    if sets.tie.size <= 2 * width:
        raise too_few
    fit = fit_hazards(sets)
    axis = _share_before(moments, happened, sets.moment) if scale == "km" else sets.moment
    # Where the axis begins and its unit do not matter; near 0 and 1 no digits are lost.
    axis = axis - np.average(axis, weights=sets.events)
    axis = axis / np.abs(axis).max()
    once = sets.expected(fit.sums, axis)
    twice = sets.expected(fit.sums, axis**2)
    score = sets.design @ (axis[sets.last] * sets.dead - once)
    mixed = sets.information(fit.sums, once, axis)
    own = sets.information(fit.sums, twice, axis**2)
    left = own - mixed @ fit.inverse @ mixed
    root = np.sqrt(np.diagonal(own))
    if not np.linalg.eigvalsh(left / np.outer(root, root))[0] > NOTHING_LEFT:
        raise too_few
    each = score**2 / np.diagonal(left)
    overall = float(score @ np.linalg.solve(left, score))
    return ProportionalHazards(each, chi2.sf(each, 1), overall, float(chi2.sf(overall, width)))


def _share_before(moments: Array, happened: Array, at: Array) -> Array:
    moment, at_risk, events = event_counts(moments, happened)
    survival = np.cumprod(1 - events / at_risk)
    before = np.searchsorted(moment, at, side="left") - 1
    share: Array = 1 - np.where(before < 0, 1.0, survival[before])
    return share
