"""The mean of the answers, beside the share of the top ones."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import part
from evalkit.estimators.survey_share import survey_mean
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.satisfaction.answers import Answers, groups_of, label_of, splits, top_of
from evalkit.outcomes.satisfaction.design import flags, whole
from evalkit.outcomes.satisfaction.response import check_weights

_COLUMNS = {"weight", "stratum", "psu"}


@analysis("mean_answer")
def mean_answer(answers: Answers, by: str, top: tuple[str, ...], level: float) -> Iterator[Yielded]:
    """Estimate the mean answer on a scale of numbers, of everyone and of each group.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    by : str
        Column that splits the respondents.
    top : tuple of str
        Answers that count as satisfied; the mean is withheld where their share is.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``mean_answer[group]`` for everyone first, with the error of the design, as `survey_mean`
        has it; a group that is too small, or of one mind, has the reason instead. Nothing where
        answers are words. Refused where fewer people answered than the plan's gate.
    """
    report, plan = answers.report, answers.report.plan
    chosen("by", by, splits(answers))
    top = top_of(answers, top)
    numbers = _numbers(answers)
    if numbers is None:
        return
    if answers.cohort.n < plan.min_people:
        raise refused(report, "fewer_people", n=plan.min_people)
    frame = answers.cohort.frame
    if answers.weighted and frame["weight"].isna().any():
        raise refused(report, "weights_missing")
    sample = _sample(answers)
    told = numbers.reindex(range(len(sample)), fill_value=0.0)
    groups = groups_of(answers, by)
    for code, group in (groups[-1], *groups[:-1]):
        inside = flags(sample, frame.index.isin(group.index))
        about: dict[str, Any] = dict(
            unit="spread",
            digits=2,
            group=label_of(answers, by, code),
            dims=((by, code),),
            population=report.study.label(answers.item),
            row=True,
        )
        if len(group) < plan.min_people:
            reason = report.term("reason.fewer_people", n=plan.min_people)
            yield measure("mean_answer", **about, reason=reason)
            continue
        yield measure(
            "mean_answer",
            part(int(group["answer"].isin(top).sum()), len(group)),
            by=lambda _, n: {"n": n},
            model=functools.partial(_mean, answers, group, told, sample, inside, level),
            interval="confidence",
            level=level,
            method=report.term("method.mean_weighted" if answers.weighted else "method.mean_equal"),
            **about,
        )


def _mean(
    answers: Answers,
    group: pd.DataFrame,
    told: pd.Series,
    sample: pd.DataFrame,
    inside: pd.Series,
    level: float,
) -> Point:
    check_weights(answers, group)
    design = (sample["weight"], sample["stratum"], sample["unit"])
    return survey_mean(told, *design, domain=inside, level=level).point


def _numbers(answers: Answers) -> pd.Series | None:
    """Return the number that each answered; None where answers are words."""
    start = f"{answers.item}_"
    if not all(code.removeprefix(start).isdigit() for code in answers.categories):
        return None
    found: pd.Series = answers.cohort.frame["answer"].str.removeprefix(start).astype(float)
    return found


def _sample(answers: Answers) -> pd.DataFrame:
    """Return those who answered as a sample; without a design each is a unit of their own."""
    frame = answers.cohort.frame
    if set(frame) >= _COLUMNS:
        return whole(frame, answers.sampled, frame["weight"])
    each = {"weight": 1.0, "stratum": "", "unit": np.arange(len(frame)), "inside": 1}
    return pd.DataFrame(each, index=range(len(frame)))
