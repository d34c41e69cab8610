"""What the ratings of orders say, never without what the unrated could make of it.

A share of those who rate is no share of those who were served. Beside it stands always what
all closed orders could come to, if none and if all of the others had pleased.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import Cells, Gate, ratio
from evalkit.estimators.counted_share import counted_share
from evalkit.estimators.worst_case import worst_case
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure, refused
from evalkit.outcomes.report import Refusal, Result, refused_again
from evalkit.outcomes.requirements import (
    Requirement,
    as_estimates,
    counted,
    require,
    requirement,
    share_of,
)
from evalkit.outcomes.satisfaction.answers import EVERYONE
from evalkit.outcomes.satisfaction.orders import STARS, Orders, Tally, about, tallies
from evalkit.words import Term

# Of the rated orders, those of which it must be known who placed them: one person's hundred
# ratings would otherwise count as a hundred people's. Ours.
NAMED = 0.95
UNRATED = "unrated"
Block = tuple[int, ...]


def rating_gates(orders: Orders | Refusal) -> Result | Refusal:
    """Return every requirement of a share of ratings, passed or not.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.

    Returns
    -------
    Result or Refusal
        ``rating_gate[gate]``, in the order in which they are asked; nothing of a loop that
        has no rating.
    """
    if isinstance(orders, Refusal):
        return refused_again(orders, "rating_gate")
    judged = judge(orders) if orders.rating_step else []
    gates = as_estimates(orders.report, orders.table, judged)
    # Not what a verdict on the survey lacks.
    named = tuple(replace(gate, estimand="rating_gate") for gate in gates)
    return Result(orders.report, named)


def judge(orders: Orders) -> list[Requirement]:
    """Return what must hold before a share of ratings may stand, all of it at once."""
    report, plan, counts = orders.report, orders.report.plan, orders.counts
    gate, rated = report.gate(orders.table), counts["rated"]

    def asked(code: str, n: int, least: int) -> Requirement:
        found, limit = counted(report, gate, n), report.term("gate_limit.at_least_one", n=least)
        return requirement(report, code, n >= least, found, limit, n=least)

    def shared(code: str, part: int, whole: int, least: float) -> Requirement:
        limit = report.term("gate_limit.at_least_share", share=least)
        passed = part >= least * whole
        return requirement(
            report, code, passed, share_of(report, gate, part, whole), limit,
            over=(whole,), share=least,
        )  # fmt: skip

    return [
        asked("rated_orders", rated, plan.min_orders),
        asked("rating_people", counts["people_rated"], plan.min_people),
        shared("rating_coverage", rated, counts["closed"], plan.min_coverage),
        shared("rating_named", counts["named"], rated, NAMED),
    ]


@analysis("top_rating")
def ratings(orders: Orders, split: Sequence[str], level: float) -> Iterator[Yielded]:
    """Return what the ratings say, of all orders and of each group.

    Parameters
    ----------
    orders : Orders or Refusal
        From `draw_orders`.
    split : sequence of str
        Columns of the orders: "category", "township".
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        Of all closed orders, then of each group: ``rating_coverage[by]``, rated out of
        closed; ``rating_share[by, rating]`` of each rating and of "unrated" among the closed
        ones; ``top_rating[by]`` among the rated, with an interval that takes a person's
        orders as one cluster; ``top_rating_bounds[by]`` among the closed, if none and if all
        of the unrated had pleased (Manski 1989). Refused where no order is rated, or one of
        `rating_gates` fails.
    """
    report = orders.report
    if not orders.rating_step:
        raise refused(report, "no_rating_step")
    require(report, judge(orders))
    columns = (EVERYONE, *split)
    found = [(column, tally) for column in columns for tally in tallies(orders, column, told=True)]
    blocks = joined([t for _, t in found if _told(orders, t)], report.gate(orders.table), orders)
    for column, tally in found:
        yield coverage_of(orders, column, tally)
        if _told(orders, tally):
            yield from _shares(orders, column, tally, blocks)
        yield top_of(orders, column, tally, level)
        yield bounds_of(orders, column, tally)


def _told(orders: Orders, tally: Tally) -> bool:
    """Return whether the ratings of a group may be told at all: its low ones among them."""
    gate, whom = orders.report.gate(orders.table), tally.people
    enough = whom["rated"] >= orders.report.plan.min_people
    return enough and not gate.hides(_few(whom, "top", "low", "unrated"))


def coverage_of(orders: Orders, by: str, tally: Tally, name: Term | None = None) -> Measure:
    """Return how many of the closed orders of a group were rated."""
    none = orders.report.term("reason.no_closed_orders")
    few = _few(tally.people, "rated", "unrated")
    return measure(
        "rating_coverage",
        Cells((tally.orders["rated"], tally.orders["closed"]), few),
        by=ratio,
        **about(orders, by, tally, name) | {"reason": none},
    )


def satisfied(orders: Orders) -> Term:
    """Return in words which ratings count as content."""
    return orders.report.term("definition.rated_from", stars=orders.rated_from)


def top_of(orders: Orders, by: str, tally: Tally, level: float) -> Measure:
    """Return the share of a group's ratings that are high, its people as clusters."""
    report, whom = orders.report, tally.people
    described = about(orders, by, tally) | {"definition": satisfied(orders)}
    if whom["rated"] < report.plan.min_people:
        why = report.term("reason.fewer_people", n=report.plan.min_people)
        return measure("top_rating", **described, reason=why)
    pairs = tally.pairs
    return measure(
        "top_rating",
        Cells((tally.orders["top"], tally.orders["rated"]), _few(whom, "top", "low", "rated")),
        by=ratio,
        model=functools.partial(_interval, pairs["top"], pairs["rated"], pairs["clusters"], level),
        row=True,
        **described,
        interval="confidence",
        level=level,
        method=report.term("method.counted_share"),
    )


