"""The adjusted difference in the subgroups of the plan, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, harms
from evalkit.disclosure.gate import as_numbers
from evalkit.errors import Refused, UsageError
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure, refused, terms
from evalkit.outcomes.labels import closed_list, column_label, value_label
from evalkit.outcomes.recidivism.balance import without_small_places
from evalkit.outcomes.recidivism.compared import alike, gap, groups_of, pairs
from evalkit.outcomes.recidivism.followed import Followed, later
from evalkit.outcomes.recidivism.judged import judge_weights
from evalkit.outcomes.requirements import first_failed
from evalkit.words import Term

# Fewer with the event, in a group of a subgroup, are not shown: n x p of the Justice Data Lab.
FEWEST = 10
Found = list[tuple[float, float, Cells]]


@analysis("subgroup_difference")
def subgroups(
    followed: Followed,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    subgroups: tuple[str, ...],
) -> Iterator[Yielded]:
    """Estimate the adjusted difference in each subgroup of the plan, and test that they differ.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        As `adjust` takes it; the groups are made alike anew in each subgroup.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level, 0 < level < 1.
    subgroups : tuple of str
        Columns with a closed list, or of 0 and 1. A column that the plan does not name is a
        deviation: what is looked for afterwards is found by chance.

    Returns
    -------
    Result or Refusal
        ``subgroup_difference[subgroup]`` with an interval and no p-value of its own, and for
        each column ``interaction[column]`` (chi-square that the differences shown are one, with
        one degree of freedom fewer than they are) and ``interaction_p[column]``. A subgroup
        below a gate has a reason in place of a number. Nothing where the plan names none.
    """
    if not subgroups:
        return
    alike(followed, adjustment, covariates)
    for column in subgroups:
        found: Found = []
        for value, code, label in _values(followed, column):
            part = _part(followed, column, value)
            yield _one(part, code, label, adjustment, covariates, level, found)
        yield from _interaction(followed, column, found)


def _values(followed: Followed, column: str) -> Iterator[tuple[Any, str, Term]]:
    """Yield each value of a column, its code and its name."""
    report, frame = followed.report, followed.cohort.frame
    told = {*later(followed.table)}
    if column not in frame or column in told:
        raise UsageError(
            "choice_value", choice="subgroups", found=column,
            allowed=", ".join(sorted({*map(str, frame.columns)} - told)),
        )  # fmt: skip
    name = column_label(report, column)
    if pd.api.types.is_numeric_dtype(frame[column]):
        if not set(frame[column].dropna().unique()) <= {0, 1}:
            raise refused(report, "subgroup_kind", column=name)
        for flag, key in ((1, "yes"), (0, "no")):
            said = report.term(f"subgroup.{key}")
            yield flag, f"{column}_{key}", report.term("balance.value", column=name, value=said)
        return
    if not closed_list(report, column):
        raise refused(report, "subgroup_kind", column=name)
    for value in closed_list(report, column):
        if (frame[column] == value).any():
            said = value_label(report, f"{column}_{value}", column, value)
            yield value, f"{column}_{value}", report.term("balance.value", column=name, value=said)


def _part(followed: Followed, column: str, value: Any) -> Followed:
    """Return the people of one subgroup."""
    cohort, frame = followed.cohort, followed.cohort.frame
    own = frame[frame[column] == value].reset_index(drop=True)
    return Followed(
        report=followed.report,
        cohort=Cohort(own, cohort.flow, cohort.table),
        definition=followed.definition,
        window=followed.window,
        deviations=followed.deviations,
        estimates=(),
    )


def _one(
    part: Followed,
    code: str,
    label: Term,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    found: Found,
) -> Measure:
    report = part.report
    about: dict[str, Any] = dict(
        dims=(("subgroup", code), ("window", part.window_code)),
        window=part.window_term,
        definition=label,
        method=report.term(f"method.{adjustment}"),
        unit="points",
    )
    cells = pairs(part)
    why = _few(part, cells)
    if why is None:
        # Towns in which a part has few people are no characteristic of it; of the whole they are.
        covariates = without_small_places(part, covariates)
        weighed = judge_weights(part, adjustment, covariates)
        failed = first_failed(weighed.requirements)
        if failed is not None:
            why = report.term("reason.gate_failed", gate=report.term(f"gate.{failed.code}"))
    if why is not None:
        return measure("subgroup_difference", **about, reason=why)
    assert weighed.alike is not None
    try:
        groups = groups_of(weighed.alike, adjustment)
        point = groups.compare(part.cohort.frame["event"], level=level).point
    except Refused as problem:
        return measure("subgroup_difference", **about, reason=terms(report, part.table, problem)[0])
    numbers = as_numbers(point)
    if not part.gate.withholds(harms(cells)):
        found.append((numbers["value"], numbers["se"], harms(cells)))
    return gap(
        "subgroup_difference",
        point,
        cells,
        level,
        **about,
        group=report.study.label(report.plan.programme),
        against=report.study.label(report.plan.comparison),
    )


def _few(part: Followed, cells: list[tuple[int, int]]) -> Term | None:
    report = part.report
    if min(n for _, n in cells) < report.plan.min_people:
        return report.term("reason.fewer_in_class", n=report.plan.min_people)
    if min(events for events, _ in cells) < FEWEST:
        return report.term("reason.fewer_events", n=FEWEST)
    return None


def _interaction(followed: Followed, column: str, found: Found) -> Iterator[Measure]:
    """Yield the test that the differences of the subgroups are one."""
    report = followed.report
    about: dict[str, Any] = dict(
        dims=(("column", column),),
        definition=column_label(report, column),
        method=report.term("method.interaction"),
    )
    if len(found) < 2:
        why = report.term("reason.one_subgroup")
        yield measure("interaction_p", **about, unit="p", digits=4, reason=why)
        return
    value, se = (np.array([one[i] for one in found]) for i in (0, 1))
    weight = 1 / se**2
    # Subgroups share nobody, so their estimates are independent (Cochran 1954).
    chi = float(weight @ (value - weight @ value / weight.sum()) ** 2)
    cells = sum((one[2] for one in found), Cells())
    chi = followed.gate.coarse("chi2", chi)
    p = float(chi2.sf(chi, len(found) - 1))
    yield measure("interaction", cells, model=lambda: chi, **about, unit="chi2", digits=1)
    yield measure("interaction_p", cells, by=lambda *_: p, **about, unit="p", digits=4)
