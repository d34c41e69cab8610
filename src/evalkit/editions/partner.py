"""A partner's file in the shape of CDISC's Analysis Results Standard, read strictly.

Imports scale and errors, and bundle for what we call the operations. The shape is that of version
1.0: a reporting event with methods and analyses, whose results each name an operation and hold
its raw value as text. What is not of it is refused by name and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from evalkit.bundle.listings import OPERATIONS
from evalkit.editions.scale import Scale, scale_in
from evalkit.errors import CompareError

# The list of contents of version 1.0, and of the drafts before it.
CONTENTS = ("mainListOfContents", "listOfPlannedAnalyses")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)
LONGEST_NUMBER, LONGEST = 60, 2_000
MOST_ANALYSES = 200_000
# As a file says of itself that its data are made up, in either language.
MADE_UP = re.compile(r"made[- ]up|虚构", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """One result of a partner.

    Parameters
    ----------
    analysis, operation : str
        The id of its analysis; what the operation is called.
    groups : tuple of (str, str)
        The groupings and their values, sorted; a value is empty where none is named.
    raw : str or None
        The raw value as it stands there; None where there is none.
    scale : Scale
        Unit and level as the analysis states them.
    """

    analysis: str
    operation: str
    groups: tuple[tuple[str, str], ...]
    raw: str | None
    scale: Scale = field(default_factory=Scale)


@dataclass(frozen=True)
class Partner:
    """A partner's file.

    Parameters
    ----------
    name : str
        What the file is called.
    results : tuple of Result
        In the file's order.
    made_up : bool
        Whether the file says of itself that made-up data reach it.
    """

    name: str
    results: tuple[Result, ...]
    made_up: bool = False


def is_partner(data: Any) -> bool:
    """Return whether data say of themselves that they are a reporting event."""
    return isinstance(data, dict) and "estimates" not in data and "analyses" in data


def exact(text: str | None) -> Fraction | None:
    """Return a number as it was written, with nothing lost; None where it is none.

    Parameters
    ----------
    text : str or None
        Decimal digits, with an exponent of at most three digits.

    Examples
    --------
    >>> exact("0.10")
    Fraction(1, 10)
    """
    if text is None or len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def read_partner(data: Mapping[str, Any], path: Path) -> Partner:
    """Return what a partner's file holds.

    Parameters
    ----------
    data : mapping
        Its content.

    Raises
    ------
    CompareError
        If it is not of the shape: the sentence says where.
    """
    reader = _Reader(path)
    reader.text(data, "id", "")
    reader.text(data, "name", "")
    if not any(isinstance(data.get(name), dict) for name in CONTENTS):
        reader.refuse("", CONTENTS[0])
    methods = reader.methods(data)
    results: list[Result] = []
    seen: set[str] = set()
    analyses = reader.many(data, "analyses", "")
    if len(analyses) > MOST_ANALYSES:
        raise CompareError("compare.many", path=path, most=str(MOST_ANALYSES))
    for number, analysis in enumerate(analyses):
        where = f"analyses[{number}]"
        name = reader.text(analysis, "id", where)
        if name in seen:
            raise CompareError("compare.analysis_twice", path=path, id=name)
        seen.add(name)
        results += reader.results(analysis, name, where, methods)
    told = (data.get(part) for part in ("name", "description", "label"))
    made_up = any(isinstance(text, str) and MADE_UP.search(text) for text in told)
    return Partner(path.name, tuple(results), made_up)


class _Reader:
    """Reads parts, and says of one that is not as it must be where it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, where: str, name: str) -> None:
        place = f"{where}.{name}" if where else name
        raise CompareError("compare.no_ars", path=self.path, place=place)

    def text(self, held: Any, name: str, where: str) -> str:
        found = held.get(name) if isinstance(held, dict) else None
        if not isinstance(found, str) or not 0 < len(found) <= LONGEST:
            self.refuse(where, name)
        return str(found)

    def description(self, analysis: Any, where: str) -> str:
        found = analysis.get("description", "")
        if not isinstance(found, str | None):
            # What is not read might state a unit.
            self.refuse(where, "description")
        return found or ""

    def many(self, held: Any, name: str, where: str) -> list[Any]:
        found = held.get(name) if isinstance(held, dict) else None
        if not isinstance(found, list):
            self.refuse(where, name)
            return []
        return found

    def methods(self, data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Return what each operation is called, by method and id."""
        methods: dict[str, dict[str, str]] = {}
        for number, method in enumerate(self.many(data, "methods", "")):
            where = f"methods[{number}]"
            held = methods.setdefault(self.text(method, "id", where), {})
            for order, operation in enumerate(self.many(method, "operations", where)):
                place = f"{where}.operations[{order}]"
                name = self.text(operation, "name", place)
                held[self.text(operation, "id", place)] = operation_of(name)
        return methods

    def results(
        self, analysis: Any, name: str, where: str, methods: Mapping[str, Mapping[str, str]]
    ) -> Iterator[Result]:
        operations = methods.get(self.text(analysis, "methodId", where))
        if operations is None:
            self.refuse(where, "methodId")
            return
        scale = scale_in(self.description(analysis, where))
        # An analysis that is planned and has no result yet has no such list.
        listed = self.many(analysis, "results", where) if "results" in analysis else []
        seen = set()
        for number, result in enumerate(listed):
            place = f"{where}.results[{number}]"
            operation = operations.get(self.text(result, "operationId", place))
            if operation is None:
                self.refuse(place, "operationId")
                return
            raw = result.get("rawValue")
            if not isinstance(raw, str | None):
                # The standard has text here: a number was rounded by whoever wrote it as one.
                self.refuse(place, "rawValue")
            groups = self.groups(result, place)
            key = (result["operationId"], groups)
            if key in seen:
                raise CompareError(
                    "compare.result_twice", path=self.path, id=name, operation=operation
                )
            seen.add(key)
            yield Result(name, operation, groups, raw, scale)

    def groups(self, result: Any, where: str) -> tuple[tuple[str, str], ...]:
        if "resultGroups" not in result:
            return ()
        found = []
        for number, group in enumerate(self.many(result, "resultGroups", where)):
            place = f"{where}.resultGroups[{number}]"
            grouping = self.text(group, "groupingId", place)
            named = [name for name in ("groupValue", "groupId") if name in group]
            found.append((grouping, self.text(group, named[0], place) if named else ""))
        return tuple(sorted(found))


def operation_of(name: str) -> str:
    """Return which of our operations a name means: its key, or the name itself.

    Parameters
    ----------
    name : str
        As a method has it.

    Examples
    --------
    >>> operation_of("Point estimate"), operation_of("n"), operation_of("Median")
    ('value', 'n', 'Median')
    """
    plain = name.strip().casefold()
    for key, called in OPERATIONS.items():
        if plain in (key, called.casefold()):
            return key
    return name
