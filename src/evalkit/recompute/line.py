"""One line of the check: what is printed, what was found again, and from what.

Imports facts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evalkit.recompute.facts import FINEST, Estimate, half

Number = float | str | None
Pair = tuple[float, float]
Input = tuple[str, str]
AGREES, DIFFERS, CANNOT, GIVEN = "agrees", "differs", "cannot", "given"
# Of these numbers others are made: they stand for themselves.
THEMSELVES = ("count", "figure")
# Two numbers that differ by less differ by the last digits of a double.
LEAST = 1e-14


@dataclass(frozen=True)
class Line:
    """One number, interval or word of a report, found again or not.

    Parameters
    ----------
    id : str
        Of the estimate; "headline" for the sentence, "report" for the whole.
    fields : tuple of str
        Which of its numbers.
    how : str
        Code of the rule, or of the reason why there is none.
    printed, found : tuple
        As released, and as computed anew; empty where it cannot be.
    slack : float
        What rounding before the release may have moved; 0 where it must agree to 1e-9 of it.
    state : {"agrees", "differs", "cannot", "given"}
        What comes of it; "given" is what others rest on, and it on nothing.
    check : bool
        Whether it only holds numbers to each other: it does not derive one from counts.
    inputs : tuple of (str, str)
        Estimate and field of everything that it was computed from.
    """

    id: str
    fields: tuple[str, ...]
    how: str
    printed: tuple[Number, ...]
    found: tuple[Number, ...]
    slack: float
    state: str
    check: bool = False
    inputs: tuple[Input, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def line(
    e: Estimate,
    how: str,
    fields: Sequence[str],
    found: Sequence[Number],
    inputs: Sequence[Input],
    slack: float = 0.0,
    check: bool = False,
) -> Line:
    """Return a line on numbers of an estimate.

    Parameters
    ----------
    fields, found : sequence
        Which of its numbers, and each as found again.
    """
    printed = [e[field] for field in fields]
    least = 0.0 if e["unit"] == "p" else LEAST
    return compared(e["id"], how, fields, printed, found, inputs, slack, check, least)


def compared(
    name: str,
    how: str,
    fields: Sequence[str],
    printed: Sequence[Number],
    found: Sequence[Number],
    inputs: Sequence[Input],
    slack: float = 0.0,
    check: bool = False,
    least: float = 0.0,
) -> Line:
    """Return a line on what is printed, wherever it stands."""
    same = len(printed) == len(found) and all(
        near(a, b, slack, least) for a, b in zip(printed, found, strict=True)
    )
    state = AGREES if same else DIFFERS
    kept = tuple(dict.fromkeys(inputs))
    return Line(name, tuple(fields), how, tuple(printed), tuple(found), slack, state, check, kept)


def inside(e: Estimate, how: str, field: str, ends: Pair, inputs: Sequence[Input]) -> Line:
    """Return a line on a number of which others tell only between what it lies.

    Parameters
    ----------
    ends : (float, float)
        The least and the most that it can be.
    """
    low, high = ends
    state = AGREES if low * (1 - FINEST) <= e[field] <= high * (1 + FINEST) else DIFFERS
    printed, kept = (e[field],), tuple(dict.fromkeys(inputs))
    return Line(e["id"], (field,), how, printed, ends, 0.0, state, True, kept)


def near(printed: Number, found: Number, slack: float = 0.0, least: float = 0.0) -> bool:
    """Return whether two numbers are the same, to 1e-9 beyond what rounding leaves open.

    Parameters
    ----------
    least : float
        Below this any difference is one of the computer's arithmetic.
    """
    if isinstance(printed, str) or isinstance(found, str) or printed is None or found is None:
        return printed == found
    return abs(printed - found) <= slack + max(FINEST * abs(found), least)


def cannot(e: Estimate, fields: Sequence[str], why: str) -> Line:
    """Return a line on numbers that released ones do not give."""
    printed = tuple(e[field] for field in fields)
    state = GIVEN if why in THEMSELVES else CANNOT
    return Line(e["id"], tuple(fields), why, printed, (), 0.0, state)


def loose(
    formula: Callable[..., float], given: Sequence[tuple[Estimate, str]], own: float = 0.0
) -> tuple[float, float]:
    """Return a formula's value, and what rounding of its inputs and of itself leaves open.

    Parameters
    ----------
    formula : callable
        Takes the numbers; monotone in each as far as rounding reaches.
    given : sequence of (dict, str)
        Estimate and field of each number.
    own : float
        How far the printed number may lie from the one behind it.
    """
    numbers = [float(e[field]) for e, field in given]
    halves = [half(e, field) for e, field in given]
    value = formula(*numbers)
    if not any(halves):
        return value, own
    reach = zip(numbers, halves, strict=True)
    corners = itertools.product(*([x - h, x + h] if h else [x] for x, h in reach))
    away = max(abs(formula(*corner) - value) for corner in corners)
    return value, own + away


def named(given: Sequence[tuple[Estimate, str]]) -> tuple[Input, ...]:
    """Return estimates and fields by id."""
    return tuple((e["id"], field) for e, field in given)
