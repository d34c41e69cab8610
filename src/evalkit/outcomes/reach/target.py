"""Who counts for reach: the people of the target population, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from evalkit import cohort as people
from evalkit.errors import StudyError
from evalkit.outcomes.analysis import Drawn, chosen, lacking, used_choices
from evalkit.outcomes.flow import flow_estimates, subset_rules
from evalkit.outcomes.report import Refusal, Report, no_data
from evalkit.schema import Choice, load_schema
from evalkit.table import Table, given
from evalkit.words import Term

# What says how a person counts is no characteristic to split or compare by; the plan's
# exposure goes by the plan's name.
OWN = {"reached", "cluster", "recorded", "exposure"}


@dataclass(frozen=True, kw_only=True)
class Target(Drawn):
    """The people of the target population who count, one row each.

    The cohort's rows have the columns ``reached``, ``exposure`` and ``cluster``.

    Parameters
    ----------
    definition : str
        Code of what counts as reached.
    exposure : str
        Column that says who is exposed.
    subset : str
        The condition by which they were drawn.
    """

    definition: str
    exposure: str
    subset: str

    def by(self, exposure: str) -> Target:
        """Return the same people with another column as the exposure.

        Parameters
        ----------
        exposure : str
            Column of 0 and 1; of whom it is not known is on no side.
        """
        if exposure == self.exposure:
            return self
        frame = self.cohort.frame.assign(exposure=self.cohort.frame[exposure])
        return replace(self, exposure=exposure, cohort=replace(self.cohort, frame=frame))

    @property
    def exposures(self) -> list[str]:
        """Columns that can say who is exposed: the plan's, and others of 0 and 1."""
        frame = self.cohort.frame
        planned = self.report.plan.exposure
        return [planned, *(name for name in _flags(frame) if name != planned)]

    @property
    def label(self) -> Term:
        """What counts as reached: as the study names it, else as the offices' table does."""
        study = self.report.study
        if self.definition in study.labels or not self.report.from_offices:
            return study.label(self.definition)
        named = _steps()[self.definition].label
        return Term(self.definition, {lang: named.text[lang] for lang in study.languages})


def _flags(frame: pd.DataFrame) -> list[str]:
    """Return the columns of 0 and 1 that can say who is exposed."""
    return sorted(name for name in {*map(str, frame.columns)} - OWN if _is_flag(frame[name]))


def _is_flag(column: pd.Series) -> bool:
    known = column.dropna()
    return len(known) > 0 and pd.api.types.is_numeric_dtype(column) and set(known) <= {0, 1}


def _unknown(report: Report, key: str, found: str, known: Iterable[str]) -> StudyError:
    """Return that the plan names what the data do not have, with what they have."""
    return StudyError(
        "value_choice",
        path=report.study.path,
        where="[plan.reach]",
        key=key,
        found=found,
        known=list(known),
    )


def _steps() -> Mapping[str, Choice]:
    """Return the steps that the offices' tables know."""
    return load_schema("funnel").columns["stage"].choices


def _check(report: Report, definition: str) -> None:
    """Stop on what no table can count: of the offices' steps, or of a table made for one."""
    plan = report.plan
    if not report.from_offices:
        chosen("definition", definition, [plan.definition])
        return
    if definition == plan.definition and definition not in _steps():
        raise _unknown(report, "definition", definition, _steps())
    chosen("definition", definition, _steps())


def draw_target(report: Report, definition: str, subset: str) -> Target | Refusal:
    """Draw the people of the target population who count.

    Parameters
    ----------
    report : Report
        An opened reach report.
    definition : str
        Code of what counts as reached; of offices' tables a step of the service.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Target or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError, StudyError
        If nothing counts people by this definition: the message lists those that exist.
    DataError
        If the table does not keep its promise, or the condition cannot be read.
    """
    if report.spec is None:
        return _unregistered(report)
    _check(report, definition)
    planned = definition == report.plan.definition
    table = report.table if planned else report.table_by(definition=definition)
    table = _exposed(report, _clustered(report, table))
    frame = table.frame
    rules = [people.Rule("result_known", given("reached"))]
    if report.from_offices:
        # The township is the cluster, and tells whether there is a site.
        rules.insert(0, people.Rule("township_known", given("cluster")))
    else:
        rules.append(people.Rule("cluster_known", given("cluster")))
        # Where no offer is recorded at all there is nobody to compare, but still a share.
        if frame["exposure"].notna().any():
            rules.insert(0, people.Rule("exposure_known", given("exposure")))
    rules += subset_rules(report, frame, subset, ("reached", "recorded", "exposure"))
    cohort = people.draw(table, rules)
    deviations = used_choices(report, {"definition": definition, "subset": subset})
    words = {"exposure_known": _exposure_known(report)} if not report.from_offices else {}
    flow = flow_estimates(report, cohort, deviations, words)
    return Target(
        report=report,
        cohort=cohort,
        definition=definition,
        exposure=report.plan.exposure,
        subset=subset,
        deviations=deviations,
        estimates=flow,
    )


def _unregistered(report: Report) -> Refusal:
    """Return that there are no data, or steps of people and nobody says out of how many."""
    if report.office("funnel") is None:
        return no_data(report, "flow")
    return lacking(report, "flow", "steps_unregistered")


def _clustered(report: Report, table: Table) -> Table:
    """Return the table with the plan's column as the cluster."""
    name = report.plan.cluster
    if name == "cluster":
        return table
    if name not in table.frame:
        raise _unknown(report, "cluster", name, sorted(table.frame.columns))
    column = table.frame[name]
    return table.with_frame(table.frame.assign(cluster=column.fillna("").astype(str)))


def _exposed(report: Report, table: Table) -> Table:
    """Return the table with the plan's column as the exposure."""
    name, frame = report.plan.exposure, table.frame
    if name == "exposure":
        return table
    if name not in _flags(frame):
        raise _unknown(report, "exposure", name, ["exposure", *_flags(frame)])
    return table.with_frame(frame.assign(exposure=frame[name]))


def _exposure_known(report: Report) -> Term:
    """Return the step's name in the study's own words: no other study's offer."""
    sides = [report.study.label(f"{report.plan.exposure}_{side}") for side in (1, 0)]
    return report.term("flow.exposure_known", first=sides[0], second=sides[1])
