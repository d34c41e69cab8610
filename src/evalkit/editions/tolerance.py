"""How far apart two numbers may be and agree: as declared, and not at all where nobody declared it.

Imports errors, files and bundle for what the operations are called.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from evalkit.bundle.listings import OPERATIONS
from evalkit.editions.load import check_regular
from evalkit.errors import CompareError
from evalkit.files import parse_toml, unreadable_as

KEYS = ("absolute", "relative")
ALL = "all"
LARGEST = 1 << 16


@dataclass(frozen=True)
class Limit:
    """How far apart two numbers of one operation may be.

    Parameters
    ----------
    absolute : Fraction
        In the unit of the number, from 0.
    relative : Fraction
        As a share of the larger of both, from 0 to below 1.
    """

    absolute: Fraction = Fraction(0)
    relative: Fraction = Fraction(0)

    def holds(self, one: Fraction, other: Fraction) -> bool:
        """Return whether two numbers agree: within the wider of both limits.

        Parameters
        ----------
        one, other : Fraction
            In any order.
        """
        most = max(self.absolute, self.relative * max(abs(one), abs(other)))
        return abs(one - other) <= most

    @property
    def text(self) -> str:
        """As it was declared."""
        return f"{float(self.absolute):g}; {float(self.relative):g}"


@dataclass(frozen=True)
class Tolerance:
    """What was declared.

    Parameters
    ----------
    limits : mapping of str to Limit
        By operation; under `ALL` that of every other. Empty: numbers must be equal.
    """

    limits: Mapping[str, Limit] = field(default_factory=dict)

    def of(self, operation: str) -> Limit:
        """Return the limit of an operation."""
        return self.limits.get(operation, self.limits.get(ALL, Limit()))


def read_tolerance(path: Path) -> Tolerance:
    """Return the tolerances that a file declares.

    Parameters
    ----------
    path : Path
        TOML: a section an operation (``[value]``), or ``[all]``, with ``absolute`` and
        ``relative``.

    Raises
    ------
    CompareError
        If it cannot be read, or declares anything else.
    StudyError
        If it is not TOML.
    """
    with unreadable_as(CompareError, path):
        check_regular(path)
        if path.stat().st_size > LARGEST:
            raise CompareError("compare.tolerance", path=path, key=path.name, known=[*KEYS])
        data = parse_toml(path.read_bytes(), path)
    known = [ALL, *OPERATIONS]
    limits = {}
    for name, section in data.items():
        if name not in known or not isinstance(section, dict) or not section:
            raise CompareError("compare.tolerance", path=path, key=name, known=known)
        for key, found in section.items():
            if key not in KEYS or not _fits(key, found):
                where = f"{name}.{key}"
                raise CompareError("compare.tolerance", path=path, key=where, known=[*KEYS])
        limits[name] = Limit(**{key: Fraction(repr(found)) for key, found in section.items()})
    if not limits:
        raise CompareError("compare.tolerance", path=path, key=path.name, known=known)
    return Tolerance(limits)


def _fits(key: str, found: Any) -> bool:
    number = type(found) in (int, float) and abs(found) < 1e300 and math.isfinite(found)
    # Within as much as itself every number would agree with nothing at all.
    return number and found >= 0 and (key == "absolute" or found < 1)
