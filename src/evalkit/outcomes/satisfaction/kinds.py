"""Children, parents and others who were asked, each by themselves: never one share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from evalkit.estimate import Estimate
from evalkit.outcomes.analysis import used_choices
from evalkit.outcomes.labels import closed_list
from evalkit.outcomes.report import Refusal, Report, Result, no_data
from evalkit.outcomes.satisfaction.answers import Answers, drawn_answers
from evalkit.outcomes.satisfaction.response import silent
from evalkit.outcomes.satisfaction.top_box import top_box
from evalkit.table import read_condition
from evalkit.words import Term

KIND = "respondent_kind"


def kinds(
    report: Report, item: str, top: tuple[str, ...], estimator: str, level: float
) -> Result | Refusal:
    """Estimate the share of each kind of people who were asked in the last wave.

    Parameters
    ----------
    report : Report
        An opened satisfaction report.
    item, top, estimator, level
        As `draw_answers` and `top_box` take them.

    Returns
    -------
    Result or Refusal
        ``kind_share[kind]`` and ``kind_bounds[kind]``, what the share could be with the silent
        of that kind, each under the part that the plan chooses beside the kind; one that has no
        share has its reason. Nothing where one kind was asked. Refused without data.
    """
    if report.spec is None:
        return no_data(report, "kind_share")
    used = used_choices(report, {"item": item, "top": top, "estimator": estimator, "level": level})
    codes = _asked(report)
    if len(codes) < 2:
        return Result(report, (), used)
    found: list[Estimate] = []
    for code in codes:
        drawn = drawn_answers(report, item, _part(report, code), used)
        if isinstance(drawn, Answers) and not drawn.table.frame["last_wave"].any():
            continue
        measured = top_box(drawn, by=KIND, top=top, estimator=estimator, level=level)
        bounded = silent(drawn, top=top)
        found += _named(report, code, "kind_share", measured, "top_box")
        found += _named(report, code, "kind_bounds", bounded, "silent_bounds")
    return Result(report, tuple(found), used)


def _asked(report: Report) -> list[str]:
    """Return the kinds who were asked in the last wave, in the order of their list."""
    frame = report.table.frame
    if KIND not in frame or "last_wave" not in frame:
        return []
    there = set(frame.loc[frame["last_wave"], KIND])
    return [code for code in closed_list(report, KIND) if code in there]


def _part(report: Report, code: str) -> str:
    """Return the condition of a kind, within the part that the plan chooses by anything else."""
    mine, subset = f'{KIND} == "{code}"', report.plan.subset
    if not subset:
        return mine
    chosen = read_condition(subset, report.table.frame, report.study.path)
    return mine if set(chosen.columns) == {KIND} else f"({subset}) and {mine}"


def _named(
    report: Report, code: str, estimand: str, given: Result | Refusal, of: str
) -> Iterator[Estimate]:
    """Yield an estimate of a kind under its own name; of one refused, the reason."""
    choice = closed_list(report, KIND)[code]
    label = Term(code, {lang: choice.label.text[lang] for lang in report.languages})
    about: dict[str, Any] = {"estimand": estimand, "dims": ((KIND, code),), "group": label}
    if isinstance(given, Result):
        yield replace(given.of(of)[0], **about)
        return
    yield report.estimate(
        **about, table=report.table, unit="none", reason=given.estimate.reason,
        deviations=given.deviations,
    )  # fmt: skip
