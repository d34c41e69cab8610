"""Every number of every report, found again or not, and what a change of one would move.

Imports every module of the second implementation: this is its door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evalkit.recompute import (
    claims,
    gates,
    headline,
    quality,
    reach,
    recidivism,
    satisfaction,
    shares,
    whole,
)
from evalkit.recompute.facts import NUMBERS, Facts, has
from evalkit.recompute.line import AGREES, DIFFERS, Input, Line, cannot
from evalkit.recompute.reasons import reason

RULES = {
    "recidivism": (recidivism.lines, recidivism.balance, recidivism.interactions, claims.lines),
    "satisfaction": (satisfaction.lines, claims.lines),
    "reach": (reach.lines, recidivism.balance, claims.lines),
    "claims": (claims.lines, claims.areas),
    "quality": (quality.lines,),
}
# A change is followed through so many numbers that rest on one another.
DEEPEST = 12


def check(results: Mapping[str, Any]) -> list[Line]:
    """Return a line for every number of a report.

    Parameters
    ----------
    results : mapping
        The content of a results.json.

    Returns
    -------
    list of Line
        First what was found again, in the order of the rules; then every released number
        that no released numbers give, with the reason.
    """
    return _lines(Facts(results))


def _lines(facts: Facts) -> list[Line]:
    made = [*headline.lines(facts), *gates.lines(facts), *shares.lines(facts)]
    for rule in RULES.get(facts.outcome, ()):
        made += rule(facts)
    made += whole.lines(facts)
    return [*made, *_left(facts, made)]


def _left(facts: Facts, made: Iterable[Line]) -> Iterator[Line]:
    """Yield a line for what nothing gives."""
    known = {(found.id, field) for found in made if not found.check for field in found.fields}
    for e in facts.estimates.values():
        fields = [f for f in ("value", "low", "high") if has(e, f) and (e["id"], f) not in known]
        if fields:
            yield cannot(e, fields, reason(e, fields))


def across(reports: Sequence[Mapping[str, Any]]) -> list[list[Line]]:
    """Return, for each report, lines that hold its numbers to those of another.

    Parameters
    ----------
    reports : sequence of mapping
        The contents of several results.json.
    """
    return whole.across([Facts(results) for results in reports])


def joined(lines: Iterable[Line], beside: Iterable[Line]) -> list[Line]:
    """Return the lines of a report with those from other reports, which may give what it cannot.

    Parameters
    ----------
    lines, beside : iterable of Line
        Of `check` and of `across`.
    """
    more = list(beside)
    known = {(found.id, field) for found in more if not found.check for field in found.fields}
    kept = [
        found for found in lines
        if found.state in (AGREES, DIFFERS)
        or not all((found.id, field) in known for field in found.fields)
    ]  # fmt: skip
    return [*kept, *more]


def rests_on(results: Mapping[str, Any]) -> set[str]:
    """Return the ids of what a reader of a report's headline sees."""
    return headline.rests_on(Facts(results))


def changed(results: Mapping[str, Any], changes: Mapping[Input, float]) -> list[Line]:
    """Return the lines of a report in which somebody changed numbers, and what follows.

    Parameters
    ----------
    results : mapping
        The content of a results.json; it is not changed.
    changes : mapping of (str, str) to float
        By estimate and field.

    Returns
    -------
    list of Line
        Those that were right and moved, each with what would be printed in its place as `found`:
        what rested on a changed number follows it, and so on.
    """
    facts = Facts(results).copied()
    before = {_key(was): was for was in _lines(Facts(results)) if was.state == AGREES}
    for (name, field), number in changes.items():
        facts.estimates[name][field] = number
    made: list[Line] = []
    for _ in range(DEEPEST):
        made = [now for now in _lines(facts) if _key(now) in before and _derived(now)]
        if not any([_follow(facts, now, changes) for now in made if now.state == DIFFERS]):
            break
    moved = ((before[_key(now)], now) for now in made)
    return [replace(now, printed=was.printed) for was, now in moved if now.found != was.found]


def _derived(found: Line) -> bool:
    return found.state in (AGREES, DIFFERS) and not found.check


def _key(found: Line) -> tuple[Any, ...]:
    return found.id, found.how, found.fields


def _follow(facts: Facts, found: Line, changes: Mapping[Input, float]) -> bool:
    """Write what was found into the report; return whether that moved anything."""
    e, moved = facts.estimates.get(found.id), False
    for field, number in zip(found.fields, found.found, strict=False):
        if e is None or field not in NUMBERS or (found.id, field) in changes:
            continue
        moved |= e[field] != number
        e[field] = number
    return moved


def roots(results: Mapping[str, Any], wanted: Line) -> list[Input]:
    """Return the numbers on which a line rests in the end: those that nothing else gives.

    Parameters
    ----------
    wanted : Line
        Of this report.
    """
    facts, found = Facts(results), {}
    made: dict[Input, Line] = {
        (one.id, field): one
        for one in reversed(_lines(facts))
        if one.state == AGREES and not one.check
        for field in one.fields
    }
    left, seen = list(wanted.inputs), set(wanted.inputs)
    while left:
        name, field = left.pop(0)
        under = made.get((name, field))
        if under is None or not under.inputs:
            number = facts.estimates.get(name, {}).get(field)
            if isinstance(number, int | float):
                found[name, field] = number
            continue
        left += [one for one in under.inputs if one not in seen]
        seen |= {*under.inputs}
    return list(found)


__all__ = ["across", "changed", "check", "joined", "rests_on", "roots"]
