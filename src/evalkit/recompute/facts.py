"""One report's results, read as plain data.

Imports nothing of evalkit: a results.json is the only thing that both implementations know.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

Estimate = dict[str, Any]
# What the gate of disclosure leaves of a model's number, in decimals of its unit, and half of
# what counts of persons are rounded to: what a number is made from may be off by so much.
DECIMALS = {"share": 3, "points": 3, "mean": 1, "smd": 2, "spread": 2, "chi2": 1}
COUNTED_BY = 5
FINEST = 1e-9
# Fields of an estimate that hold its numbers, or the word that they make.
NUMBERS = ("value", "low", "high", "se", "n", "events", "denominator", "verdict")


class Facts:
    """What one report released, by id.

    Parameters
    ----------
    results : mapping
        The content of a results.json.
    """

    def __init__(self, results: Mapping[str, Any]) -> None:
        self.results = results
        self.estimates: dict[str, Estimate] = {e["id"]: e for e in results["estimates"]}

    def copied(self) -> Facts:
        """Return the same in which numbers may be changed."""
        return Facts(copy.deepcopy(dict(self.results)))

    @property
    def area(self) -> str:
        """The code of the area."""
        return str(self.results["area"]["code"])

    @property
    def outcome(self) -> str:
        """The code of the outcome."""
        return str(self.results["outcome"])

    @property
    def plan(self) -> Mapping[str, Any]:
        """What was decided beforehand."""
        return self.results["plan"] or {}

    def of(self, estimand: str, **asked: str) -> list[Estimate]:
        """Return the estimates of a kind with these dimensions, in the report's order."""
        return [e for e in self.named(estimand) if dims(e).items() >= asked.items()]

    def named(self, *estimands: str) -> Iterator[Estimate]:
        """Yield the estimates of some kinds."""
        return (e for e in self.estimates.values() if e["estimand"] in estimands)

    def one(self, estimand: str, **asked: str) -> Estimate | None:
        """Return the one estimate with exactly these dimensions; None where there is none."""
        return next((e for e in self.named(estimand) if dims(e) == asked), None)


def dims(e: Estimate) -> dict[str, str]:
    """Return the dimensions of an estimate."""
    return {name: value for name, value in e["dims"]}


def others(e: Estimate, *without: str) -> dict[str, str]:
    """Return the dimensions of an estimate but some."""
    return {name: value for name, value in e["dims"] if name not in without}


def code(e: Estimate, field: str) -> str:
    """Return the code of a term of an estimate; empty where there is none."""
    return str(e[field]["code"]) if e[field] else ""


def has(e: Estimate | None, *fields: str) -> TypeGuard[Estimate]:
    """Return whether an estimate is there with all of these numbers."""
    return e is not None and all(e[field] is not None for field in fields)


def is_exact(e: Estimate) -> bool:
    """Return whether nothing was rounded before it was released."""
    return bool(e["disclosure"] == "public")


def half(e: Estimate, field: str) -> float:
    """Return by how much a released number may differ from the one behind it.

    Parameters
    ----------
    field : str
        "value", "low", "high", "se", "n" or "events".
    """
    if is_exact(e):
        return 0.0
    if field in ("n", "events") or e["unit"] not in DECIMALS:
        return COUNTED_BY / 2
    return 0.5 * 10.0 ** -DECIMALS[e["unit"]]


def sides(facts: Facts, estimand: str, gap: Estimate) -> tuple[Estimate, Estimate] | None:
    """Return the two groups' numbers behind a difference, the programme's first.

    Parameters
    ----------
    estimand : str
        Of each group's number.
    gap : dict
        Names both groups.
    """
    there = [e for e in facts.named(estimand) if has(e, "value")]
    found = [
        next((e for e in there if code(gap, side) in dims(e).values()), None)
        for side in ("group", "against")
    ]
    first, second = found
    return None if first is None or second is None else (first, second)
