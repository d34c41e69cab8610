"""What an edition is: reports by their place, each as its results file says.

Imports bundle for the names of the numbers, and estimate for those of verdicts. What a results
file of any age holds is checked here; what it lacks is not made up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.bundle.compare import COUNTS, FLOATS
from evalkit.estimate import OUTCOME_VERDICTS

# Of an estimate: what it says in numbers, in words, and what the numbers are of.
NUMBERS = (*FLOATS, *COUNTS)
STATED = ("interval", "verdict", "low_unbounded", "high_unbounded", "low_open", "high_open")
TERMS = (
    *("population", "definition", "window", "group", "against", "method", "design", "reason"),
    *("would_pass", "assumption", "otherwise"),
)
MEANING = (*TERMS[:7], "disclosure", "plan")
# What an estimate is there for: how many stand behind it may be told where it is refused.
ANSWERS = ("value", "low", "high")
VERDICT, RATING = "verdict", "rating"
# What a number that is refused has for a verdict.
REFUSAL = "not_assessable"
ABSENT, RELEASED, WITHHELD, REFUSED = "absent", "released", "withheld", "refused"
CODE = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
LONGEST_ID = 2_000


@dataclass(frozen=True)
class Report:
    """One report of an edition.

    Parameters
    ----------
    place : str
        ``<study>/<area>/<outcome>``.
    results : mapping
        What its results file holds, checked.
    cells : tuple of str or None
        SHA-256 of each code cell of its notebook, in order; None where the notebook is not there.
    made_at : str
        When it was made: UTC, ISO 8601; empty where nothing says.
    """

    place: str
    results: Mapping[str, Any]
    cells: tuple[str, ...] | None = None
    made_at: str = ""

    @property
    def made_up(self) -> bool:
        """Whether made-up data reach it."""
        study = bool(self.results["study"].get("made_up"))
        return study or any(each.get("made_up") for each in self.results["estimates"])

    @property
    def estimates(self) -> dict[str, Mapping[str, Any]]:
        """Every estimate by its id."""
        return {each["id"]: each for each in self.results["estimates"]}


@dataclass(frozen=True)
class Edition:
    """What somebody compares.

    Parameters
    ----------
    name : str
        What the file or folder is called.
    kind : {"bundle", "reports", "report", "results"}
        What was read.
    reports : mapping of str to Report
        By place.
    unread : tuple of str
        Places of which the results cannot be read.
    failed : tuple of str
        Places of reports that failed.
    """

    name: str
    kind: str
    reports: Mapping[str, Report]
    unread: tuple[str, ...] = ()
    failed: tuple[str, ...] = field(default=())

    @property
    def made_up(self) -> bool:
        """Whether made-up data reach any of it."""
        return any(report.made_up for report in self.reports.values())


def checked(data: Any) -> str:
    """Return the place of what a results file holds.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        If it is not the results of a report.
    """
    codes = (data["study"]["code"], data["area"]["code"], data["outcome"])
    _need(all(isinstance(code, str) and CODE.fullmatch(code) for code in codes))
    for owner in (data["study"], data["area"]):
        _need(all(isinstance(text, str) for text in owner.get("name", {}).values()))
    for part in ("plan", "provenance", "headline"):
        _need(isinstance(data.get(part, {}), dict))
    _need(all(isinstance(text, str) for text in data.get("headline", {}).values()))
    told = data.get("provenance", {})
    _need(all(isinstance(v, str) for k, v in told.items() if k != "parameters"))
    spoken = data.get("languages", [])
    _need(isinstance(spoken, list) and all(isinstance(lang, str) for lang in spoken))
    _need(isinstance(data["estimates"], list))
    seen: set[str] = set()
    for estimate in data["estimates"]:
        _check_estimate(estimate)
        _need(estimate["id"] not in seen)
        seen.add(estimate["id"])
    return "/".join(codes)


def _check_estimate(estimate: Mapping[str, Any]) -> None:
    _need(isinstance(estimate["id"], str) and 0 < len(estimate["id"]) <= LONGEST_ID)
    _need(isinstance(estimate["estimand"], str))
    for part in NUMBERS:
        number = estimate.get(part)
        _need(number is None or _is_number(number))
    for part in ("unit", "interval", "disclosure", "plan", "verdict", "policy"):
        _need(isinstance(estimate.get(part), str | None))
    digits = estimate.get("digits", 0)
    _need(type(digits) is int and 0 <= digits <= 9)
    if estimate.get("disclosure") == WITHHELD:
        _need(all(estimate.get(part) is None for part in NUMBERS))
    for part in STATED[2:]:
        _need(isinstance(estimate.get(part), bool | None))
    for part in TERMS:
        _check_term(estimate.get(part))
    for name, value in estimate.get("dims", []):
        _need(isinstance(name, str) and isinstance(value, str))
    for pair in estimate.get("data", []):
        name, digest = pair
        _need(isinstance(name, str) and isinstance(digest, str | None))
    for each in estimate.get("deviations", []):
        _need(all(isinstance(each[key], str) for key in ("parameter", "planned", "used")))


def _check_term(term: Any) -> None:
    if term is not None:
        _need(isinstance(term["code"], str) and bool(term["text"]))
        _need(all(isinstance(text, str) for pair in term["text"].items() for text in pair))


def _is_number(found: Any) -> bool:
    # Whole numbers beyond a float's reach are none of ours.
    return type(found) in (int, float) and abs(found) < 1e300 and math.isfinite(found)


def _need(fits: bool) -> None:
    if not fits:
        raise ValueError("no results of a report")


def state_of(estimate: Mapping[str, Any] | None) -> str:
    """Return whether an edition releases an estimate, withholds it, refuses it, or has none."""
    if estimate is None:
        return ABSENT
    if estimate.get("disclosure") == WITHHELD:
        return WITHHELD
    said = any(estimate.get(part) is not None for part in ANSWERS)
    verdict = estimate.get(VERDICT)
    # Of a report it is an answer that nothing can be assessed; of a number it is none.
    said |= verdict is not None and (verdict != REFUSAL or estimate["estimand"] == VERDICT)
    return RELEASED if said or estimate.get("reason") is None else REFUSED


def is_figure(estimate: Mapping[str, Any] | None) -> bool:
    """Return whether an estimate is a printed figure, with a verdict of its own."""
    verdict = (estimate or {}).get(VERDICT)
    # A verdict that is not known here is told, and not passed over.
    return verdict is not None and verdict not in OUTCOME_VERDICTS
