"""What every outcome does the same way: choices, deviations, the flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort, Rule
from evalkit.condition import named, select, unknown
from evalkit.errors import DataError, UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.report import Report
from evalkit.protocol.deviations import deviations
from evalkit.words import Term


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The people who count for an outcome, and the flow of those who do not.

    Parameters
    ----------
    report : Report
        Where they belong.
    cohort : Cohort
        Their rows.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    estimates : tuple of Estimate
        The flow.
    """

    report: Report
    cohort: Cohort
    deviations: tuple[Deviation, ...]
    estimates: tuple[Estimate, ...]


def chosen(choice: str, value: str, known: Iterable[str]) -> str:
    """Return a choice made in a cell, or stop with the list of those that exist.

    Parameters
    ----------
    choice : str
        The argument's name.
    value : str
        What the cell asks for.
    known : iterable of str
        What exists.
    """
    known = list(known)
    if not known:
        raise UsageError("choice_none", choice=choice, found=str(value))
    if value not in known:
        raise UsageError("choice_value", choice=choice, found=str(value), allowed=", ".join(known))
    return value


def check_level(level: float) -> None:
    """Stop on a confidence level that is not between 0 and 1.

    Parameters
    ----------
    level : float
        What the cell asks for.
    """
    if not 0 < level < 1:
        raise UsageError("choice_value", choice="level", found=str(level), allowed="0 < x < 1")


def plan_deviations(report: Report, **used: Any) -> tuple[Deviation, ...]:
    """Return the choices of a cell that differ from the report's plan.

    Parameters
    ----------
    report : Report
        Holds the plan.
    **used
        Choices by the plan's names.
    """
    return deviations(report.plan, **used)


def subset_rules(
    report: Report, frame: pd.DataFrame, subset: str, later: Iterable[str] = ()
) -> list[Rule]:
    """Return the rules of a chosen part: of whom it is known, and who belongs to it.

    Parameters
    ----------
    report : Report
        Names the study file in messages.
    frame : pandas.DataFrame
        The table's rows.
    subset : str
        A condition on its columns; empty for everyone.
    later : iterable of str
        Columns that say what became of people, or in which group they are: whoever chooses
        by these chooses the result.

    Raises
    ------
    DataError
        If the condition cannot be read, names no column, or one of these.
    """
    if not subset:
        return []
    inside = Rule("in_subset", select(frame, subset, report.study.path))
    if wrong := sorted({*named(subset)} & {*later}):
        raise DataError("subset_later", path=report.study.path, condition=subset, columns=wrong)
    missing = unknown(frame, subset)
    # Who is not known to belong to it is not one of the others either.
    return [*([Rule("subset_known", ~missing)] if missing.any() else []), inside]


def lies_below(counts: Iterable[int], gate: int) -> bool:
    """Return whether any count fails a gate of the plan.

    Parameters
    ----------
    counts : iterable of int
        True counts.
    gate : int
        The smallest that passes.
    """
    return min(counts) < gate


def flow_estimates(
    report: Report,
    cohort: Cohort,
    deviations: tuple[Deviation, ...],
    words: Mapping[str, Term] | None = None,
) -> tuple[Estimate, ...]:
    """Return the flow as estimates: people kept and left out by each rule.

    Parameters
    ----------
    report : Report
        Where they belong.
    cohort : Cohort
        Drawn by rules.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    words : mapping of str to Term, optional
        Names of steps that belong to the study, by their codes.
    """
    gate, words = report.gate(cohort.table), words or {}
    found = []
    for step in cohort.flow:
        for measure, count in (("kept", step.kept), ("left_out", step.left_out)):
            found.append(
                report.estimate(
                    "flow",
                    table=cohort.table,
                    hidden=gate.hides([count]),
                    deviations=deviations,
                    dims=(("step", step.code), ("measure", measure)),
                    unit="persons",
                    value=float(gate.count(count)),
                    n=gate.count(count),
                    digits=0,
                    definition=words.get(step.code) or report.term(f"flow.{step.code}"),
                )
            )
    return tuple(found)
