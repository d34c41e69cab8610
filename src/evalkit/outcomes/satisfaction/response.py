"""How many of those asked answered, and what the silent could make of the share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.cohort import ANSWERED
from evalkit.disclosure import Cells, part, people, ratio
from evalkit.errors import Refused
from evalkit.outcomes.analysis import STATED, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.satisfaction.answers import Answers

# Response rate 1 of AAPOR (Standard Definitions, 2023): complete interviews out of everyone
# who was or may have been eligible.
_COMPLETE, _INELIGIBLE = "interview", "not_eligible"


@analysis("response_rate")
def response_rate(answers: Answers) -> Iterator[Yielded]:
    """Return the response rate 1 of AAPOR, or why there is none.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``response_rate``: complete interviews out of everyone sampled who was not found
        ineligible. Refused where the data hold no dispositions, or respondents alone: then
        how many were asked is not in them.
    """
    report, asked = answers.report, _asked(answers)
    complete = int((asked["disposition"] == _COMPLETE).sum())
    yield measure(
        "response_rate",
        part(complete, len(asked)),
        by=ratio,
        unit="share",
        population=report.study.label(answers.item),
        method=report.term("method.rr1"),
    )


@analysis("silent_bounds")
def silent(answers: Answers, top: tuple[str, ...]) -> Iterator[Yielded]:
    """Return what the share could be, whatever those would say who did not answer.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.
    top : tuple of str
        Answers that count as satisfied.

    Returns
    -------
    Result or Refusal
        ``silent_share`` of those asked who did not answer the question, and
        ``silent_bounds``: the share among all of them if none, and if all, of the silent
        were satisfied (Manski 1989); both weighted where the answers are and all asked
        have a weight. Refused where the data do not hold who was asked.
    """
    report = answers.report
    for answer in (top := answers.codes(top)):
        chosen("top", answer, answers.categories)
    asked = _asked(answers)
    if any(step.code == "in_subset" for step in answers.cohort.flow):
        raise refused(report, "silent_subset")
    told = asked["answered"] if "answered" in asked else asked["disposition"].isin(ANSWERED)
    good = told & asked["answer"].isin(top)
    groups = (good, told & ~good, ~told)
    counts = [int(group.sum()) for group in groups]
    weighted = answers.weighted and bool(asked["weight"].notna().all())
    gate = report.gate(answers.table)
    weights = [float(asked["weight"][group].sum()) for group in groups] if weighted else []
    good_part, _, unknown = weights or [gate.count(n) for n in counts]
    whole = sum(weights or [gate.count(n) for n in counts])
    about: dict[str, Any] = dict(
        unit="share",
        population=report.study.label(answers.item),
        method=report.term("method.bounds_weighted" if weighted else "method.bounds"),
    )
    # What stands behind both, and how many were asked in all.
    cells = people(*counts) + Cells(counts=(len(asked),))
    yield measure("silent_share", cells, by=_asked_in_all, model=lambda: unknown / whole, **about)
    yield measure(
        "silent_bounds",
        cells,
        by=_asked_in_all,
        model=lambda: {"low": good_part / whole, "high": (good_part + unknown) / whole},
        **about,
        interval="bounds",
    )


def _asked_in_all(*counts: int) -> dict[str, int]:
    return {"n": counts[-1]}


def _asked(answers: Answers) -> pd.DataFrame:
    """Return everyone sampled in the last wave who may be eligible; refused where not known."""
    table = answers.table
    if "disposition" not in table.frame:
        raise _not_known(answers, "no_dispositions")
    asked = table.frame[table.frame["disposition"] != _INELIGIBLE]
    if "last_wave" in table.rules:
        asked = asked[asked["last_wave"]]
    if asked["disposition"].isin(ANSWERED).all():
        # A file of respondents alone says nothing of those who were asked besides them.
        raise _not_known(answers, "only_respondents")
    return asked


def _not_known(answers: Answers, key: str) -> Refused:
    report = answers.report
    passes = report.term("would_pass.no_dispositions")
    return Refused(STATED, reason=report.term(f"reason.{key}"), would_pass=passes)
