"""One result out of several areas, and what to expect in the next area."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import chi2
from scipy.stats import t as student

from evalkit.arithmetic.design import numbers
from evalkit.arithmetic.interval import Point, quantile
from evalkit.errors import Refused

Array = NDArray[np.float64]
# A likelihood's slope is searched for its root up to this many times the largest variance.
WIDE = 1e3

# Beside what the areas differ by, such an error is none.
NOTHING = 1e-9


@dataclass(frozen=True)
class Pooled:
    """A random-effects result over areas.

    Parameters
    ----------
    point : Point
        The mean over areas like these, in the unit of the estimates.
    prediction : tuple of (float, float) or None
        Where the true value of a further such area is expected; None with two areas.
    tau2 : float
        Variance of the true values between areas, at least 0.
    i2 : float
        Share of the spread that is not chance, in [0, 1).
    q, q_p : float
        Cochran's Q and its p-value.
    areas : int
        How many were pooled.
    """

    point: Point
    prediction: tuple[float, float] | None
    tau2: float
    i2: float
    q: float
    q_p: float
    areas: int


def pooled(value: ArrayLike, se: ArrayLike, *, level: float = 0.95) -> Pooled:
    """Pool the results of several areas with random effects.

    Parameters
    ----------
    value, se : array_like of float, shape (k,)
        Estimate and standard error of each area, in a scale on which they are roughly
        normal (a difference, or the logarithm of a ratio); k at least 2.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If lengths differ.
    Refused
        If there is one area, a number is missing, a standard error is not above 0, or
        nothing beside what the areas differ by, or all areas have the same result to the
        last digit.

    Notes
    -----
    Variance between areas by restricted maximum likelihood (Viechtbauer 2005, Journal of
    Educational and Behavioral Statistics 30(3), 261-293); interval by Hartung and Knapp
    (2001), Statistics in Medicine 20(24), 3875-3889, with t(k - 1); prediction interval
    of Higgins, Thompson and Spiegelhalter (2009), JRSS A 172(1), 137-159, with t(k - 2).
    I^2 from tau^2 and the typical variance of Higgins and Thompson (2002), Statistics in
    Medicine 21(11), 1539-1558.
    """
    quantile(level)
    y, variance = _checked(numbers(value, "value"), numbers(se, "se"))
    k, tau2 = y.size, _between(y, variance)
    weight = 1 / (variance + tau2)
    mean = float(weight @ y / weight.sum())
    spread = float(weight @ (y - mean) ** 2 / (k - 1))
    root = math.sqrt(spread / weight.sum())
    half = float(student.ppf(0.5 + level / 2, k - 1)) * root
    p = 2 * float(student.sf(abs(mean) / root, k - 1))
    prediction = None
    if k > 2:
        reach = float(student.ppf(0.5 + level / 2, k - 2)) * math.sqrt(tau2 + root**2)
        prediction = mean - reach, mean + reach
    q, i2 = _heterogeneity(y, variance, tau2)
    return Pooled(
        point=Point(mean, mean - half, mean + half, root, p),
        prediction=prediction,
        tau2=tau2,
        i2=i2,
        q=q,
        q_p=float(chi2.sf(q, k - 1)),
        areas=k,
    )


def _checked(y: Array, se: Array) -> tuple[Array, Array]:
    if y.shape != se.shape:
        raise ValueError("value and se must have the same length")
    if y.size < 2:
        raise Refused("refuse_one_area")
    if (none := se <= NOTHING * np.ptp(y)).any():
        raise Refused("refuse_area_se", n=str(int(none.sum())))
    if np.ptp(y) == 0:
        raise Refused("refuse_same_results", n=str(y.size))
    return y, se**2


def _heterogeneity(y: Array, variance: Array, tau2: float) -> tuple[float, float]:
    fixed = 1 / variance
    mean = fixed @ y / fixed.sum()
    typical = (y.size - 1) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    return float(fixed @ (y - mean) ** 2), float(tau2 / (tau2 + typical))


def _between(y: Array, variance: Array) -> float:
    """Return the variance between areas at which the restricted likelihood is largest."""
    # In units of their own size, so that steps mean the same in every scale.
    unit = float(variance.max() + y.var())
    scaled, gaps = variance / unit, (y - y.mean()) / math.sqrt(unit)

    def loss(tau2: float) -> float:
        weight = 1 / (scaled + tau2)
        mean = weight @ gaps / weight.sum()
        parts = np.log(scaled + tau2).sum() + math.log(weight.sum())
        return float(parts + weight @ (gaps - mean) ** 2)

    def slope(tau2: float) -> float:
        weight = 1 / (scaled + tau2)
        mean = weight @ gaps / weight.sum()
        square = weight**2
        return float(weight.sum() - square.sum() / weight.sum() - square @ (gaps - mean) ** 2)

    # It may have more than one hill: each change of the slope's sign is looked at.
    steps = np.concatenate([[0.0], np.geomspace(1e-8, WIDE, 400)])
    slopes = np.array([slope(step) for step in steps])
    found = [0.0]
    for left, right, down, up in zip(steps, steps[1:], slopes, slopes[1:], strict=False):
        if down < 0 <= up:
            found.append(float(brentq(slope, left, right, xtol=1e-15, rtol=1e-13)))
    return min(found, key=loss) * unit
