"""Any outcome of two groups that were made alike, behind the gates of the planned adjustment."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalkit.arithmetic.interval import Point
from evalkit.arithmetic.wald import wald
from evalkit.disclosure import Cells, harms
from evalkit.disclosure.gate import as_numbers
from evalkit.errors import Refused
from evalkit.estimators.made_alike import Compared, MadeAlike, made_alike
from evalkit.estimators.matching import Pairs, matched_difference
from evalkit.estimators.pseudo_values import pseudo_values
from evalkit.outcomes.analysis import Measure, measure
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import Judged, judge
from evalkit.outcomes.recidivism.overlap import MATCHED, OVERLAP, Alike
from evalkit.outcomes.requirements import Requirement, require

Numbers = NDArray[np.float64]
# Pseudo-values and the curve allow for who was followed for less time.
WHOLE = "unequal_follow_up"


@dataclass(frozen=True)
class Paired:
    """Two groups of matched pairs, of which any outcome can be compared, as `MadeAlike` does.

    Parameters
    ----------
    made : Alike
        The groups.
    pairs : Pairs
        Who was matched with whom.
    """

    made: Alike
    pairs: Pairs

    @property
    def group(self) -> NDArray[np.bool_]:
        """Who is in the programme."""
        return self.made.treated

    @property
    def table(self) -> Numbers:
        """What was known before."""
        return self.made.covariates

    def compare(self, outcome: ArrayLike, *, level: float = 0.95) -> Compared:
        """Compare the means of an outcome; as `MadeAlike.compare`."""
        y = np.asarray(outcome, dtype=float)
        point = matched_difference(y, self.pairs, level=level)
        return self._compared(point, self._means(y), y)

    def ratio(self, above: ArrayLike, below: ArrayLike, *, level: float = 0.95) -> Compared:
        """Compare the ratios of two means; as `MadeAlike.ratio`."""
        top, base = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
        over, under = self._means(top), self._means(base)
        if min(under) <= 0:
            raise Refused("refuse_never_at_liberty", n=self.group.size)
        first, second = (a / b for a, b in zip(over, under, strict=True))
        moved = (top - np.where(self.group, first, second) * base) / np.where(self.group, *under)
        # What moves the ratios has the difference 0: its error is theirs.
        error = matched_difference(moved, self.pairs, level=level).se
        assert error is not None
        point = wald(first - second, error, level, df=self.pairs.treated.size - 1)
        return self._compared(point, (first, second), moved)

    def _means(self, y: Numbers) -> tuple[float, float]:
        return float(y[self.pairs.treated].mean()), float(y[self.pairs.control].mean())

    def _compared(self, point: Point, means: tuple[float, float], y: Numbers) -> Compared:
        sides = (y[self.pairs.treated], y[self.pairs.control])
        errors = [float(side.std(ddof=1)) / math.sqrt(side.size) for side in sides]
        return Compared(point, *means, *errors)


Groups = MadeAlike | Paired


def alike(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Groups:
    """Return the groups made alike, where all holds that the adjusted difference asks for.

    Parameters
    ----------
    adjustment : str
        How the groups are made alike.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.

    Raises
    ------
    Refused
        If a requirement fails.
    """
    judged = judge(followed, adjustment, covariates)
    require(followed.report, judged.requirements)
    return fitted(followed, judged, adjustment, covariates)


def of_a_curve(judged: Iterable[Requirement]) -> list[Requirement]:
    """Return the requirements without that of whole follow-up: a curve allows for less."""
    return [r for r in judged if r.code != WHOLE]


def fitted(
    followed: Followed, judged: Judged, adjustment: str, covariates: tuple[str, ...]
) -> Groups:
    """Return the groups made alike, fitted once for all exhibits."""
    key = ("fit", adjustment, tuple(covariates))
    if key not in followed.alike:
        assert judged.alike is not None
        followed.alike[key] = groups_of(judged.alike, adjustment)
    found: Groups = followed.alike[key]
    return found


def groups_of(made: Alike, adjustment: str) -> Groups:
    """Return groups that were made alike, so that any outcome of theirs can be compared."""
    if made.pairs is not None:
        return Paired(made, made.pairs)
    return made_alike(made.treated, made.covariates, adjustment=adjustment)


def events_by(followed: Followed, at: list[float]) -> Numbers:
    """Return who had the event by each time, or a pseudo-value where that is not known of all.

    Parameters
    ----------
    at : list of float
        In the table's unit of time.
    """
    frame = followed.cohort.frame
    time, event = frame["time"].to_numpy(dtype=float), frame["event"].to_numpy() == 1
    if bool(frame["complete"].all()):
        return np.column_stack([event & (time <= one) for one in at]).astype(float)
    cause = np.where(event, 1, np.where(frame["died"], 2, 0))
    found = np.empty((len(frame), len(at)))
    for code in followed.groups:
        # Each group by itself: they need not have been followed alike.
        some = (frame["group"] == code).to_numpy()
        found[some] = pseudo_values(time[some], cause[some], at)
    return found


def shown_shares(
    followed: Followed, adjustment: str, own: float, gap: float
) -> tuple[float, float]:
    """Return the share of each group as it is compared, so that they differ by the difference.

    Parameters
    ----------
    own : float
        The programme group's own, or weighted, share.
    gap : float
        The adjusted difference.
    """
    gate = followed.gate
    if adjustment not in (OVERLAP, MATCHED):
        # Nobody of the programme is weighed: its own share, as it stands everywhere.
        events, n = (gate.count(x) for x in pairs(followed)[0])
        own = events / n
    return own, min(max(own - gate.coarse("points", gap), 0.0), 1.0)


def pairs(followed: Followed, flag: Any = None) -> list[tuple[int, int]]:
    """Return of each group how many have the event, or a flag, and how many they are."""
    frame = followed.cohort.frame
    marked = frame["event"].to_numpy() == 1 if flag is None else np.asarray(flag, dtype=bool)
    groups = [(frame["group"] == code).to_numpy() for code in followed.groups]
    return [(int(marked[some].sum()), int(some.sum())) for some in groups]


def behind(followed: Followed, flag: Any = None) -> Cells:
    """Return the people behind a number about both groups."""
    return harms(pairs(followed, flag))


def gap(
    estimand: str, point: Point, cells: list[tuple[int, int]], level: float, **about: Any
) -> Measure:
    """Return a difference between the groups with its interval, people and events.

    Parameters
    ----------
    cells : list of (int, int)
        Those with the event and all, of each group.
    **about
        The other fields of the estimate; the unit is points where none is given.
    """
    numbers = as_numbers(point)
    return measure(
        estimand,
        harms(cells),
        by=lambda a, n, b, m: {"n": n + m, "events": a + b},
        model=lambda: {key: numbers[key] for key in ("value", "low", "high", "se")},
        interval="confidence",
        level=level,
        se_scale="identity",
        **{"unit": "points"} | about,
    )
