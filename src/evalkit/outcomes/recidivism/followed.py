"""Who counts for recidivism, followed up to the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import pandas as pd

from evalkit import cohort as people
from evalkit.disclosure import Gate, harm
from evalkit.errors import StudyError, UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.analysis import Drawn, chosen, refused, used_choices
from evalkit.outcomes.flow import flow_estimates, subset_rules
from evalkit.outcomes.labels import event_label
from evalkit.outcomes.report import Refusal, Report, no_data, refuse
from evalkit.outcomes.requirements import Requirement
from evalkit.table import Condition, Table, definitions, holds, one_of
from evalkit.words import Term

# The number of the landmark at which a person counts, among those of a sequence.
TRIAL = "trial"
# Days of a century: a longer window is a slip of the hand.
LONGEST = 36_525


@dataclass(frozen=True, kw_only=True)
class Followed(Drawn):
    """The people who count, followed up to the window.

    The cohort's rows have the columns ``group``, ``event`` (within the window), ``time``
    (cut at the window), ``died`` (before the event and within the time), ``complete``
    (nothing of the window was missed) and ``away`` (days of the time not at liberty).

    Parameters
    ----------
    definition : str
        Code of the event.
    window : int
        Follow-up in the table's unit of time.
    subset : str
        Condition on the table's columns by which they were chosen.
    landmark : int
        Days after the index date from which they are followed, in classes by who had begun;
        0 from the index date, in classes by assignment.
    judged : list of Requirement
        Those that were judged of these people already: every exhibit asks for them.
    alike : dict
        What else was made of them, by how: groups made alike, other windows and events.
    """

    definition: str
    window: int
    subset: str = ""
    landmark: int = 0
    judged: list[Requirement] = field(default_factory=list, compare=False, repr=False)
    alike: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def gate(self) -> Gate:
        """The disclosure gate of the table."""
        return self.report.gate(self.cohort.table)

    @property
    def groups(self) -> tuple[str, ...]:
        """Programme and comparison, as the plan names them; the programme where it is alone."""
        found: tuple[str, ...] = self.report.plan.groups
        return found

    @property
    def cases(self) -> Table | None:
        """The case files behind them, in the same classes; None of a linked table."""
        if not self.report.from_offices:
            return None
        if "cases" not in self.alike:
            self.alike["cases"] = self.report.tables.cases(self.landmark)
        found: Table | None = self.alike["cases"]
        return found

    def require_pair(self) -> None:
        """Stop an analysis that compares where the plan has nobody to compare with.

        Raises
        ------
        Refused
            Saying so.
        """
        if len(self.groups) == 1:
            raise refused(self.report, "single_group")

    def group(self, code: str) -> pd.DataFrame:
        """Return the rows of one group."""
        frame = self.cohort.frame
        return frame[frame["group"] == code]

    @property
    def window_term(self) -> Term:
        """The window in words."""
        unit = self.cohort.table.unit
        whole = self.report.term(f"window.{unit}", n=self.window)
        if not self.landmark:
            return whole
        return self.report.term("start.window", window=whole, n=self.landmark)

    @property
    def window_code(self) -> str:
        """The window as a dimension: 52w."""
        return f"{self.window}{self.cohort.table.unit[0]}"


def draw_cohort(
    report: Report, definition: str, window: int, subset: str, landmark: int = 0
) -> Followed | Refusal:
    """Draw the people who count and follow them up to the window.

    Parameters
    ----------
    report : Report
        An opened recidivism report.
    definition : str
        Code of the event; a column of the table.
    window : int
        Follow-up in the plan's unit, from 1 to 36,525.
    subset : str
        A condition on the table's columns; empty for everyone.
    landmark : int
        Of offices' case files, days after the index date from which people are followed, in
        classes by who had begun by then: those alone who were free of any contact until
        then. 0 follows from the index date, in classes by assignment.

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
    table = _table(report, window, landmark)
    chosen("definition", definition, definitions(table.frame.columns))
    deviations = used_choices(
        report,
        {"definition": definition, "window": window, "subset": subset, "landmark": landmark},
    )
    if landmark and not _starts(report):
        why = [report.term(f"{k}.no_starts") for k in ("reason", "would_pass")]
        return refuse(report, "flow", why[0], why[1], table, deviations)
    cohort = cohort_of(report, table, definition, window, subset)
    return Followed(
        report=report,
        cohort=cohort,
        definition=definition,
        window=window,
        subset=subset,
        landmark=landmark,
        deviations=deviations,
        estimates=(
            *flow_estimates(report, cohort, deviations, _steps(report, landmark)),
            *_ever(report, cohort, definition, deviations),
        ),
    )


