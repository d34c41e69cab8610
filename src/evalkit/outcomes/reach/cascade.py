"""From the target population to those who completed: how many are left at each step, and who."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import matched
from evalkit.disclosure import harm, part, people, ratio
from evalkit.outcomes.analysis import Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.reach.gates import MATCHED, recorded
from evalkit.outcomes.reach.shares import groups_of, label_of, splits
from evalkit.outcomes.reach.target import Target, draw_target
from evalkit.outcomes.report import Result
from evalkit.outcomes.requirements import require
from evalkit.schema import load_schema
from evalkit.words import Term

# Whoever left did so from some step, and stands at none.
LEFT = "left"
# Whoever is referred elsewhere leaves the line: no step follows on it. And who is screened and
# not positive is not lost.
ASIDE, SIEVE = "referred", "positive"
TARGET = "target"


@dataclass(frozen=True)
class Cascade(Result):
    """How many are left at each step.

    Parameters
    ----------
    worst : tuple of str
        The two steps between which the largest share of the target is lost; empty where none is.
    """

    worst: tuple[str, ...] = ()


@analysis("cascade", result=Cascade)
def cascade(target: Target, by: Sequence[str]) -> Generator[Yielded, None, Any]:
    """Count who is left at each step of the service, out of the target and of the step before.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    by : sequence of str
        Columns that split the people: who is lost where most are.

    Returns
    -------
    Result or Refusal
        ``cascade[step]``: the share of the target population at each step that is recorded, or
        beyond it; "target" first; ``cascade_kept[step]``: of those at the step before, who is at
        this one too. A step of which the register lacks some of the people has a reason
        instead, and is passed over. ``cascade_lost[by, group]``: at the step at which most are
        lost, the share of those at the step before who are not at it. Refused where the steps
        are not recorded as `gates` asks for.
    """
    report = target.report
    if not report.from_offices or report.steps is None:
        raise refused(report, "no_steps")
    require(report, recorded(target))
    if len(target.cohort.frame) < report.plan.min_people:
        # Of so few no share is given, by whatever name.
        raise refused(report, "fewer_people", n=report.plan.min_people)
    for name in by:
        chosen("by", name, splits(target))
    steps = _there(target)
    at = _at(target, steps)
    n, before = len(at), TARGET
    about: dict[str, Any] = dict(unit="share", table=target.table)
    yield measure(
        "cascade", people(n), by=lambda n: {"value": 1.0, "n": n}, dims=(("step", TARGET),),
        definition=report.term("cascade.target"), **about,
    )  # fmt: skip
    worst, most = (TARGET, TARGET), 0
    for step in steps:
        if not _matched(target, step):
            yield _unmatched(target, step)
            continue
        yield from _of_step(target, step, at[step], at[before])
        if step == ASIDE:
            continue
        lost = int((at[before] & ~at[step]).sum())
        if lost > most and step != SIEVE:
            worst, most = (before, step), lost
        before = step
    if not most:
        return {}
    gone = at[worst[0]] & ~at[worst[1]]
    for name in by:
        yield from _lost(target, name, at[worst[0]], gone)
    return {"worst": worst}


def _of_step(target: Target, step: str, here: pd.Series, before: pd.Series) -> Iterator[Yielded]:
    """Yield who is at a step, out of the target and of the step before."""
    n, had = len(here), int(before.sum())
    about: dict[str, Any] = dict(
        unit="share", table=target.table, dims=(("step", step),), definition=_name(target, step)
    )
    yield measure("cascade", harm(int(here.sum()), n), by=ratio, **about)
    if step == ASIDE:
        return
    yield measure(
        # How many are not at the step before may not be found by subtraction.
        "cascade_kept", harm(int((here & before).sum()), had) + part(had, n), by=_kept, row=True,
        **about,
    )  # fmt: skip


def _kept(events: int, n: int, *_: int) -> dict[str, Any]:
    return dict(ratio(events, n))


def _there(target: Target) -> list[str]:
    """Return the steps of which somebody's is recorded, in the order of the service."""
    funnel = target.report.steps
    assert funnel is not None
    known = set(funnel.columns("stage")["stage"])
    steps = load_schema("funnel").columns["stage"].choices
    return [step for step in steps if step in known and step != LEFT]


def _unmatched(target: Target, step: str) -> Yielded:
    """Return that those whom the register does not have would be missing from this step alone."""
    report = target.report
    reason = report.term("reason.step_unmatched", least=MATCHED)
    about: dict[str, Any] = dict(unit="share", table=target.table, definition=_name(target, step))
    return measure("cascade", dims=(("step", step),), reason=reason, **about)


def _matched(target: Target, step: str) -> bool:
    """Return whether the people recorded at a step are in the register."""
    funnel, register = target.report.steps, target.report.office("people")
    assert funnel is not None and register is not None
    rows = funnel.frame
    part, whole = matched(funnel.with_frame(rows[rows["stage"] == step]), register)
    return whole > 0 and part >= MATCHED * whole


def _at(target: Target, steps: Sequence[str]) -> pd.DataFrame:
    """Return who of the target population is at each step or beyond, a column each."""
    made = {TARGET: pd.Series(True, index=target.cohort.frame.index)}
    for step in steps:
        drawn = draw_target(target.report, step, target.subset)
        assert isinstance(drawn, Target)
        made[step] = drawn.cohort.frame["reached"] == 1
    return pd.DataFrame(made)


def _name(target: Target, step: str) -> Term:
    label = load_schema("funnel").columns["stage"].choices[step].label
    return Term(step, {lang: label.text[lang] for lang in target.report.languages})


def _lost(target: Target, by: str, there: pd.Series, gone: pd.Series) -> Iterator[Yielded]:
    """Yield the share lost in each group of a column."""
    report = target.report
    for code, frame in groups_of(target, by):
        inside = there[frame.index]
        n, lost = int(inside.sum()), int(gone[frame.index].sum())
        about: dict[str, Any] = dict(
            dims=((by, code),), unit="share", group=label_of(target, by, code), table=target.table
        )
        if n < report.plan.min_people:
            reason = report.term("reason.fewer_people", n=report.plan.min_people)
            yield measure("cascade_lost", **about, reason=reason)
            continue
        whole = part(int(there.sum()), len(there))
        yield measure("cascade_lost", harm(lost, n) + whole, by=_kept, row=True, **about)
