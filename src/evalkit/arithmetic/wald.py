"""From an estimate and its standard error to an interval and a p-value."""

from __future__ import annotations

from scipy.stats import norm
from scipy.stats import t as student

from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused

# A standard error that is zero on paper is a few ulps of the outcome in the machine.
NO_SPREAD = 1e-12


def wald(
    value: float,
    se: float,
    level: float,
    *,
    df: float | None = None,
    scale: float = 1.0,
    widen: float = 1.0,
) -> Point:
    """Return a symmetric interval and the two-sided p-value against zero.

    Parameters
    ----------
    value, se : float
        Estimate and its standard error, in one unit.
    level : float
        Confidence level, 0 < level < 1.
    df : float, optional
        Degrees of freedom of Student's t; without it the normal distribution.
    scale : float
        Largest size of the outcome: a standard error below 1e-12 of it is zero.
    widen : float
        Factor on the standard error in interval and p-value, which small groups need.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    Refused
        If the standard error is zero: an interval of no width would claim certainty.
    """
    z = quantile(level)
    if not se > NO_SPREAD * scale:
        raise Refused("refuse_no_variation")
    ratio = abs(value) / (se * widen)
    if df is None:
        half = z * se * widen
        return Point(value, value - half, value + half, se, 2 * float(norm.sf(ratio)))
    half = float(student.ppf(0.5 + level / 2, df)) * se * widen
    return Point(value, value - half, value + half, se, 2 * float(student.sf(ratio, df)))
