"""What must hold of a report as a whole, and between reports.

Imports facts and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.recompute.facts import Estimate, Facts, code, dims, half, has, others
from evalkit.recompute.line import Line, compared, line, named

SIDES = ("far_below", "below", "within", "above", "far_above")
NUMERIC = ("value", "low", "high", "se", "n", "events", "denominator")


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines on a report as a whole."""
    there = list(facts.estimates.values())
    for how, broken in (("ordered", _disordered), ("empty", _not_empty), ("ids", _misnamed)):
        wrong = [e["id"] for e in there if broken(e)]
        yield compared("report", how, ["count"], [float(len(wrong))], [0.0],
                       [(name, "value") for name in wrong[:9]], check=True)  # fmt: skip
    yield from _flow(facts)
    yield from _planned(facts)


def _disordered(e: Estimate) -> bool:
    ends = [e[field] for field in ("low", "value", "high") if e[field] is not None]
    more = has(e, "events", "n") and e["events"] > e["n"]
    return ends != sorted(ends) or more or any(has(e, f) and e[f] < 0 for f in ("n", "events"))


def _not_empty(e: Estimate) -> bool:
    """Return whether a number stands where none may."""
    silent = e["disclosure"] == "withheld" or (
        e["verdict"] == "not_assessable" and e["estimand"] != "verdict"
    )
    # On which side of its limits a place lies is told by its method.
    side = e["estimand"] == "place_share" and code(e, "method") in SIDES
    return silent and (side or any(e[field] is not None for field in NUMERIC))


def _misnamed(e: Estimate) -> bool:
    inner = ",".join(f"{name}={value}" for name, value in sorted(dims(e).items()))
    name = f"{e['area']}.{e['outcome']}.{e['estimand']}"
    return bool(e["id"] != name + (f"[{inner}]" if inner else ""))


def _flow(facts: Facts) -> Iterator[Line]:
    """Yield that who was kept at a step is who was kept before, less who was left out."""
    last: dict[tuple[tuple[str, str], ...], Estimate] = {}
    for e in facts.of("flow", measure="kept"):
        who = tuple(sorted(others(e, "measure", "step").items()))
        before, out = last.get(who), facts.one("flow", **{**dims(e), "measure": "left_out"})
        last[who] = e
        if before is None or not (has(before, "value") and has(e, "value") and has(out, "value")):
            continue
        given = [(before, "value"), (out, "value")]
        slack = sum(half(x, "n") for x in (e, before, out))
        yield line(e, "flow", ["value"], [before["value"] - out["value"]], named(given), slack)


# What names the planned choice among several, by the choice of the plan.
PLANNED = (("definition_difference", "definition"), ("started_difference", "start"))


def _planned(facts: Facts) -> Iterator[Line]:
    """Yield that the planned one among several looks is the primary result itself."""
    gap = facts.one("adjusted_difference", **_window(facts))
    # Of those who are still there at a landmark the result itself is another one.
    if not has(gap, "value", "low", "high") or facts.plan.get("landmark"):
        return
    given = named([(gap, field) for field in ("value", "low", "high")])
    found = [gap[field] for field in ("value", "low", "high")]
    for estimand, dim in PLANNED:
        wanted = "assigned" if dim == "start" else str(facts.plan.get(dim))
        for e in facts.of(estimand, **{dim: wanted}):
            if has(e, "value", "low", "high") and code(e, "method") in (
                code(gap, "method"),
                wanted,
            ):
                yield line(e, "same", ["value", "low", "high"], found, given, check=True)


def _window(facts: Facts) -> dict[str, str]:
    return next((dims(e) for e in facts.named("adjusted_difference") if has(e, "value")), {})


def across(reports: Sequence[Facts]) -> list[list[Line]]:
    """Return, for each report, that figures printed in another report are the same here.

    Parameters
    ----------
    reports : sequence of Facts
        All of a bundle.
    """
    claims: dict[tuple[str, str], Estimate] = {}
    tallies: dict[tuple[str, str], Estimate] = {}
    for facts in reports:
        for e in facts.named("claim"):
            claims[facts.area, dims(e)["claim"]] = e
        for e in facts.of("tally", of="figures"):
            if "area" not in dims(e):
                tallies[facts.area, dims(e)["verdict"]] = e
    return [[*_printed(facts, claims), *_areas(facts, tallies)] for facts in reports]


def _printed(facts: Facts, claims: dict[tuple[str, str], Estimate]) -> Iterator[Line]:
    for e in facts.named("printed"):
        twin = claims.get((facts.area, dims(e)["claim"]))
        if twin is not None and has(e, "value") and has(twin, "value"):
            # A share is printed as per cent where it stands beside other figures.
            scale = 100 if e["unit"] == "percent" and twin["unit"] == "share" else 1
            found = twin["value"] * scale
            yield line(e, "same", ["value"], [found], named([(twin, "value")]), check=True)


def _areas(facts: Facts, tallies: dict[tuple[str, str], Estimate]) -> Iterator[Line]:
    for e in facts.of("tally", of="figures"):
        twin = tallies.get((dims(e).get("area", ""), dims(e)["verdict"]))
        if twin is not None:
            given = named([(twin, "value"), (twin, "denominator")])
            found = [twin["value"], twin["denominator"]]
            yield line(e, "same", ["value", "denominator"], found, given)
