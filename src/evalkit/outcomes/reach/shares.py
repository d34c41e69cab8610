"""The share reached, in each group of a split and in all."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.disclosure import estimated, harm, ratio
from evalkit.estimators.clustered import clustered_share
from evalkit.estimators.share import share
from evalkit.outcomes.analysis import Measure, Yielded, analysis, chosen, measure, refused
from evalkit.outcomes.bands import band_label, bands_of
from evalkit.outcomes.labels import (
    POOLED,
    UNKNOWN,
    Part,
    group_code,
    group_value,
    pool_few,
    value_label,
)
from evalkit.outcomes.reach.gates import recorded, unrecorded
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.requirements import require
from evalkit.words import Term

ESTIMATORS = ("clustered", "wilson")
EVERYONE, GROUPS = "all", "groups"
# What says how a person counts is no characteristic to split by.
OWN = {"reached", "cluster", "recorded"}


@analysis("share_reached", own=("estimator",))
def shares(target: Target, by: str, estimator: str, level: float) -> Iterator[Yielded]:
    """Estimate the share reached in each group.

    Parameters
    ----------
    target : Target or Refusal
        From `draw_target`.
    by : str
        Column that splits the people; a numeric one is cut into the plan's bands. Who is
        below the lowest edge, and of whom it is not known, has a row of their own. Empty
        where the plan names no further one.
    estimator : {"clustered", "wilson"}
        Whether the interval respects the clusters.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``share_reached[by]`` for each group in order, then for everyone.
    """
    if not by:
        raise refused(target.report, "one_split")
    chosen("by", by, splits(target))
    chosen("estimator", estimator, ESTIMATORS)
    require(target.report, recorded(target))
    for code, frame in groups_of(target, by):
        yield share_of_group(target, by, code, frame, estimator, level)


def share_of_group(
    target: Target, by: str, code: str, frame: pd.DataFrame, estimator: str, level: float
) -> Measure:
    """Return the share reached in one group, or why there is none."""
    report = target.report
    about: dict[str, Any] = dict(
        dims=((by, code),),
        unit="share",
        group=label_of(target, by, code),
        definition=target.label,
    )
    why = _too_little(target, frame, estimator)
    if why is not None:
        return measure("share_reached", **about, reason=why)
    wilson = estimated(lambda events, n: share(events, n, method="wilson", level=level))
    clustered = functools.partial(clustered_share, frame["reached"], frame["cluster"], level=level)
    return measure(
        "share_reached",
        harm(int(frame["reached"].sum()), len(frame)),
        # The share comes from rounded counts, and the interval of the clusters goes with it.
        by=ratio if estimator == "clustered" else wilson,
        model=clustered if estimator == "clustered" else None,
        row=True,
        **about,
        interval="confidence",
        level=level,
        se_scale="identity",
        method=report.term(f"method.{estimator}"),
    )


def _too_little(target: Target, frame: pd.DataFrame, estimator: str) -> Term | None:
    report, plan = target.report, target.report.plan
    if len(frame) < plan.min_people:
        return report.term("reason.fewer_people", n=plan.min_people)
    if estimator == "clustered" and frame["cluster"].nunique() < plan.min_clusters:
        return report.term("reason.fewer_clusters", n=plan.min_clusters)
    return unrecorded(target, frame)


def splits(target: Target) -> list[str]:
    """Return the columns by which the people may be split."""
    return sorted(set(target.cohort.frame.columns) - OWN)


def groups_of(target: Target, by: str) -> list[tuple[str, pd.DataFrame]]:
    """Return the people of each group of a column, in order, then everyone."""
    frame, edges = target.cohort.frame, target.report.plan.bands.get(by)
    if edges is not None:
        return [*bands_of(frame, by, edges), (EVERYONE, frame)]
    # What is not recorded is a group of its own, and no other.
    values = frame[by].where(frame[by].notna() & (frame[by].astype(str) != ""))
    found = sorted(frame.groupby(values), key=lambda pair: in_order(pair[0]))
    named = [Part(f"{by}_{group_code(plain(code))}", plain(code), part) for code, part in found]
    parts = pool_few(target.report, target.cohort.table, by, named, f"{by}_")
    unknown = _some(f"{by}_{UNKNOWN}", frame[values.isna()])
    return [*((part.code, part.frame) for part in parts), *unknown, (EVERYONE, frame)]


def _some(code: str, part: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(code, part)] if len(part) else []


def label_of(target: Target, by: str, code: str) -> Term:
    """Return the name of a group."""
    report = target.report
    if code == EVERYONE:
        return report.term("group.all")
    if (edges := report.plan.bands.get(by)) is not None:
        return band_label(report, by, code, edges)
    named = code.removeprefix(f"{by}_")
    if named == POOLED:
        return report.term("group.pooled")
    if named == UNKNOWN and by == GROUPS and report.from_offices:
        # A register leaves the cell of those empty who are in no group of special need.
        return report.term("group.in_none")
    return value_label(report, code, by, "" if named == UNKNOWN else group_value(named))


def in_order(code: object) -> list[tuple[bool, Any]]:
    """Return what sorts texts by the numbers in them: 6 to 11 stands before 12 to 13."""
    if not isinstance(code, str):
        return [(False, code)]
    parts = re.split(r"(\d+)", code)
    return [(not part.isdigit(), int(part) if part.isdigit() else part) for part in parts if part]


def plain(code: object) -> str:
    """Return a value of a column as it is written in a code."""
    # A flag with empty cells is stored as 0.0 and 1.0.
    return f"{code:g}" if isinstance(code, float) else str(code)