def _interval(events: Any, base: Any, clusters: Any, level: float) -> Mapping[str, float]:
    point: Point = counted_share(events, base, clusters, level=level)
    return {"value": point.value, "low": point.low, "high": point.high}


def bounds_of(orders: Orders, by: str, tally: Tally) -> Measure:
    """Return what the share of all closed orders of a group could be."""
    report, n, whom = orders.report, tally.orders, tally.people
    described = about(orders, by, tally) | {"definition": satisfied(orders)}
    if whom["rated"] < report.plan.min_people:
        why = report.term("reason.fewer_people", n=report.plan.min_people)
        return measure("top_rating_bounds", **described, reason=why)
    return measure(
        "top_rating_bounds",
        Cells((n["top"], n["rated"], n["closed"]), _few(whom, "top", "low", "unrated")),
        by=_ends,
        **described,
        interval="bounds",
        method=report.term("method.rating_bounds"),
    )


def _ends(top: int, rated: int, closed: int) -> dict[str, Any]:
    found = worst_case(top, rated, closed)
    return {"low": found.least, "high": found.most, "n": closed, "events": rated}


def _few(whom: Mapping[str, int], *names: str) -> tuple[int, ...]:
    return tuple(whom[name] for name in names)


def _shares(orders: Orders, by: str, tally: Tally, blocks: Sequence[Block]) -> Iterator[Measure]:
    """Yield the share of each rating among closed orders, and of those without one."""
    unrated = tally.orders["closed"] - tally.orders["rated"]
    counts = [sum(tally.orders[f"stars_{star}"] for star in block) for block in blocks]
    few = [_people(orders, tally, block) for block in blocks]
    cells = Cells((*counts, unrated), (*few, tally.people["unrated"]))
    names = ["+".join(map(str, block)) for block in blocks]
    for place, name in enumerate((*names, UNRATED)):
        group = about(orders, by, tally)
        yield measure(
            "rating_share",
            cells,
            by=functools.partial(_part, place),
            definition=rating_name(orders, name),
            **group | {"dims": (*group["dims"], ("rating", name))},
        )


def _people(orders: Orders, tally: Tally, block: Block) -> int:
    """Return how many people gave one of these ratings, or at least so many."""
    if block == tuple(star for star in STARS if star < orders.rated_from):
        return tally.people["low"]
    # Who gave several of these is counted in each: there are at least as many as of one.
    return max(tally.people[f"stars_{star}"] for star in block)


def rating_name(orders: Orders, code: str) -> Term:
    """Return a rating in words: "4", "1 to 3", "4 to below 5", or that there is none."""
    if code == UNRATED:
        return orders.report.term("orders.unrated")
    low, high = (int(code.split("+")[end]) for end in (0, -1))
    if orders.between and high < STARS[-1]:
        # Ratings between two stars are counted with the one below.
        return orders.report.term("orders.stars_below", low=low, high=high + 1)
    if low == high:
        return orders.report.term("orders.stars", n=low)
    return orders.report.term("orders.stars_joined", low=low, high=high)


def _part(place: int, *counts: int) -> dict[str, Any]:
    n = sum(counts)
    return {"value": counts[place] / n if n else None, "n": n, "events": counts[place]}


def joined(told: Sequence[Tally], gate: Gate, orders: Orders) -> list[Block]:
    """Return neighbouring ratings joined, in all groups alike, until none is one of few people.

    Ratings on either side of what counts as content are joined last.
    """
    blocks: list[Block] = [(star,) for star in STARS]
    while len(blocks) > 1:
        small = next(
            (i for i, b in enumerate(blocks) if gate.hides([_people(orders, t, b) for t in told])),
            None,
        )
        if small is None:
            break
        near = [i for i in (small - 1, small + 1) if 0 <= i < len(blocks)]
        side = blocks[small][0] >= orders.rated_from
        other = min(
            near,
            key=lambda i: (
                (blocks[i][0] >= orders.rated_from) != side,
                sum(_people(orders, t, blocks[i]) for t in told),
            ),
        )
        low, high = sorted((small, other))
        blocks[low : high + 1] = [blocks[low] + blocks[high]]
    return blocks
