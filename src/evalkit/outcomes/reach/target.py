"""Who counts for reach: the people of the target population, one row each."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit import cohort as people
from evalkit.outcomes.analysis import Drawn, chosen, used_choices
from evalkit.outcomes.flow import flow_estimates, subset_rules
from evalkit.outcomes.report import Refusal, Report, no_data
from evalkit.words import Term


@dataclass(frozen=True, kw_only=True)
class Target(Drawn):
    """The people of the target population who count, one row each.

    The cohort's rows have the columns ``reached``, ``exposure`` and ``cluster``.

    Parameters
    ----------
    definition : str
        Code of what counts as reached.
    """

    definition: str


def draw_target(report: Report, definition: str, subset: str) -> Target | Refusal:
    """Draw the people of the target population who count.

    Parameters
    ----------
    report : Report
        An opened reach report.
    definition : str
        Code of what counts as reached.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Target or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError
        If the study has no such definition.
    DataError
        If the table does not keep its promise, or the condition cannot be read.
    """
    if report.spec is None:
        return no_data(report, "flow")
    table = report.table
    chosen("definition", definition, [report.plan.definition])
    frame = table.frame
    rules = [people.Rule("result_known", frame["reached"].notna())]
    if report.from_offices:
        # The township is the cluster, and tells whether there is a site.
        rules.insert(0, people.Rule("township_known", frame["cluster"] != ""))
    else:
        rules.append(people.Rule("cluster_known", frame["cluster"] != ""))
        # Where no offer is recorded at all there is nobody to compare, but still a share.
        if frame["exposure"].notna().any():
            rules.insert(0, people.Rule("exposure_known", frame["exposure"].notna()))
    rules += subset_rules(report, frame, subset, ("reached", "recorded", "exposure"))
    cohort = people.draw(table, rules)
    deviations = used_choices(report, {"definition": definition, "subset": subset})
    words = {"exposure_known": _exposure_known(report)} if not report.from_offices else {}
    flow = flow_estimates(report, cohort, deviations, words)
    return Target(
        report=report, cohort=cohort, definition=definition, deviations=deviations, estimates=flow
    )


def _exposure_known(report: Report) -> Term:
    """Return the step's name in the study's own words: no other study's offer."""
    sides = [report.study.label(f"{report.plan.exposure}_{side}") for side in (1, 0)]
    return report.term("flow.exposure_known", first=sides[0], second=sides[1])
