"""Money by where it came from; beside people and visits only where both are of the same time."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import NOBODY, Cells
from evalkit.errors import Refused
from evalkit.outcomes.analysis import (
    Absent,
    Drawn,
    Yielded,
    analysis,
    handed_in,
    lacking,
    measure,
    refused,
)
from evalkit.outcomes.reach.calendar import whole_months
from evalkit.outcomes.reach.dated import ATTENDANCE, SESSIONS, dated_visits
from evalkit.outcomes.report import Refusal, Report
from evalkit.schema import load_schema
from evalkit.table import Table, ask
from evalkit.words import Term

SPEND = "spend"
EVERY = "all"
PARTS = ("paid", "refunded", "net")


@dataclass(frozen=True, kw_only=True)
class Spend(Drawn):
    """The payments of an area; the cohort's rows are yuan ``paid`` and ``refunded``.

    By ``source`` and ``month``; a refund is above 0 here.

    Parameters
    ----------
    days : pandas.Series
        Days with a payment.
    visits : pandas.DataFrame
        How many ``visits`` were on each ``date``, missing where nobody says when; without
        any row where no list of who came was handed in.
    """

    days: pd.Series = field(repr=False)
    visits: pd.DataFrame = field(repr=False)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Money, who came, and when their activities were."""
        found = [self.report.office(shape) for shape in (ATTENDANCE, SESSIONS)]
        return (self.table, *(table for table in found if table is not None))


def draw_spend(report: Report) -> Spend | Refusal:
    """Draw the payments of an area, and the visits to be set beside them.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Spend or Refusal
        A refusal where the area handed in no payments.
    """
    held = handed_in(report, SPEND)
    if held is None:
        return lacking(report, "spend_yuan", "no_spend")
    (table,) = held
    rows = table.expression()
    found = ask(
        rows.group_by(["money_source", "date"]).aggregate(
            paid=rows.amount.sum(where=rows.amount > 0).fill_null(0),
            refunded=-rows.amount.sum(where=rows.amount < 0).fill_null(0),
        )
    )
    found["date"] = pd.to_datetime(found["date"])
    month = found["date"].dt.to_period("M").dt.start_time.rename("month")
    made = found.groupby([found["money_source"].rename("source"), month], sort=True)
    visited = dated_visits(report)
    visits = pd.DataFrame({"date": [], "visits": []})
    if visited is not None:
        visits = ask(visited.group_by("date").aggregate(visits=visited.count()))
    return Spend(
        report=report,
        cohort=Cohort(made[["paid", "refunded"]].sum().reset_index(), (), table),
        deviations=(),
        estimates=(),
        days=found["date"],
        visits=visits.assign(date=pd.to_datetime(visits["date"])),
    )


@analysis("spend_yuan")
def spend(drawn: Spend) -> Iterator[Yielded]:
    """Return the yuan of each source, and beside people and visits where that can be.

    Parameters
    ----------
    drawn : Spend or Refusal
        From `draw_spend`.

    Returns
    -------
    Result or Refusal
        ``spend_yuan[part, source]``, yuan "paid", "refunded" and "net" of these, of each
        source and of all; ``spend_per[of]``, net yuan for each "person" who signed in and for
        each of their "visits", in the whole months that both lists hold: a reason where they
        share none, a month between them is missing in either, or a visit has no day. Yuan
        are nobody's: they are counted and not rounded, but for those beside people.
    """
    report, frame = drawn.report, drawn.cohort.frame
    sums = {
        str(source): (float(rows["paid"].sum()), float(rows["refunded"].sum()))
        for source, rows in (*frame.groupby("source", sort=True), (EVERY, frame))
    }
    labels = load_schema(SPEND).columns["money_source"].choices
    order = [source for source in labels if source in sums]
    window = report.term(
        "spend.listed", first=f"{drawn.days.min():%Y-%m-%d}", last=f"{drawn.days.max():%Y-%m-%d}"
    )
    for source in (*order, EVERY):
        paid, refunded = sums[source]
        for part, yuan in zip(PARTS, (paid, refunded, paid - refunded), strict=True):
            yield measure(
                "spend_yuan", NOBODY, by=_alone(round(yuan)), unit="CNY", digits=0,
                dims=(("part", part), ("source", source)), group=_name(report, source),
                definition=report.term(f"spend.{part}"), window=window,
            )  # fmt: skip
    try:
        months = _shared(drawn)
    except Refused as why:
        yield Absent("spend_per", why)
        return
    yield from _each(drawn, months)


def _shared(drawn: Spend) -> pd.DatetimeIndex:
    """Return the months of which both lists hold everything, or say why there are none."""
    report = drawn.report
    if drawn.visits.empty:
        raise refused(report, "no_attendance")
    if drawn.visits["date"].isna().any():
        raise refused(report, "visits_undated")
    money, came = whole_months(drawn.days), whole_months(drawn.visits["date"])
    both = pd.DatetimeIndex(money.intersection(came))
    if both.empty:
        raise refused(report, "no_months_shared")
    between = pd.date_range(both[0], both[-1], freq="MS")
    if len(between) > len(both):
        raise refused(report, "months_missing", late=len(between) - len(both))
    return both


def _each(drawn: Spend, months: pd.DatetimeIndex) -> Iterator[Yielded]:
    """Yield the yuan for each person and visit of the months that are shared."""
    report, frame = drawn.report, drawn.cohort.frame
    rows = frame[frame["month"].isin(months)]
    yuan = round(float((rows["paid"] - rows["refunded"]).sum()))
    first, last = months[0], months[-1] + pd.offsets.MonthEnd(0)
    visited = dated_visits(report)
    assert visited is not None
    came = visited.filter((visited.date >= first.date()) & (visited.date <= last.date()))
    found = ask(came.aggregate(visits=came.count(), persons=came.person_id.nunique())).iloc[0]
    visits, persons = int(found["visits"]), int(found["persons"])
    window = report.term("spend.window", first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")
    for of, many in (("person", persons), ("visit", visits)):
        about: dict[str, Any] = dict(
            unit="CNY", digits=0, dims=(("of", of),), window=window, table=drawn.tables,
            definition=report.term(f"spend.per_{of}"),
        )  # fmt: skip
        if yuan <= 0:
            yield measure("spend_per", reason=report.term("reason.nothing_net"), **about)
            continue
        yield measure(
            "spend_per", Cells((many,), (persons,)), by=functools.partial(_over, yuan), **about
        )


def _over(yuan: int, many: int) -> dict[str, Any]:
    # Yuan are nobody's and stay as they are; people and visits are rounded.
    return {"value": yuan / many, "n": many}


def _name(report: Report, source: str) -> Term:
    if source == EVERY:
        return report.term("spend.all")
    label = load_schema(SPEND).columns["money_source"].choices[source].label
    return Term(source, {lang: label.text[lang] for lang in report.languages})


def _alone(value: float) -> Any:
    return lambda: {"value": value}
