"""Unit types: what is counted, and what may be divided by what."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from evalkit.errors import UsageError

# Kinds of which there are only whole numbers.
WHOLE = ("people", "mixed", "visits", "households", "events", "groups", "cases", "things", "places")


@dataclass(frozen=True)
class Unit:
    """A unit, or one unit for each of another.

    Parameters
    ----------
    over : str
        Code of what is counted.
    under : str
        Code of what it is counted for; empty for a plain unit.
    """

    over: str
    under: str = ""

    @property
    def code(self) -> str:
        """The unit as the ledger writes it: ``persons`` or ``persons/sessions``."""
        return f"{self.over}/{self.under}" if self.under else self.over

    @property
    def kind(self) -> str:
        """Its kind in ``units.toml``; "rate" for one unit for each of another."""
        return "rate" if self.under else kinds()[self.over]

    @property
    def whole(self) -> bool:
        """Whether there are only whole numbers of it: people, but not hours or yuan."""
        return self.kind in WHOLE

    @property
    def counts(self) -> bool:
        """Whether it measures anything: a date, a rank or a structure does not."""
        return self.kind != "none"

    def __str__(self) -> str:
        return self.code


@functools.cache
def _file() -> dict[str, Any]:
    file = resources.files("evalkit.quantity") / "units.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def kinds() -> dict[str, str]:
    """Return the kind of each plain unit."""
    return {code: unit["kind"] for code, unit in _file()["units"].items()}


@functools.cache
def measure_words() -> dict[str, tuple[str, ...]]:
    """Return the Chinese measure words of each plain unit."""
    return {code: tuple(unit["words"]) for code, unit in _file()["units"].items()}


def unit_codes() -> list[str]:
    """Return the codes of all plain units, sorted."""
    return sorted(kinds())


def parse_unit(code: str) -> Unit:
    """Return the unit that a ledger names.

    Parameters
    ----------
    code : str
        A code out of `unit_codes`, or two with a slash between them.

    Raises
    ------
    UsageError
        If there is no such unit, with the nearest ones.
    """
    over, slash, under = code.partition("/")
    unit = Unit(over.strip(), under.strip())
    for part in (unit.over, *([unit.under] if slash else [])):
        # Of what measures nothing there is no rate either.
        if part not in kinds() or (slash and kinds()[part] == "none"):
            raise UsageError("unit_unknown", unit=code, known=near(part))
    return unit


def near(code: str) -> list[str]:
    """Return the units whose names come nearest to a misspelt one; all if none does.

    Parameters
    ----------
    code : str
        What was found.
    """
    import difflib

    names = {name.lower(): name for name in unit_codes()}
    found = difflib.get_close_matches(code.lower(), names, n=3, cutoff=0.6)
    return [names[name] for name in found] or unit_codes()


def quotient(over: Unit, under: Unit) -> Unit | None:
    """Return the unit of one quantity for each of another, or None where it means nothing.

    Parameters
    ----------
    over, under : Unit
        Plain units. Of the same unit there is a ratio, which the text must ask
        for; it is no unit of its own here.
    """
    if over.under or under.under or over == under:
        return None
    allowed = _file()["quotients"].get(over.kind, [])
    return Unit(over.over, under.over) if under.kind in allowed else None


def legitimate(under: Unit) -> list[str]:
    """Return what could be divided by a unit, one unit of each kind, for a message.

    Parameters
    ----------
    under : Unit
        The divisor.
    """
    first: dict[str, Unit] = {}
    for code, kind in kinds().items():
        found = quotient(Unit(code), under)
        if found is not None:
            first.setdefault(kind, found)
    return sorted(unit.code for unit in first.values())
