"""The share who gave one of the top answers, with its interval; and the verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit import errors
from evalkit.arithmetic.interval import Point
from evalkit.errors import DataError
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.share import METHODS as SHARES
from evalkit.estimators.share import share
from evalkit.estimators.survey_share import survey_share
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.satisfaction.answers import Answers, groups_of, label_of, splits
from evalkit.outcomes.shared import check_level, chosen, lies_below, plan_deviations
from evalkit.outcomes.verdict import level_verdict

# An interval that respects how the sample was drawn.
DESIGN = "design"
ESTIMATORS = (*SHARES, DESIGN)
_COLUMNS = {"weight", "stratum", "psu"}


def top_box(
    answers: Answers | Refusal, by: str, top: tuple[str, ...], estimator: str, level: float
) -> Result | Refusal:
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
    if isinstance(answers, Refusal):
        return refused_again(answers, "top_box")
    report, plan = answers.report, answers.report.plan
    chosen("by", by, splits(answers))
    chosen("estimator", estimator, sorted(ESTIMATORS))
    check_level(level)
    for answer in top:
        chosen("top", answer, plan.categories)
    used = plan_deviations(report, by=by, top=top, estimator=estimator, level=level)
    deviations, table = answers.deviations + used, answers.cohort.table
    if lies_below([answers.cohort.n], plan.min_people):
        reason = report.term("reason.fewer_people", n=plan.min_people)
        passes = report.term("would_pass.fewer_people", n=plan.min_people)
        return refuse(report, "top_box", reason, passes, table, deviations)
    if estimator == DESIGN and not set(answers.cohort.frame) >= _COLUMNS:
        raise DataError("no_design", path=report.spec.path if report.spec else "")
    if estimator != DESIGN and not answers.by_lot:
        reason = report.term("reason.sample_design")
        passes = report.term("would_pass.sample_design")
        return refuse(report, "top_box", reason, passes, table, deviations)
    groups = groups_of(answers, by)
    estimates = [
        _top_of(answers, by, code, frame, top, estimator, level, deviations)
        for code, frame in (groups[-1], *groups[:-1])
    ]
    return Result(report, tuple(estimates), deviations)


def _top_of(
    answers: Answers,
    by: str,
    code: str,
    frame: pd.DataFrame,
    top: tuple[str, ...],
    estimator: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> Estimate:
    report, table, plan = answers.report, answers.cohort.table, answers.report.plan
    gate = report.gate(table)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        unit="share",
        group=label_of(answers, by, code),
        dims=((by, code),),
        definition=report.term("definition.top", answers=[report.study.label(a) for a in top]),
        population=report.study.label(answers.item),
    )
    true = (int(frame["answer"].isin(top).sum()), len(frame))
    if true[1] < plan.min_people:
        reason = report.term("reason.fewer_people", n=plan.min_people)
        return report.estimate("top_box", **shared, reason=reason)
    events, n = gate.count(true[0]), gate.count(true[1])
    try:
        point = _point(answers, frame, top, estimator, level)
    except errors.Refused as problem:
        return report.estimate("top_box", **shared, reason=report.said(problem))
    return report.estimate(
        "top_box",
        **shared,
        # As in the distribution beside it: nobody and everybody may be told, a few may not.
        hidden=gate.hides([*true, true[1] - true[0]]),
        value=point.value,
        low=point.low,
        high=point.high,
        interval="confidence",
        level=level,
        n=n,
        events=events,
        method=report.term(f"method.{_method(answers, estimator)}"),
    )


def _method(answers: Answers, estimator: str) -> str:
    # A design without unequal weights makes no share one of the population.
    return "design_equal" if estimator == DESIGN and not answers.weighted else estimator


def _point(
    answers: Answers, frame: pd.DataFrame, top: tuple[str, ...], estimator: str, level: float
) -> Point:
    gate = answers.report.gate(answers.cohort.table)
    if estimator != DESIGN:
        events = int(frame["answer"].isin(top).sum())
        return share(gate.count(events), gate.count(len(frame)), method=estimator, level=level)
    point = _of_the_population(answers, frame, top, level)
    # A model's number: exact within, to a tenth of a point in the record.
    ends = [x if gate.open else round(x, 3) for x in (point.value, point.low, point.high)]
    return Point(*ends)


def _of_the_population(
    answers: Answers, group: pd.DataFrame, top: tuple[str, ...], level: float
) -> Point:
    frame = answers.cohort.frame
    # Who was not drawn through a village or class is a first-stage unit of their own, under a
    # name that no village has; pandas drops a NUL in front.
    alone = "\x1f" + frame.index.astype(str)
    unit = frame["psu"].where(frame["psu"] != "", pd.Series(alone, index=frame.index))
    return survey_share(
        frame["answer"].isin(top).astype(int),
        frame["weight"],
        frame["stratum"],
        unit,
        domain=frame.index.isin(group.index).astype(int),
        level=level,
    ).point


def verdict(measured: Result | Refusal, silent: Result | Refusal | None = None) -> Result:
    """Return the verdict: a level measured once is no evidence of a change.

    Parameters
    ----------
    measured : Result or Refusal
        From `top_box`.
    silent : Result or Refusal, optional
        From `silent`: what the share could be with those who did not answer, or why that
        is not known; it stands beside the share.
    """
    decided = level_verdict(measured)
    if isinstance(measured, Refusal) or silent is None:
        return decided
    beside = silent.estimates if isinstance(silent, Result) else (silent.estimate,)
    *others, rating = decided.estimates
    return Result(decided.report, (*others, *beside, rating), decided.deviations)
