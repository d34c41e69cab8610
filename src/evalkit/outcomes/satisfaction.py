"""Satisfaction: the full distribution of answers, and a share with its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from evalkit import cohort as people
from evalkit.arithmetic.interval import Point
from evalkit.condition import select
from evalkit.errors import DataError
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.share import METHODS as SHARES
from evalkit.estimators.share import share
from evalkit.estimators.survey_share import survey_share
from evalkit.outcomes.report import Refusal, Report, Result, no_data, refuse, refused_again
from evalkit.outcomes.shared import (
    Drawn,
    check_level,
    chosen,
    flow_estimates,
    lies_below,
    plan_deviations,
)
from evalkit.outcomes.verdict import level_verdict
from evalkit.words import Term

EVERYONE = "all"
# An interval that respects how the sample was drawn.
DESIGN = "design"
ESTIMATORS = (*SHARES, DESIGN)


@dataclass(frozen=True, kw_only=True)
class Answers(Drawn):
    """The respondents who count, one row each with the column ``answer``.

    Parameters
    ----------
    item : str
        Code of the question.
    """

    item: str


def draw_answers(report: Report, item: str, subset: str) -> Answers | Refusal:
    """Draw the respondents who count.

    Parameters
    ----------
    report : Report
        An opened satisfaction report.
    item : str
        Code of the question.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Answers or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError
        If the study has no such question.
    DataError
        If the table does not keep its promise, or holds an answer that the plan
        does not know.
    """
    if report.spec is None:
        return no_data(report, "flow")
    table, plan = report.table, report.plan
    chosen("item", item, [plan.item])
    counted = table.frame[list(table.rules)].all(axis=1)
    unknown = counted & ~table.frame["answer"].isin(plan.categories)
    if unknown.any():
        raise DataError(
            "value_unmapped",
            path=report.spec.path,
            column=report.spec.columns.get("answer", "answer"),
            count=str(int(unknown.sum())),
            known=plan.categories,
        )
    each = table.frame.loc[table.frame.index.repeat(table.frame["count"])]
    persons = replace(table, frame=each.reset_index(drop=True))
    rules = [people.Rule(name, persons.frame[name]) for name in table.rules]
    if subset:
        rules.append(people.Rule("in_subset", select(persons.frame, subset, report.study.path)))
    cohort = people.draw(persons, rules)
    deviations = plan_deviations(report, item=item, subset=subset)
    flow = flow_estimates(report, cohort, deviations)
    return Answers(report=report, cohort=cohort, item=item, deviations=deviations, estimates=flow)


def distribution(answers: Answers | Refusal, by: str) -> Result | Refusal:
    """Return the share of each answer, in each group and in all.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    by : str
        Column that splits the respondents.

    Returns
    -------
    Result or Refusal
        ``answer_share[group, answer]``; the groups in the order of their codes,
        then everyone. Never a mean: a mean hides a split.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "answer_share")
    report = answers.report
    chosen("by", by, _splits(answers))
    deviations = answers.deviations + plan_deviations(report, by=by)
    estimates: list[Estimate] = []
    for code, frame in _groups(answers, by):
        estimates += _distribution_of(answers, by, code, frame, deviations)
    return Result(report, tuple(estimates), deviations)


def _distribution_of(
    answers: Answers, by: str, code: str, frame: pd.DataFrame, deviations: tuple[Deviation, ...]
) -> list[Estimate]:
    report, table = answers.report, answers.cohort.table
    gate = report.gate(table)
    counts = [int((frame["answer"] == answer).sum()) for answer in report.plan.categories]
    rounded = [gate.count(count) for count in counts]
    # Shares come from rounded parts, and the total from the rounded parts too.
    n = sum(rounded)
    hidden = gate.hides(counts) or n == 0
    return [
        report.estimate(
            "answer_share",
            table=table,
            hidden=hidden,
            deviations=deviations,
            dims=((by, code), ("answer", answer)),
            unit="share",
            value=count / n if n else None,
            reason=None if n else report.term("reason.nobody"),
            n=n,
            events=count,
            definition=report.study.label(answer),
            group=_label(answers, by, code),
            population=report.study.label(answers.item),
            method=report.term("method.share"),
        )
        for answer, count in zip(report.plan.categories, rounded, strict=True)
    ]


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
        ``top_box[group]`` for everyone first, then for each group. Refused where
        fewer people answered than the plan's gate.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "top_box")
    report, plan = answers.report, answers.report.plan
    chosen("by", by, _splits(answers))
    chosen("estimator", estimator, sorted(ESTIMATORS))
    check_level(level)
    for answer in top:
        chosen("top", answer, plan.categories)
    used = plan_deviations(report, by=by, top=top, estimator=estimator, level=level)
    deviations = answers.deviations + used
    if lies_below([answers.cohort.n], plan.min_people):
        reason = report.term("reason.too_few", n=plan.min_people)
        passes = report.term("would_pass.too_few", n=plan.min_people)
        table = answers.cohort.table
        return refuse(report, "top_box", reason, passes, table, deviations)
    if estimator == DESIGN and not set(_DESIGN) <= set(answers.cohort.frame):
        raise DataError("no_design", path=report.spec.path if report.spec else "")
    if estimator != DESIGN and _drawn_unequally(answers):
        reason = report.term("reason.sample_design")
        passes = report.term("would_pass.sample_design")
        return refuse(report, "top_box", reason, passes, answers.cohort.table, deviations)
    groups = _groups(answers, by)
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
    names = [report.study.label(answer) for answer in top]
    label = _label(answers, by, code)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        unit="share",
        group=label,
        dims=((by, code),),
        definition=report.term("definition.top", answers=names),
        population=report.study.label(answers.item),
    )
    true = (int(frame["answer"].isin(top).sum()), len(frame))
    if true[1] < plan.min_people:
        reason = report.term("reason.too_few", n=plan.min_people)
        return report.estimate("top_box", **shared, reason=reason)
    events, n = gate.count(true[0]), gate.count(true[1])
    if estimator == DESIGN:
        point = _of_the_population(answers, frame, top, level)
        # A model's number: exact within, to a tenth of a point in the record.
        ends = [x if gate.open else round(x, 3) for x in (point.value, point.low, point.high)]
    else:
        point = share(events, n, method=estimator, level=level)
        ends = [point.value, point.low, point.high]
    return report.estimate(
        "top_box",
        **shared,
        hidden=gate.hides_share(*true),
        value=ends[0],
        low=ends[1],
        high=ends[2],
        interval="confidence",
        level=level,
        n=n,
        events=events,
        method=report.term(f"method.{estimator}"),
    )


