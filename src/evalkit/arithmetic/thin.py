"""Whether two groups are large enough to show how far off their difference may be.

A standard error is itself an estimate. Of a group of one it is nothing, of a group in which
everybody has the same outcome it is zero, and where a few persons have all the weight it is
far too small; a difference then looks certain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evalkit.arithmetic.design import CONSTANT, Array
from evalkit.errors import Refused

# Persons (beyond the coefficients fitted among them), or clusters, in each group.
FEWEST_PERSONS, FEWEST_CLUSTERS = 10, 6
# Persons with another outcome than the commonest, to be expected in each group.
FEWEST_UNLIKE = 10.0
# Below this one person, or cluster, has nearly all the weight. Not more is asked: who passes
# a higher bar in poor overlap passes it by a chance that also moves the estimate.
FEWEST_DEGREES = 1.0


class Reach(NamedTuple):
    """How far an interval reaches, beside a standard error of large samples.

    Parameters
    ----------
    df : float
        Degrees of freedom of Student's t.
    widen : float
        Factor on the standard error, at least 1.
    """

    df: float
    widen: float


def reach(
    outcome: Array,
    group: NDArray[np.bool_],
    weight: Array,
    codes: NDArray[np.int64] | None = None,
    fitted: tuple[int, int] = (0, 0),
) -> Reach:
    """Return how far the interval of a difference of two weighted means reaches.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        In any unit.
    group : array of bool, shape (n,)
        Who is in the first group.
    weight : array of float, shape (n,)
        Each person's weight in the own group's mean, at least 0.
    codes : array of int, shape (n,), optional
        Each person's cluster, from 0.
    fitted : tuple of (int, int)
        Slopes fitted to the outcomes of each group.

    Raises
    ------
    Refused
        If the outcome does not vary, or not within a group; if a group has fewer than 10
        persons beyond those slopes, or 6 clusters; if fewer than 10 persons with another
        outcome than the commonest are expected in one; or if one person, or cluster, has
        nearly all the weight.

    Notes
    -----
    Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114, in Welch's form: each group
    has the degrees of freedom of its effective number k = (sum of v)^2 / sum of v^2 less 1,
    where v is what a person or cluster adds to the variance if persons are independent and
    alike (Bell and McCaffrey 2002, Survey Methodology 28(2), 169-181; Imbens and Kolesar
    2016, Review of Economics and Statistics 98(4), 701-712). Squares about a group's own
    mean are too small by (k - 1) / k, which the interval makes good and the standard error
    does not, so that it stays R's. Where a cluster has people of both groups, its parts are
    one; slopes take their share of a group's persons. The least numbers are ours, by
    simulation (docs/reference/type-one.md); that of unlike persons is Cochran's for expected
    counts (1954, Biometrics 10(4), 417-451) at twice his five, because variances are not
    pooled here.
    """
    refuse_constant(outcome, group)
    if codes is None:
        refuse_small(group, FEWEST_PERSONS + max(fitted))
    else:
        refuse_small_clusters(group, codes)
    refuse_rare(outcome, group)
    share = np.where(group, weight / weight[group].sum(), weight / weight[~group].sum()) ** 2
    far = _satterthwaite(_parts(share, group, codes))
    sizes = (int(group.sum()), int((~group).sum()))
    lost = max(n / (n - slopes) for n, slopes in zip(sizes, fitted, strict=True))
    return Reach(far.df, far.widen * float(np.sqrt(lost)))


def reach_of_parts(part: NDArray, group: NDArray[np.bool_]) -> Reach:
    """Return how far the interval of a difference of two groups of clusters reaches.

    Parameters
    ----------
    part : array of float, shape (k,)
        What each cluster adds to the variance, if its rows are independent and alike.
    group : array of bool, shape (k,)
        Which clusters are in the first group.

    Raises
    ------
    Refused
        If a group has fewer than 6 clusters, or one has nearly all the weight.
    """
    refuse_small_clusters(group, np.arange(group.size))
    return _satterthwaite([part[group], part[~group]])


def _satterthwaite(parts: list[NDArray]) -> Reach:
    free = np.array([effective(part) - 1 for part in parts])
    if (least := float(free.min())) < FEWEST_DEGREES:
        raise Refused("refuse_few_weigh", df=f"{max(least, 0.0):.1f}")
    variance = np.array([part.sum() for part in parts])
    wider = (variance * (1 + 1 / free)).sum() / variance.sum()
    return Reach(float(variance.sum() ** 2 / (variance**2 / free).sum()), float(np.sqrt(wider)))


def refuse_constant(outcome: Array, group: NDArray[np.bool_]) -> None:
    """Refuse an outcome that is the same for all, or for all of a group.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        In any unit.
    group : array of bool, shape (n,)
        Who is in the first group.

    Raises
    ------
    Refused
        If it does not vary.
    """
    # A constant that was computed differs from itself by a few ulps.
    least = CONSTANT * float(np.abs(outcome).max())
    if np.ptp(outcome) <= least:
        raise Refused("refuse_no_variation")
    for name, part in (("1", outcome[group]), ("2", outcome[~group])):
        if part.size > 1 and np.ptp(part) <= least:
            raise Refused("refuse_one_mind", group=name, n=part.size)


def refuse_small(group: NDArray[np.bool_], needed: int = FEWEST_PERSONS) -> None:
    """Refuse a group of too few.

    Parameters
    ----------
    group : array of bool, shape (n,)
        Who is in the first group.
    needed : int
        How many must be.

    Raises
    ------
    Refused
        If there are fewer.
    """
    first = int(group.sum())
    if min(first, group.size - first) < needed:
        raise Refused("refuse_few_in_group", first=first, second=group.size - first, needed=needed)


def refuse_small_clusters(group: NDArray[np.bool_], codes: NDArray[np.int64]) -> None:
    """Refuse a group that is in too few clusters.

    Parameters
    ----------
    group : array of bool, shape (n,)
        Who is in the first group.
    codes : array of int, shape (n,)
        Each person's cluster.

    Raises
    ------
    Refused
        If a group has people in fewer than 6.
    """
    first, second = (int(np.unique(codes[some]).size) for some in (group, ~group))
    if min(first, second) < FEWEST_CLUSTERS:
        raise Refused(
            "refuse_few_group_clusters", first=first, second=second, needed=FEWEST_CLUSTERS
        )


def refuse_rare(outcome: Array, group: NDArray[np.bool_]) -> None:
    """Refuse an outcome that nearly everybody has.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        In any unit.
    group : array of bool, shape (n,)
        Who is in the first group.

    Raises
    ------
    Refused
        If too few with another outcome than the commonest are expected in a group.
    """
    unlike, expected = _unlike(outcome, group)
    if too_rare(outcome, group):
        raise Refused(
            "refuse_rare",
            n=unlike,
            persons=outcome.size,
            expected=f"{expected:.1f}",
            needed=int(FEWEST_UNLIKE),
        )


def too_rare(outcome: Array, group: NDArray[np.bool_]) -> bool:
    """Return whether too few unlike persons are expected in a group.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        In any unit.
    group : array of bool, shape (n,)
        Who is in the first group.
    """
    unlike, expected = _unlike(outcome, group)
    # Of a number that hardly ever ties nobody's is common.
    return 2 * unlike <= outcome.size and expected < FEWEST_UNLIKE


def _unlike(outcome: Array, group: NDArray[np.bool_]) -> tuple[int, float]:
    """Return how many differ from the commonest outcome, and how many in the smaller group."""
    _, many = np.unique(outcome, return_counts=True)
    unlike, first = outcome.size - int(many.max()), int(group.sum())
    return unlike, unlike / outcome.size * min(first, outcome.size - first)


def effective(part: NDArray) -> float:
    """Return how many equal parts vary as much as these.

    Parameters
    ----------
    part : array of float, shape (k,)
        What each adds to a variance, at least 0.

    Notes
    -----
    (sum of v)^2 / sum of v^2: Satterthwaite (1946).
    """
    return float(part.sum() ** 2 / (part @ part))


def _parts(
    share: Array, group: NDArray[np.bool_], codes: NDArray[np.int64] | None
) -> list[NDArray]:
    """Return what each person or cluster adds to the variance, by group."""
    if codes is None:
        return [share[group], share[~group]]
    if np.intersect1d(codes[group], codes[~group]).size:
        return [np.bincount(codes, share)]
    return [np.bincount(codes[some], share[some]) for some in (group, ~group)]
