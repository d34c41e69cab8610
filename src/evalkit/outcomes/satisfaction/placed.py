"""The share, with the answers of each place standing for everyone asked there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evalkit.disclosure import part
from evalkit.errors import DataError, Refused
from evalkit.estimators.calibration import rake as raking
from evalkit.outcomes.analysis import Absent, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.satisfaction.answers import Answers, top_of
from evalkit.outcomes.satisfaction.design import share_of, whole
from evalkit.outcomes.satisfaction.raked import in_sample, weights_of
from evalkit.outcomes.satisfaction.response import asked_of, check_weights
from evalkit.words import Term

# Answers of a place that stand for it; a smaller one is joined with the others of its stratum.
LEAST = 5


@analysis("placed_share")
def placed(
    answers: Answers,
    top: tuple[str, ...],
    level: float,
    known: tuple[str, ...],
    rake: tuple[str, ...] = (),
    register: str = "",
) -> Iterator[Yielded]:
    """Estimate the share where who answered stands for who was asked and is alike.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    top : tuple of str
        Answers that count as satisfied.
    level : float
        Confidence level, 0 < level < 1.
    known : tuple of str
        What is known of everyone asked, the silent among them: "psu", "stratum", "sex", or
        another column of the survey without gaps.
    rake : tuple of str
        Columns by which the weights are raked to the population: "stratum", by the survey's
        frame; "sex" and "age", by rows of the register. The error counts what its totals tell.
    register : str
        Condition on the register's columns: the rows that count whom the questionnaire is for.

    Returns
    -------
    Result or Refusal
        ``placed_share``: the answers weighted (raked) to everyone asked by each of these; and
        ``placed_shift``, in points: how far that is from the share as it was. Right where the
        silent of a place are like those who answered there, and of no use where they are
        silent for what they would say: the bounds stand beside it. ``raked_share`` where
        `rake` names columns; it decides nothing. Refused where nothing is known of the silent.
    """
    report = answers.report
    top = top_of(answers, top)
    asked = _asked(answers)
    told = asked[asked["answered"]]
    check_weights(answers, told)
    good = told["answer"].isin(top)
    sample = whole(told, answers.sampled, _weights(answers, asked, known))
    point = share_of(sample, good, level)
    before = float(np.average(good, weights=told["weight"]))
    cells = part(int(good.sum()), len(told))
    about: dict[str, Any] = dict(
        population=report.study.label(answers.item),
        method=_method(answers, known),
    )
    yield measure(
        "placed_share",
        cells,
        by=lambda events, n, *_: {"n": n, "events": events},
        model=lambda: point,
        unit="share",
        interval="confidence",
        level=level,
        **about,
    )
    yield measure(
        "placed_shift",
        cells,
        by=lambda events, n, *_: {"n": n},
        model=lambda: point.value - before,
        unit="points",
        **about,
    )
    yield from _raked(answers, top, level, rake, register)


def _raked(
    answers: Answers, top: tuple[str, ...], level: float, rake: tuple[str, ...], register: str
) -> Iterator[Yielded]:
    """Yield the share with weights raked to the population, where the plan asks for it."""
    if not rake:
        return
    report, told = answers.report, answers.cohort.frame
    good = told["answer"].isin(top)
    try:
        made = weights_of(answers, rake, register)
    except Refused as why:
        yield Absent("raked_share", why)
        return
    sample = whole(told, answers.sampled, made.weight)
    point = share_of(sample, good, level, weight=in_sample(made, sample))
    yield measure(
        "raked_share",
        part(int(good.sum()), len(told)),
        by=lambda events, n, *_: {"n": n, "events": events},
        model=lambda: point,
        unit="share",
        interval="confidence",
        level=level,
        population=report.study.label(answers.item),
        method=report.term("method.raked", names=_names(answers, rake)),
        row=True,
    )


def _asked(answers: Answers) -> pd.DataFrame:
    """Return everyone asked, each with a weight and a place; refused where it is not so."""
    report, asked = answers.report, asked_of(answers)
    if not answers.silent_known:
        raise refused(report, "silent_subset")
    if not {"weight", "stratum", "psu"} <= set(asked):
        raise DataError("no_design", path=report.spec.place if report.spec else "")
    check_weights(answers, asked)
    return asked


def _weights(answers: Answers, asked: pd.DataFrame, known: Sequence[str]) -> pd.Series:
    """Return the weights of those who answered, raked to everyone asked.

    The sums of a place are the sample's own, and no totals of the population: no error goes out
    by them.
    """
    told, margins = asked[asked["answered"]], [_margin(answers, asked, name) for name in known]
    made = raking(
        told["weight"],
        [margin[told.index] for margin in margins],
        [asked["weight"].groupby(margin).sum().to_dict() for margin in margins],
    )
    return pd.Series(made.weight, index=told.index)


def _method(answers: Answers, known: tuple[str, ...]) -> Term:
    """Return whom answers stand for: those of their place, or those alike in something else."""
    key = "placed" if known == ("psu",) else "alike"
    return answers.report.term(f"method.{key}", names=_names(answers, known))


def _names(answers: Answers, known: Sequence[str]) -> list[Any]:
    return [column_label(answers.report, name) for name in known]


def _margin(answers: Answers, asked: pd.DataFrame, name: str) -> pd.Series:
    """Return the class of everyone asked; a place with few answers is one of its stratum."""
    chosen("known", name, ("psu", "stratum", "sex", "respondent_kind"))
    values = asked[name].astype(object).fillna("")
    if (values == "").any():
        raise refused(answers.report, "silent_unknown_in", name=column_label(answers.report, name))
    if name != "psu":
        return values
    parts = [_joined(part, str(stratum)) for stratum, part in asked.groupby("stratum", sort=True)]
    return pd.concat(parts).reindex(asked.index)


def _joined(part: pd.DataFrame, stratum: str) -> pd.Series:
    """Return the places of a stratum, those with fewest answers as one that has enough."""
    told = part["answered"].groupby(part["psu"]).sum().sort_values(kind="stable")
    before = told.cumsum().shift(fill_value=0)
    # Where there is a place that is too small, others join it until it is large enough.
    small = told.index[(before < LEAST) if told.iloc[0] < LEAST else before < 0]
    named: pd.Series = stratum + "\x1f" + part["psu"].where(~part["psu"].isin(small), "\x1f")
    return named
