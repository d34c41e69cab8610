"""Satisfaction: who answered, what the silent could make of it, and ratings of orders.

Imports facts, line and methods.
"""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.recompute.facts import Facts, code, dims, half, has, is_exact
from evalkit.recompute.line import Line, line, loose, named
from evalkit.recompute.methods import response_rates

# What became of a person who was asked, by the rate's own words.
ROLES = {
    "interview": "interview",
    "partial": "partial",
    "refusal": "refusal",
    "noncontact": "no_contact",
    "other": "other",
}
UNKNOWN = "unknown"
NOT_ELIGIBLE = "not_eligible"


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines of a report on satisfaction."""
    yield from _rates(facts)
    yield from _top(facts)
    yield from _silent(facts)
    yield from _ratings(facts)
    yield from _sources(facts)
    yield from _waves(facts)
    yield from _orders(facts)


def _rates(facts: Facts) -> Iterator[Line]:
    """Yield the response rates from what became of everyone who was asked."""
    told = [e for e in facts.named("disposition") if e["dims"]]
    if not told or not all(has(e, "value") for e in told):
        return
    counts = dict.fromkeys((*ROLES.values(), "unknown"), 0.0)
    for e in told:
        kind = dims(e)["disposition"]
        role = ROLES.get(kind) or ("unknown" if kind.startswith(UNKNOWN) else None)
        if role is None and kind != NOT_ELIGIBLE:
            return
        if role is not None:
            counts[role] += e["value"]
    inputs = named([(e, "value") for e in told])
    found = response_rates(*counts.values())
    slack = 0.0 if all(map(is_exact, told)) else None
    for e in (*facts.named("response_rate"), *facts.named("outcome_rate")):
        rate = code(e, "method")
        if has(e, "value") and rate in found:
            # Each count was rounded by itself, and so was the base of each rate.
            off = slack if slack is not None else len(told) * 2.5 / max(e["n"] or 1, 1) * 2
            yield line(e, rate, ["value"], [found[rate]], inputs, off)


def _top(facts: Facts) -> Iterator[Line]:
    """Yield the share of the best answers as the sum of its answers."""
    best = list(facts.plan.get("top", ()))
    for e in facts.named("top_box"):
        parts = [facts.one("answer_share", **dims(e), answer=answer) for answer in best]
        known = [part for part in parts if has(part, "value")]
        if known and len(known) == len(best) and has(e, "value"):
            given = [(part, "value") for part in known]
            found, slack = loose(lambda *shares: sum(shares), given, half(e, "value"))
            yield line(e, "answers", ["value"], [found], named(given), slack)


def _silent(facts: Facts) -> Iterator[Line]:
    """Yield what the silent could make of the share, from both shares."""
    bounds, silent = facts.one("silent_bounds"), facts.one("silent_share")
    tops = [e for e in facts.named("top_box") if "all" in dims(e).values() and has(e, "value")]
    if bounds is None or silent is None or not has(bounds, "low", "high") or not tops:
        return
    if not has(silent, "value"):
        return
    given = [(tops[0], "value"), (silent, "value")]
    own = half(bounds, "low")
    low, slack = loose(lambda p, s: p * (1 - s), given, own)
    high, wider = loose(lambda p, s: p * (1 - s) + s, given, own)
    yield line(bounds, "silent", ["low", "high"], [low, high], named(given), max(slack, wider))


def _ratings(facts: Facts) -> Iterator[Line]:
    """Yield what the orders that nobody rated could make of the share, by Manski's bounds."""
    for e in facts.named("top_rating_bounds"):
        top = facts.one("top_rating", **dims(e))
        if not has(top, "events", "n") or not has(e, "n", "low", "high"):
            continue
        good, rated, closed = top["events"], top["n"], e["n"]
        given = named([(top, "events"), (top, "n"), (e, "n")])
        ends = [good / closed, (good + closed - rated) / closed]
        yield line(e, "unrated", ["low", "high"], ends, given)
        yield line(e, "same", ["events"], [rated], named([(top, "n")]), check=True)
        share = facts.one("rating_coverage", **dims(e))
        if has(share, "events", "n"):
            found = [e["events"], e["n"]]
            both = named([(e, "events"), (e, "n")])
            yield line(share, "same", ["events", "n"], found, both, check=True)


def _sources(facts: Facts) -> Iterator[Line]:
    for e in facts.named("source_bounds"):
        good = facts.one("source_good", **dims(e))
        if not has(good, "events", "n") or not has(e, "n", "events", "low"):
            continue
        given = named([(good, "events"), (good, "n"), (e, "n")])
        ends = [good["events"] / e["n"], (good["events"] + e["n"] - good["n"]) / e["n"]]
        yield line(e, "unrated", ["low", "high"], ends, given)
        yield line(e, "same", ["events"], [good["n"]], named([(good, "n")]), check=True)


def _waves(facts: Facts) -> Iterator[Line]:
    gap = next((e for e in facts.named("wave_change") if has(e, "value")), None)
    shares = [e for e in facts.named("wave_share") if has(e, "value")]
    if gap is None or len(shares) != 2:
        return
    given = [(shares[1], "value"), (shares[0], "value")]
    found, slack = loose(lambda now, before: now - before, given, half(gap, "value"))
    yield line(gap, "gap", ["value"], [found], named(given), slack)


def _orders(facts: Facts) -> Iterator[Line]:
    """Yield that rated and closed orders are those of the order's steps."""
    share = facts.one("rating_coverage", all="all")
    for step, field in (("closed", "n"), ("rated", "events")):
        e = facts.one("order_step", step=step)
        if has(e, "value") and has(share, field):
            given = named([(share, field)])
            yield line(e, "same", ["value"], [share[field]], given, check=True)
