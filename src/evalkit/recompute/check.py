"""Every number of every report, found again or not, and what a change of one would move.

Imports every module of the second implementation: this is its door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from . import claims, headline, quality, reach, recidivism, satisfaction, shares, whole
from .facts import NUMBERS, Facts, has
from .line import AGREES, CANNOT, DIFFERS, Input, Line, cannot
from .reasons import reason

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
    made = [*headline.lines(facts), *shares.lines(facts)]
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
        Of the report as it is, each with what would be printed in its place as `found`: what
        rested on a changed number follows it, and so on.
    """
    facts = Facts(results).copied()
    before = [found for found in _lines(Facts(results)) if found.state == AGREES]
    trusted = {_key(found) for found in before}
    for (name, field), number in changes.items():
        facts.estimates[name][field] = number
    for _ in range(DEEPEST):
        moved = False
        for found in _lines(facts):
            if found.state == DIFFERS and _key(found) in trusted and not found.check:
                moved |= _follow(facts, found, changes)
        if not moved:
            break
    return [_instead(facts, found) for found in before if found.id in facts.estimates]


def _key(found: Line) -> tuple[Any, ...]:
    return found.id, found.how, found.fields


def _follow(facts: Facts, found: Line, changes: Mapping[Input, float]) -> bool:
    """Write what was found into the report; return whether that moved anything."""
    e, moved = facts.estimates.get(found.id), False
    if e is None:
        return False
    for field, number in zip(found.fields, found.found, strict=True):
        if field in NUMBERS and (found.id, field) not in changes and e[field] != number:
            e[field], moved = number, True
    return moved


def _instead(facts: Facts, found: Line) -> Line:
    e = facts.estimates[found.id]
    now = tuple(e.get(field, was) for field, was in zip(found.fields, found.printed, strict=True))
    state = AGREES if now == found.printed else DIFFERS
    return Line(
        found.id, found.fields, found.how, found.printed, now, found.slack, state, found.check,
        found.inputs,
    )  # fmt: skip


__all__ = ["AGREES", "CANNOT", "DIFFERS", "across", "changed", "check", "rests_on"]
