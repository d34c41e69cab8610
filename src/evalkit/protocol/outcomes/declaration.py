"""What an outcome declares of itself: everything else that must know it reads it here.

Imports nothing of evalkit. An outcome is a frozen dataclass of choices, whose annotations say
what may stand there, and an `Outcome` that says what it is and which tables it rests on.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Range:
    """The values that a number of a plan may have.

    Parameters
    ----------
    said : str
        As a message shows it.
    holds : callable
        Takes a value; whether it may stand there.
    """

    said: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Outcome:
    """One kind of report, declared once.

    Parameters
    ----------
    code : str
        In study files, folders and ids.
    plan : type
        Frozen dataclass of its choices.
    persons : str
        Shape of the offices' table whose rows are the persons that it is about; empty for a
        report on something else.
    ledger : tuple of str
        Outcomes in the ledger of printed figures whose figures bear on it.
    asks : tuple of str
        Under ``[missing]`` in the locale files, what a figure printed about it must have.
    answers : bool
        Whether its printed percentages are shares of people who answered.
    harm : bool
        Whether it counts an event of which fewer is better.
    sides : mapping of str to str
        Of a primary estimand that compares, the one of each side: the shares that differ by it.
    estimands : tuple of str
        All that its own exhibits give: no cell may call its numbers so.
    second_p : tuple of str
        Estimands of a planned test beside the primary one: a report has one of them, or none.
    """

    code: str
    plan: type
    persons: str = ""
    ledger: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    answers: bool = False
    harm: bool = False
    sides: Mapping[str, str] = field(default_factory=dict)
    estimands: tuple[str, ...] = ()
    second_p: tuple[str, ...] = ()


Count = Annotated[int, Range(">= 1", lambda x: x >= 1)]
Days = Annotated[int, Range(">= 0", lambda x: x >= 0)]
OpenShare = Annotated[float, Range("0 < x < 1", lambda x: 0 < x < 1)]
Share = Annotated[float, Range("0 <= x < 1", lambda x: 0 <= x < 1)]
# NaN is below nothing, so it must be held between two numbers.
Level = Annotated[float, Range(">= 0", lambda x: 0 <= x < math.inf)]
Difference = Annotated[float, Range("> 0", lambda x: 0 < x < 10)]
Edges = Annotated[
    Mapping[str, tuple[float, ...]],
    Range("a < b < c", lambda x: bool(x) and all(a < b for a, b in itertools.pairwise(x))),
]
Design = Literal["randomised", "observational"]


@functools.cache
def kinds(plan: type) -> Mapping[str, tuple[Any, tuple[str, ...], Range | None]]:
    """Return what each choice of a plan may be: its type, a closed list, a range.

    Returns
    -------
    mapping
        By the choice's name. Of a `Literal` the type is str, and the list is not empty.
    """
    found = {}
    for name, hint in get_type_hints(plan, include_extras=True).items():
        limit = next((extra for extra in getattr(hint, "__metadata__", ())), None)
        base = get_args(hint)[0] if limit is not None else hint
        listed = get_args(base) if get_origin(base) is Literal else ()
        found[name] = (str if listed else base, listed, limit)
    return found


def choices_of(plan: Any, name: str) -> tuple[str, ...]:
    """Return the closed list out of which a choice comes, in the order of its declaration.

    Examples
    --------
    >>> from evalkit.protocol.outcomes import RecidivismPlan
    >>> choices_of(RecidivismPlan, "curve_interval")
    ('log-log', 'log', 'plain')
    """
    return kinds(plan if isinstance(plan, type) else type(plan))[name][1]


def faults(plan: Any) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Yield every choice of a plan that may not stand: its name, what was found, what may.

    Parameters
    ----------
    plan : object
        A plan whose values are of their types; closed lists are not looked at again.
    """
    cls: type = type(plan)
    for name, (_, _, limit) in kinds(cls).items():
        value = getattr(plan, name)
        if limit is None:
            continue
        parts = value if isinstance(value, Mapping) else {"": value}
        for key, part in parts.items():
            if not limit.holds(part):
                found = list(part) if isinstance(part, tuple) else part
                yield f"{name}.{key}" if key else name, found, (limit.said,)
    if hasattr(plan, "disagreements"):
        yield from plan.disagreements()
