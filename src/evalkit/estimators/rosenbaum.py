"""How strong a hidden bias would have to be to explain a result of matched pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv
from scipy.stats import norm, rankdata

from evalkit.arithmetic.design import numbers, one_number
from evalkit.errors import Refused

# Fewer signed ranks are too far from a normal distribution.
# Differences nearer to one another than this share of the largest are one.
SAME = 1e-9
FEWEST = 10


@dataclass(frozen=True)
class HiddenBias:
    """The strongest hidden bias that a result of matched pairs survives.

    Parameters
    ----------
    gamma : float
        At least 1: even if one of each pair was up to so many times as likely, by odds, to
        be treated as the other, the one-sided p-value stays at or below alpha.
    p : float
        One-sided p-value without hidden bias (gamma of 1).
    pairs : int
        Pairs that differ in the outcome; the others say nothing.
    """

    gamma: float
    p: float
    pairs: int


def binary_bound(treated_only: int, control_only: int, gamma: float) -> float:
    """Return the largest one-sided p-value that a hidden bias allows, for a binary outcome.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the other, had the event.
    gamma : float
        At least 1: by how many times the odds of being treated may differ in a pair.

    Returns
    -------
    float
        Of at least so many treated with the event, against none caused by the treatment.

    Raises
    ------
    ValueError
        If a count is negative or no whole number, or gamma below 1.
    Refused
        If no pair differs.

    Notes
    -----
    Rosenbaum (2002), Observational Studies, 2nd ed., section 4.3.2: McNemar's test with
    the chance gamma / (1 + gamma) in place of a half; exact.
    """
    pairs = _discordant(treated_only, control_only)
    _check_gamma(gamma)
    if treated_only == 0:
        return 1.0
    chance = gamma / (1 + gamma)
    return float(betainc(treated_only, pairs - treated_only + 1, chance))


def binary_gamma(treated_only: int, control_only: int, *, alpha: float = 0.05) -> HiddenBias:
    """Return the strongest hidden bias that a result survives, for a binary outcome.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the other, had the event.
    alpha : float
        One-sided level, 0 < alpha < 0.5.

    Returns
    -------
    HiddenBias

    Raises
    ------
    ValueError
        If a count is negative or no whole number, or alpha is not between 0 and a half.
    Refused
        If no pair differs, or p is above alpha even without hidden bias. To show that the
        treated have fewer events, give the counts the other way round.

    Notes
    -----
    `binary_bound` rises with gamma; this is where it reaches alpha.
    """
    _check_alpha(alpha)
    p = binary_bound(treated_only, control_only, 1)
    pairs = _discordant(treated_only, control_only)
    _refuse_weak(p, alpha)
    # Twice the same quantile, because 1 - share would lose its digits near 1.
    share = betaincinv(treated_only, control_only + 1, alpha)
    rest = betaincinv(control_only + 1, treated_only, 1 - alpha)
    return HiddenBias(float(share / rest), p, pairs)


def rank_bound(difference: ArrayLike, gamma: float) -> float:
    """Return the largest one-sided p-value that a hidden bias allows, for a number.

    Parameters
    ----------
    difference : array_like of float, shape (n,)
        Outcome of the treated minus that of the other in each pair, in any unit; pairs
        without a difference are ranked lowest and then left out.
    gamma : float
        At least 1: by how many times the odds of being treated may differ in a pair.

    Returns
    -------
    float
        That the treated have larger outcomes by chance and bias alone.

    Raises
    ------
    ValueError
        If gamma is below 1.
    Refused
        If a value is missing, or fewer than 10 pairs differ.

    Notes
    -----
    Rosenbaum (2002), Observational Studies, 2nd ed., section 4.3.3: Wilcoxon's signed
    ranks, ties by mid-ranks, in large samples and without a continuity correction. As
    there, a pair without a difference keeps its low rank, but may have no sign (Pratt
    1959, JASA 54(287), 655-667).
    """
    _check_gamma(gamma)
    positive, total, spread, _ = _signed_ranks(difference)
    chance = gamma / (1 + gamma)
    return float(norm.sf((positive - chance) * total / math.sqrt(chance / (1 + gamma) * spread)))


def rank_gamma(difference: ArrayLike, *, alpha: float = 0.05) -> HiddenBias:
    """Return the strongest hidden bias that a result survives, for a number.

    Parameters
    ----------
    difference : array_like of float, shape (n,)
        Outcome of the treated minus that of the other in each pair, in any unit; pairs
        without a difference are ranked lowest and then left out.
    alpha : float
        One-sided level, 0 < alpha < 0.5.

    Returns
    -------
    HiddenBias

    Raises
    ------
    ValueError
        If alpha is not between 0 and a half.
    Refused
        If a value is missing, fewer than 10 pairs differ, or p is above alpha even
        without hidden bias. To show that the treated have smaller outcomes, change the
        signs.

    Notes
    -----
    `rank_bound` rises with gamma; where it reaches alpha is a root of a quadratic equation
    in gamma / (1 + gamma).
    """
    _check_alpha(alpha)
    positive, total, spread, pairs = _signed_ranks(difference)
    p = rank_bound(difference, 1)
    _refuse_weak(p, alpha)
    noise = float(norm.isf(alpha)) ** 2 * spread / total**2
    root = math.sqrt(noise * (noise + 4 * positive * (1 - positive)))
    share = 2 * positive + noise - root
    return HiddenBias(share / (2 * (1 - positive) + noise + root), p, pairs)


def _discordant(treated_only: int, control_only: int) -> int:
    for count in (treated_only, control_only):
        one_number(count, "pairs")
        if count % 1 != 0 or count < 0:
            raise ValueError(f"{count} pairs are no whole number, at least 0")
    if treated_only + control_only == 0:
        raise Refused("refuse_no_discordant")
    return int(treated_only) + int(control_only)


def _signed_ranks(difference: ArrayLike) -> tuple[float, float, float, int]:
    """Return the positive ranks' share of all, the sum of all, that of squares, the pairs."""
    gaps = numbers(difference, "difference")
    # 0.1 + 0.2 - 0.3 is no difference, and 0.3 is as far as 0.1 + 0.2.
    top = float(np.abs(gaps).max())
    gaps = np.rint(gaps / (SAME * top)) if top > 0 else gaps
    unlike = gaps != 0
    if (pairs := int(unlike.sum())) < FEWEST:
        raise Refused("refuse_few_pairs", pairs=pairs, needed=FEWEST)
    ranks = np.where(unlike, rankdata(np.abs(gaps)), 0.0)
    total = float(ranks.sum())
    return float(ranks[gaps > 0].sum()) / total, total, float((ranks**2).sum()), pairs


def _check_gamma(gamma: float) -> None:
    one_number(gamma, "gamma")
    if not 1 <= gamma < math.inf:
        raise ValueError(f"gamma is at least 1, not {gamma}")


def _check_alpha(alpha: float) -> None:
    one_number(alpha, "alpha")
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha lies between 0 and a half, not {alpha}")


def _refuse_weak(p: float, alpha: float) -> None:
    if p > alpha:
        raise Refused("refuse_weak_pairs", p=p, alpha=alpha)
