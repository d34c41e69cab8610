"""The share of each answer, in each group and in all: never a mean, which hides a split."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.disclosure import Cells, Gate, people
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure
from evalkit.outcomes.report import Result
from evalkit.outcomes.satisfaction.answers import Answers, groups_of, label_of, splits
from evalkit.outcomes.satisfaction.response import check_weights
from evalkit.words import Term

Block = tuple[str, ...]


@dataclass(frozen=True)
class Spread(Result):
    """The shares of all answers.

    Parameters
    ----------
    sides : tuple of int
        Of each answer, or of answers joined, -1 below the middle of the scale, 0 the middle, 1
        above it.
    """

    sides: tuple[int, ...] = ()


@analysis("answer_share", result=Spread)
def distribution(answers: Answers, by: str) -> Generator[Yielded, None, Any]:
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
        then everyone. Where a count would have to be withheld, neighbouring answers are
        joined in every row alike, so that the whole stays to be seen; weighted where people
        stand for unequal numbers.
    """
    report = answers.report
    chosen("by", by, splits(answers))
    if answers.weighted:
        check_weights(answers, answers.cohort.frame)
    gate, groups = report.gate(answers.table), groups_of(answers, by)
    blocks: list[Block] = [(answer,) for answer in answers.categories]
    # A group too small for a share of its own is not what the others are joined for.
    large = [f for _, f in groups if len(f) >= report.plan.min_people]
    blocks = joined(
        blocks, [_counts(frame, blocks) for frame in large], answers.codes(report.plan.top), gate
    )
    for code, frame in groups:
        yield from _distribution_of(answers, by, code, frame, blocks)
    return {"sides": tuple(_side(answers.categories, block) for block in blocks)}


def _side(categories: tuple[str, ...], block: Block) -> int:
    """Return on which side of the middle of the scale answers lie; across it they are in it."""
    middle = (len(categories) - 1) / 2
    places = [categories.index(answer) - middle for answer in block]
    return int(min(places) > 0) - int(max(places) < 0)


def joined(
    blocks: list[Block], counts: list[list[int]], top: tuple[str, ...], gate: Gate
) -> list[Block]:
    """Return neighbouring answers joined until none of their counts is withheld.

    Parameters
    ----------
    blocks : list of tuple of str
        Answers from lowest to highest, one each.
    counts : list of list of int
        True counts of each, group by group.
    top : tuple of str
        Answers counted as satisfied: they are joined with others only as the last resort.
    """
    while len(blocks) > 1:
        small = next(
            (i for i in range(len(blocks)) if gate.hides([row[i] for row in counts])), None
        )
        if small is None:
            return blocks
        near = [i for i in (small - 1, small + 1) if 0 <= i < len(blocks)]
        other = min(
            near,
            key=lambda i: (
                _satisfied(blocks[i], top) != _satisfied(blocks[small], top),
                sum(row[i] for row in counts),
            ),
        )
        low, high = sorted((small, other))
        blocks = [*blocks[:low], blocks[low] + blocks[high], *blocks[high + 1 :]]
        counts = [[*r[:low], r[low] + r[high], *r[high + 1 :]] for r in counts]
    return blocks


def _satisfied(block: Block, top: tuple[str, ...]) -> bool:
    return any(answer in top for answer in block)


def _counts(frame: pd.DataFrame, blocks: list[Block]) -> list[int]:
    return [int(frame["answer"].isin(block).sum()) for block in blocks]


def _distribution_of(
    answers: Answers, by: str, code: str, frame: pd.DataFrame, blocks: list[Block]
) -> Iterator[Yielded]:
    report, counts = answers.report, _counts(frame, blocks)
    # Shares come from rounded parts, so that they add up; how many there are is one number of
    # the page, and no sum of rounded ones.
    cells = people(*counts) + Cells((len(frame),), withheld=not any(counts))
    for place, block in enumerate(blocks):
        yield measure(
            "answer_share",
            cells,
            by=functools.partial(_part, place, answers.weighted),
            model=functools.partial(_weighted, frame, block) if answers.weighted else None,
            dims=((by, code), ("answer", "+".join(block))),
            unit="share",
            reason=report.term("reason.nobody"),
            definition=_name(answers, block),
            group=label_of(answers, by, code),
            population=report.study.label(answers.item),
            method=report.term("method.weighted" if answers.weighted else "method.share"),
        )


def _part(place: int, weighted: bool, *released: int) -> dict[str, Any]:
    *counts, n = released
    share = counts[place] / sum(counts) if any(counts) and not weighted else None
    return {"value": share, "n": n, "events": counts[place]}


def _weighted(frame: pd.DataFrame, block: Block) -> float | None:
    whole = float(frame["weight"].sum())
    given = float(frame.loc[frame["answer"].isin(block), "weight"].sum())
    return given / whole if whole > 0 else None


def _name(answers: Answers, block: Block) -> Term:
    report = answers.report
    names = [report.study.label(answer) for answer in block]
    return names[0] if len(names) == 1 else report.term("answer.joined", answers=names)
