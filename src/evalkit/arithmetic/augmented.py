"""The parts of an augmented weighted difference: a model of outcomes beside one of groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import Array, standardise
from evalkit.arithmetic.logit import Logit
from evalkit.errors import Refused


def of_treated(gap: Array, group: NDArray[np.bool_], fit: Logit) -> tuple[float, Array, Array]:
    """Return the effect on the treated, each person's influence and weight.

    Parameters
    ----------
    gap : array of float, shape (n,)
        Outcome less what is expected of each person without the programme.
    group : array of bool, shape (n,)
        Who is treated.
    fit : Logit
        Of being treated.
    """
    one = group.astype(float)
    odds = np.exp(np.where(group, -np.inf, fit.linear))
    share = float(one.mean())
    parts = (one * gap - odds * gap) / share
    value = float(parts.mean())
    return value, parts - one * value / share, np.where(group, 1.0, odds)


def expected_outcome(y: Array, table: Array, among: NDArray[np.bool_]) -> Array:
    """Return everybody's outcome as least squares among some expects it.

    Parameters
    ----------
    y : array of float, shape (n,)
        Outcomes, in any unit.
    table : array of float, shape (n, k)
        What was known before.
    among : array of bool, shape (n,)
        Of whom the model is.

    Raises
    ------
    Refused
        If they are no more than the coefficients.
    """
    own = table[among]
    if own.shape[0] <= own.shape[1] + 1:
        raise Refused("refuse_few_persons", n=own.shape[0], coefficients=own.shape[1] + 1)
    scaled, mean, deviation = standardise(own)
    middle = float(y[among].mean())
    slopes, *_ = np.linalg.lstsq(scaled, y[among] - middle, rcond=None)
    expected: Array = middle + ((table - mean) / deviation) @ slopes
    return expected
