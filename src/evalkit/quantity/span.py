"""Intervals of exact numbers, with open, closed and missing ends, and their arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Span:
    """Every number that a quantity may be.

    Parameters
    ----------
    low, high : Fraction or None
        Its ends; None where it has none on that side. low <= high.
    low_open, high_open : bool
        Whether an end itself does not belong to it. A missing end is neither.

    Raises
    ------
    ValueError
        If no number lies in it, or a missing end is called open.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if (self.low is None and self.low_open) or (self.high is None and self.high_open):
            raise ValueError("a missing end is neither open nor closed")
        if self.low is None or self.high is None:
            return
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError(f"no number lies between {self.low} and {self.high}")

    @classmethod
    def at(cls, value: Fraction | int) -> Span:
        """Return the span of one number."""
        return cls(Fraction(value), Fraction(value))

    @property
    def single(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high

    def __contains__(self, value: Fraction | int) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = (
            self.high is None or value < self.high or (value == self.high and not self.high_open)
        )
        return above and below

    def above(self, other: Span) -> bool:
        """Return whether each of its numbers exceeds each of the other's."""
        if self.low is None or other.high is None:
            return False
        touching = self.low == other.high and (self.low_open or other.high_open)
        return self.low > other.high or touching

    def meets(self, other: Span) -> bool:
        """Return whether one number lies in both."""
        return not self.above(other) and not other.above(self)

    def at_most(self, other: Span) -> bool:
        """Return whether each of its numbers is at most each of the other's."""
        return self.high is not None and other.low is not None and self.high <= other.low

    def __add__(self, other: Span) -> Span:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(
            low,
            high,
            low is not None and (self.low_open or other.low_open),
            high is not None and (self.high_open or other.high_open),
        )

    def __neg__(self) -> Span:
        return Span(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.high_open,
            self.low_open,
        )

    def __sub__(self, other: Span) -> Span:
        return self + (-other)

    def __mul__(self, other: Span) -> Span:
        """Return every product; of spans without negative numbers."""
        a, b = _counted(self), _counted(other)
        assert a.low is not None and b.low is not None
        low = a.low * b.low
        # A zero that is attained makes the product zero whatever stands beside it.
        zero = (a.low == 0 and not a.low_open) or (b.low == 0 and not b.low_open)
        low_open = not zero and (a.low_open or b.low_open)
        if a.high == 0 or b.high == 0:
            return Span.at(0)
        if a.high is None or b.high is None:
            return Span(low, None, low_open)
        return Span(low, a.high * b.high, low_open, a.high_open or b.high_open)

    def __truediv__(self, other: Span) -> Span:
        """Return every quotient; of spans without negative numbers, leaving out x / 0.

        Raises
        ------
        ZeroDivisionError
            If the divisor is zero and nothing else.
        """
        a, b = _counted(self), _counted(other)
        assert a.low is not None and b.low is not None
        if b.high == 0:
            raise ZeroDivisionError("the base is zero")
        if a.high == 0:
            return Span.at(0)
        attained_zero = a.low == 0 and not a.low_open
        low = Fraction(0) if b.high is None else a.low / b.high
        # Beside a divisor without end the quotient comes near to zero and never there.
        low_open = not attained_zero and (a.low_open or b.high_open or b.high is None)
        if a.high is None or b.low == 0:
            return Span(low, None, low_open)
        return Span(low, a.high / b.low, low_open, a.high_open or b.low_open)

    def __and__(self, other: Span) -> Span | None:
        """Return what lies in both, or None."""
        if not self.meets(other):
            return None
        lows = [(s.low, s.low_open) for s in (self, other) if s.low is not None]
        highs = [(s.high, not s.high_open) for s in (self, other) if s.high is not None]
        low, low_open = max(lows, default=(None, False))
        high, high_closed = min(highs, default=(None, True))
        return Span(low, high, low_open, not high_closed)

    @property
    def least_whole(self) -> int | None:
        """The smallest whole number in it or above it; None without a low end."""
        if self.low is None:
            return None
        least = math.ceil(self.low)
        return least + 1 if self.low_open and least == self.low else least

    @property
    def greatest_whole(self) -> int | None:
        """The largest whole number in it or below it; None without a high end."""
        if self.high is None:
            return None
        greatest = math.floor(self.high)
        return greatest - 1 if self.high_open and greatest == self.high else greatest

    @property
    def has_whole(self) -> bool:
        """Whether a whole number lies in it."""
        least, greatest = self.least_whole, self.greatest_whole
        return least is None or greatest is None or least <= greatest


def _counted(span: Span) -> Span:
    if span.low is None or span.low < 0:
        raise ValueError("products and quotients are for what is counted, never below zero")
    return span


def total(spans: Iterable[Span]) -> Span:
    """Return the sum of several spans; of none it is zero.

    Parameters
    ----------
    spans : iterable of Span
        The parts.
    """
    found = Span.at(0)
    for span in spans:
        found = found + span
    return found


def simplest_share(span: Span) -> Fraction:
    """Return the share k/n inside a span whose base n is the smallest.

    Parameters
    ----------
    span : Span
        Shares; it must reach above zero or hold it.

    Returns
    -------
    Fraction
        In lowest terms: its denominator is the smallest base of which some whole
        count gives a share in the span, and its numerator that count.

    Notes
    -----
    The walk down the Stern-Brocot tree (Graham, Knuth and Patashnik, Concrete
    Mathematics, section 4.5) by whole runs, so that it takes as many steps as the
    continued fraction has terms.
    """
    if 0 in span:
        return Fraction(0)
    assert span.low is not None and span.low >= 0
    return _simplest(span)


def _simplest(span: Span) -> Fraction:
    assert span.low is not None
    whole = span.least_whole
    assert whole is not None
    if whole in span:
        return Fraction(whole)
    floor = Fraction(whole - 1)
    # Nothing whole inside: take the whole part off and turn the rest over.
    low, high = span.low - floor, None if span.high is None else span.high - floor
    assert high is not None
    turned = Span(
        1 / high,
        None if low == 0 else 1 / low,
        span.high_open,
        low != 0 and span.low_open,
    )
    return floor + 1 / _simplest(turned)
