"""Which groups give higher answers, by a model of all answers in their order."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.disclosure import people
from evalkit.errors import Refused
from evalkit.estimators.adjusted_p import adjusted_p
from evalkit.estimators.ordinal import Ordinal, ordinal
from evalkit.estimators.proportional_odds import proportional_odds
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.labels import column_label, header_of, is_named, value_label
from evalkit.outcomes.report import Result
from evalkit.outcomes.satisfaction.answers import Answers, splits
from evalkit.outcomes.satisfaction.design import units_of
from evalkit.words import Term


@dataclass(frozen=True)
class Odds(Result):
    """Odds of a higher answer.

    Parameters
    ----------
    unlike : tuple of Term
        Groups whose odds are another at each cut of the scale, and are given so.
    """

    unlike: tuple[Term, ...] = ()


@dataclass(frozen=True)
class _Column:
    """A group beside the one that the others are compared with."""

    column: str
    value: str
    name: Term
    against: Term
    people: tuple[int, int]
    flags: NDArray[np.float64]


@analysis("odds_ratio", result=Odds)
def odds(
    answers: Answers, groups: tuple[str, ...], level: float, alpha: float
) -> Generator[Yielded, None, Any]:
    """Estimate the odds of a higher answer in each group, the others held alike.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    groups : tuple of str
        Columns of words of the respondents.
    level : float
        Confidence level, 0 < level < 1.
    alpha : float
        Where a test finds below it that the odds of a group differ from cut to cut of the
        scale, each cut has its own.

    Returns
    -------
    Result or Refusal
        ``odds_ratio[column, cut, group]`` beside the largest group of the column, with intervals
        that respect weights and first-stage units; ``cut`` is "all", or the answer above which
        it is counted; ``proportional_p[column, group]``, Brant's test. Nothing where no column
        splits the respondents. Refused where a group is too small, or the answers do not carry
        the model.
    """
    report, frame = answers.report, answers.cohort.frame
    for name in groups:
        chosen("groups", name, splits(answers))
    table = [column for name in groups for column in _columns(answers, name)]
    if not table:
        return {}
    given = frame["answer"].map({code: i for i, code in enumerate(answers.categories)})
    design = np.column_stack([column.flags for column in table])
    p = _tested(given, design)
    # A design's weights and units are no part of the test, so that it only warns.
    free = np.zeros(len(table)) if p is None else (adjusted_p(p) <= alpha).astype(float)
    way: dict[str, Any] = {}
    if not answers.by_lot:
        if frame["weight"].isna().any():
            raise refused(report, "weights_missing")
        way = {"weight": frame["weight"], "cluster": frame["stratum"] + "\x1f" + units_of(frame)}
    fit = ordinal(given, design, free=free, level=level, **way)
    for place, column in enumerate(table):
        yield from _ratios(answers, fit, place, column, bool(free[place]), level)
        if p is not None:
            yield measure(
                "proportional_p",
                people(*column.people),
                model=functools.partial(float, p[place]),
                dims=(("column", column.column), ("group", column.value)),
                unit="p",
                digits=4,
                definition=column.name,
                method=report.term("method.brant"),
                row=True,
            )
    unlike = [c.name for c, own in zip(table, free, strict=True) if own]
    return {"unlike": tuple(unlike)}


def _tested(given: pd.Series, design: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return Brant's p-value of each column; None where the answers do not carry the test."""
    try:
        found: NDArray[np.float64] = proportional_odds(given, design).column_p
    except Refused:
        return None
    return found


def _columns(answers: Answers, name: str) -> Iterator[_Column]:
    """Yield each group of a column but the largest, which the others are compared with."""
    report, frame = answers.report, answers.cohort.frame
    values = frame[name].astype(str)
    sizes = values.value_counts()
    if len(sizes) < 2:
        return
    if (values == "").any() or frame[name].isna().any():
        raise refused(report, "group_unknown", name=column_label(report, name))
    if sizes.min() < report.plan.min_people:
        raise refused(report, "small_group", n=report.plan.min_people)
    largest = str(sizes.index[0])
    for value in sorted(sizes.index):
        if value == largest:
            continue
        yield _Column(
            column=name,
            value=_code(answers, name, str(value), sizes),
            name=_named(answers, name, str(value)),
            against=value_label(report, largest, name, largest),
            people=(int(sizes[value]), int(sizes[largest])),
            flags=(values == value).to_numpy(dtype=float),
        )


def _named(answers: Answers, column: str, value: str) -> Term:
    """Return a group with the column that it is of: two columns may have groups of one name."""
    report = answers.report
    plain = Term(column, dict.fromkeys(report.languages, column))
    of = report.study.labels.get(column) or header_of(report, column) or plain
    return report.term("odds.group", column=of, group=value_label(report, value, column, value))


def _code(answers: Answers, name: str, value: str, sizes: pd.Series) -> str:
    """Return a group's code: a name that an office wrote is none."""
    if is_named(answers.report, value, name, value):
        return value
    return f"{name}_{sorted(sizes.index).index(value) + 1}"


def _ratios(
    answers: Answers, fit: Ordinal, place: int, column: _Column, own: bool, level: float
) -> Iterator[Yielded]:
    report = answers.report
    # The answer above which a cut counts, by its place among those that occur.
    names = [report.study.label(answers.categories[int(code)]) for code in fit.answer]
    for cut in range(fit.value.shape[0] if own else 1):
        ends = {
            end: float(np.exp(getattr(fit, end)[cut, place])) for end in ("value", "low", "high")
        }
        where = "all" if not own else f"above_{cut + 1}"
        definition = (
            report.term("odds.above", answer=names[cut]) if own else report.term("odds.higher")
        )
        yield measure(
            "odds_ratio",
            people(*column.people),
            by=lambda a, b: {"n": a + b},
            model=functools.partial(dict, ends),
            dims=(("column", column.column), ("group", column.value), ("cut", where)),
            unit="spread",
            digits=2,
            interval="confidence",
            level=level,
            group=column.name,
            against=column.against,
            definition=definition,
            population=report.study.label(answers.item),
            method=report.term("method.partial_odds" if own else "method.ordinal"),
            row=True,
        )
