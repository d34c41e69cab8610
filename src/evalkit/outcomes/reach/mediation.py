"""Disputes that were received: settled or not so far; which of the others ended is not known."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, counted, part, people, ratio
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import (
    Drawn,
    Yielded,
    analysis,
    handed_in,
    lacking,
    measure,
    refused,
)
from evalkit.outcomes.order_loop import FAR, NEVER
from evalkit.outcomes.reach.categories import EVERY, grouped, name_of, plain, word
from evalkit.outcomes.reach.waiting import earliest, ranked
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import ask

if TYPE_CHECKING:
    import ibis

MEDIATION = "mediation"
STATES = ("settled", "unsettled")
COUNTED = (*STATES, "old", "soon", "reopened", "astray")


@dataclass(frozen=True, kw_only=True)
class Mediation(Drawn):
    """The disputes of an area, counted where they are.

    The cohort's rows are the groups of disputes: ``group``; the counts "settled", "unsettled",
    "old" (received long enough before the last entry), "soon" (of these, settled in the time),
    "reopened" (settled, and came back) and "astray" (came back, and was never settled); and
    ``half``, the days within which half of them were settled. A dispute is at least one
    person's; of its parties the list holds no numbers.

    Parameters
    ----------
    within : int
        Days in which a dispute may be settled in time.
    until : pandas.Timestamp
        Day of the last entry.
    """

    within: int
    until: pd.Timestamp


def draw_mediation(report: Report, within: int = 90) -> Mediation | Refusal:
    """Draw the disputes of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.
    within : int
        Settled in time is within so many days of receipt, at least 1; judged of disputes
        received at least so long before the last entry.

    Returns
    -------
    Mediation or Refusal
        A refusal where the area handed in no list of disputes.

    Raises
    ------
    UsageError
        If there are no days.
    """
    if within < 1:
        raise UsageError("choice_value", choice="within", found=str(within), allowed=">= 1")
    held = handed_in(report, MEDIATION)
    if held is None:
        return lacking(report, "dispute_share", "no_mediation")
    (table,) = held
    disputes = table.expression()
    dates = (disputes.received_at, disputes.settled_at, disputes.reopened_at)
    last = ask(disputes.aggregate(**{f"d{i}": date.max() for i, date in enumerate(dates)}))
    until = pd.Timestamp(pd.to_datetime(last.iloc[0]).max())
    rows = _derived(disputes, until, within)
    groups = _counted(rows.mutate(group=grouped(report, table, rows)))
    whole = _counted(rows.mutate(group=word(EVERY)))
    made = ask(groups.union(whole)).sort_values("group", ignore_index=True)
    return Mediation(
        report=report,
        cohort=Cohort(made, (), table),
        deviations=(),
        estimates=(),
        within=within,
        until=until,
    )


def _derived(disputes: ibis.Table, until: pd.Timestamp, within: int) -> ibis.Table:
    """Return the disputes with what became of them, and in how many days."""
    settled = disputes.settled_at.notnull()
    days = (disputes.settled_at.epoch_seconds() - disputes.received_at.epoch_seconds()) / 86400
    old = disputes.received_at <= (until - pd.Timedelta(days=within)).date()
    again = disputes.reopened_at.notnull()
    return disputes.select(
        "category",
        whose=disputes.case_id,
        settled=settled,
        unsettled=~settled,
        old=old,
        soon=old & settled & (days <= within),
        reopened=settled & again,
        astray=again & ~settled,
        # A dispute that is not settled has taken longer than any that is.
        waited=days.fill_null(NEVER),
    )


def _counted(rows: ibis.Table) -> ibis.Table:
    """Return the counts of each group."""
    rows = ranked(rows, "group")
    many = {name: rows.count(where=rows[name]) for name in COUNTED}
    return rows.group_by("group").aggregate(half=earliest(rows, 0.5), **many)


@analysis("dispute_share")
def mediation(drawn: Mediation) -> Iterator[Yielded]:
    """Return how many disputes were settled, how soon, and how many came back.

    Parameters
    ----------
    drawn : Mediation or Refusal
        From `draw_mediation`.

    Returns
    -------
    Result or Refusal
        For everything first, then for each category, those of few disputes joined:
        ``dispute_share[category, state]``, "settled" and "unsettled", which is open or ended
        without agreement: the list does not tell which, so that there is no share of those
        closed; ``dispute_within[category]``, settled in time, of those received long enough
        before the last entry; ``dispute_days[category]``, the days within which half of all
        were settled, those not settled counted as longer than any. Of all:
        ``dispute_reopened``, came back, of those settled; ``dispute_fault[fault]``, came back
        and was never settled. Refused where no dispute has a day of settlement.
    """
    rows = drawn.cohort.frame.to_dict("records")
    whole = next(row for row in rows if row["group"] == EVERY)
    if not whole["settled"]:
        raise refused(drawn.report, "none_settled")
    for row in (whole, *(row for row in rows if row is not whole)):
        yield from _of(drawn, row)
    yield measure(
        "dispute_reopened", part(int(whole["reopened"]), int(whole["settled"])), by=ratio,
        unit="share", definition=drawn.report.term("mediation.reopened"),
    )  # fmt: skip
    if many := int(whole["astray"]):
        yield measure(
            "dispute_fault", people(many), by=counted, unit="cases", digits=0,
            dims=(("fault", "astray"),), definition=drawn.report.term("mediation.astray"),
        )  # fmt: skip


def _of(drawn: Mediation, row: Mapping[Any, Any]) -> Iterator[Yielded]:
    report, code = drawn.report, str(row["group"])
    about: dict[str, Any] = dict(
        dims=(("category", plain(code)),), group=name_of(report, MEDIATION, code)
    )
    counts = tuple(int(row[state]) for state in STATES)
    for place, state in enumerate(STATES):
        yield measure(
            "dispute_share", people(*counts), by=functools.partial(_share, place), unit="share",
            definition=report.term(f"mediation.{state}"),
            **about | {"dims": (*about["dims"], ("state", state))},
        )  # fmt: skip
    old, soon = int(row["old"]), int(row["soon"])
    in_time = report.term("mediation.within", days=drawn.within, until=f"{drawn.until:%Y-%m-%d}")
    if old:
        yield measure(
            "dispute_within", part(soon, old), by=ratio, unit="share", window=in_time,
            **about,
        )  # fmt: skip
    else:
        reason = report.term("reason.none_old", days=drawn.within)
        yield measure("dispute_within", unit="share", window=in_time, reason=reason, **about)
    half = float(row["half"])
    if half >= NEVER / FAR:
        reason = report.term("reason.half_unsettled")
        yield measure("dispute_days", unit="days", reason=reason, **about)
        return
    yield measure(
        "dispute_days", Cells((sum(counts),), counts),
        by=lambda n: {"value": float(math.ceil(half)), "n": n}, unit="days", digits=0, **about,
    )  # fmt: skip


def _share(place: int, *counts: int) -> dict[str, Any]:
    # Of rounded parts, so that they add up.
    return {"value": counts[place] / sum(counts), "n": sum(counts), "events": counts[place]}
