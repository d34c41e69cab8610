"""Re-offending: risks, their difference, what follows from it, and curves nobody left.

Imports facts, line and methods.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from evalkit.recompute.facts import Estimate, Facts, code, dims, half, has, is_exact, others, sides
from evalkit.recompute.line import Line, line, loose, named
from evalkit.recompute.methods import (
    EXPECTED,
    chi_square_tail,
    curve_limits,
    difference,
    e_value,
    holm,
    log_rank,
    poisson_limits,
    smallest_difference,
    smd,
)

POWER = 0.8
PER = 1000
# Methods of the effect on those in the programme: their own share stays as it is.
OWN_SHARE = ("entropy_balancing", "att_weights")
FOUR = [("first", "events"), ("first", "n"), ("second", "events"), ("second", "n")]


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines of a report on re-offending."""
    yield from _differences(facts)
    yield from _adjusted(facts)
    yield from _hidden(facts)
    yield from _holm(facts)
    yield from _needed(facts)
    yield from _curves(facts)
    yield from _villages(facts)
    yield from _power(facts)


def _differences(facts: Facts) -> Iterator[Line]:
    gap = facts.one("risk_difference", **_window(facts, "risk_difference"))
    pair = sides(facts, "risk", gap) if gap is not None and has(gap, "value") else None
    if gap is None or pair is None:
        return
    first, second = pair
    given = [(first, "value"), (second, "value")]
    yield line(gap, "gap", ["value"], [first["value"] - second["value"]], named(given))
    if not (has(first, "events", "n") and has(second, "events", "n")):
        return
    counts = [({"first": first, "second": second}[side], field) for side, field in FOUR]
    a, n, b, m = (int(e[field]) for e, field in counts)
    _, low, high, p = difference(a, n, b, m, gap["level"], code(gap, "method"))
    yield line(gap, code(gap, "method"), ["low", "high"], [low, high], named(counts))
    yield line(gap, "sums", ["events", "n"], [a + b, n + m], named(counts))
    test = facts.one("risk_difference_p", **dims(gap))
    if has(test, "value"):
        yield line(test, "pearson", ["value"], [p], named(counts))


def _window(facts: Facts, estimand: str) -> dict[str, str]:
    return next((dims(e) for e in facts.named(estimand) if has(e, "value")), {})


def _adjusted(facts: Facts) -> Iterator[Line]:
    """Yield what of an adjusted comparison follows from other numbers of it."""
    for gap in facts.of("adjusted_difference"):
        pair = sides(facts, "adjusted_risk", gap)
        if pair is None or not has(gap, "value"):
            continue
        first, second = pair
        given = [(first, "value"), (second, "value")]
        found, slack = loose(lambda p, q: p - q, given, half(gap, "value"))
        yield line(gap, "gap", ["value"], [found], named(given), slack)
        if not (has(first, "events", "n") and has(second, "events", "n")):
            continue
        counted = [(e, field) for field in ("events", "n") for e in pair]
        sums = [first["events"] + second["events"], first["n"] + second["n"]]
        off = 0.0 if is_exact(gap) else 3 * half(gap, "n")
        yield line(gap, "sums", ["events", "n"], sums, named(counted), off, check=True)
        # The effect on those of the programme leaves their own share as it is.
        if code(gap, "method") in OWN_SHARE:
            own = [(first, "events"), (first, "n")]
            share, slack = loose(lambda k, n: k / n, own, half(first, "value"))
            yield line(first, "unweighted", ["value"], [share], named(own), slack)


def _hidden(facts: Facts) -> Iterator[Line]:
    """Yield how strong a hidden cause would have to be, from the difference and one share."""
    gap = next((e for e in facts.named("adjusted_difference") if has(e, "low", "high")), None)
    if not has(gap, "value") or code(gap, "method") not in OWN_SHARE:
        return
    pair = sides(facts, "adjusted_risk", gap)
    if pair is None:
        return
    share, near_none = pair[0], "high" if gap["value"] < 0 else "low"
    if not has(share, "events", "n"):
        return
    ours = share["events"] / share["n"]
    for end, field in (("estimate", "value"), ("limit", near_none)):
        e = facts.one("e_value", end=end)
        if not has(e, "value") or min(ours, ours - gap[field]) <= 0:
            continue
        # What holds no difference needs nothing hidden to be explained.
        holds_none = end == "limit" and gap["low"] <= 0 <= gap["high"]
        found = 1.0 if holds_none else e_value(ours / (ours - gap[field]))
        given = named([(share, "events"), (share, "n"), (gap, field)])
        yield line(e, "e_value", ["value"], [found], given)


