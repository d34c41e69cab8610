"""What the page asks Python, as text in and text out.

Imports check. JavaScript draws; every number that it shows was found here.
"""

from __future__ import annotations

import json
from typing import Any

from evalkit.recompute.check import across, changed, check, joined, rests_on, roots
from evalkit.recompute.facts import Estimate, Facts, has
from evalkit.recompute.line import Line, compared

# So many numbers can be changed at once; a line that rests on more is one of a whole table.
MOST = 12
# What a reader knows a number by, and what he knows it by where it has none of these.
NAMED = ("group", "against", "definition", "window", "population")
OTHERWISE = (NAMED, ("method",), ("reason",))
# Fields in which a reader may write another number.
WRITABLE = ("value", "low", "high", "se", "n", "events", "level", "denominator")


class Reports:
    """The reports that a page checks.

    Parameters
    ----------
    texts : list of str
        The content of each results.json.
    """

    def __init__(self, texts: list[str]) -> None:
        self.results: list[dict[str, Any]] = [json.loads(text) for text in texts]
        self.lines: list[list[Line]] = [[] for _ in texts]

    def check(self, number: int) -> str:
        """Return the lines of one report as JSON."""
        results = self.results[number]
        try:
            lines = joined(check(results), across(self.results)[number])
        except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
            # What cannot be read is no result that agrees with anything.
            lines = [compared("report", "broken", ["count"], [repr(problem)], [""], ())]
        self.lines[number] = lines
        seen = rests_on(results)
        facts = Facts(results)
        return json.dumps([self._told(facts, line, line.id in seen) for line in lines])

    def _told(self, facts: Facts, line: Line, first: bool) -> dict[str, Any]:
        e = facts.estimates.get(line.id)
        told = line.to_json()
        told["rests"] = list(dict.fromkeys(name for name, _ in line.inputs))
        del told["inputs"]
        told |= {"first": first, "unit": e["unit"] if e else "", "digits": e["digits"] if e else 0}
        told["names"] = _names(e) if e else []
        told["movable"] = any(
            has(facts.estimates.get(name), field)
            for name, field in line.inputs
            if field in WRITABLE
        )
        return told

    def inputs(self, number: int, place: int) -> str:
        """Return the numbers that a line rests on in the end, as JSON; empty where too many.

        Parameters
        ----------
        number, place : int
            Of the report, and of the line in it.
        """
        results = self.results[number]
        found = roots(results, self.lines[number][place])
        facts = Facts(results)
        told = [
            {"id": name, "field": field, "value": facts.estimates[name][field],
             "unit": facts.estimates[name]["unit"],
             "names": _names(facts.estimates[name])[:1]}
            for name, field in found
            if has(facts.estimates.get(name), field)
        ]  # fmt: skip
        return json.dumps(told if len(told) <= MOST else [])

    def change(self, number: int, changes: str) -> str:
        """Return what moves where numbers are changed, as JSON.

        Parameters
        ----------
        changes : str
            JSON: a list of id, field and number.
        """
        results = self.results[number]
        asked = {(name, field): value for name, field, value in json.loads(changes)}
        facts, seen = Facts(results), rests_on(results)
        try:
            moved = changed(results, asked)
        except (ArithmeticError, ValueError):
            # No such table is possible: more events than people, nobody at all.
            return json.dumps(None)
        return json.dumps([self._told(facts, line, line.id in seen) for line in moved])


def _names(e: Estimate) -> list[dict[str, str]]:
    """Return by what a reader knows a number, each in every language."""
    # A verdict is known as such; its reason is a sentence of its own.
    for fields in OTHERWISE if e["estimand"] != "verdict" else ():
        if found := [e[name]["text"] for name in fields if e[name]]:
            return found
    return []