def _table(report: Report, window: int, landmark: int) -> Table:
    """Return everybody followed up, by the plan's choices or a cell's."""
    plan = report.plan
    _whole("window", window, 1)
    _whole("landmark", landmark, 0)
    if landmark and not report.from_offices:
        raise UsageError("choice_value", choice="landmark", found=str(landmark), allowed="0")
    planned = (window, landmark) == (plan.window, plan.landmark)
    table = report.table if planned else report.table_by(window=window, landmark=landmark)
    if table.unit != plan.window_unit:
        raise StudyError(
            "window_unit", planned=plan.window_unit, table=table.name, found=table.unit
        )
    return table


def _starts(report: Report) -> bool:
    """Return whether of anybody it is known when the plan began."""
    cases = report.tables.cases()
    return cases is not None and bool(cases.frame["plan_start"].notna().any())


def cohort_of(
    report: Report, table: Table, definition: str, window: int, subset: str
) -> people.Cohort:
    """Return those of a follow-up table who count, with what happened within the window.

    Parameters
    ----------
    table : Table
        Of the shape ``follow_up``; the others as `draw_cohort` takes them.
    """
    rules = rules_of(report, table, definition, subset)
    return _cohort(people.draw(table, rules, report.plan.groups), definition, window)


def _whole(choice: str, value: Any, least: int) -> None:
    """Stop on what is no number of days: True is one to Python, and half a day is none here."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or not least <= value <= LONGEST:
        allowed = f"{least}–{LONGEST}"
        raise UsageError("choice_value", choice=choice, found=str(value), allowed=allowed)


def _steps(report: Report, landmark: int) -> dict[str, Term]:
    """Return the names of steps that this plan calls by others."""
    alone = len(report.plan.groups) == 1
    named = {"in_groups": report.term("flow.in_programme")} if alone else {}
    if landmark:
        named[people.REACHED] = report.term("flow.reached", n=landmark)
    return named


def _ever(
    report: Report, cohort: people.Cohort, definition: str, deviations: tuple[Deviation, ...]
) -> Iterator[Estimate]:
    """Yield who had the event while followed, of a public table: anybody can count its rows.

    Of any other such a count would stand before the gates have judged whether it may.
    """
    if cohort.table.status != "public":
        return
    for code in report.plan.groups:
        group = cohort.frame[cohort.frame["group"] == code]
        yield report.estimate(
            "events_ever",
            table=cohort.table,
            cells=harm(int(group[definition].sum()), len(group)),
            by=lambda events, n: {"value": float(events), "n": n, "events": events},
            deviations=deviations,
            dims=(("group", code),),
            unit="persons",
            digits=0,
            definition=report.term("flow.ever", definition=event_label(report, definition)),
            group=report.study.label(code),
        )


def same_people(followed: Followed, definition: str, subset: str) -> Followed:
    """Return the same people followed to another event; without those whom its rules leave out.

    Parameters
    ----------
    definition : str
        Code of the other event.
    subset : str
        The condition by which the people were drawn.
    """
    report, table = followed.report, followed.cohort.table
    rules = rules_of(report, table, followed.definition, subset)
    rules += rules_of(report, table, definition, "")[1:]
    cohort = _cohort(people.draw(table, rules), definition, followed.window)
    return Followed(
        report=report,
        cohort=cohort,
        definition=definition,
        window=followed.window,
        landmark=followed.landmark,
        deviations=followed.deviations,
        estimates=(),
    )


def drawn_again(followed: Followed, definition: str, window: int) -> Followed | Refusal:
    """Draw the same people by another event or window: once for all exhibits that ask.

    Parameters
    ----------
    definition, window
        As `draw_cohort` takes them.
    """
    if (definition, window) == (followed.definition, followed.window):
        return followed
    key = ("drawn", definition, window)
    if key not in followed.alike:
        of = followed
        followed.alike[key] = draw_cohort(of.report, definition, window, of.subset, of.landmark)
    found: Followed | Refusal = followed.alike[key]
    return found


def rules_of(report: Report, table: Table, definition: str, subset: str) -> list[people.Rule]:
    """Return who counts, step by step.

    Parameters
    ----------
    definition, subset : str
        As `draw_cohort` takes them.
    """
    rules = [people.Rule("in_groups", one_of("group", report.plan.groups))]
    # Time for proof is asked of what has to be proven, and of nothing else.
    asked = {} if definition == people.PROVEN else {"mature": "followed"}
    names = [asked.get(name, name) for name in table.rules]
    rules += [people.Rule(name, _counts(table.frame, name, definition)) for name in names]
    if definition == "revoked" and "revocable" in table.frame:
        rules.insert(1, people.Rule("revocable", holds("revocable")))
    rules += subset_rules(report, table.frame, subset, later(table))
    return rules


# What a cohort's rows have beside the table's columns: all of it came after the index date.
ENDINGS = ("_time", "_away", "_count", "_gravest")
MADE = ("event", "time", "complete", "died", "away")


def later(table: Table) -> list[str]:
    """Return the columns that tell what came after the index date, and the group."""
    names = definitions(table.frame.columns)
    events = [f"{name}{end}" for name in names for end in ("", *ENDINGS)]
    seen = (
        "at_liberty",
        "proven_late",
        "moved",
        "died_on",
        "death_impossible",
        "end",
        "followed",
        people.FILE,
        *table.rules,
    )
    return ["group", *events, *seen, *MADE]


def _counts(frame: pd.DataFrame, rule: str, definition: str) -> Condition | pd.Series:
    """Return who passes a rule; who is followed to the event was followed long enough."""
    if rule == "followed" and "end" in frame:
        at_event = (frame[definition] == 1) & (frame["end"] - frame[f"{definition}_time"] <= 1)
        kept: pd.Series = frame[rule] | at_event
        return kept
    return holds(rule)


def _cohort(drawn: people.Cohort, definition: str, window: int) -> people.Cohort:
    """Return the people with what happened within the window."""
    frame = drawn.frame
    time = frame[f"{definition}_time"]
    event = (frame[definition] == 1) & (time <= window)
    died = _died(frame) & ~event & (frame.get("died_on", time) <= time)
    frame = frame.assign(
        event=event.astype(int),
        # Who died had every day of life followed: death competes, it does not cut short.
        complete=(frame[definition] == 1) | (time >= window) | died,
        died=died,
        time=time.clip(upper=window),
        away=_away(frame, definition),
    )
    return people.Cohort(frame, drawn.flow, drawn.table, drawn.rest)


def _died(frame: pd.DataFrame) -> pd.Series:
    there = "died_on" in frame
    return frame["died_on"].notna() if there else pd.Series(False, index=frame.index)


def _away(frame: pd.DataFrame, definition: str) -> pd.Series:
    """Return the days in custody, special school or hospital; 0 where no table tells."""
    there = f"{definition}_away" in frame
    return frame[f"{definition}_away"] if there else pd.Series(0.0, index=frame.index)
