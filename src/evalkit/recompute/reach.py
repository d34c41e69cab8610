"""Reach: who was reached, by place and group, and what was counted of services.

Imports facts, line and methods.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from evalkit.recompute.facts import Estimate, Facts, code, dims, half, has, is_exact, sides
from evalkit.recompute.funnel import funnel
from evalkit.recompute.line import AGREES, Input, Line, compared, line, loose, named

# Two dimensions that tell the limits of one place from another's.
PLACED = ("township", "cluster")
LEVELS = ("0.95", "0.998")


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines of a report on reach."""
    yield from _gap(facts)
    yield from _cautious(facts)
    yield from _same_counts(facts)
    yield from _missed(facts)
    yield from _coverage(facts)
    yield from _cascade(facts)
    yield from _places(facts)
    yield from _services(facts)
    yield from _pairs(facts)
    yield from _lists(facts)
    yield from _spend(facts)


def _gap(facts: Facts) -> Iterator[Line]:
    gap = facts.one("reach_difference")
    pair = sides(facts, "share_reached", gap) if gap is not None else None
    if gap is None or pair is None or not has(gap, "value"):
        return
    first, second = pair
    given = [(first, "value"), (second, "value")]
    found, slack = loose(lambda p, q: p - q, given, half(gap, "value"))
    yield line(gap, "gap", ["value"], [found], named(given), slack)
    if not (has(gap, "events", "n") and all(has(e, "events", "n") for e in pair)):
        return
    counted = [(e, field) for field in ("events", "n") for e in (first, second)]
    sums = [first["events"] + second["events"], first["n"] + second["n"]]
    off = 0.0 if is_exact(gap) else 3 * half(gap, "n")
    yield line(gap, "sums", ["events", "n"], sums, named(counted), off, check=True)


def _cautious(facts: Facts) -> Iterator[Line]:
    """Yield the widest interval and the largest p-value of all that respect places."""
    gap, test = facts.one("reach_difference"), facts.one("reach_difference_p")
    lot = facts.plan.get("design") == "randomised"
    if not has(gap, "low", "high") or code(gap, "method") != "most_cautious":
        return
    # Of sides randomised the interval moves with a value from rounded shares.
    if lot and not is_exact(gap):
        return
    fits = [e for e in facts.named("clustered_difference") if dims(e)["method"] != "by_person"]
    tests = [e for e in facts.named("clustered_p") if dims(e)["method"] != "by_person"]
    wide = [e for e in fits if has(e, "low", "high")]
    if wide and len(tests) == len(fits):
        ends = [min(e["low"] for e in wide), max(e["high"] for e in wide)]
        given = named([(e, end) for e in wide for end in ("low", "high")])
        yield line(gap, "cautious", ["low", "high"], ends, given)
    if has(test, "value") and tests and all(has(e, "value") for e in tests):
        given = named([(e, "value") for e in tests])
        yield line(test, "cautious", ["value"], [max(e["value"] for e in tests)], given)


# A count that two results share: the first is held to the second, both by their dimensions.
SAME = (
    ("served_share", "events", "share_reached", "events"),
    ("target_share", "events", "share_reached", "n"),
    ("registered_people", "value", "target_share", "events"),
    ("coverage", "events", "served_share", "events"),
    ("coverage", "n", "counted_people", "value"),
    ("cascade_lost", "n", "target_share", "events"),
    ("order_step", "value", "order_share", "events"),
)


def _same_counts(facts: Facts) -> Iterator[Line]:
    for estimand, field, other, theirs in SAME:
        for e in facts.named(estimand):
            dims_there = dims(e) | ({"of": "all"} if other == "order_share" else {})
            twin = facts.one(other, **dims_there)
            if has(e, field) and has(twin, theirs):
                given = named([(twin, theirs)])
                yield line(e, "same", [field], [twin[theirs]], given, check=True)


def _missed(facts: Facts) -> Iterator[Line]:
    for e in facts.named("missed_count"):
        share = facts.one("share_reached", **dims(e))
        if has(share, "n", "events") and has(e, "value"):
            given = [(share, "n"), (share, "events")]
            # Each of the three was rounded by itself.
            slack = 3 * half(e, "n")
            found = share["n"] - share["events"]
            yield line(e, "missed", ["value"], [found], named(given), slack)


