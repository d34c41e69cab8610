"""One result out of several completed data sets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from evalkit.arithmetic.design import numbers
from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused

# Beside what the imputations differ by, such an error is none.
NOTHING = 1e-6


@dataclass(frozen=True)
class Combined:
    """A result out of several imputations.

    Parameters
    ----------
    point : Point
        In the unit of the estimates, with total standard error, interval and p-value.
    df : float
        Degrees of freedom of its interval.
    missing_information : float
        Share of the information that is missing, in [0, 1).
    """

    point: Point
    df: float
    missing_information: float


def rubin(value: ArrayLike, se: ArrayLike, *, df_complete: float, level: float = 0.95) -> Combined:
    """Combine the results of imputed data sets.

    Parameters
    ----------
    value, se : array_like of float, shape (m,)
        Estimate and standard error from each imputed data set, m at least 2.
    df_complete : float
        Degrees of freedom that the complete data would have had: persons (or clusters)
        less coefficients, above 0.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Combined

    Raises
    ------
    ValueError
        If lengths differ or `df_complete` is not above 0.
    Refused
        If there are fewer than two imputations, a number is missing, or a standard error is
        not above 0, or nothing beside what the estimates differ by.

    Notes
    -----
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; degrees of freedom of
    Barnard and Rubin (1999), Biometrika 86(4), 948-955.
    """
    quantile(level)
    values, errors = numbers(value, "value"), numbers(se, "se")
    if values.shape != errors.shape:
        raise ValueError("value and se must have the same length")
    if not df_complete > 0:
        raise ValueError(f"the complete data need degrees of freedom above 0, not {df_complete}")
    m = values.size
    if m < 2:
        raise Refused("refuse_one_imputation")
    if (none := errors <= NOTHING * np.ptp(values)).any():
        raise Refused("refuse_imputed_se", n=str(int(none.sum())))
    within = float((errors**2).mean())
    between = float(values.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    df = _degrees(share, m, df_complete)
    relative = extra / within
    information = (relative + 2 / (df + 3)) / (relative + 1)
    mean, root = float(values.mean()), math.sqrt(total)
    half = float(student.ppf(0.5 + level / 2, df)) * root
    p = 2 * float(student.sf(abs(mean) / root, df))
    return Combined(Point(mean, mean - half, mean + half, root, p), df, information)


def _degrees(share: float, m: int, complete: float) -> float:
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    if math.isinf(complete):
        observed = math.inf
    if share == 0:
        # The imputations agree: nothing is lost but what the complete data lack.
        return observed
    old = (m - 1) / share**2
    return old if math.isinf(observed) else old * observed / (old + observed)