# Response rate 1 of AAPOR (Standard Definitions, 2023): complete interviews out of everyone
# who was or may have been eligible.
_COMPLETE, _INELIGIBLE = "interview", "not_eligible"


def response_rate(answers: Answers | Refusal) -> Result | Refusal:
    """Return the response rate 1 of AAPOR, or why there is none.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``response_rate``: complete interviews out of everyone sampled who was not found
        ineligible. Refused where the data hold no dispositions.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "response_rate")
    report, table = answers.report, answers.cohort.table
    if "disposition" not in table.frame:
        reason = report.term("reason.no_dispositions")
        passes = report.term("would_pass.no_dispositions")
        return refuse(report, "response_rate", reason, passes, table, answers.deviations)
    asked = table.frame[table.frame["disposition"] != _INELIGIBLE]
    if "last_wave" in table.rules:
        asked = asked[asked["last_wave"]]
    true = (int((asked["disposition"] == _COMPLETE).sum()), len(asked))
    gate = report.gate(table)
    events, n = gate.count(true[0]), gate.count(true[1])
    rate = report.estimate(
        "response_rate",
        table=table,
        hidden=gate.hides([*true, true[1] - true[0]]) or n == 0,
        deviations=answers.deviations,
        unit="share",
        value=events / n if n else None,
        reason=None if n else report.term("reason.nobody"),
        n=n,
        events=events,
        population=report.study.label(answers.item),
        method=report.term("method.rr1"),
    )
    return Result(report, (rate,), answers.deviations)


def verdict(measured: Result | Refusal) -> Result:
    """Return the verdict: a level measured once is no evidence of a change.

    Parameters
    ----------
    measured : Result or Refusal
        From `top_box`.
    """
    return level_verdict(measured)


_DESIGN = ("weight", "stratum", "psu")


def _of_the_population(
    answers: Answers, group: pd.DataFrame, top: tuple[str, ...], level: float
) -> Point:
    frame = answers.cohort.frame
    # Who was not drawn through a village or class is a first-stage unit of their own.
    alone = "\0" + frame.index.astype(str)
    unit = frame["psu"].where(frame["psu"] != "", pd.Series(alone, index=frame.index))
    return survey_share(
        frame["answer"].isin(top).astype(int),
        frame["weight"],
        frame["stratum"],
        unit,
        domain=frame.index.isin(group.index).astype(int),
        level=level,
    ).point


def _drawn_unequally(answers: Answers) -> bool:
    """Return whether villages were drawn first, or people stand for unequal numbers."""
    frame = answers.cohort.frame
    weighted = "weight" in frame and frame["weight"].nunique() > 1
    return weighted or ("psu" in frame and bool((frame["psu"] != "").any()))


def _splits(answers: Answers) -> list[str]:
    return sorted(set(answers.cohort.frame.columns) - {"answer", "count"})


def _groups(answers: Answers, by: str) -> list[tuple[str, pd.DataFrame]]:
    frame = answers.cohort.frame
    groups = [(str(code), part) for code, part in frame.groupby(by, sort=True)]
    return [*groups, (EVERYONE, frame)]


def _label(answers: Answers, by: str, code: str) -> Term:
    report = answers.report
    return report.term("group.all") if code == EVERYONE else report.value_label(code, by, code)
