"""Steps of a service without a register: how many go on, of those whom the service recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.cohort.uptake import LATER, at_step
from evalkit.disclosure import Cells, counted, harm, people, ratio
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, lacking, measure
from evalkit.outcomes.report import Refusal, Report
from evalkit.schema import load_schema
from evalkit.words import Term

FUNNEL, REGISTER = "funnel", "people"
# Who left did so from some step, and may have been referred from any.
LEFT = "left"
ASIDE = {LEFT, "referred"}
FOLLOWED = ("followed_1m", "followed_3m", "followed_6m")


@dataclass(frozen=True, kw_only=True)
class Chain(Drawn):
    """The people whom a service recorded; of each, ``at_<step>`` for every recorded step.

    And ``wrong``, whether a later step is dated before an earlier one, and ``undated``,
    whether a step has no date.

    Parameters
    ----------
    steps : tuple of str
        Steps at which somebody is recorded, in the order of the service.
    """

    steps: tuple[str, ...]


def draw_chain(report: Report) -> Chain | Refusal:
    """Draw the people whom a service without a register recorded.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Chain or Refusal
        A refusal where no steps were handed in, or a register was: `cascade` then tells them
        out of the target population.
    """
    funnel, register = report.office(FUNNEL), report.office(REGISTER)
    rows = funnel.frame if funnel is not None else pd.DataFrame({"stage": []})
    known = [step for step in _names() if step in set(rows["stage"]) and step != LEFT]
    if funnel is None or not known or (register is not None and register.n):
        return lacking(report, "chain_share", "no_chain")
    persons = pd.Index(rows["person_id"].unique())
    made = {f"at_{step}": persons.isin(at_step(rows, step)["person_id"]) for step in known}
    dates = rows.pivot(index="person_id", columns="stage", values="date").reindex(persons)
    undated = persons.isin(rows.loc[rows["date"].isna(), "person_id"])
    frame = pd.DataFrame(made | {"wrong": _wrong(dates).to_numpy(), "undated": undated})
    return Chain(
        report=report,
        cohort=Cohort(frame, (), funnel),
        deviations=(),
        estimates=(),
        steps=tuple(known),
    )


def _names() -> list[str]:
    return list(load_schema(FUNNEL).columns["stage"].choices)


def _wrong(dates: pd.DataFrame) -> pd.Series:
    """Return of whom a step that needs another is dated before that."""
    after = {**LATER, **{step: FOLLOWED[i + 1 :] for i, step in enumerate(FOLLOWED)}}
    wrong = pd.Series(False, index=dates.index)
    for step, later in after.items():
        for other in {*later} - ASIDE:
            if step in dates and other in dates:
                wrong |= dates[other] < dates[step]
    return wrong


@analysis("chain_share")
def chain(drawn: Chain) -> Iterator[Yielded]:
    """Count who is left at each step, out of the first recorded one and of the step before.

    Parameters
    ----------
    drawn : Chain or Refusal
        From `draw_chain`.

    Returns
    -------
    Result or Refusal
        ``chain_share[of, step]`` of those at the "first" recorded step, and of those at the
        step "before"; whoever is at a later step was at the earlier ones, but for those that
        may be skipped. ``chain_entered``, people who are at a later step and not at the first:
        they are in none of its shares. ``chain_fault[fault]``: people with a step dated
        before one that it needs ("wrong"), or without a date ("undated"). Nothing of a
        target population: how many the service did not find is not known.
    """
    report, frame = drawn.report, drawn.cohort.frame
    first = drawn.steps[0]
    at = {step: frame[f"at_{step}"] for step in drawn.steps}
    n, before = int(at[first].sum()), first
    yield measure(
        "chain_share", people(n), by=lambda n: {"value": 1.0, "n": n, "events": n}, unit="share",
        dims=(("of", "first"), ("step", first)), definition=_name(report, first),
    )  # fmt: skip
    for step in drawn.steps[1:]:
        bases = [("first", at[first]), ("before", at[before] & at[first])]
        # Whoever is referred elsewhere leaves the line: no step follows on it.
        for of, base in bases[: 1 if step in ASIDE else 2]:
            both = int((at[step] & base).sum())
            yield measure(
                "chain_share", harm(both, int(base.sum())), by=ratio, unit="share",
                dims=(("of", of), ("step", step)), definition=_name(report, step),
            )  # fmt: skip
        before = before if step in ASIDE else step
    entered = int((~at[first]).sum())
    about: dict[str, Any] = dict(unit="persons", digits=0)
    if entered:
        yield measure(
            "chain_entered", people(entered), by=counted,
            definition=report.term("chain.entered", step=_name(report, first)), **about,
        )  # fmt: skip
    for fault in ("wrong", "undated"):
        if many := int(frame[fault].sum()):
            yield measure(
                "chain_fault", Cells((many,), (many,)), by=counted, dims=(("fault", fault),),
                definition=report.term(f"chain.{fault}"), **about,
            )  # fmt: skip


def _name(report: Report, step: str) -> Term:
    label = load_schema(FUNNEL).columns["stage"].choices[step].label
    return Term(step, {lang: label.text[lang] for lang in report.languages})
