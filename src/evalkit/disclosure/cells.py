"""The persons behind a number: true counts, which decide whether it may be shown.

Imports nothing of evalkit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Cells:
    """True counts of the persons behind one number; they themselves are never shown.

    Parameters
    ----------
    counts : tuple of int
        What the number is computed from, each at least 0.
    few : tuple of int
        Counts none of which may be from 1 to the threshold.
    harms : tuple of (int, int)
        Those with an event and all: a zero needs a base, and everybody is never shown.
    withheld : bool
        Whether a rule of the room withholds the number whatever the counts are.
    """

    counts: tuple[int, ...] = ()
    few: tuple[int, ...] = ()
    harms: tuple[tuple[int, int], ...] = ()
    withheld: bool = False

    def __repr__(self) -> str:
        return "Cells(...)"

    def __add__(self, other: Cells) -> Cells:
        return Cells(
            self.counts + other.counts,
            self.few + other.few,
            self.harms + other.harms,
            self.withheld or other.withheld,
        )


# Behind the number stands nobody: villages, levels of a rating, rows of a public list.
NOBODY = Cells()


def people(*counts: int) -> Cells:
    """Return the cells of counts of persons.

    Parameters
    ----------
    *counts : int
        True counts, each at least 0.

    Examples
    --------
    >>> people(40, 7).few
    (40, 7)
    """
    return Cells(counts, counts)


def part(events: int, base: int) -> Cells:
    """Return the cells of a share of persons, of which nobody and everybody may be told.

    Parameters
    ----------
    events, base : int
        True counts, 0 <= events <= base.
    """
    return Cells((events, base), (events, base, base - events))


def harm(events: int, base: int) -> Cells:
    """Return the cells of a share of persons that must not be told of everybody.

    Parameters
    ----------
    events, base : int
        True counts, 0 <= events <= base.
    """
    return Cells((events, base), harms=((events, base),))


def harms(pairs: Sequence[tuple[int, int]]) -> Cells:
    """Return the cells of a number that rests on the shares of several groups.

    Parameters
    ----------
    pairs : sequence of (int, int)
        True counts, events and base of each.
    """
    return sum((harm(*pair) for pair in pairs), NOBODY)
