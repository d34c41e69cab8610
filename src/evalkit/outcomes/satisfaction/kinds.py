"""Children, parents and others who were asked, each by themselves: never one share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from evalkit.errors import DataError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.analysis import used_choices
from evalkit.outcomes.labels import closed_list
from evalkit.outcomes.report import Refusal, Report, Result, no_data, plan_state, refuse
from evalkit.outcomes.satisfaction.answers import Answers, drawn_answers
from evalkit.outcomes.satisfaction.response import silent
from evalkit.outcomes.satisfaction.top_box import top_box
from evalkit.table import without
from evalkit.words import Term

KIND = "respondent_kind"
# What is wrong of the answers of one kind, and of no other's.
OTHER_SCALE = ("scale_unlike", "value_unmapped")


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
    plan = report.plan
    used = used_choices(report, {"item": item, "top": top, "estimator": estimator, "level": level})
    codes = _asked(report)
    if len(codes) < 2:
        return Result(report, (), used)
    found: list[Estimate] = []
    for code in codes:
        drawn = _drawn(report, item, code, used)
        # What a cell does not choose here is the plan's: anything else would be stamped.
        measured = top_box(drawn, by=plan.by, top=top, estimator=estimator, level=level)
        bounded = silent(drawn, top=top, threshold=plan.threshold)
        found += _named(report, code, "kind_share", measured, "top_box")
        found += _named(report, code, "kind_bounds", bounded, "silent_bounds")
    return Result(report, tuple(found), used)


def _drawn(report: Report, item: str, code: str, used: tuple[Deviation, ...]) -> Answers | Refusal:
    """Return the people of a kind; a refusal where they answered on another scale."""
    try:
        return drawn_answers(report, item, _part(report, code), used)
    except DataError as other:
        if other.key not in OTHER_SCALE:
            raise
    reason, passes = (report.term(f"{k}.other_scale") for k in ("reason", "would_pass"))
    return refuse(report, "kind_share", reason, passes, report.table, used)


def _asked(report: Report) -> list[str]:
    """Return the kinds who were asked in the last wave, in the order of their list."""
    frame = report.table.frame
    if KIND not in frame or "last_wave" not in frame:
        return []
    there = set(frame.loc[frame["last_wave"], KIND])
    return [code for code in closed_list(report, KIND) if code in there]


def _part(report: Report, code: str) -> str:
    """Return the condition of a kind, within the part that the plan chooses by anything else."""
    mine, others = f'{KIND} == "{code}"', without(report.plan.subset, KIND)
    return f"({others}) and {mine}" if others else mine


def _named(
    report: Report, code: str, estimand: str, given: Result | Refusal, of: str
) -> Iterator[Estimate]:
    """Yield an estimate of a kind under its own name; of one refused, the reason."""
    choice = closed_list(report, KIND)[code]
    label = Term(code, {lang: choice.label.text[lang] for lang in report.languages})
    about: dict[str, Any] = {"estimand": estimand, "dims": ((KIND, code),), "group": label}
    if isinstance(given, Result):
        # The plan may name the share, and not that of each kind.
        planned = plan_state(estimand, report.plan.estimands, given.deviations)
        yield replace(given.of(of)[0], **about, plan=planned)
        return
    yield report.estimate(
        **about, table=report.table, unit="none", reason=given.estimate.reason,
        deviations=given.deviations,
    )  # fmt: skip
