"""Printed figures: what they are read as, what follows from two of them, and how many fit.

Imports facts and line.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from evalkit.recompute.facts import Estimate, Facts, code, dims, has
from evalkit.recompute.line import Line, line, named

# Rules whose result is a quotient of two printed figures.
QUOTIENTS = ("derived_share", "per_unit")
# Figures that repeat another carry no verdict of their own in the tally.
FINDINGS = ("finding", "derived")


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines of a report on printed figures."""
    yield from _read_as(facts)
    yield from _quotients(facts)
    yield from _tallies(facts)
    yield from _gaps(facts)
    yield from _judged(facts)


def _read_as(facts: Facts) -> Iterator[Line]:
    """Yield that the span of a figure is one that its reading can have."""
    for e in facts.named("claim"):
        if not has(e, "value", "low", "high"):
            continue
        value, low, high, read = e["value"], e["low"], e["high"], code(e, "method")
        if read == "exact":
            found = [value, value]
        elif read == "last_digit":
            # At the end of its scale a share has one half of it only.
            half = _power(2 * max(value - low, high - value)) / 2
            found = [value - half, value + half]
        elif read in ("over", "truncated"):
            found = [value, value + _power(high - value)]
        else:
            continue
        if e["unit"] == "share" and value <= 1:
            # No part is more than its whole, or less than nothing of it.
            found = [max(found[0], 0.0), min(found[1], 1.0)]
        yield line(e, "read_as", ["low", "high"], found, named([(e, "value")]), check=True)


def _power(width: float) -> float:
    """Return the power of ten next to a width: one step of the last digit that was printed."""
    return float(10.0 ** round(math.log10(width))) if width > 0 else 0.0


def _quotients(facts: Facts) -> Iterator[Line]:
    claims = {dims(e)["claim"]: e for e in facts.named("claim")}
    for e in facts.named("derived"):
        behind = [claims.get(name) for name in code(e, "group").split("+")]
        pair = [c for c in behind if has(c, "value", "low", "high")]
        rule = code(e, "method")
        if len(pair) != len(behind) or len(pair) < 2 or not has(e, "value", "low", "high"):
            continue
        if rule in QUOTIENTS:
            yield from _quotient(e, pair[0], pair[1:])
        elif rule == "implied_base" and len(pair) == 2:
            yield _base(e, *pair)


def _quotient(e: Estimate, over: Estimate, under: list[Estimate]) -> Iterator[Line]:
    """Yield a quotient; below the line may stand a sum of parts."""
    sums = {end: sum(u[end] for u in under) for end in ("value", "low", "high")}
    if not sums["low"]:
        return
    found = [over["value"] / sums["value"], over["low"] / sums["high"], over["high"] / sums["low"]]
    given = [(c, end) for c in (over, *under) for end in ("value", "low", "high")]
    yield line(e, "quotient", ["value", "low", "high"], found, named(given))


def _base(e: Estimate, first: Estimate, second: Estimate) -> Line:
    """Return the base that a count and its share imply: whole, where people are counted."""
    share, count = (first, second) if first["unit"] == "share" else (second, first)
    low, high = count["low"] / share["high"], count["high"] / share["low"]
    # An end that is not attained is no whole base, even where it is a whole number.
    ends = [float(math.ceil(low)), float(math.floor(high))]
    given = [(c, end) for c in (share, count) for end in ("value", "low", "high")]
    found = [count["value"] / share["value"], *ends]
    return line(e, "base", ["value", "low", "high"], found, named(given))


def _tallies(facts: Facts) -> Iterator[Line]:
    """Yield how many figures and findings have each verdict."""
    by_area: dict[str, list[Estimate]] = {}
    for e in facts.named("tally"):
        if dims(e)["of"] == "figures":
            by_area.setdefault(dims(e).get("area", ""), []).append(e)
    for area, members in by_area.items():
        yield from _counted(facts, area, members)
    found = Counter(e["verdict"] for e in facts.named(*FINDINGS))
    told = [(e, "verdict") for e in facts.named(*FINDINGS)]
    # A report over several areas shows some of their findings and counts all.
    for e in facts.of("tally", of="findings") if any(facts.named("claim")) else ():
        number = float(found[dims(e)["verdict"]])
        yield line(e, "tally", ["value"], [number], named(told))


def _counted(facts: Facts, area: str, members: list[Estimate]) -> Iterator[Line]:
    claims = list(facts.named("claim"))
    whole = sum(e["value"] for e in members)
    yield line(members[-1], "sum", ["denominator"], [whole], named([(e, "value") for e in members]))
    if area or not claims:
        return
    seen = Counter(e["verdict"] for e in claims)
    # A figure that repeats another is counted once: so many fewer than there are.
    again = max(0, len(claims) - members[0]["denominator"])
    for e in members:
        most = seen[dims(e)["verdict"]]
        given = named([(c, "verdict") for c in claims])
        yield line(e, "tally", ["value"], [float(most) if not again else _at_most(e, most, again)],
                   given, check=bool(again))  # fmt: skip


def _at_most(e: Estimate, most: int, again: int) -> float:
    """Return the count next to a printed one that figures which count once allow."""
    return float(min(max(e["value"], most - again), most))


def _gaps(facts: Facts) -> Iterator[Line]:
    """Yield how many printed figures lack each thing, from what each of them lacks."""
    lacking = [e for e in facts.named("gap") if e["reason"] and "claim" in dims(e)]
    for e in facts.named("gaps"):
        codes = [code(gap, "reason").split("+") for gap in lacking]
        if lacking and e["denominator"] == len(lacking):
            found = float(sum(dims(e)["missing"] in said for said in codes))
            given = named([(gap, "reason") for gap in lacking])
            yield line(e, "tally", ["value"], [found], given)


# Words that a figure has from a finding alone.
WORDS = ("contradicts", "not_reachable", "units_differ", "agrees")


def _judged(facts: Facts) -> Iterator[Line]:
    """Yield that a figure's word is the word of a finding that names it."""
    for e in facts.named("claim"):
        if e["verdict"] in WORDS:
            naming = [
                x for x in facts.named(*FINDINGS)
                if dims(e)["claim"] in code(x, "group").split("+")
            ]  # fmt: skip
            said = {x["verdict"] for x in naming}
            found = e["verdict"] if e["verdict"] in said else "cannot_verify"
            given = named([(x, "verdict") for x in naming])
            yield line(e, "judged", ["verdict"], [found], given, check=True)


def areas(facts: Facts) -> Iterator[Line]:
    """Yield that the tally over all areas is the sum of theirs."""
    for e in facts.of("tally", of="figures"):
        if "area" in dims(e):
            continue
        parts = [
            p for p in facts.of("tally", of="figures", verdict=dims(e)["verdict"])
            if "area" in dims(p)
        ]  # fmt: skip
        if parts:
            found = sum(p["value"] for p in parts)
            yield line(e, "sum", ["value"], [found], named([(p, "value") for p in parts]))
