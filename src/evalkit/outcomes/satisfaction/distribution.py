"""The share of each answer, in each group and in all: never a mean, which hides a split."""

from __future__ import annotations

import pandas as pd

from evalkit.disclosure import Gate
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.outcomes.satisfaction.answers import Answers, groups_of, label_of, splits
from evalkit.outcomes.shared import chosen, plan_deviations
from evalkit.words import Term

Block = tuple[str, ...]


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
        then everyone. Where a count would have to be withheld, neighbouring answers are
        joined in every row alike, so that the whole stays to be seen; weighted where people
        stand for unequal numbers.
    """
    if isinstance(answers, Refusal):
        return refused_again(answers, "answer_share")
    report = answers.report
    chosen("by", by, splits(answers))
    deviations = answers.deviations + plan_deviations(report, by=by)
    if answers.weighted and not _all_weighted(answers.cohort.frame):
        reason, passes = (report.term(f"{k}.weights_missing") for k in ("reason", "would_pass"))
        table = answers.cohort.table
        return refuse(report, "answer_share", reason, passes, table, deviations)
    gate, groups = report.gate(answers.cohort.table), groups_of(answers, by)
    blocks: list[Block] = [(answer,) for answer in report.plan.categories]
    # A group too small for a share of its own is not what the others are joined for.
    large = [f for _, f in groups if len(f) >= report.plan.min_people]
    blocks = joined(blocks, [_counts(frame, blocks) for frame in large], report.plan.top, gate)
    estimates: list[Estimate] = []
    for code, frame in groups:
        estimates += _distribution_of(answers, by, code, frame, blocks, deviations)
    return Result(report, tuple(estimates), deviations)


def _all_weighted(frame: pd.DataFrame) -> bool:
    return bool(frame["weight"].notna().all()) and float(frame["weight"].sum()) > 0


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
    gate : Gate
        The disclosure gate.
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
    answers: Answers,
    by: str,
    code: str,
    frame: pd.DataFrame,
    blocks: list[Block],
    deviations: tuple[Deviation, ...],
) -> list[Estimate]:
    report, table = answers.report, answers.cohort.table
    gate, counts = report.gate(table), _counts(frame, blocks)
    rounded = [gate.count(count) for count in counts]
    # Shares come from rounded parts, and the total from the rounded parts too.
    n = sum(rounded)
    shares = _shares(answers, frame, blocks, rounded, gate)
    hidden = gate.hides(counts) or n == 0
    return [
        report.estimate(
            "answer_share",
            table=table,
            hidden=hidden,
            deviations=deviations,
            dims=((by, code), ("answer", "+".join(block))),
            unit="share",
            value=share,
            reason=None if n else report.term("reason.nobody"),
            n=n,
            events=count,
            definition=_name(answers, block),
            group=label_of(answers, by, code),
            population=report.study.label(answers.item),
            method=report.term("method.weighted" if answers.weighted else "method.share"),
        )
        for block, count, share in zip(blocks, rounded, shares, strict=True)
    ]


def _shares(
    answers: Answers, frame: pd.DataFrame, blocks: list[Block], rounded: list[int], gate: Gate
) -> list[float | None]:
    n = sum(rounded)
    if not n:
        return [None] * len(blocks)
    if not answers.weighted:
        return [count / n for count in rounded]
    whole = float(frame["weight"].sum())
    parts = [float(frame.loc[frame["answer"].isin(b), "weight"].sum()) / whole for b in blocks]
    # A model's number: exact within, to a tenth of a point in the record.
    return [part if gate.open else round(part, 3) for part in parts]


def _name(answers: Answers, block: Block) -> Term:
    report = answers.report
    names = [report.study.label(answer) for answer in block]
    return names[0] if len(names) == 1 else report.term("answer.joined", answers=names)
