"""How far the loop goes: orders step by step, who rates and who does not, and for what."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence

from evalkit.disclosure import Cells, counted, people
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure
from evalkit.outcomes.requirements import first_failed
from evalkit.outcomes.satisfaction.answers import EVERYONE
from evalkit.outcomes.satisfaction.orders import (
    POINTS,
    REWARD,
    REWARDED,
    SPEED,
    Orders,
    Tally,
    name_of,
    quantiles,
    tallies,
)
from evalkit.outcomes.satisfaction.ratings import bounds_of, coverage_of, judge, top_of
from evalkit.table import ask
from evalkit.words import Term

STEPS = ("ordered", "accepted", "closed", "rated")
# Ratings that are none of a closed order, each counted and named.
FAULTS = ("early", "open_rated")


@analysis("order_step")
def order_steps(orders: Orders) -> Iterator[Yielded]:
    """Count the orders at each step of the loop, and ratings that cannot be.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.

    Returns
    -------
    Result or Refusal
        ``order_step[step]`` for "ordered", "accepted", "closed" and, where any order carries
        a rating, "rated"; ``order_fault[fault]`` for ratings from before their order ("early")
        and of orders that are not closed ("open_rated"), which count for nothing;
        ``rating_coverage[all]``, rated out of closed.
    """
    report, n = orders.report, orders.counts
    last = len(STEPS) if orders.rating_step else len(STEPS) - 1
    for step in STEPS[:last]:
        yield measure(
            "order_step",
            Cells((n[step],), (n[f"people_{step}"],)),
            by=counted,
            dims=(("step", step),),
            unit="orders",
            digits=0,
            definition=report.term(f"orders.step_{step}"),
        )
    for fault in FAULTS:
        if n[fault]:
            yield measure(
                "order_fault",
                Cells((n[fault],), (n[f"people_{fault}"],)),
                by=counted,
                dims=(("fault", fault),),
                unit="orders",
                digits=0,
                definition=report.term(f"orders.fault_{fault}"),
            )
    if orders.rating_step:
        # Of a loop in which nothing is closed there is none.
        for whole in tallies(orders, EVERYONE):
            yield coverage_of(orders, EVERYONE, whole)


@analysis("rating_coverage")
def raters(orders: Orders, split: Sequence[str], edges: Sequence[float]) -> Iterator[Yielded]:
    """Return how many of the closed orders were rated: who rates, and who does not.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.
    split : sequence of str
        Columns of the orders: "category", "township".
    edges : sequence of float
        Lower edges of bands of the time from order to completion, in hours, ascending from 0.

    Returns
    -------
    Result or Refusal
        ``rating_coverage[by]`` by time, by whether rating is rewarded, and by each column.
        Nothing of a loop without a rating.
    """
    if not orders.rating_step:
        return
    for column in (SPEED, *split):
        found = tallies(orders, column, edges)
        # Of one group alone, or of none that is named, nothing is compared.
        if len(found) > 1:
            for tally in found:
                band = column == SPEED
                name = _band(orders, int(tally.code), edges) if band else None
                yield coverage_of(orders, column, tally, name)


def _band(orders: Orders, place: int, edges: Sequence[float]) -> Term:
    """Return the name of a band of hours, in days."""
    low, last = _days(edges[place]), place + 1 == len(edges)
    if last:
        return orders.report.term("orders.speed_last", low=low)
    key = "speed_first" if not edges[place] else "speed_between"
    return orders.report.term(f"orders.{key}", low=low, high=_days(edges[place + 1]))


def _days(hours: float) -> str:
    return f"{hours / 24:g}"


@analysis("close_time")
def close_times(orders: Orders, split: Sequence[str], shares: Sequence[float]) -> Iterator[Yielded]:
    """Return how many hours pass until a share of the orders is closed.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.
    split : sequence of str
        Columns of the orders: "category", "township".
    shares : sequence of float
        Of all orders, each between 0 and 1: 0.5 for the median.

    Returns
    -------
    Result or Refusal
        ``close_time[by, share]`` in hours, of everyone, then of each group. An order that was
        never closed took longer than any other: it is not left out. Without a value where
        fewer than that share were closed.
    """
    for column in (EVERYONE, *split):
        for code, n, whom, hours in quantiles(orders, column, shares):
            for share, found in hours.items():
                yield _time(orders, column, code, share, found, n, whom)


def _time(
    orders: Orders, column: str, code: str, share: float, hours: float, n: int, whom: int
) -> Measure:
    report, few = orders.report, whom < orders.report.plan.min_people
    key, values = ("fewer_people", {"n": report.plan.min_people}) if few else (
        "never_closed", {"share": share}
    )  # fmt: skip
    # A quantile is the time of one person: enough must lie on either side of it.
    beyond = math.floor(n * min(share, 1 - share))
    told = math.isfinite(hours) and not few
    return measure(
        "close_time",
        Cells((n,), (whom, min(whom, beyond))),
        by=_of_orders,
        model=functools.partial(float, hours) if told else None,
        dims=((column, code), ("share", f"{share:g}")),
        unit="mean",
        digits=1,
        group=name_of(orders, column, code),
        definition=report.term("orders.closed_within", share=share),
        reason=report.term(f"reason.{key}", **values),
    )


def _of_orders(n: int) -> dict[str, int]:
    return {"n": n}


@analysis("rating_reward")
def rewards(orders: Orders, level: float) -> Iterator[Yielded]:
    """Return whether rating is rewarded, and what goes with it.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``rating_reward``, whose reason says by rule what the data show: whether orders are
        marked so ("marked" some, "all"), "booked" where points were booked to those who rated
        and hardly ever to those who did not, "free" where all are marked as not rewarded and
        no points were booked, else "unknown". Where orders are marked both ways:
        ``rating_coverage``, ``top_rating`` and ``top_rating_bounds`` of each.
        ``reward_unmarked``: rated orders marked as not rewarded for which points were booked.
        Nothing of a loop without a rating.
    """
    if not orders.rating_step:
        return
    report, booked = orders.report, _booked(orders)
    found = tallies(orders, REWARD)
    marked = {tally.code: tally for tally in found}
    state = _state(marked, booked)
    yield measure(
        "rating_reward",
        dims=(("state", state),),
        unit="none",
        reason=report.term(f"orders.reward_{state}"),
    )
    if booked.get("unmarked"):
        n = booked["unmarked"]
        yield measure(
            "reward_unmarked",
            people(n),
            by=counted,
            unit="orders",
            digits=0,
            definition=report.term("orders.reward_unmarked"),
        )
    if REWARDED not in marked or len(marked) < 2:
        return
    # Behind a gate that fails stands no share; how many rate is no share of ratings.
    open_ = first_failed(judge(orders)) is None
    for tally in sorted(found, key=lambda t: t.code != REWARDED):
        yield coverage_of(orders, REWARD, tally)
        if open_:
            yield top_of(orders, REWARD, tally, level)
            yield bounds_of(orders, REWARD, tally)


def _state(marked: dict[str, Tally], booked: dict[str, int]) -> str:
    """Return what the data show of a reward, by rule."""
    if REWARDED in marked:
        return "marked" if len(marked) > 1 else "all"
    rated = booked.get("rated_paid", 0) / max(booked.get("rated", 0), 1)
    others = booked.get("others_paid", 0) / max(booked.get("others", 0), 1)
    if booked.get("rated_paid", 0) and rated >= LIKELIER * others:
        return "booked"
    known = marked.keys() <= {"no"} and booked.get("rated_paid", 0) == 0
    return "free" if known else "unknown"


# Points that go to raters so many times as often as to others are points for rating; of those
# for ordering or for service both have some. Ours.
LIKELIER = 5


def _booked(orders: Orders) -> dict[str, int]:
    """Return to how many who ordered points were booked for the order, rated and not."""
    points = orders.report.office(POINTS)
    if points is None:
        return {}
    entries = points.expression()
    earned = (
        entries.filter(entries.ticket_id.notnull() & (entries.earned > 0))
        .select(ticket_id=entries.ticket_id, named=entries.person_id)
        .distinct()
        .mutate(paid=True)
    )
    # Points of whoever took the order are for the service, and not for the rating.
    both = orders.rows.filter(orders.rows.closed).left_join(earned, ["ticket_id", "named"])
    paid = both.paid.fill_null(False)
    counts = both.aggregate(
        rated=both.count(where=both.rated),
        rated_paid=both.count(where=both.rated & paid),
        others=both.count(where=~both.rated),
        others_paid=both.count(where=~both.rated & paid),
        unmarked=both.count(where=both.rated & paid & (both.reward == "no").fill_null(False)),
    )
    return {str(name): int(n) for name, n in ask(counts).iloc[0].items()}