def _coverage(facts: Facts) -> Iterator[Line]:
    for e in facts.named("coverage"):
        people = facts.one("counted_people", **dims(e))
        if has(people, "low", "high") and has(e, "low", "high", "events"):
            given = named([(e, "events"), (people, "low"), (people, "high")])
            ends = [min(e["events"] / people[side], 1.0) for side in ("high", "low")]
            yield line(e, "coverage", ["low", "high"], ends, given)


def _cascade(facts: Facts) -> Iterator[Line]:
    """Yield that each step counts those of the step before."""
    steps = [e for e in facts.named("cascade") if has(e, "value")]
    if steps and has(steps[0], "value", "n") and steps[0]["events"] is None:
        yield line(steps[0], "everybody", ["value"], [1.0], named([(steps[0], "n")]))
    for before, e in itertools.pairwise(steps):
        kept = facts.one("cascade_kept", **dims(e))
        if kept is None or not has(kept, "n", "events"):
            continue
        field = "n" if before["events"] is None else "events"
        given = named([(e, "events"), (before, field)])
        both = [e["events"], before[field]]
        yield line(kept, "step", ["events", "n"], both, given, check=True)
    for e in facts.named("order_step"):
        twin = facts.one("order_people", **dims(e))
        if has(twin, "value") and has(e, "value"):
            found = min(twin["value"], e["value"])
            yield line(twin, "at_most", ["value"], [found], named([(e, "value")]), check=True)


def _places(facts: Facts) -> Iterator[Line]:
    shares = [e for e in facts.named("place_share") if has(e, "value", "n", "events")]
    target = facts.one("place_target")
    everybody = has(target, "n") and target["n"] == sum(e["n"] for e in shares)
    if everybody and len(shares) > 1 and all(map(is_exact, shares)):
        yield from _limits(facts, shares)
    for e in shares:
        yield from _side(facts, e)
    for e in facts.named("place_count"):
        side = dims(e)["side"]
        # Places too small to be named are untold too, and stand nowhere by themselves.
        if has(e, "value") and side != "untold":
            found = sum(code(s, "method") == side for s in shares)
            given = named([(s, "method") for s in shares])
            yield line(e, "tally", ["value"], [float(found)], given)
    whole = facts.one("reach_difference")
    if has(target, "n", "events") and has(whole, "n", "events"):
        given = named([(whole, "events"), (whole, "n")])
        both = [whole["events"], whole["n"]]
        yield line(target, "same", ["events", "n"], both, given, check=True)


def _limits(facts: Facts, shares: list[Estimate]) -> Iterator[Line]:
    """Yield the target, the spread and the limits of places that are all released."""
    given = named([(e, field) for e in shares for field in ("events", "n")])
    made = funnel([e["events"] for e in shares], [e["n"] for e in shares])
    target, spread = facts.one("place_target"), facts.one("place_spread")
    if has(target, "value"):
        sums = [sum(e[field] for e in shares) for field in ("events", "n")]
        yield line(target, "sums", ["events", "n"], sums, given)
    if has(spread, "value"):
        yield line(spread, "spread", ["value"], [made.spread], given)
    for place, e in enumerate(shares):
        for level in LEVELS:
            limit = facts.one("place_limit", **dims(e), level=level)
            if has(limit, "low", "high"):
                ends = made.limits(place, float(level))
                yield line(limit, "funnel", ["low", "high"], ends, given)


def _side(facts: Facts, e: Estimate) -> Iterator[Line]:
    """Yield on which side of its limits a place lies."""
    there = [facts.one("place_limit", **dims(e), level=level) for level in LEVELS]
    limits = [limit for limit in there if has(limit, "low", "high")]
    if len(limits) != 2:
        return
    inputs = named([(e, "value"), *((x, end) for x in limits for end in ("low", "high"))])
    # How far the share that decided may lie from the printed one.
    _, slack = loose(lambda k, n: k / n, [(e, "events"), (e, "n")], half(limits[0], "low"))
    said = {_word(e["value"] + off, *limits) for off in (-slack, slack)}
    printed, found = code(e, "method"), _word(e["value"], *limits)
    made = compared(e["id"], "side", ["side"], [printed], [found], inputs)
    if found != printed and printed in said:
        # On a limit, or of counts that were rounded, either side may be meant.
        made = replace(made, how="side_rounded", slack=slack, state=AGREES)
    yield made


def _word(value: float, near: Estimate, far: Estimate) -> str:
    for limit, word in ((far, "far_"), (near, "")):
        if value < limit["low"]:
            return f"{word}below"
        if value > limit["high"]:
            return f"{word}above"
    return "within"