def _holm(facts: Facts) -> Iterator[Line]:
    """Yield the p-values of several measures, adjusted for how many they are."""
    adjusted = [e for e in facts.named("measure_holm") if has(e, "value")]
    tests = []
    for e in adjusted:
        measure = dims(e)["measure"]
        test = facts.one("measure_p", **dims(e))
        if measure == "share":
            test = facts.one("adjusted_difference_p", **others(e, "measure"))
        tests.append(test)
    known = [test for test in tests if has(test, "value")]
    if len(known) != len(tests):
        return
    given = named([(test, "value") for test in known])
    for e, found in zip(adjusted, holm([test["value"] for test in known]), strict=True):
        yield line(e, "holm", ["value"], [found], given)


def _needed(facts: Facts) -> Iterator[Line]:
    for e in facts.named("number_needed"):
        gap = next((g for g in facts.named(str(facts.plan.get("primary"))) if has(g, "low")), None)
        if gap is None or not has(e, "value"):
            continue
        ends = sorted(1 / abs(gap[side]) for side in ("low", "high") if gap[side])
        given = named([(gap, "value"), (gap, "low"), (gap, "high")])
        if has(e, "low", "high") and len(ends) == 2:
            found = [1 / abs(gap["value"]), *ends]
            yield line(e, "inverse", ["value", "low", "high"], found, given)


def _curves(facts: Facts) -> Iterator[Line]:
    """Yield the points of curves of which nobody left, and the test of both."""
    groups: dict[str, list[Estimate]] = {}
    for e in facts.named("cumulative_incidence"):
        if code(e, "method") == "kaplan_meier" and is_exact(e) and has(e, "value", "n", "events"):
            groups.setdefault(dims(e)["group"], []).append(e)
    whole = {}
    for group, points in groups.items():
        points.sort(key=lambda e: float(dims(e)["time"]))
        if not _nobody_left(facts, group, points[-1]):
            continue
        whole[group] = points
        for e in points:
            yield from _point(facts, e)
    test = next((e for e in facts.named("log_rank") if has(e, "value")), None)
    if test is not None and len(whole) == 2:
        yield from _log_rank(facts, test, *whole.values())


def _nobody_left(facts: Facts, group: str, last: Estimate) -> bool:
    """Return whether those still watched at the end are all who had no event before it."""
    watched = sorted(facts.of("at_risk", group=group), key=lambda e: float(dims(e)["time"]))
    if not watched or not has(watched[-1], "value"):
        return False
    end, time = watched[-1]["value"], float(dims(last)["time"])
    if time > float(dims(watched[-1])["time"]):
        return False
    before = [
        e["events"]
        for e in facts.of("cumulative_incidence", group=group)
        if float(dims(e)["time"]) < float(dims(watched[-1])["time"]) and has(e, "events")
    ]
    return bool(end == last["n"] - max(before, default=0))


def _point(facts: Facts, e: Estimate) -> Iterator[Line]:
    given = named([(e, "events"), (e, "n")])
    yield line(e, "curve", ["value"], [e["events"] / e["n"]], given)
    if has(e, "low", "high", "se") and 0 < e["events"] < e["n"]:
        scale = str(facts.plan.get("curve_interval", "log-log"))
        se, ends = curve_limits(e["events"], e["n"], e["level"], scale)
        yield line(e, "greenwood", ["se", "low", "high"], [se, *ends], given)


def _log_rank(
    facts: Facts, test: Estimate, first: list[Estimate], second: list[Estimate]
) -> Iterator[Line]:
    found, expected = log_rank(_steps(first), _steps(second), first[0]["n"], second[0]["n"])
    given = named([(e, "events") for e in (*first, *second)])
    yield line(test, "log_rank", ["value"], [found], given)
    p = facts.one("log_rank_p", **dims(test))
    # Where fewer are expected the test is an exact one.
    if has(p, "value") and expected >= EXPECTED:
        tail = chi_square_tail(test["value"], 1)
        yield line(p, "chi_square", ["value"], [tail], named([(test, "value")]))


