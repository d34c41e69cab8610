"""Weights that make two groups alike, and whether they do."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from evalkit.arithmetic.design import Array
from evalkit.errors import Refused

# Rubin (2001): in standard deviations of the score.
FARTHEST = 0.5
# Log odds that the fit's last digits can be apart: a share differs by less than a billionth.
ROUNDING = 1e-9


def balancing_weights(
    linear: Array, group: NDArray[np.bool_], estimand: str
) -> tuple[Array, Array]:
    """Return each person's weight and its derivative by the log odds of being treated.

    Parameters
    ----------
    linear : array of float, shape (n,)
        Log odds of being treated.
    group : array of bool, shape (n,)
        Who is treated.
    estimand : {"att", "ato", "ate"}
        The effect on the treated, on the overlap, or on everybody.

    Returns
    -------
    array of float, shape (n,)
        At least 0; only proportions within a group count.
    array of float, shape (n,)
    """
    if estimand == "ato":
        score, other = expit(linear), expit(-linear)
        # The other group's score, without the loss of digits of 1 - e.
        return np.where(group, other, score), np.where(group, -score * other, score * other)
    if estimand == "ate":
        return _of_everybody(linear, group)
    # Without the largest, odds of 1e300 are no infinity.
    odds = np.exp(np.where(group, -np.inf, linear - linear[~group].max()))
    return np.where(group, 1.0, odds), odds


def _of_everybody(linear: Array, group: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return 1 over the chance of the own group, divided by about the largest of the group.

    Lunceford and Davidian (2004), Statistics in Medicine 23(19), 2937-2960.
    """
    against = np.where(group, -linear, linear)
    most = [max(float(against[some].max()), 0.0) for some in (group, ~group)]
    top = np.where(group, *most)
    odds = np.exp(against - top)
    return np.exp(-top) + odds, np.where(group, -odds, odds)


def refuse_apart(score: Array, group: NDArray[np.bool_], weight: Array) -> None:
    """Refuse weights that leave the groups apart.

    Parameters
    ----------
    score : array of float, shape (n,)
        Log odds of being treated.
    group : array of bool, shape (n,)
        Who is treated.
    weight : array of float, shape (n,)
        Each person's weight in the own group's mean, at least 0.

    Raises
    ------
    Refused
        If the weighted means of the score differ by more than half a standard deviation.

    Notes
    -----
    Rubin (2001), Health Services and Outcomes Research Methodology 2, 169-188: where the
    means of the score are that far apart, what is found rests on the form of the model. The
    standard deviation is that within the groups before weighting. Asking for more persons
    behind the weights in place of this makes poor overlap worse: who has them has left
    the likes of the treated out by chance (docs/reference/type-one.md).
    """
    first, second = (
        float(weight[some] @ score[some] / weight[some].sum()) for some in (group, ~group)
    )
    within = math.sqrt((score[group].var() + score[~group].var()) / 2)
    # Where the groups are alike on paper everybody's score is the same, and what is left of
    # its spread is the machine's.
    if abs(first - second) > max(FARTHEST * within, ROUNDING):
        raise Refused(
            "refuse_apart", apart=f"{abs(first - second) / within:.2f}", most=f"{FARTHEST:g}"
        )
