"""How strong a cause that nobody measured would have to be to explain a ratio away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalkit.arithmetic.interval import Point


@dataclass(frozen=True)
class EValue:
    """E-values of a risk ratio.

    Parameters
    ----------
    value : float
        For the ratio itself, at least 1.
    limit : float
        For the end of its interval that is nearer to 1; 1 where the interval holds 1.
    """

    value: float
    limit: float


def e_value(ratio: Point) -> EValue:
    """Return the E-values of a risk ratio and of its interval.

    Parameters
    ----------
    ratio : Point
        A risk ratio with its interval, each above 0.

    Returns
    -------
    EValue
        The smallest risk ratio that an unmeasured cause must have both with the
        programme and with the event, given what was measured, to move the ratio (or the
        interval's end) to 1.

    Raises
    ------
    ValueError
        If the ratio or an end of its interval is not above 0, or they are in disorder.

    Notes
    -----
    VanderWeele and Ding (2017), Annals of Internal Medicine 167(4), 268-274. For risk
    ratios; an odds or hazard ratio of a common event is another matter.
    """
    low, value, high = ratio.low, ratio.value, ratio.high
    if not 0 < low <= value <= high < math.inf:
        raise ValueError(f"no risk ratio: {value} from {low} to {high}")
    nearest = low if value > 1 else high
    crosses = low <= 1 <= high
    return EValue(_e(value), 1.0 if crosses else _e(nearest))


def _e(ratio: float) -> float:
    away = ratio if ratio >= 1 else 1 / ratio
    return away + math.sqrt(away * (away - 1))
