"""Pairs of a treated and an untreated person who were equally likely to be treated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.design import Array, numbers, one_number, same_length, two_groups
from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.thin import FEWEST_PERSONS, refuse_rare
from evalkit.arithmetic.wald import wald
from evalkit.errors import Refused

# Scores are rounded to steps of this size. The last digits of a fitted score depend on the
# machine, and would nearly always decide between persons who are alike.
STEP = 1e-10
LARGEST = 1e7


@dataclass(frozen=True)
class Pairs:
    """Who was matched with whom.

    Parameters
    ----------
    treated, control : array of int, shape (m,)
        Positions of the persons of each pair, in the order in which they were matched.
    caliper : float
        Largest distance allowed, in the unit of the score; infinite where none was set.
    distance : array of float, shape (m,)
        Of each pair.
    score : array of float, shape (n,)
        Of everybody who was matched from.
    unmatched : int
        Treated persons with nobody within the caliper: the estimate does not speak of
        them.
    """

    treated: NDArray[np.int64]
    control: NDArray[np.int64]
    caliper: float
    distance: Array
    score: Array
    unmatched: int


def match(score: ArrayLike, treated: ArrayLike, *, caliper: float | None = 0.2) -> Pairs:
    """Match each treated person with the nearest untreated one who is still free.

    Parameters
    ----------
    score : array_like of float, shape (n,)
        Propensity score, or its log odds.
    treated : array_like of {0, 1}, shape (n,)
        1 for those in the programme.
    caliper : float or None
        Largest distance of a pair, in standard deviations of the score among all
        persons; None for no limit.

    Returns
    -------
    Pairs
        One to one, without replacement.

    Raises
    ------
    ValueError
        If lengths differ, a group is neither 0 nor 1, or the caliper is not above 0.
    Refused
        If a group is empty, a score is missing or beyond 1e7, or fewer than two pairs
        lie within the caliper.

    Notes
    -----
    Greedy nearest neighbours: Rosenbaum and Rubin (1985), American Statistician 39(1),
    33-38; caliper of 0.2: Austin (2011), Pharmaceutical Statistics 10(2), 150-161. The
    rule, which decides the result: treated persons come in descending order of score,
    equal ones in the order given; of untreated persons at the same distance the first in
    the order given is taken; scores are rounded to 1e-10 before they are compared.
    """
    values, group = numbers(score, "score"), two_groups(treated)
    same_length(score=values, treated=group)
    if caliper is not None:
        one_number(caliper, "caliper")
    if caliper is not None and not 0 < caliper < math.inf:
        raise ValueError("caliper must be above 0, or None")
    if far := int((np.abs(values) > LARGEST).sum()):
        raise Refused("refuse_score", n=far)
    width = np.inf if caliper is None else caliper * float(values.std(ddof=1))
    steps = np.rint(values / STEP).astype(np.int64)
    ours, theirs = np.flatnonzero(group), np.flatnonzero(~group)
    ours = ours[np.argsort(-steps[ours], kind="stable")]
    theirs = theirs[np.argsort(steps[theirs], kind="stable")]
    reach = int(min(width / STEP, 4 * LARGEST / STEP))
    partner = _nearest_free(steps[ours], steps[theirs], theirs, reach)
    found = partner >= 0
    if found.sum() < 2:
        raise Refused("refuse_no_pairs", n=int(found.sum()), treated=ours.size)
    first, second = ours[found], partner[found]
    gap = np.abs(values[first] - values[second])
    return Pairs(first, second, float(width), gap, values, int((~found).sum()))


def matched_difference(outcome: ArrayLike, pairs: Pairs, *, level: float = 0.95) -> Point:
    """Estimate the effect on the matched treated from the differences within pairs.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        In any unit; of the persons who were matched from.
    pairs : Pairs
        From `match`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Treated minus untreated, with an interval from Student's t with one degree of
        freedom less than pairs.

    Raises
    ------
    ValueError
        If a matched person has no outcome.
    Refused
        If an outcome is missing, there are fewer than 10 pairs, all differences are the
        same, or fewer than 10 are not, or fewer than 10 people with another outcome than the
        commonest are to be expected in a group.

    Notes
    -----
    Errors in clusters of pairs: Abadie and Spiess (2022), JASA 117, 983-995; with
    (n-1)/(n-2), as R's sandwich with ``type="HC1"``. They take the pairs as given and alike.
    What distance is left on average (with as many treated as untreated it is not nothing),
    times how the outcome goes with the score among the matched, is a bias of a size that is
    known: the interval and the p-value add its square to that of the error (Abadie and
    Imbens 2011, Journal of Business & Economic Statistics 29(1), 1-11, subtract it; the
    value here stays that of the pairs, as R's).
    """
    y = numbers(outcome, "outcome")
    if y.size <= max(pairs.treated.max(), pairs.control.max()):
        raise ValueError("outcome must be that of the persons who were matched from")
    gap = y[pairs.treated] - y[pairs.control]
    m = gap.size
    value = float(gap.mean())
    variance = float(gap.var(ddof=1)) / m * (2 * m - 1) / (2 * m - 2)
    scale = float(np.abs(y).max(initial=0.0))
    if m < FEWEST_PERSONS:
        raise Refused("refuse_few_matched", pairs=m, needed=FEWEST_PERSONS)
    both = np.concatenate([y[pairs.treated], y[pairs.control]])
    refuse_rare(both, np.arange(2 * m) < m)
    _, many = np.unique(gap, return_counts=True)
    unlike = m - int(many.max())
    if 0 < unlike < FEWEST_PERSONS and 2 * many.max() > m:
        raise Refused("refuse_few_pairs_differ", pairs=unlike, needed=FEWEST_PERSONS)
    se = float(np.sqrt(variance))
    widen = math.hypot(1.0, _left_over(y, pairs) / se) if se > 0 else 1.0
    return wald(value, se, level, df=m - 1, scale=scale, widen=widen)


def _left_over(y: Array, pairs: Pairs) -> float:
    """Return what the scores that still differ do to the mean difference of pairs."""
    first, second = pairs.score[pairs.treated], pairs.score[pairs.control]
    own = np.concatenate([first - first.mean(), second - second.mean()])
    outcome = np.concatenate([y[pairs.treated], y[pairs.control]])
    square = float(own @ own)
    return float(own @ outcome) / square * float((first - second).mean()) if square > 0 else 0.0


def _nearest_free(
    ours: NDArray[np.int64], theirs: NDArray[np.int64], place: NDArray[np.int64], reach: int
) -> NDArray[np.int64]:
    """Return the partner of each of ours, or -1.

    Theirs are in ascending order, equal ones in the order given. Equal ones are one
    block, from which the first is taken; an empty block points to its nearest neighbour
    that is not (a union of sets on either side), so that each search takes a few steps.
    """
    starts = np.flatnonzero(np.diff(theirs, prepend=theirs[0] - 1))
    values = theirs[starts]
    at = np.searchsorted(values, ours).tolist()
    score, block = ours.tolist(), values.tolist()
    head, names = starts.tolist(), place.tolist()
    end = [*head[1:], len(names)]
    size = len(block)
    right, left = list(range(size + 1)), list(range(-1, size))  # left is shifted by one
    partner = [-1] * len(score)
    for number, mine in enumerate(score):
        up = at[number]
        while right[up] != up:
            right[up] = right[right[up]]
            up = right[up]
        down = at[number]
        while left[down] != down - 1:
            left[down] = left[left[down] + 1]
            down = left[down] + 1
        above = block[up] - mine if up < size else reach + 1
        below = mine - block[down - 1] if down else reach + 1
        if above > reach and below > reach:
            continue
        if above < below or (above == below and names[head[up]] < names[head[down - 1]]):
            chosen = up
        else:
            chosen = down - 1
        partner[number] = names[head[chosen]]
        head[chosen] += 1
        if head[chosen] == end[chosen]:
            right[chosen] = chosen + 1
            left[chosen + 1] = chosen - 1
    return np.array(partner, dtype=np.int64)