def _steps(points: list[Estimate]) -> dict[float, int]:
    """Return the events at each time, of counts so far."""
    so_far = [0, *(e["events"] for e in points)]
    times = (float(dims(e)["time"]) for e in points)
    return {
        time: after - before
        for time, (before, after) in zip(times, itertools.pairwise(so_far), strict=True)
    }


def _villages(facts: Facts) -> Iterator[Line]:
    for e in facts.named("village_rate", "village_regression"):
        if has(e, "value", "events", "denominator", "low", "high") and e["denominator"]:
            given = named([(e, "events"), (e, "denominator"), (e, "level")])
            years = e["denominator"]
            yield line(e, "rate", ["value"], [PER * e["events"] / years], given)
            if code(e, "method") == "one_sided":
                ends = (0.0, years * (1 - (1 - e["level"]) ** (1 / years)))
            else:
                ends = poisson_limits(e["events"], (1 - e["level"]) / 2)
            found = [PER * end / years for end in ends]
            yield line(e, code(e, "method"), ["low", "high"], found, given)
    for e in facts.named("village_bound"):
        if has(e, "value", "denominator"):
            found = PER * (1 - (1 - facts.plan["level"]) ** (1 / e["denominator"]))
            yield line(e, "one_sided", ["value"], [found], named([(e, "denominator")]))


def _power(facts: Facts) -> Iterator[Line]:
    """Yield what a comparison of this size would probably find, as the one that decides has it."""
    adjusted = facts.plan.get("primary") == "adjusted_difference"
    shares = [e for e in facts.named("adjusted_risk" if adjusted else "risk") if has(e, "value")]
    against = [e for e in shares if dims(e).get("group") == facts.plan.get("comparison")]
    worth = [facts.one("effective", group=dims(e).get("group", "")) for e in shares]
    # As many people as a group is worth by its weights, or as it has.
    told = [(e, "value") for e in worth if has(e, "value")]
    told = told if adjusted else [(e, "n") for e in shares if has(e, "n")]
    if not against or len(told) != 2:
        return
    share = against[0]
    one, two = (float(e[field]) for e, field in told)
    for e in facts.named("smallest_difference"):
        if has(e, "value"):
            k, level = int(dims(e)["areas"]), facts.plan["level"]
            found = smallest_difference(share["value"], k * one, k * two, POWER, level)
            yield line(e, "power", ["value"], [found], named([(share, "value"), *told]))


def balance(facts: Facts) -> Iterator[Line]:
    """Yield how far apart the groups are on what is a share of released counts."""
    for e in facts.named("smd"):
        means = [m for m in facts.of("mean", **dims(e)) if has(m, "value", "n", "events")]
        if len(means) != 2 or not has(e, "value") or any(m["n"] < 2 for m in means):
            continue
        given = [(m, field) for m in means for field in ("events", "n")]
        if all(m["events"] in (0, m["n"]) for m in means):
            continue
        found, slack = loose(
            lambda a, n, b, m: smd(_within(a, n), n, _within(b, m), m), given, half(e, "value")
        )
        yield line(e, "smd", ["value"], [found], named(given), slack)


def _within(k: float, n: float) -> float:
    return min(max(k / n, 0.5 / n), 1 - 0.5 / n) if k <= 0 or k >= n else k / n


def interactions(facts: Facts) -> Iterator[Line]:
    """Yield the p-value of each chi-square that differences of subgroups are one."""
    for e in facts.named("interaction"):
        test, df = facts.one("interaction_p", **dims(e)), _columns(facts, dims(e)["column"]) - 1
        if has(e, "value") and has(test, "value") and is_exact(e) and df > 0:
            found = chi_square_tail(e["value"], df)
            yield line(test, "chi_square", ["value"], [found], named([(e, "value")]))


def _columns(facts: Facts, column: str) -> int:
    told = (e for e in facts.named("subgroup_difference") if has(e, "value"))
    return sum(dims(e)["subgroup"].startswith(column) for e in told)
