"""How an answer changes with the effort that it took to reach people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.calibration import base_weights
from evalkit.arithmetic.design import Array, numbers, same_length
from evalkit.arithmetic.interval import flags, quantile
from evalkit.arithmetic.thin import effective
from evalkit.errors import Refused


@dataclass(frozen=True)
class Effort:
    """A share by the number of contacts, and of all who were reached by then.

    Parameters
    ----------
    contacts : array of float, shape (k,)
        Numbers of contacts that occur, rising.
    n : array of int, shape (k,)
        Persons who answered at each.
    share : array of float, shape (k,)
        Of those who answered at each.
    so_far : array of float, shape (k,)
        Share of all who answered by then.
    low, high : array of float, shape (k,)
        Wilson's interval of `so_far`, for as many persons as the weights are worth.
    p : float
        Two-sided test that the share neither rises nor falls with the number of contacts.
    """

    contacts: Array
    n: NDArray[np.int64]
    share: Array
    so_far: Array
    low: Array
    high: Array
    p: float


def level_of_effort(
    answer: ArrayLike,
    contacts: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> Effort:
    """Draw the level-of-effort curve of a share.

    Parameters
    ----------
    answer : array_like of {0, 1}, shape (n,)
        Of those who answered; 1 for those who are counted.
    contacts : array_like of int, shape (n,)
        At which contact each answered, at least 1.
    weight : array_like of float, shape (n,), optional
        Persons that each stands for, above 0.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Effort

    Raises
    ------
    ValueError
        If lengths differ, an answer is neither 0 nor 1, or a number of contacts is no whole
        number of at least 1.
    Refused
        If a value is missing, a weight is not above 0, everybody answered at the same
        contact, or all are of one mind.

    Notes
    -----
    Filion (1975), Public Opinion Quarterly 39(4), 482-492: where the late differ from the
    early, the silent may differ further. The test is Cochran and Armitage's, as R's
    `prop.trend.test`.
    """
    said, tries = flags(answer, "answer"), numbers(contacts, "contacts")
    weights = np.ones(said.size) if weight is None else base_weights(weight)
    same_length(answer=said, contacts=tries, weight=weights)
    # Their scale does not matter, and squares of very small weights are none.
    weights = weights / weights.max()
    quantile(level)
    if (tries < 1).any() or (tries % 1 != 0).any():
        raise ValueError("contacts must be whole numbers, at least 1")
    each, at = np.unique(tries, return_inverse=True)
    if each.size < 2:
        raise Refused("refuse_one_effort", n=said.size)
    if said.min() == said.max():
        raise Refused("refuse_no_variation")
    yes, of = np.bincount(at, weights * said), np.bincount(at, weights)
    so_far = np.minimum(np.cumsum(yes) / np.cumsum(of), 1.0)
    worth = np.array([effective(weights[at <= k]) for k in range(each.size)])
    low, high = proportion_confint(so_far * worth, worth, alpha=1 - level, method="wilson")
    return Effort(
        contacts=each,
        n=np.bincount(at),
        share=yes / of,
        so_far=so_far,
        low=np.minimum(low, so_far),
        high=np.maximum(high, so_far),
        p=_trend(said, tries, weights),
    )


def _trend(said: Array, tries: Array, weights: Array) -> float:
    share, middle = (float(weights @ x / weights.sum()) for x in (said, tries))
    gap = weights * (tries - middle)
    return float(chi2.sf((gap @ (said - share)) ** 2 / (share * (1 - share) * (gap @ gap)), 1))
