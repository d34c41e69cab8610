"""A second opinion on the planned difference: shown beside it, never instead of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.disclosure import harms
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import alike, gap, pairs
from evalkit.outcomes.recidivism.curve import log_rank
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.report import Refusal, Result
from evalkit.protocol.outcomes.recidivism import ADJUSTED

# Of each adjustment the one that stands beside it: of the same people where there is one.
BESIDE = {
    "entropy_balancing": "doubly_robust",
    "matching": "entropy_balancing",
    "doubly_robust": "att_weights",
    "att_weights": "doubly_robust",
    "overlap_weights": "doubly_robust",
}


def second_opinion(
    followed: Followed | Refusal,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    balance: Result | Refusal | None = None,
) -> Result | Refusal:
    """Return what another method says of the difference that decides the verdict.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        Of the planned difference: the other one stands beside it.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level, 0 < level < 1.
    balance : Result or Refusal, optional
        From `profile`, for groups that are compared as they are.

    Returns
    -------
    Result or Refusal
        ``second_difference`` and ``second_difference_p`` by the other adjustment, where the
        plan decides by groups made alike: a log-rank test compares groups as they are. Else
        what `log_rank` gives.
    """
    if followed.report.plan.primary != ADJUSTED:
        return log_rank(followed, balance)
    return _other(followed, adjustment, covariates, level)


@analysis("second_difference")
def _other(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> Iterator[Yielded]:
    report, other = followed.report, BESIDE[adjustment]
    alike(followed, adjustment, covariates)
    # Its own weights must hold what the planned ones do.
    groups = alike(followed, other, covariates)
    point = groups.compare(followed.cohort.frame["event"], level=level).point
    cells = pairs(followed)
    about: dict[str, Any] = dict(
        dims=(("window", followed.window_code),),
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        method=report.term(f"method.{other}"),
    )
    yield gap("second_difference", point, cells, level, **about)
    yield measure(
        "second_difference_p", harms(cells), model=lambda: point.p, **about, unit="p", digits=4
    )
