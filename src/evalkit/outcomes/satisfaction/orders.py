"""The orders of a loop that ends with a rating: counted where they are, person by person.

No order comes into memory. A database groups them by person first, so that one who orders a
hundred times is one person to the error and to disclosure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.outcomes.analysis import Drawn, used_choices
from evalkit.outcomes.labels import MARK, OURS, POOLED, UNKNOWN, group_value
from evalkit.outcomes.order_loop import FAR, NEVER, by_person, states
from evalkit.outcomes.report import Refusal, Report, refuse
from evalkit.outcomes.satisfaction.answers import EVERYONE
from evalkit.table import ask
from evalkit.words import Term

if TYPE_CHECKING:
    import ibis

TICKETS, POINTS = "tickets", "points"
STARS = (1, 2, 3, 4, 5)
# What is counted of a group, order by order and person by person.
COUNTED = ("closed", "rated", "top", *(f"stars_{n}" for n in STARS))
REWARDED, FREE = "yes", "no"
# Groups of which the ratings may not be told, together: others than those that few rated.
JOINED = "joined"
# Columns of an order that are no group of a table's own words.
SPEED, REWARD = "speed", "reward"


@dataclass(frozen=True)
class Tally:
    """The closed orders of one group.

    Parameters
    ----------
    code : str
        Of the group.
    orders, people : mapping of str to int
        True counts of orders, and of those who placed them: "closed", "rated", "top" (rated
        as content), "stars_1" to "stars_5"; of people also "unrated" and "low" (rated, and
        not as content).
    pairs : pandas.DataFrame
        How many people (``clusters``) have so many orders ``closed``, ``rated`` and ``top``.
    """

    code: str
    orders: Mapping[str, int] = field(repr=False)
    people: Mapping[str, int] = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Orders(Drawn):
    """The orders of an area, counted where they are; `cohort` holds one row of counts.

    Parameters
    ----------
    rows : ibis.Table
        One row an order: ``person``, ``closed``, ``rated`` (closed, and rated after it was
        placed), ``top``, ``stars``, ``hours`` from order to completion, ``reward``, and the
        faults.
    rated_from : float
        Lowest rating that counts as content.
    held : dict
        What was counted of groups so far.
    """

    rows: ibis.Table = field(repr=False)
    rated_from: float
    held: dict[Any, list[Tally]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Any, make: Callable[[], list[Tally]]) -> list[Tally]:
        """Return what was counted before, or count it: several exhibits rest on the same."""
        if key not in self.held:
            self.held[key] = make()
        return self.held[key]

    @property
    def counts(self) -> Mapping[str, int]:
        """True counts of orders and people at each step, and of orders that are faulty."""
        return {str(name): int(n) for name, n in self.cohort.frame.iloc[0].items()}

    @property
    def between(self) -> bool:
        """Whether any rating lies between two whole stars."""
        return self.counts["between"] > 0

    @property
    def rating_step(self) -> bool:
        """Whether any order carries a rating, or a time of one."""
        return self.counts["marked"] > 0


def draw_orders(report: Report, rated_from: float) -> Orders | Refusal:
    """Draw the orders of an area.

    Parameters
    ----------
    report : Report
        An opened satisfaction report; a survey is not needed.
    rated_from : float
        Lowest rating that counts as content: 1, 2, 3, 4 or 5.

    Returns
    -------
    Orders or Refusal
        A refusal where the area handed in no orders.

    Raises
    ------
    UsageError
        If no plan could name such a rating.
    """
    deviations = used_choices(report, {"rated_from": rated_from})
    table = report.office(TICKETS)
    if table is None or not table.n:
        reason, passes = (report.term(f"{k}.no_orders") for k in ("reason", "would_pass"))
        return refuse(report, "order_step", reason, passes)
    rows = _derived(table.expression(), rated_from)
    return Orders(
        report=report,
        cohort=Cohort(ask(_steps(rows)), (), table),
        deviations=deviations,
        estimates=(),
        rows=rows,
        rated_from=rated_from,
    )


def _derived(orders: ibis.Table, rated_from: float) -> ibis.Table:
    """Return the orders with what is counted of them; what is not known is no False."""
    import ibis

    found = states(orders)
    rated = found["rated"]
    spent = orders.completed_at.epoch_seconds() - orders.ordered_at.epoch_seconds()
    return orders.select(
        "category",
        "township",
        "ticket_id",
        **found,
        top=rated & (orders.rating >= rated_from),
        # A half star is no star of its own: it counts with the star below, and is so named.
        stars=orders.rating.floor(),
        between=rated & (orders.rating != orders.rating.floor()),
        hours=spent / 3600,
        reward=orders.incentive.isnull().ifelse(
            ibis.null("string"), orders.incentive.ifelse(REWARDED, FREE)
        ),
    )


def _steps(rows: ibis.Table) -> ibis.Table:
    """Return the counts of the whole, as one row: of orders, and of people who placed one."""
    holds = {
        "ordered": rows.count(),
        "accepted": rows.count(where=rows.accepted),
        "closed": rows.count(where=rows.closed),
        "rated": rows.count(where=rows.rated),
        "named": rows.count(where=rows.rated & rows.named.notnull()),
        **{
            name: rows.count(where=rows[name])
            for name in ("marked", "early", "open_rated", "between")
        },
    }
    return by_person(rows, holds)


def tallies(
    orders: Orders, by: str, edges: Sequence[float] = (), *, told: bool = False
) -> list[Tally]:
    """Return the closed orders of each group of a column, by what was counted of each person.

    Parameters
    ----------
    by : str
        "all", "reward", "speed" or a column of the orders.
    edges : sequence of float
        Of "speed": lower edges of the bands, in hours, ascending.
    told : bool
        Whether what the ratings say is to be told: then groups of which that may not be are
        joined too.

    Returns
    -------
    list of Tally
        In the order of their names, of "speed" of the edges; groups joined that too few
        people rated, then those of whom it is not known.
    """
    closed = orders.rows.filter(orders.rows.closed)
    group = _group(closed, by, edges)
    key = (by, *(edges if by == SPEED else ()))
    found = orders.once(key, lambda: _cube(closed.mutate(group=group)))
    unknown = [tally for tally in found if tally.code == UNKNOWN]
    known = [tally for tally in found if tally.code != UNKNOWN]
    if by in (EVERYONE, REWARD, SPEED):
        return [*known, *unknown]
    large = [tally for tally in known if _large(orders, tally, told)]
    rest = [tally.code for tally in known if tally not in large]
    code = JOINED if told else POOLED
    joined = orders.once((by, code), lambda: _joined(closed, group, rest, code)) if rest else []
    return [*large, *joined, *unknown]


def _group(rows: ibis.Table, by: str, edges: Sequence[float]) -> ibis.Value:
    import ibis

    if by == EVERYONE:
        return ibis.literal(EVERYONE)
    if by == SPEED:
        band = ibis.literal(0)
        for place, edge in enumerate(edges[1:], start=1):
            band = (rows.hours >= edge).ifelse(place, band)
        return band.cast("string")
    # As `labels.group_code` has it.
    ours = rows[by].re_search(rf"^({'|'.join(OURS)}){MARK}*$")
    return ours.ifelse(rows[by] + MARK, rows[by]).fill_null(UNKNOWN)


def _large(orders: Orders, tally: Tally, told: bool) -> bool:
    """Return whether enough people rated a group for its name to stand by itself."""
    report, whom = orders.report, tally.people
    hidden = report.gate(orders.table).hides([whom["top"], whom["low"]])
    return whom["rated"] >= report.plan.min_people and not (told and hidden)


def _joined(rows: ibis.Table, group: ibis.Value, codes: Sequence[str], code: str) -> list[Tally]:
    import ibis

    return _cube(rows.filter(group.isin(codes)).mutate(group=ibis.literal(code)))


def _cube(grouped: ibis.Table) -> list[Tally]:
    """Return the tally of each group, in the order of their names."""
    sums = {name: grouped[name].cast("int64").sum() for name in ("closed", "rated", "top")}
    sums |= {f"stars_{n}": grouped.count(where=grouped.rated & (grouped.stars == n)) for n in STARS}
    each = grouped.group_by(["group", "person"]).aggregate(**sums)
    many = {f"n_{name}": each[name].sum() for name in COUNTED[3:]}
    many |= {f"p_{name}": each.count(where=each[name] > 0) for name in COUNTED[3:]}
    cube = ask(
        each.group_by(["group", "closed", "rated", "top"]).aggregate(clusters=each.count(), **many)
    )
    # What a database gives comes in any order.
    cube = cube.sort_values(["group", "closed", "rated", "top"], ignore_index=True)
    return [_tally(str(code), part) for code, part in cube.groupby("group", sort=True)]


def _tally(code: str, part: pd.DataFrame) -> Tally:
    many = part["clusters"]
    counts = {name: int((part[name] * many).sum()) for name in ("closed", "rated", "top")}
    low = (part["rated"] > part["top"]).astype(int)
    unrated = (part["closed"] > part["rated"]).astype(int)
    whom = {name: int(many[part[name] > 0].sum()) for name in ("closed", "rated", "top")}
    whom |= {"low": int((low * many).sum()), "unrated": int((unrated * many).sum())}
    counts |= {name: int(part[f"n_{name}"].sum()) for name in COUNTED[3:]}
    whom |= {name: int(part[f"p_{name}"].sum()) for name in COUNTED[3:]}
    return Tally(code, counts, whom, part[["closed", "rated", "top", "clusters"]])


def name_of(orders: Orders, by: str, code: str) -> Term:
    """Return the name of a group: that of the office, which enough people share."""
    report = orders.report
    if code in (EVERYONE, POOLED, JOINED, UNKNOWN):
        key = {EVERYONE: "orders.everyone"} | {c: f"orders.{c}_{by}" for c in (POOLED, JOINED)}
        return report.term(key.get(code, f"orders.unknown_{by}"))
    if by == REWARD:
        return report.term(f"orders.reward_{code}")
    return Term(code, dict.fromkeys(report.languages, group_value(code)))


def about(orders: Orders, by: str, tally: Tally, name: Term | None = None) -> dict[str, Any]:
    """Return what every number about a group of orders says of itself."""
    group = name or name_of(orders, by, tally.code)
    return dict(unit="share", dims=((by, tally.code),), group=group)


def quantiles(
    orders: Orders, by: str, shares: Sequence[float]
) -> Iterator[tuple[str, int, int, dict[float, float]]]:
    """Yield of each group how many hours passed until so many of its orders were closed.

    Parameters
    ----------
    by : str
        "all" or a column of the orders.
    shares : sequence of float
        Each between 0 and 1.

    Yields
    ------
    tuple of (str, int, int, dict)
        The group, its orders, the people behind them, and the hours by share; infinite where
        fewer were ever closed.
    """
    import ibis

    rows = orders.rows
    group = ibis.literal(EVERYONE)
    if by != EVERYONE:
        told = (tally.code for tally in tallies(orders, by, told=True))
        alone = [code for code in told if code not in (JOINED, UNKNOWN)] or [""]
        coded = _group(rows, by, ())
        named = coded.isin(alone).ifelse(coded, JOINED)
        group = rows[by].isnull().ifelse(UNKNOWN, named)
    placed = rows.mutate(
        group=group,
        # An order that is not closed took longer than any that is.
        waited=rows.hours.fill_null(NEVER),
    )
    made = {f"q{i}": placed.waited.quantile(share) for i, share in enumerate(shares)}
    found = ask(
        placed.group_by("group")
        .aggregate(n=placed.count(), people=placed.person.nunique(), **made)
        .order_by(ibis.asc("group"))
    )
    for row in found.to_dict("records"):
        hours = {share: float(row[f"q{i}"]) for i, share in enumerate(shares)}
        waits = {s: h if h < NEVER / FAR else float("inf") for s, h in hours.items()}
        yield str(row["group"]), int(row["n"]), int(row["people"]), waits