Formula = Callable[..., float]


def _services(facts: Facts) -> Iterator[Line]:
    """Yield averages and sums of what was counted of services."""
    visits, unnamed = (facts.one("visit_count", of=of) for of in ("named", "unnamed"))
    people = facts.one("people_count")
    yield from _of(facts.one("visits_each"), "each", ["value"], _over, [visits, people])
    yield from _of(facts.one("visit_count", of="all"), "sum", ["value"], _plus, [visits, unnamed])
    bounds = facts.one("people_bounds")
    yield from _of(bounds, "at_least", ["low"], lambda n: n, [people])
    yield from _of(bounds, "sum", ["high"], _plus, [people, unnamed])
    active, ever, listed = (
        facts.one("volunteer_count", who=who) for who in ("active", "ever", "registered")
    )
    share = facts.one("volunteer_active")
    if has(share, "events", "n") and has(active, "n") and has(listed, "n"):
        given = named([(active, "value"), (listed, "value")])
        found = [active["value"], listed["value"]]
        yield line(share, "same", ["events", "n"], found, given, check=True)
    if has(ever, "value") and has(active, "value"):
        found_most = min(active["value"], ever["value"])
        given = named([(ever, "value")])
        yield line(active, "at_most", ["value"], [found_most], given, check=True)


def _over(a: float, b: float) -> float:
    return a / b if b else math.inf


def _plus(a: float, b: float) -> float:
    return a + b


def _of(
    e: Estimate | None,
    how: str,
    fields: list[str],
    formula: Formula,
    of: Sequence[Estimate | None],
) -> Iterator[Line]:
    """Yield what a formula gives of released counts, as far as their rounding reaches."""
    known = [x for x in of if has(x, "value")]
    if not has(e, *fields) or len(known) != len(of):
        return
    given = [(x, "value") for x in known]
    exactly = formula(*(x["value"] for x in known))
    # A quotient is of counts as they were released, a sum of true ones.
    slack = 0.0 if how in ALONE or is_exact(e) else sum(half(x, "n") for x in known) + 2.5
    yield line(e, how, fields, [exactly], named(given), slack)


ALONE = ("each", "at_least")


def _pairs(facts: Facts) -> Iterator[Line]:
    made, asked = (facts.one("pair_visits", of=of) for of in ("made", "asked"))
    yield from _of(facts.one("pair_over"), "each", ["high"], _over, [made, asked])


def _lists(facts: Facts) -> Iterator[Line]:
    """Yield how many there are by two lists of the same people."""
    lists = [facts.one("on_lists", list=which) for which in ("first", "second", "both")]
    either = facts.one("on_lists", list="either")
    known = [e for e in lists if has(e, "value")]
    if len(known) != 3:
        return
    given = [(e, "value") for e in known]
    if has(either, "value"):
        a, b, both = (e["value"] for e in known)
        slack = 0.0 if is_exact(either) else 4 * half(either, "n")
        yield line(either, "either", ["value"], [a + b - both], named(given), slack)
    people = facts.one("listed_people")
    if has(people, "value"):
        found, slack = loose(
            lambda a, b, m: (a + 1) * (b + 1) / (m + 1) - 1,
            given,
            0.0 if is_exact(people) else 10.0,
        )
        yield line(people, "chapman", ["value"], [found], named(given), slack)


def _spend(facts: Facts) -> Iterator[Line]:
    """Yield sums of money by source, and what is left of what was paid."""
    paid = [e for e in facts.named("spend_yuan") if has(e, "value")]
    sources = list(dict.fromkeys(dims(e)["source"] for e in paid))
    for e in paid:
        part, source = dims(e)["part"], dims(e)["source"]
        found: tuple[float, tuple[Input, ...]] | None = None
        if part == "net":
            pair = [facts.one("spend_yuan", part=p, source=source) for p in ("paid", "refunded")]
            known = [x for x in pair if has(x, "value")]
            if len(known) == 2:
                found = known[0]["value"] - known[1]["value"], named([(x, "value") for x in known])
        elif source == "all":
            several = [facts.one("spend_yuan", part=part, source=s) for s in sources if s != "all"]
            known = [x for x in several if has(x, "value")]
            if known and len(known) == len(several):
                found = sum(x["value"] for x in known), named([(x, "value") for x in known])
        if found is not None:
            # Each is told in whole yuan.
            slack = 0.5 * (len(found[1]) + 1)
            yield line(e, "sum", ["value"], [found[0]], found[1], slack)
