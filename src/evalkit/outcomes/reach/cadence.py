"""Whether activities of a kind, such as trainings, were held as often as planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import (
    Drawn,
    Yielded,
    analysis,
    chosen,
    handed_in,
    lacking,
    measure,
)
from evalkit.outcomes.reach.calendar import whole_months
from evalkit.outcomes.reach.gates import MATCHED
from evalkit.outcomes.report import Refusal, Report
from evalkit.schema import load_schema
from evalkit.table import ask
from evalkit.words import REFUSED, Term

SESSIONS = "sessions"
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, kw_only=True)
class Cadence(Drawn):
    """The activities of one kind; the cohort's rows are how many were ``held`` in each ``month``.

    Of whole months alone: a month of which the list holds no activity at all is not known.

    Parameters
    ----------
    kind : Term
        Of the activities.
    untold : int
        Activities of which no kind is told.
    listed : int
        Activities of the kind, in whatever month.
    total : int
        Activities of any kind, or none.
    """

    kind: Term
    untold: int
    listed: int
    total: int


def draw_cadence(report: Report, kind: str) -> Cadence | Refusal:
    """Draw the activities of one kind.

    Parameters
    ----------
    report : Report
        An opened reach report.
    kind : str
        A kind of activity that the offices' table knows, as "training" or "supervision".

    Returns
    -------
    Cadence or Refusal
        A refusal where the area handed in no activities.

    Raises
    ------
    UsageError
        If there is no such kind; the message lists those that exist.
    """
    kinds = load_schema(SESSIONS).columns["kind"].choices
    label = kinds[chosen("kind", kind, kinds)].label
    held = handed_in(report, SESSIONS)
    if held is None:
        return lacking(report, "cadence_met", "no_activities")
    (table,) = held
    rows = table.expression()
    days = ask(
        rows.group_by("date").aggregate(
            held=rows.count(where=rows.kind == kind),
            untold=rows.count(where=rows.kind.isnull()),
            total=rows.count(),
        )
    )
    days["date"] = pd.to_datetime(days["date"])
    many = days.groupby(days["date"].dt.to_period("M").dt.start_time)["held"].sum()
    made = many.reindex(whole_months(days["date"])).rename_axis("month").reset_index()
    return Cadence(
        report=report,
        cohort=Cohort(made.astype({"held": int}), (), table),
        deviations=(),
        estimates=(),
        kind=Term(kind, {lang: label.text[lang] for lang in report.languages}),
        untold=int(days["untold"].sum()),
        listed=int(days["held"].sum()),
        total=int(days["total"].sum()),
    )


@analysis("cadence_met")
def cadence(drawn: Cadence, per_quarter: int) -> Iterator[Yielded]:
    """Return how many of the activities that a plan asks for were held.

    Parameters
    ----------
    drawn : Cadence or Refusal
        From `draw_cadence`.
    per_quarter : int
        Activities of the kind that are planned in each quarter, at least 1.

    Returns
    -------
    Result or Refusal
        ``cadence_met[kind]``, the share of the planned activities that were held, in quarters
        of whole months: one more than planned makes up for none of another quarter;
        ``cadence_month[kind, month]``, activities in each whole month, in order;
        ``cadence_untold[kind]``, activities of which no kind is told. Activities are nobody's:
        they are counted and not rounded. A reason and nothing else where none of the kind is
        listed (whether none was held, or none was written down, is not known), where more than
        one activity in twenty is of no told kind, or the list has a month without any.

    Raises
    ------
    UsageError
        If nothing is planned.
    """
    if per_quarter < 1:
        raise UsageError(
            "choice_value", choice="per_quarter", found=str(per_quarter), allowed=">= 1"
        )
    report, frame, kind = drawn.report, drawn.cohort.frame, drawn.kind
    about: dict[str, Any] = dict(dims=(("kind", kind.code),), group=kind)
    why = _lack(drawn)
    if why is not None:
        yield _none(report, about, why)
        return
    quarters = frame.groupby(frame["month"].dt.to_period("Q"))["held"].agg(["sum", "size"])
    held = quarters.loc[quarters["size"] == MONTHS_OF_QUARTER, "sum"]
    if held.empty:
        yield _none(report, about, ("no_quarter", {}))
    else:
        met = int(held.clip(upper=per_quarter).sum())
        yield measure(
            "cadence_met", NOBODY, by=_alone(met / (per_quarter * len(held))), unit="share",
            definition=report.term("cadence.plan", n=per_quarter, kind=kind),
            population=report.term("cadence.of", met=met, planned=per_quarter * len(held),
                                   quarters=len(held)), **about,
        )  # fmt: skip
    for month, many in zip(frame["month"], frame["held"], strict=True):
        name = f"{month:%Y-%m}"
        yield measure(
            "cadence_month", NOBODY, by=_alone(float(many)), unit="sessions", digits=0,
            window=report.term("staffing.month", month=name),
            **about | {"dims": (*about["dims"], ("month", name))},
        )  # fmt: skip
    if drawn.untold:
        yield measure(
            "cadence_untold", NOBODY, by=_alone(float(drawn.untold)), unit="sessions", digits=0,
            definition=report.term("cadence.untold"), **about,
        )  # fmt: skip


def _lack(drawn: Cadence) -> tuple[str, dict[str, Any]] | None:
    """Return why nobody can say how many were held: a reason, and what it shows; or None."""
    if not drawn.listed:
        return "kind_unlisted", {"kind": drawn.kind}
    if drawn.untold > (1 - MATCHED) * drawn.total:
        return "kinds_untold", {"share": 1 - MATCHED}
    months = drawn.cohort.frame["month"]
    gaps = len(pd.date_range(months.min(), months.max(), freq="MS")) - len(months)
    return ("list_gaps", {"late": gaps}) if gaps else None


def _none(report: Report, about: dict[str, Any], why: tuple[str, dict[str, Any]]) -> Yielded:
    # Not `refused`: of several kinds each has its own reason, under its own name.
    key, values = why
    reason, passes = (report.term(f"{part}.{key}", **values) for part in REFUSED)
    return measure("cadence_met", unit="share", reason=reason, would_pass=passes, **about)


def _alone(value: float) -> Any:
    return lambda: {"value": value}
