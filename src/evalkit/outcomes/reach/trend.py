"""Visits and new people month by month, with an interval that may be looked at after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY, Cells, counted, people
from evalkit.errors import UsageError
from evalkit.estimators.confidence_sequence import Sequence as Rates
from evalkit.estimators.confidence_sequence import rate_sequence
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, lacking, measure, refused
from evalkit.outcomes.reach.calendar import whole_months
from evalkit.outcomes.reach.dated import ATTENDANCE, SESSIONS, dated_visits
from evalkit.outcomes.reach.gates import MATCHED
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import Table, ask

SITES = "sites"
DAYS_OF_MONTH = 365.25 / 12
CHANGES = {"opened": "opened_at", "closed": "closed_at"}


@dataclass(frozen=True, kw_only=True)
class Trend(Drawn):
    """The visits of an area month by month, of whole months alone.

    The cohort's rows have ``month``, its ``visits``, the ``persons`` who made them, those of
    them who were ``new``: who had made none before in the list; and ``young``, whether the
    list is too young in that month to tell.

    Parameters
    ----------
    lead : int
        First whole months of the list in which nobody is told to be new.
    cut : tuple of str
        Months with visits of which the list does not hold everything.
    undated : int
        Visits of which nobody says on which day they were.
    dated : int
        The others.
    changes : pandas.DataFrame
        How many ``sites`` of each ``change``, "opened" or "closed", are dated in each ``month``.
    """

    lead: int
    cut: tuple[str, ...]
    undated: int
    dated: int
    changes: pd.DataFrame = field(repr=False)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Who came, and when their activities were."""
        sessions = self.report.office(SESSIONS)
        return (self.table,) if sessions is None else (self.table, sessions)


def draw_trend(report: Report, lead: int = 3) -> Trend | Refusal:
    """Draw the visits of an area by the month in which they were.

    Parameters
    ----------
    report : Report
        An opened reach report.
    lead : int
        Nobody is told to be new in so many first months of the list, at least 0: many who
        stand in them had come before the list began.

    Returns
    -------
    Trend or Refusal
        A refusal where nobody signed in, or no list was handed in.

    Raises
    ------
    UsageError
        If there are fewer months than none.
    """
    if lead < 0:
        raise UsageError("choice_value", choice="lead", found=str(lead), allowed=">= 0")
    visits = dated_visits(report)
    table = report.office(ATTENDANCE)
    if visits is None or table is None:
        return lacking(report, "month_visits", "no_attendance")
    known = visits.filter(visits.date.notnull())
    first = known.group_by("person_id").aggregate(first=known.date.min())
    both = known.join(first, "person_id")
    told = both.mutate(month=both.date.truncate("M"), began=both.first.truncate("M"))
    made = ask(
        told.group_by("month").aggregate(
            visits=told.count(), persons=told.person_id.nunique(),
            new=told.person_id.nunique(where=told.month == told.began),
        )
    )  # fmt: skip
    days = ask(visits.group_by("date").aggregate(visits=visits.count()))
    made["month"] = pd.to_datetime(made["month"])
    made = made.sort_values("month", ignore_index=True)
    missing = days["date"].isna()
    whole = made["month"].isin(whole_months(pd.to_datetime(days.loc[~missing, "date"])))
    kept = made[whole].reset_index(drop=True)
    young = kept["month"] < kept["month"].min() + pd.DateOffset(months=lead)
    return Trend(
        report=report,
        cohort=Cohort(kept.assign(young=young), (), table),
        deviations=(),
        estimates=(),
        lead=lead,
        cut=tuple(f"{month:%Y-%m}" for month in made.loc[~whole, "month"]),
        undated=int(days.loc[missing, "visits"].sum()),
        dated=int(days.loc[~missing, "visits"].sum()),
        changes=_changes(report.office(SITES)),
    )


def _changes(sites: Table | None) -> pd.DataFrame:
    """Return in which months sites opened and closed."""
    if sites is None:
        return pd.DataFrame({"month": [], "change": [], "sites": []})
    frame = sites.columns(*CHANGES.values())
    parts = [
        pd.DataFrame({"month": frame[column].dropna().dt.to_period("M").dt.start_time})
        .assign(change=change)
        .groupby(["month", "change"])
        .size()
        .rename("sites")
        .reset_index()
        for change, column in CHANGES.items()
    ]
    return pd.concat(parts).sort_values(["month", "change"], ignore_index=True)


