"""Who counts for recidivism, followed up to the window."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalkit import cohort as people
from evalkit.condition import select
from evalkit.disclosure import Gate
from evalkit.errors import StudyError, UsageError
from evalkit.estimate import Deviation
from evalkit.outcomes.report import Refusal, Report, no_data, refuse
from evalkit.outcomes.shared import Drawn, chosen, flow_estimates, plan_deviations
from evalkit.table import definitions
from evalkit.words import Term


@dataclass(frozen=True, kw_only=True)
class Followed(Drawn):
    """The people who count, followed up to the window.

    The cohort's rows have the columns ``group``, ``event`` (within the window) and
    ``time`` (cut at the window).

    Parameters
    ----------
    definition : str
        Code of the event.
    window : int
        Follow-up in the table's unit of time.
    """

    definition: str
    window: int

    @property
    def gate(self) -> Gate:
        """The disclosure gate of the table."""
        return self.report.gate(self.cohort.table)

    @property
    def groups(self) -> tuple[str, str]:
        """Programme and comparison, as the plan names them."""
        return self.report.plan.programme, self.report.plan.comparison

    def group(self, code: str) -> pd.DataFrame:
        """Return the rows of one group."""
        frame = self.cohort.frame
        return frame[frame["group"] == code]

    @property
    def window_term(self) -> Term:
        """The window in words."""
        unit = self.cohort.table.unit
        return self.report.term(f"window.{unit}", n=self.window)

    @property
    def window_code(self) -> str:
        """The window as a dimension: 52w."""
        return f"{self.window}{self.cohort.table.unit[0]}"


def draw_cohort(report: Report, definition: str, window: int, subset: str) -> Followed | Refusal:
    """Draw the people who count and follow them up to the window.

    Parameters
    ----------
    report : Report
        An opened recidivism report.
    definition : str
        Code of the event; a column of the table.
    window : int
        Follow-up in the plan's unit, at least 1.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Followed or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError
        If the definition or window cannot be.
    DataError
        If the table does not keep its promise, or the condition cannot be read.
    """
    if report.spec is None:
        return no_data(report, "flow")
    plan = report.plan
    if window < 1:
        raise UsageError("choice_value", choice="window", found=str(window), allowed=">= 1")
    table = report.table if window == plan.window else report.table_within(window)
    chosen("definition", definition, definitions(table.frame.columns))
    if table.unit != plan.window_unit:
        raise StudyError(
            "window_unit", planned=plan.window_unit, table=table.name, found=table.unit
        )
    groups = table.frame["group"].isin((plan.programme, plan.comparison))
    rules = [people.Rule("in_groups", groups)]
    rules += [people.Rule(name, table.frame[name]) for name in table.rules]
    if subset:
        rules.append(people.Rule("in_subset", select(table.frame, subset, report.study.path)))
    cohort = people.draw(table, rules)
    frame = cohort.frame
    time = frame[f"{definition}_time"]
    frame = frame.assign(
        event=((frame[definition] == 1) & (time <= window)).astype(int),
        complete=(frame[definition] == 1) | (time >= window),
        time=time.clip(upper=window),
    )
    deviations = plan_deviations(report, definition=definition, window=window, subset=subset)
    cohort = people.Cohort(frame, cohort.flow, table)
    flow = flow_estimates(report, cohort, deviations)
    return Followed(
        report=report,
        cohort=cohort,
        definition=definition,
        window=window,
        deviations=deviations,
        estimates=flow,
    )


def refuse_group(
    followed: Followed,
    reason: str,
    n: int,
    deviations: tuple[Deviation, ...],
    estimand: str = "risk_difference",
) -> Refusal:
    """Return the refusal of an estimand by one of the cohort's gates.

    Parameters
    ----------
    followed : Followed
        The cohort.
    reason : str
        Key under ``[reason]`` and ``[would_pass]`` in the locale files.
    n : int
        The gate, for the sentence.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    estimand : str
        What cannot be estimated.
    """
    report = followed.report
    window = followed.window_term
    why = report.term(f"reason.{reason}", n=n, window=window)
    passes = report.term(f"would_pass.{reason}", n=n, window=window)
    table = followed.cohort.table
    return refuse(report, estimand, why, passes, table, deviations)
