"""How alike the groups were before the programme."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.disclosure import Gate
from evalkit.errors import UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.outcomes.recidivism.followed import Followed, refuse_group
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.shared import chosen, lies_below, plan_deviations


def profile(followed: Followed | Refusal, covariates: tuple[str, ...]) -> Result | Refusal:
    """Compare the groups before the programme, by standardised mean differences.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    covariates : tuple of str
        Columns of the table.

    Returns
    -------
    Result or Refusal
        ``mean[covariate, group]`` (a share where the column holds 0 and 1) and
        ``smd[covariate]``.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "smd")
    report = followed.report
    planned = plan_deviations(report, covariates=covariates)
    deviations = followed.deviations + planned
    if lies_below([len(followed.group(code)) for code in followed.groups], 2):
        return refuse_group(followed, "too_few", report.plan.min_people, deviations, "smd")
    estimates: list[Estimate] = []
    for name in covariates:
        _check_column(followed, name)
        estimates += _balance(followed, name, deviations)
    return Result(report, tuple(estimates), deviations)


def _check_column(followed: Followed, name: str) -> None:
    frame = followed.cohort.frame
    chosen("covariates", name, sorted(frame.columns))
    if not pd.api.types.is_numeric_dtype(frame[name]):
        known = sorted(c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c]))
        raise UsageError("covariate_kind", column=name, known=known)


def _mean(values: pd.Series, gate: Gate) -> float | None:
    if values.empty:
        return None
    mean = float(values.mean())
    # Rounded in the record, not only on the page.
    return mean if gate.open else round(mean, 1)


def _balance(followed: Followed, name: str, deviations: tuple[Deviation, ...]) -> list[Estimate]:
    report, gate, table = followed.report, followed.gate, followed.cohort.table
    columns = [followed.group(code)[name].dropna() for code in followed.groups]
    flag = set(followed.cohort.frame[name].dropna().unique()) <= {0, 1}
    found = []
    for code, values in zip(followed.groups, columns, strict=True):
        n = gate.count(len(values))
        events = int(values.sum()) if flag else None
        hidden = gate.hides([len(values)]) or (
            events is not None and gate.hides_share(events, len(values))
        )
        value = gate.count(events) / n if events is not None and n else _mean(values, gate)
        unknown = None if value is not None else report.term("reason.no_spread")
        found.append(
            report.estimate(
                "mean",
                table=table,
                hidden=hidden,
                deviations=deviations,
                dims=(("covariate", name), ("group", code)),
                unit="share" if flag else "mean",
                value=value,
                reason=unknown,
                n=n,
                events=gate.count(events) if events is not None else None,
                group=report.study.label(code),
                definition=report.study.label(name),
            )
        )
    hidden = any(e.disclosure == "withheld" for e in found)
    shared: dict[str, Any] = dict(
        table=table,
        deviations=deviations,
        dims=(("covariate", name),),
        unit="smd",
        digits=2,
        definition=report.study.label(name),
        method=report.term("method.smd"),
    )
    if _without_spread(columns):
        reason = report.term("reason.no_spread")
        return [*found, report.estimate("smd", **shared, hidden=hidden, reason=reason)]
    gap = standardised_mean_difference(*columns)
    value = gap if gate.open else round(gap, 2)
    found.append(report.estimate("smd", **shared, hidden=hidden, value=value))
    return found


def _without_spread(columns: list[pd.Series]) -> bool:
    """Return whether no standard deviation can be had to compare the groups with."""
    if min(map(len, columns)) < 2:
        return True
    constants = [values.iloc[0] for values in columns if values.nunique() == 1]
    return len(constants) == len(columns) and len(set(constants)) > 1
