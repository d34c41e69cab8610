"""The difference between groups that were made alike."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from typing import Any

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import harm, harms
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.recidivism.compared import gap, pairs
from evalkit.outcomes.recidivism.fitted import outcome_of, point_of, shares_of
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import deductions, stamped
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import MATCHED, OVERLAP, Alike
from evalkit.outcomes.recidivism.weighed import worth
from evalkit.outcomes.requirements import require, stamp_estimates


@analysis("adjusted_difference")
def adjust(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> Generator[Yielded, None, Any]:
    """Estimate the difference between the groups, made alike in what was known before.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        "entropy_balancing", by weights that give both groups the same means; "doubly_robust",
        by a model of the groups and one of the event (each right where either model is);
        "att_weights", by the odds of the score alone: the effect on those in the programme.
        "matching": on those of them who have a pair. "overlap_weights": on those who could
        have been in either group.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added. A number that
        is missing counts as the mean and as missing, a word as unknown.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``effective[group]``, ``adjusted_risk[group]``, ``adjusted_difference`` and
        ``adjusted_difference_p``. Refused where anything fails of what `gates` names: behind
        a failed gate no effect is computed.
    """
    report, judged = followed.report, judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    alike = judged.alike
    assert alike is not None
    yield from worth(followed, alike)
    yield from _difference(followed, alike, adjustment, level)
    yield from stamp_estimates(report, followed.table, stamped(followed, covariates))
    yield from deductions(followed, covariates, judged.largest)


def _difference(
    followed: Followed, alike: Alike, adjustment: str, level: float
) -> Iterator[Yielded]:
    report, plan = followed.report, followed.report.plan
    point = point_of(outcome_of(followed), alike.treated, alike.covariates, adjustment, level)
    cells = pairs(followed)
    about: dict[str, Any] = dict(
        window=followed.window_term,
        definition=event_label(report, followed.definition),
        design=report.term(f"design.{plan.design}"),
        method=report.term(f"method.{adjustment}"),
    )
    yield from _shares(followed, alike, adjustment, point, cells, about)
    about |= dict(
        dims=(("window", followed.window_code),),
        group=report.study.label(plan.programme),
        against=report.study.label(plan.comparison),
    )
    yield gap("adjusted_difference", point, cells, level, **about)
    yield measure(
        "adjusted_difference_p",
        harms(cells),
        model=lambda: point.p,
        **about,
        unit="p",
        digits=4,
    )


def _shares(
    followed: Followed,
    alike: Alike,
    adjustment: str,
    point: Point,
    cells: list[tuple[int, int]],
    about: dict[str, Any],
) -> Iterator[Yielded]:
    """Yield the share of each group as it is compared; the two differ by the difference."""
    report, both = followed.report, adjustment in (OVERLAP, MATCHED)
    shares = shares_of(followed, alike, adjustment, point.value)
    for code, share, cell in zip(followed.groups, shares, cells, strict=True):
        name = report.study.label(code)
        if both or code == report.plan.comparison:
            name = report.term("group.made_alike", group=name)
        yield measure(
            "adjusted_risk",
            harm(*cell) + harms(cells),
            by=lambda events, n, *_: {"n": n, "events": events},
            model=functools.partial(float, share),
            **about,
            dims=(("group", code), ("window", followed.window_code)),
            unit="share",
            group=name,
        )
