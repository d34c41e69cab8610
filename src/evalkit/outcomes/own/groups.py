"""People of each group, counted here and released like every other count."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.disclosure import Cells, counted, estimated, people, ratio
from evalkit.errors import Refused, UsageError
from evalkit.estimate import Estimate
from evalkit.estimators.clustered import clustered_share
from evalkit.estimators.share import share as share_of
from evalkit.outcomes.analysis import Drawn, terms
from evalkit.outcomes.labels import (
    POOLED,
    UNKNOWN,
    Part,
    closed_list,
    group_code,
    pool_few,
    value_label,
)
from evalkit.outcomes.own.asked import check_column, check_drawn, check_name, code_of, words_of
from evalkit.outcomes.own.guard import not_comparable, require_sound, tells
from evalkit.outcomes.reach.gates import unrecorded
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.report import Refusal, Report, Result, refuse, refused_again
from evalkit.words import Term

Words = Mapping[str, str]


# Columns whose 1 the outcomes themselves show as what is counted.
KNOWN = ("event", "reached")


def counts(
    drawn: Drawn | Refusal,
    by: str,
    *,
    name: str,
    share: str = "",
    labels: Mapping[str, Words] | None = None,
) -> Result | Refusal:
    """Count the people of each group, and of them those with something.

    Parameters
    ----------
    drawn : Followed, Answers, Target or Refusal
        The people who count, from an outcome.
    by : str
        The column that splits them, of at most 60 values.
    name : str
        What the numbers are called: the estimand of their ids.
    share : str
        A column of 0 and 1, known of everybody: then the share with 1 is the number.
    labels : mapping of str to mapping, optional
        Words for values of `by` and for the columns, by language; those of the study and of
        closed lists are known already.

    Returns
    -------
    Result or Refusal
        ``name[<by>=value]``: people, or the share with Wilson's interval. Counts are
        rounded and small ones withheld by the disclosure policy; a value that only the table
        names and few people share is joined with others of its kind. A share has a reason
        where fewer people are than the plan's `min_people`, and none stands behind a failed
        gate of the outcome. Where the groups are those that the plan compares, and may not be
        compared, each share stands by itself and says why.

    Raises
    ------
    UsageError
        If the people are not those of an outcome, or a column is missing, names people,
        has too many values, or is not 0 and 1.

    Examples
    --------
    >>> by_risk = own.counts(followed, "risk_level", share="event", name="event_by_risk")
    """
    check_drawn(drawn)
    if isinstance(drawn, Refusal):
        return refused_again(drawn, name)
    report = drawn.report
    check_name(report, name)
    check_column(drawn, by)
    if share:
        _check_share(drawn, share)
    known = {key: words_of(report, key, said) for key, said in (labels or {}).items()}
    shared: dict[str, Any] = {
        "population": _named(report, by, known),
        "definition": _named(report, share, known) if share else None,
    }
    if share or tells(drawn, by):
        try:
            require_sound(drawn)
        except Refused as problem:
            reason, passes = terms(report, drawn.table, problem)
            return refuse(report, name, reason, passes, drawn.table, drawn.deviations)
    unlike = not_comparable(drawn, by) if share else None
    found = [_estimate(drawn, name, by, share, part, known, shared) for part in _parts(drawn, by)]
    if unlike is not None:
        # The gate of disclosure drops the reason of what has a number; this is none of its own.
        found = [replace(e, reason=unlike) if e.value is not None else e for e in found]
    return Result(report, tuple(found), drawn.deviations)


def _check_share(drawn: Drawn, share: str) -> None:
    frame = drawn.cohort.frame
    if share not in frame.columns:
        raise UsageError("own_column", found=share, known=sorted(map(str, frame.columns)))
    values = frame[share]
    if values.isna().any() or not set(values.unique()) <= {0, 1}:
        raise UsageError("own_share", column=share)


def _parts(drawn: Drawn, by: str) -> list[Part]:
    frame = drawn.cohort.frame
    known = frame[by].notna() & (frame[by].astype(str) != "")
    named = [
        Part(group_code(code_of(_plain(value))), _plain(value), part)
        for value, part in frame[known].groupby(by, sort=True)
    ]
    # As the office's list has them, low before high; what it does not have stands behind.
    order = list(closed_list(drawn.report, by))
    named.sort(key=lambda part: order.index(part.value) if part.value in order else len(order))
    if len({part.code for part in named}) < len(named):
        # Two values that read alike would be one result.
        raise UsageError("own_alike", column=by)
    parts = pool_few(drawn.report, drawn.cohort.table, by, named)
    if not known.all():
        parts.append(Part(UNKNOWN, "", frame[~known]))
    return parts


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _named(report: Report, column: str, known: Mapping[str, Term]) -> Term:
    if column in known or column in report.study.labels:
        return known.get(column) or report.study.label(column)
    # Columns have our own names, which every language of a study can read.
    return Term(column, dict.fromkeys(report.languages, column))


def _label(drawn: Drawn, by: str, part: Part, known: Mapping[str, Term]) -> Term:
    report = drawn.report
    if part.code == POOLED:
        return report.term("group.pooled")
    if part.value in known:
        return Term(part.code, known[part.value].text)
    whole = f"{by}_{part.code}"
    code = whole if whole in report.study.labels else part.code
    return value_label(report, code, by, part.value)


def _too_little(drawn: Drawn, frame: pd.DataFrame) -> Term | None:
    """Return why a group has no share, as the outcome's own exhibits say it."""
    report, plan = drawn.report, drawn.report.plan
    if len(frame) < plan.min_people:
        return report.term("reason.fewer_people", n=plan.min_people)
    if not isinstance(drawn, Target):
        return None
    if frame["cluster"].nunique() < plan.min_clusters:
        return report.term("reason.fewer_clusters", n=plan.min_clusters)
    return unrecorded(drawn, frame)


def _estimate(
    drawn: Drawn,
    name: str,
    by: str,
    share: str,
    part: Part,
    known: Mapping[str, Term],
    shared: dict[str, Any],
) -> Estimate:
    report, n = drawn.report, len(part.frame)
    about: dict[str, Any] = {
        **{"table": drawn.table, "deviations": drawn.deviations, "dims": ((by, part.code),)},
        **{"group": _label(drawn, by, part, known), **shared},
    }
    if not share:
        return report.estimate(name, cells=people(n), by=counted, unit="persons", digits=0, **about)
    events, level = int(part.frame[share].sum()), report.plan.level
    # Of what a column means nothing is known: nobody in it may be everybody in another.
    turned = () if share in KNOWN else ((n - events, n),)
    cells = Cells((events, n), few=(n,), harms=((events, n), *turned))
    why = _too_little(drawn, part.frame)
    if why is not None and not report.gate(drawn.table).withholds(cells):
        return report.estimate(name, unit="share", reason=why, **about)
    clustered = isinstance(drawn, Target)
    return report.estimate(
        name,
        cells=cells,
        by=ratio if clustered else estimated(lambda e, of: share_of(e, of, level=level)),
        # Neighbours are alike: as in the outcome's own shares, the interval respects it.
        model=functools.partial(
            clustered_share, part.frame[share], part.frame["cluster"], level=level
        )
        if clustered
        else None,
        unit="share",
        interval="confidence",
        level=level,
        method=report.term(f"method.{'clustered' if clustered else 'wilson'}"),
        **about,
    )