@analysis("month_visits")
def trend(drawn: Trend, planned: float, level: float) -> Iterator[Yielded]:
    """Follow visits and new people over the months.

    Parameters
    ----------
    drawn : Trend or Refusal
        From `draw_trend`.
    planned : float
        New people expected by the time that matters most, at least 1, said before the first
        look: there the interval is at its narrowest. Whatever is said, it holds.
    level : float
        Chance that the interval holds the mean after every month, however many follow.

    Returns
    -------
    Result or Refusal
        Of each whole month, in order: ``month_visits[month]``, ``month_people[month]``, people
        who made them, and ``month_new[month]``, those who had made none before;
        ``new_rate[month]``, new people in a month of 30.4 days, the mean of all such months
        so far, with an interval that holds however often it is looked at: absent once a month
        so far has few. Of the first months of the list both have a reason.
        ``month_change[change, month]``, sites opened and closed; ``month_undated``, visits
        without a day, in no month. Refused where more than one visit in twenty has none, or
        no month is whole.

    Raises
    ------
    UsageError
        If fewer than one new person is planned.

    Notes
    -----
    Robbins (1970), Annals of Mathematical Statistics 41(5), 1397-1409, as
    `evalkit.estimators.confidence_sequence` has it. People who come for the first time do so
    each by themselves; visits of the same people come in clumps, and have no interval.
    """
    if not 1 <= planned < np.inf:
        allowed = ">= 1"
        raise UsageError("choice_value", choice="planned", found=f"{planned:g}", allowed=allowed)
    report, frame = drawn.report, drawn.cohort.frame
    if drawn.dated < MATCHED * (drawn.dated + drawn.undated):
        raise refused(report, "visits_undated")
    if frame.empty:
        raise refused(report, "no_whole_month")
    months = pd.date_range(frame["month"].min(), frame["month"].max(), freq="MS")
    if len(months) > len(frame):
        # Nothing happened, or nobody wrote it down: a mean over them is not known.
        raise refused(report, "list_gaps", late=len(months) - len(frame))
    told = frame[~frame["young"]]
    found = None
    if len(told):
        days = told["month"].dt.days_in_month / DAYS_OF_MONTH
        found = rate_sequence(told["new"], days, planned=planned, level=level)
    for place in range(len(frame)):
        yield from _of_month(drawn, found, place, level)
    yield from _beside(drawn)


def _of_month(drawn: Trend, found: Rates | None, place: int, level: float) -> Iterator[Yielded]:
    report, frame = drawn.report, drawn.cohort.frame
    row = frame.iloc[place]
    month = f"{row['month']:%Y-%m}"
    about: dict[str, Any] = dict(
        dims=(("month", month),), window=report.term("staffing.month", month=month),
        table=drawn.tables,
    )  # fmt: skip
    whole = {"unit": "persons", "digits": 0, **about}
    visits, persons, new = (int(row[name]) for name in ("visits", "persons", "new"))
    yield measure(
        "month_visits", Cells((visits,), (persons,)), by=counted, **whole | {"unit": "visits"}
    )
    yield measure("month_people", people(persons), by=counted, **whole)
    if found is None or row["young"]:
        young = report.term("reason.list_young", lead=drawn.lead)
        yield measure("month_new", reason=young, **whole)
        yield measure("new_rate", unit="mean", reason=young, **about)
        return
    yield measure("month_new", people(new), by=counted, **whole)
    so_far = frame.loc[~frame["young"] & (frame.index <= place), "new"].tolist()
    at = len(so_far) - 1
    numbers = {n: float(getattr(found, n)[at]) for n in ("value", "low", "high")}
    yield measure(
        # Two means tell the month between them.
        "new_rate", Cells((), tuple(so_far)), model=_given(numbers), unit="mean",
        digits=1, interval="confidence", level=level, method=report.term("method.rate_sequence"),
        **about,
    )  # fmt: skip


def _beside(drawn: Trend) -> Iterator[Yielded]:
    """Yield what is dated beside the visits, and visits that are not."""
    report, frame = drawn.report, drawn.cohort.frame
    inside = drawn.changes[drawn.changes["month"].isin(frame["month"])]
    for row in inside.to_dict("records"):
        month = f"{row['month']:%Y-%m}"
        yield measure(
            "month_change", NOBODY, by=_given({"value": float(row["sites"])}), unit="sites",
            digits=0, dims=(("change", row["change"]), ("month", month)),
            window=report.term("staffing.month", month=month),
            definition=report.term(f"trend.{row['change']}"),
        )  # fmt: skip
    if drawn.undated:
        yield measure(
            "month_undated", Cells((drawn.undated,), (drawn.undated,)), by=counted, unit="visits",
            digits=0, definition=report.term("trend.undated"), table=drawn.tables,
        )  # fmt: skip


def _given(numbers: dict[str, float]) -> Any:
    return lambda: numbers
