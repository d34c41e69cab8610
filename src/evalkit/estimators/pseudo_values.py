"""What each person adds to a cumulative incidence, where not everybody was followed to the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.competing import causes
from evalkit.arithmetic.design import Array, numbers, same_length
from evalkit.arithmetic.survival import times

# Cells of the largest table that is held at once.
BLOCK = 2_000_000


def pseudo_values(time: ArrayLike, cause: ArrayLike, at: ArrayLike) -> Array:
    """Return each person's jackknife pseudo-values of the cumulative incidence of cause 1.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Time to the first event of any cause, or to the end of follow-up, at least 0.
    cause : array_like of int, shape (n,)
        0 where follow-up ended without an event, 1 for the event, more for what competes.
    at : array_like of float, shape (k,)
        At which times.

    Returns
    -------
    array of float, shape (n, k)
        n F(t) - (n - 1) F(t) without the person. Where all were followed to t it is 1 for
        those with the event by then and 0 for the others; otherwise it can lie outside of
        0 to 1, and its mean is near F(t).

    Raises
    ------
    ValueError
        If lengths differ, or a cause is not a whole number of at least 0.
    Refused
        If there is nobody, or a time is negative or missing.

    Notes
    -----
    Andersen, Klein and Rosthoj (2003), Biometrika 90(1), 15-27. In place of the outcome in a
    weighted or augmented comparison: Zeng, Li, Hu and Li (2023), Statistica Sinica 33,
    2161-2184. Follow-up may end only for reasons that tell nothing of the event.
    """
    moments, codes, points = times(time), causes(cause, 1), numbers(at, "at")
    same_length(time=moments, cause=codes)
    both = np.column_stack([moments, codes])
    pairs, whose = np.unique(both, axis=0, return_inverse=True)
    place = np.unique(moments[codes > 0])
    if not place.size:
        return np.zeros((moments.size, points.size))
    at_risk = moments.size - np.searchsorted(np.sort(moments), place, side="left")
    own, every = (
        np.bincount(np.searchsorted(place, moments[some]), minlength=place.size)
        for some in (codes == 1, codes > 0)
    )
    column = np.searchsorted(place, points, side="right")
    whole = _incidence(at_risk, own, every)[column]
    step = max(BLOCK // max(place.size, 1), 1)
    without = np.concatenate([
        _incidence(
            at_risk - (place <= part[:, :1]),
            own - ((place == part[:, :1]) & (part[:, 1:] == 1)),
            every - ((place == part[:, :1]) & (part[:, 1:] > 0)),
        )[:, column]
        for part in (pairs[first : first + step] for first in range(0, len(pairs), step))
    ])  # fmt: skip
    n = moments.size
    found: Array = n * whole - (n - 1) * without[whose.ravel()]
    return found


def _incidence(
    at_risk: NDArray[np.int64], own: NDArray[np.int64], every: NDArray[np.int64]
) -> Array:
    """Return the cumulative incidence after each event, 0 first (Aalen and Johansen 1978)."""
    some = np.maximum(at_risk, 1)
    survival = np.cumprod(1 - every / some, axis=-1)
    before = np.concatenate([np.ones_like(survival[..., :1]), survival[..., :-1]], axis=-1)
    steps = np.cumsum(before * own / some, axis=-1)
    found: Array = np.concatenate([np.zeros_like(steps[..., :1]), steps], axis=-1)
    return found
