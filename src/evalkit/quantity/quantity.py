"""A quantity: what a printed figure can stand for, with its unit type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evalkit.quantity.span import Span, total
from evalkit.quantity.units import Unit, legitimate, quotient

SHARE = Unit("percent")
WHOLE = Span(Fraction(0), Fraction(1))
# So many persons in each of these are visits in all: the same may come again.
OCCASIONS = ("events", "time", "visits")


class UnitsDiffer(ValueError):
    """Two quantities of unlike units were added, compared or divided.

    Parameters
    ----------
    left, right : Unit
        The two units.
    possible : sequence of str
        What could be computed instead, as units.
    """

    def __init__(self, left: Unit, right: Unit, possible: Sequence[str] = ()) -> None:
        super().__init__(f"{left} and {right} are unlike units")
        self.left, self.right, self.possible = left, right, tuple(possible)


@dataclass(frozen=True)
class Quantity:
    """A number with all that it may stand for.

    Parameters
    ----------
    value : Fraction
        As printed or computed from what is printed.
    unit : Unit
        Its type. Shares are fractions of 1 under the unit ``percent``.
    usual, firm : Span
        As it is usually read, and at the widest; see `evalkit.quantity.rounding`.
    """

    value: Fraction
    unit: Unit
    usual: Span
    firm: Span

    @property
    def assumed(self) -> bool:
        """Whether an end of the usual span rests on a convention and not on a word."""
        return self.usual != self.firm

    def __add__(self, other: Quantity) -> Quantity:
        _same(self, other)
        return Quantity(
            self.value + other.value,
            self.unit,
            self.usual + other.usual,
            self.firm + other.firm,
        )

    def __sub__(self, other: Quantity) -> Quantity:
        _same(self, other)
        return Quantity(
            self.value - other.value,
            self.unit,
            self.usual - other.usual,
            self.firm - other.firm,
        )

    def __truediv__(self, other: Quantity) -> Quantity:
        """Return one for each of the other, where that means something.

        Raises
        ------
        UnitsDiffer
            With what could be divided instead.
        ZeroDivisionError
            If the other is zero.
        """
        unit = quotient(self.unit, other.unit)
        if unit is None:
            raise UnitsDiffer(self.unit, other.unit, legitimate(other.unit))
        return self._over(other, unit)

    def share_of(self, base: Quantity) -> Quantity:
        """Return it as a share of a base in the same unit, as a fraction of 1."""
        _same(self, base)
        return self._over(base, SHARE).of_a_whole()

    def of_a_whole(self) -> Quantity:
        """Return a share whose usual reading ends at the whole; others as they are.

        Notes
        -----
        "About 97 %" is nobody's 101.85 %. The widest reading keeps its end: a percentage may
        be a rate against a target, and "more than 95 %" of one may be 103 %.
        """
        return replace(self, usual=within_whole(self.usual, self.value, self.unit))

    def ratio_to(self, other: Quantity) -> Quantity:
        """Return how many of it there are for each of another of the same unit."""
        _same(self, other)
        return self._over(other, Unit(self.unit.over, other.unit.over))

    def __mul__(self, other: Quantity) -> Quantity:
        """Return a rate times what it is counted for, or a share times its base.

        Raises
        ------
        UnitsDiffer
            If the two do not cancel.
        """
        if self.unit == SHARE and other.unit.counts and other.unit != SHARE:
            unit = other.unit
        elif self.unit.under and self.unit.under == other.unit.code:
            again = self.unit.over == "persons" and other.unit.kind in OCCASIONS
            unit = Unit("person_times" if again else self.unit.over)
        else:
            raise UnitsDiffer(self.unit, other.unit)
        return Quantity(
            self.value * other.value, unit, self.usual * other.usual, self.firm * other.firm
        )

    def _over(self, other: Quantity, unit: Unit) -> Quantity:
        if other.value == 0:
            raise ZeroDivisionError("the base is zero")
        return Quantity(
            self.value / other.value, unit, self.usual / other.usual, self.firm / other.firm
        )


def within_whole(span: Span, value: Fraction, unit: Unit) -> Span:
    """Return what a share can be of a reading of it: nothing above the whole.

    Parameters
    ----------
    span : Span
        The reading.
    value : Fraction
        The number itself; a percentage above 100 is no share.
    unit : Unit
        Of another unit than ``percent`` the reading is returned as it is.
    """
    # "More than 100 %" has nothing below the whole and is no share either.
    below = span.low is not None and span.low < 1
    return span & WHOLE or span if unit == SHARE and value <= 1 and below else span


def _same(left: Quantity, right: Quantity) -> None:
    if left.unit != right.unit:
        raise UnitsDiffer(left.unit, right.unit)


def add_up(parts: Sequence[Quantity]) -> Quantity:
    """Return the sum of one or more quantities of one unit.

    Parameters
    ----------
    parts : sequence of Quantity
        At least one.

    Raises
    ------
    UnitsDiffer
        If their units are unlike.
    """
    for part in parts[1:]:
        _same(parts[0], part)
    return Quantity(
        sum((part.value for part in parts), Fraction(0)),
        parts[0].unit,
        total(part.usual for part in parts),
        total(part.firm for part in parts),
    )
