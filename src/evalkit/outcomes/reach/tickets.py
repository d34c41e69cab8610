"""The loop of orders: how many come to each step, whose they are, and how long each step takes."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells, counted, people, ratio
from evalkit.errors import UsageError
from evalkit.outcomes.analysis import Drawn, Yielded, analysis, handed_in, lacking, measure
from evalkit.outcomes.order_loop import FAR, NEVER, by_person, states
from evalkit.outcomes.reach.waiting import earliest, ranked
from evalkit.outcomes.report import Refusal, Report
from evalkit.table import ask

if TYPE_CHECKING:
    import ibis

TICKETS = "tickets"
# Each step and the time that it leaves.
TIMES = {
    "ordered": "ordered_at",
    "dispatched": "dispatched_at",
    "accepted": "accepted_at",
    "closed": "completed_at",
    "rated": "rated_at",
}
FIRST = "ordered"
COUNTED = ("orders", "named", "unnamed", "behind", "lost", "untimed", "wrong")
WHOSE = tuple(f"people_{name}" for name in COUNTED)
# Ratings that are none of a closed order.
FAULTS = ("early", "open_rated")


@dataclass(frozen=True, kw_only=True)
class Tickets(Drawn):
    """The orders of an area, counted where they are.

    The cohort's rows are the steps of the loop that are recorded, in order: ``step``, and of
    it the true counts "orders", "named" and "unnamed" (with and without a person), "behind"
    (not at the step), "lost" (at the step before and not at this one), "untimed" (at it, and
    no time says when) and "wrong" (earlier than a step before it), each also as
    ``people_<name>``.

    Parameters
    ----------
    rows : ibis.Table
        One row an order: ``person``, and for each step ``at_<step>``, ``time_<step>`` and
        ``wrong_<step>``.
    unrecorded : tuple of str
        Steps that no order bears a time of.
    faults : mapping of str to (int, int)
        Ratings that count for nothing: orders, and people.
    """

    rows: ibis.Table = field(repr=False)
    unrecorded: tuple[str, ...]
    faults: Mapping[str, tuple[int, int]] = field(repr=False)


def draw_tickets(report: Report) -> Tickets | Refusal:
    """Draw the orders of an area.

    Parameters
    ----------
    report : Report
        An opened reach report.

    Returns
    -------
    Tickets or Refusal
        A refusal where the area handed in no orders.
    """
    held = handed_in(report, TICKETS)
    if held is None:
        return lacking(report, "order_step", "no_tickets")
    (table,) = held
    orders = table.expression()
    timed = ask(orders.aggregate(**{s: orders[t].count() for s, t in TIMES.items()})).iloc[0]
    # A rating without its time is one all the same.
    timed["rated"] += int(ask(orders.aggregate(n=orders.rating.count()))["n"].iloc[0])
    there = [step for step in TIMES if timed[step]]
    rows = _derived(orders, there)
    found = ask(by_person(rows, _holds(rows, there))).iloc[0]
    made = pd.DataFrame(
        [
            {"step": step, **{name: int(found[f"{name}_{step}"]) for name in (*COUNTED, *WHOSE)}}
            for step in there
        ]
    )
    return Tickets(
        report=report,
        cohort=Cohort(made, (), table),
        deviations=(),
        estimates=(),
        rows=rows,
        unrecorded=tuple(step for step in TIMES if step not in there),
        faults={name: (int(found[name]), int(found[f"people_{name}"])) for name in FAULTS},
    )


def _derived(orders: ibis.Table, there: Sequence[str]) -> ibis.Table:
    """Return the orders with how far each came, when, and whether that can be."""
    import ibis

    state = states(orders)
    at = {step: state[step] for step in ("accepted", "closed", "rated")}
    # Whoever accepted an order had it: whether or not the platform wrote that it was sent.
    at |= {FIRST: ibis.literal(True), "dispatched": orders.dispatched_at.notnull() | at["accepted"]}
    made: dict[str, Any] = {"named": state["named"], "person": state["person"]}
    made |= {name: state[name] for name in FAULTS}
    before: list[ibis.Value] = []
    for step in there:
        time = orders[TIMES[step]]
        # A time of rating without a rating, or before the order, is of no step.
        time = at["rated"].ifelse(time, ibis.null(time.type())) if step == "rated" else time
        latest = ibis.greatest(*before) if before else ibis.null(time.type())
        made |= {f"at_{step}": at[step], f"time_{step}": time}
        made[f"wrong_{step}"] = (time < latest).fill_null(False)
        before.append(ibis.coalesce(time, latest))
    return orders.select(**made)


def _holds(rows: ibis.Table, there: Sequence[str]) -> dict[str, ibis.Value]:
    """Return what is counted of the orders of one person."""
    holds = {name: rows.count(where=rows[name]) for name in FAULTS}
    before = there[0]
    for step in there:
        at = rows[f"at_{step}"]
        holds |= {
            f"orders_{step}": rows.count(where=at),
            f"named_{step}": rows.count(where=at & rows.named.notnull()),
            f"unnamed_{step}": rows.count(where=at & rows.named.isnull()),
            f"behind_{step}": rows.count(where=~at),
            f"lost_{step}": rows.count(where=rows[f"at_{before}"] & ~at),
            f"untimed_{step}": rows.count(where=at & rows[f"time_{step}"].isnull()),
            f"wrong_{step}": rows.count(where=rows[f"wrong_{step}"]),
        }
        before = step
    return holds


@analysis("order_step")
def tickets(drawn: Tickets, shares: Sequence[float]) -> Iterator[Yielded]:
    """Count the orders at each step of the loop, and tell how long each step takes.

    Parameters
    ----------
    drawn : Tickets or Refusal
        From `draw_tickets`.
    shares : sequence of float
        Of the orders of the step before, each between 0 and 1: 0.5 for the median.

    Returns
    -------
    Result or Refusal
        Of each step: ``order_step[step]``, orders at it; ``order_people[step]``, whose they
        are: bounds where of some nobody says; ``order_share[of, step]``, out of "all" and of
        the step "before"; ``order_hours[step, share]``, the hours after the step before
        within which this share of its orders came: those not there yet took longer than any,
        those without both times, or with a time earlier than a step before it, are left out;
        ``order_fault[fault]`` for these. An order at a later step was at the earlier ones. A
        step that no order bears a time of has a reason instead and is passed over.

    Raises
    ------
    UsageError
        If a share is not between 0 and 1.
    """
    for share in shares:
        if not 0 < share < 1:
            allowed = "0 < x < 1"
            raise UsageError("choice_value", choice="shares", found=f"{share:g}", allowed=allowed)
    report, steps = drawn.report, drawn.cohort.frame.to_dict("records")
    whole, before = steps[0], steps[0]
    for row in steps:
        step = str(row["step"])
        about: dict[str, Any] = dict(
            dims=(("step", step),), definition=report.term(f"orders.step_{step}")
        )
        yield measure(
            "order_step", Cells((row["orders"],), (row["people_orders"],)), by=counted,
            unit="orders", digits=0, **about,
        )  # fmt: skip
        yield from _whose(row, about)
        if row is whole:
            yield measure(
                "order_share", Cells((row["orders"],), (row["people_orders"],)), by=_whole,
                unit="share", **{**about, "dims": (("of", "all"), *about["dims"])},
            )  # fmt: skip
        else:
            yield from _shares(row, before, whole, about)
            yield from _hours(drawn, step, str(before["step"]), shares, about)
        before = row
    for step in drawn.unrecorded:
        name = report.term(f"orders.step_{step}")
        reason = report.term("reason.step_untimed")
        yield measure(
            "order_step", unit="orders", dims=(("step", step),), definition=name, reason=reason
        )
    yield from _faults(drawn, steps)


def _whole(n: int) -> dict[str, Any]:
    return {"value": 1.0, "n": n, "events": n}


def _whose(row: Mapping[Any, Any], about: Mapping[str, Any]) -> Iterator[Yielded]:
    """Yield how many people stand behind the orders of a step."""
    known, open_ones = row["people_named"], row["unnamed"]
    if not open_ones:
        yield measure("order_people", people(known), by=counted, unit="persons", digits=0, **about)
        return
    # The others are orders of somebody who is known, or each of somebody else.
    yield measure(
        "order_people", people(known, open_ones), by=_ends, unit="persons", digits=0,
        interval="bounds", **about,
    )  # fmt: skip


def _ends(known: int, more: int) -> dict[str, Any]:
    return {"low": max(known, 1), "high": known + more}


def _shares(
    row: Mapping[Any, Any],
    before: Mapping[Any, Any],
    whole: Mapping[Any, Any],
    about: Mapping[str, Any],
) -> Iterator[Yielded]:
    """Yield the share of all orders that came to a step, and of those at the step before."""
    for of, base, without in (("all", whole, "behind"), ("before", before, "lost")):
        few = (row["people_orders"], base["people_orders"], row[f"people_{without}"])
        yield measure(
            "order_share", Cells((row["orders"], base["orders"]), few), by=ratio, unit="share",
            **{**about, "dims": (("of", of), *about["dims"])},
        )  # fmt: skip


def _hours(
    drawn: Tickets, step: str, before: str, shares: Sequence[float], about: Mapping[str, Any]
) -> Iterator[Yielded]:
    """Yield within how many hours each share of the orders came from one step to the next."""
    report, rows = drawn.report, drawn.rows
    start, end, at = rows[f"time_{before}"], rows[f"time_{step}"], rows[f"at_{step}"]
    both = start.notnull() & ~rows[f"wrong_{before}"] & ~rows[f"wrong_{step}"]
    used = rows.filter(rows[f"at_{before}"] & both & (end.notnull() | ~at)).mutate(
        waited=at.ifelse((end.epoch_seconds() - start.epoch_seconds()) / 3600, NEVER)
    )
    used = ranked(used)
    made = {f"q{i}": earliest(used, share) for i, share in enumerate(shares)}
    found = ask(used.aggregate(n=used.count(), people=used.person.nunique(), **made)).iloc[0]
    n, whom = int(found["n"]), int(found["people"])
    for i, share in enumerate(shares):
        name = {
            **about,
            "dims": (*about["dims"], ("share", f"{share:g}")),
            "method": report.term("tickets.within", share=share),
        }
        if not n or found[f"q{i}"] >= NEVER / FAR:
            reason = report.term("reason.never_there" if n else "reason.no_times", share=share)
            yield measure("order_hours", unit="mean", reason=reason, **name)
            continue
        # A quantile is the time of one person: enough must lie on either side of it.
        beyond = math.floor(n * min(share, 1 - share))
        yield measure(
            "order_hours", Cells((n,), (whom, min(whom, beyond))), by=lambda n: {"n": n},
            model=functools.partial(float, found[f"q{i}"]), unit="mean", digits=1, **name,
        )  # fmt: skip


def _faults(drawn: Tickets, steps: Sequence[Mapping[Any, Any]]) -> Iterator[Yielded]:
    """Yield how many orders carry what cannot be, or lack a time that they should have."""
    report = drawn.report
    found = [
        (f"{name}_{row['step']}", report.term(f"tickets.{name}_{row['step']}"), row[name],
         row[f"people_{name}"])
        for name in ("wrong", "untimed")
        for row in steps
        if row[name]
    ]  # fmt: skip
    found += [
        (name, report.term(f"orders.fault_{name}"), orders, whom)
        for name, (orders, whom) in drawn.faults.items()
        if orders
    ]
    for fault, named, orders, whom in found:
        yield measure(
            "order_fault", Cells((orders,), (whom,)), by=counted, unit="orders", digits=0,
            dims=(("fault", fault),), definition=named,
        )  # fmt: skip
