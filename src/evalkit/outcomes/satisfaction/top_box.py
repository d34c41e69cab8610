"""The share who gave one of the top answers, with its interval; and the verdict."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import estimated, part
from evalkit.errors import DataError, UsageError
from evalkit.estimators.share import share
from evalkit.outcomes.analysis import Measure, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.report import Refusal, Result, refuse
from evalkit.outcomes.satisfaction.answers import Answers, groups_of, label_of, splits, top_of
from evalkit.outcomes.satisfaction.design import share_of, whole
from evalkit.outcomes.satisfaction.response import check_weights
from evalkit.outcomes.verdict import effect_verdict, level_verdict
from evalkit.protocol.outcomes.satisfaction import CHANGE

# An interval allowing for how the sample was drawn.
DESIGN = "design"
_COLUMNS = {"weight", "stratum", "psu"}


@analysis("top_box")
def top_box(
    answers: Answers,
    by: str,
    top: tuple[str, ...],
    estimator: str,
    level: float,
) -> Iterator[Yielded]:
    """Estimate the share who gave one of the top answers, with an interval.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    by : str
        Column that splits the respondents.
    top : tuple of str
        Answers that count as satisfied.
    estimator : {"wilson", "clopper_pearson", "design"}
        Interval of the share; "design" weights the answers and takes the error from
        strata and first-stage units.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``top_box[group]`` for everyone first, then for each group; a group that its
        estimator refuses has the reason instead. Refused where fewer people answered than
        the plan's gate.
    """
    report, plan = answers.report, answers.report.plan
    chosen("by", by, splits(answers))
    top = top_of(answers, top)
    if answers.cohort.n < plan.min_people:
        raise refused(report, "fewer_people", n=plan.min_people)
    if estimator == DESIGN and not set(answers.cohort.frame) >= _COLUMNS:
        raise DataError("no_design", path=report.spec.place if report.spec else "")
    if estimator != DESIGN and not answers.by_lot:
        raise refused(report, "sample_design")
    groups = groups_of(answers, by)
    for code, frame in (groups[-1], *groups[:-1]):
        of_all = functools.partial(_of_the_population, answers, frame, top, level)
        yield _top_of(answers, by, code, frame, top, estimator, level, of_all)


def _top_of(
    answers: Answers,
    by: str,
    code: str,
    frame: pd.DataFrame,
    top: tuple[str, ...],
    estimator: str,
    level: float,
    of_all: Callable[[], Point],
) -> Measure:
    report, plan = answers.report, answers.report.plan
    about: dict[str, Any] = dict(
        unit="share",
        group=label_of(answers, by, code),
        dims=((by, code),),
        definition=report.term("definition.top", answers=[report.study.label(a) for a in top]),
        population=report.study.label(answers.item),
    )
    if len(frame) < plan.min_people:
        reason = report.term("reason.fewer_people", n=plan.min_people)
        return measure("top_box", **about, reason=reason)
    return measure(
        "top_box",
        # As in the distribution beside it: nobody and everybody may be told, a few may not.
        part(int(frame["answer"].isin(top).sum()), len(frame)),
        by=estimated(lambda e, n: share(e, n, method=estimator, level=level))
        if estimator != DESIGN
        else lambda events, n: {"n": n, "events": events},
        model=of_all if estimator == DESIGN else None,
        row=True,
        **about,
        interval="confidence",
        level=level,
        method=report.term(f"method.{_method(answers, estimator)}"),
    )


def _method(answers: Answers, estimator: str) -> str:
    # A design without unequal weights makes no share one of the population.
    return "design_equal" if estimator == DESIGN and not answers.weighted else estimator


def _of_the_population(
    answers: Answers,
    group: pd.DataFrame,
    top: tuple[str, ...],
    level: float,
) -> Point:
    frame = answers.cohort.frame
    check_weights(answers, group)
    sample = whole(frame, answers.sampled, frame["weight"])
    return share_of(sample, frame["answer"].isin(top), level, frame.index.isin(group.index))


def verdict(
    measured: Result | Refusal,
    silent: Result | Refusal | None = None,
    changed: Result | Refusal | None = None,
    framed: Result | Refusal | None = None,
) -> Result:
    """Return the verdict: on a level, or on a change where the plan names one.

    Parameters
    ----------
    measured : Result or Refusal
        From `top_box`.
    silent : Result or Refusal, optional
        From `silent`: what the share could be with those who did not answer, or why that
        is not known; it stands beside the share.
    changed : Result or Refusal, optional
        From `change`: decides where it is the plan's primary estimand.
    framed : Result or Refusal, optional
        From `represented`: what part of the frame nobody was asked from stands beside the share.

    Raises
    ------
    UsageError
        If the plan names the change, and none was given.
    """
    report = measured.report
    if report.plan.primary == CHANGE:
        if changed is None:
            raise UsageError("verdict_unchanged")
        return effect_verdict(_there(changed))
    decided = level_verdict(measured)
    if isinstance(measured, Refusal) or silent is None:
        return decided
    beside = silent.estimates if isinstance(silent, Result) else (silent.estimate,)
    if isinstance(framed, Result):
        beside = (*beside, *framed.of("frame_missed"))
    *others, rating = decided.estimates
    return Result(decided.report, (*others, *beside, rating), decided.deviations)


def _there(changed: Result | Refusal) -> Result | Refusal:
    """Return a change; a refusal where there is one wave alone."""
    if isinstance(changed, Refusal) or changed.of(CHANGE):
        return changed
    report = changed.report
    reason, passes = (report.term(f"{kind}.one_wave") for kind in ("reason", "would_pass"))
    return refuse(report, CHANGE, reason, passes, report.table, changed.deviations)
