"""Needs that were raised: met, matched to a project and waiting, or matched to none."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, handed_in, lacking, measure
from evalkit.outcomes.order_loop import FAR, NEVER
from evalkit.outcomes.reach.categories import EVERY, grouped, name_of, plain, word
from evalkit.outcomes.reach.waiting import earliest, ranked
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import ask

if TYPE_CHECKING:
    import ibis

NEEDS = "needs"
STATES = ("met", "waiting", "unmatched")


@dataclass(frozen=True, kw_only=True)
class Needs(Drawn):
    """The needs of an area, counted where they are.

    The cohort's rows are the groups of needs: ``group``, ``needs``, ``people`` (whose they
    are; a need of a community is that of one), for each state ``needs_<state>`` and
    ``people_<state>``, and ``half``, the days within which half of them were met.
    """


def draw_needs(report: Report) -> Needs | Refusal:
    """Draw the needs of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Needs or Refusal
        A refusal where the area handed in no list of needs.
    """
    held = handed_in(report, NEEDS)
    if held is None:
        return lacking(report, "need_share", "no_needs")
    (table,) = held
    rows = _derived(table.expression())
    groups = _counted(rows.mutate(group=grouped(report, table, rows)))
    whole = _counted(rows.mutate(group=word(EVERY)))
    made = ask(groups.union(whole)).sort_values("group", ignore_index=True)
    return Needs(
        report=report,
        cohort=Cohort(made, (), table),
        deviations=(),
        estimates=(),
    )


def _derived(needs: ibis.Table) -> ibis.Table:
    """Return the needs with their state and how long they waited."""
    import ibis

    met, matched = needs.met_at.notnull(), needs.project_id.notnull()
    state = met.ifelse("met", matched.ifelse("waiting", "unmatched"))
    days = (needs.met_at.epoch_seconds() - needs.raised_at.epoch_seconds()) / 86400
    return needs.select(
        "category",
        whose=ibis.coalesce(needs.person_id, word("\x1f") + needs.need_id),
        state=state,
        # A need that is not met has waited longer than any that is.
        waited=days.fill_null(NEVER),
    )


def _counted(rows: ibis.Table) -> ibis.Table:
    """Return the counts of each group."""
    rows, states = ranked(rows, "group"), dict[str, Any]()
    for state in STATES:
        inside = rows.state == state
        states[f"needs_{state}"] = rows.count(where=inside)
        states[f"people_{state}"] = rows.whose.nunique(where=inside)
    return rows.group_by("group").aggregate(
        needs=rows.count(), people=rows.whose.nunique(), half=earliest(rows, 0.5), **states
    )


@analysis("need_share")
def needs(drawn: Needs) -> Iterator[Yielded]:
    """Return how many needs were met, are waiting, or were matched to no project.

    Parameters
    ----------
    drawn : Needs or Refusal
        From `draw_needs`.

    Returns
    -------
    Result or Refusal
        ``need_share[category, state]`` for everything first, then for each category; those
        that few people have are joined. ``need_days[category]``: the days within which half
        of all its needs were met, those that were not among them.
    """
    rows = drawn.cohort.frame.to_dict("records")
    first = [row for row in rows if row["group"] == EVERY]
    for row in (*first, *(row for row in rows if row["group"] != EVERY)):
        yield from _of(drawn, row)


def _of(drawn: Needs, row: dict[Any, Any]) -> Iterator[Yielded]:
    report, code = drawn.report, str(row["group"])
    name = name_of(report, NEEDS, code)
    about: dict[str, Any] = dict(dims=(("category", plain(code)),), group=name)
    # Whoever has a need of each state may be one person: what hides is each number of people.
    many = tuple(int(row[f"people_{state}"]) for state in STATES)
    counts = tuple(int(row[f"needs_{state}"]) for state in STATES)
    for place, state in enumerate(STATES):
        yield measure(
            "need_share",
            Cells(counts, (*many, int(row["people"]))),
            by=functools.partial(_share, place),
            unit="share",
            definition=report.term(f"needs.{state}"),
            row=True,
            **about | {"dims": (*about["dims"], ("state", state))},
        )
    half = float(row["half"])
    if half >= NEVER / FAR:
        reason = report.term("needs.half_never")
        yield measure("need_days", **about, unit="days", reason=reason)
        return
    yield measure(
        "need_days", Cells((int(row["needs"]),), (int(row["people"]),)),
        by=lambda n: {"value": float(math.ceil(half)), "n": n}, unit="days", digits=0, **about,
    )  # fmt: skip


def _share(place: int, *counts: int) -> dict[str, Any]:
    # Of rounded parts, so that they add up; and their sum is what the share is printed beside.
    whole = sum(counts)
    return {"value": counts[place] / whole, "n": whole, "events": counts[place]}
