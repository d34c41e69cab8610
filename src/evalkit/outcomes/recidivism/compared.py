"""Any outcome of two groups that were made alike, behind the gates of the planned adjustment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.disclosure import Cells, harms
from evalkit.estimators.made_alike import MadeAlike, made_alike
from evalkit.estimators.pseudo_values import pseudo_values
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import Judged, judge
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.requirements import Requirement, require

Numbers = NDArray[np.float64]
# Pseudo-values and the curve allow for who was followed for less time.
WHOLE = "unequal_follow_up"


def alike(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], whole: bool = True
) -> MadeAlike:
    """Return the groups made alike, where all holds that the adjusted difference asks for.

    Parameters
    ----------
    adjustment : {"doubly_robust", "att_weights", "overlap_weights"}
        How the groups are made alike.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added.
    whole : bool
        Whether everybody must have been followed to the end of the window.

    Raises
    ------
    Refused
        If a requirement fails.
    """
    judged = judge(followed, adjustment, covariates)
    require(followed.report, asked(judged.requirements, whole))
    return fitted(followed, judged, adjustment, covariates)


def asked(judged: Iterable[Requirement], whole: bool) -> list[Requirement]:
    """Return the requirements, without that of whole follow-up where it is not needed."""
    return [r for r in judged if whole or r.code != WHOLE]


def fitted(
    followed: Followed, judged: Judged, adjustment: str, covariates: tuple[str, ...]
) -> MadeAlike:
    """Return the groups made alike, fitted once for all exhibits."""
    key = ("fit", adjustment, tuple(covariates))
    if key not in followed.alike:
        assert judged.alike is not None
        given = judged.alike.treated, judged.alike.covariates
        followed.alike[key] = made_alike(*given, adjustment=adjustment)
    found: MadeAlike = followed.alike[key]
    return found


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
    if adjustment != OVERLAP:
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
