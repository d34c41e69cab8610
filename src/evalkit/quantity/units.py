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
    """Return the units that come nearest to a misspelt or other name; all if none does.

    Parameters
    ----------
    code : str
        What was found, in English or Chinese: sesions, visits, 人数.

    Notes
    -----
    By the optimal string alignment distance to a unit's code and its other names: one slip
    in every three letters. A unit that is farther away is none that was meant.
    """
    wanted = code.partition("/")[0].lower().replace("_", " ").replace("-", " ").strip()
    found = {unit: least for unit in unit_codes() if (least := _away(wanted, unit)) is not None}
    best = min(found.values(), default=0)
    # Beside a unit that is meant by just this name there is no second nearest.
    slack = 1 if best and wanted.isascii() else 0
    nearest = [unit for unit, far in found.items() if far <= best + slack]
    return sorted(nearest, key=lambda unit: found[unit])[:3] or unit_codes()


def _away(wanted: str, unit: str) -> int | None:
    """Return how far a name is from a unit's; None where it is too far to be meant."""
    names = [unit.lower().replace("_", " "), *_names()[unit]]
    far = [_slips(wanted, name) for name in names]
    least = [n for n, name in zip(far, names, strict=True) if n <= max(len(name), len(wanted)) // 3]
    # 人数 holds the word 人.
    words = measure_words()[unit]
    least += [len(wanted) - len(word) for word in words if word in wanted and not word.isascii()]
    return min(least, default=None)


@functools.cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return what else each plain unit may be called, its measure words among it."""
    others = _file()["other_names"]
    return {code: (*words, *others.get(code, ())) for code, words in measure_words().items()}


def _slips(one: str, other: str) -> int:
    """Return the letters to add, leave out, change or swap between two names."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right)))
            swapped = i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right
            if swapped:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def quotient(over: Unit, under: Unit) -> Unit | None:
    """Return the unit of average per unit, or None where it means nothing.

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
