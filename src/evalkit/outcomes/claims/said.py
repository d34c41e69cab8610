"""Units, amounts and intervals of printed figures in words."""

from __future__ import annotations

from fractions import Fraction

from evalkit.intake.ledger import Claim
from evalkit.quantity import Quantity, Span, Unit
from evalkit.quantity.quantity import within_whole
from evalkit.words import Phrase, phrase

# How a printed number is said with the word that stood beside it.
BESIDE = {"over": "figure.at_least", "nearly": "figure.nearly", "approx": "figure.about"}


def unit_words(unit: Unit) -> Phrase:
    """Return a unit in words: "visits", or "visits per person".

    Parameters
    ----------
    unit : Unit
        Any unit.
    """
    if unit.under == unit.over and unit.under:
        return phrase("figure.to_one")
    if unit.under:
        over, under = phrase(f"unit.{unit.over}"), phrase(f"unit_one.{unit.under}")
        return phrase("figure.per", over=over, under=under)
    return phrase(f"unit.{unit.over}")


def amount(value: Fraction | int, unit: Unit, fine: bool = False) -> Phrase:
    """Return a number as its unit is written: a share in per cent, others plainly.

    Parameters
    ----------
    value : Fraction or int
        The number; a share as a fraction of 1.
    fine : bool
        Whether with more digits, where fewer would make two numbers look alike.
    """
    if unit.code == "percent":
        return phrase("figure.percent_fine" if fine else "figure.percent", x=value)
    return phrase("figure.plain_fine" if fine else "figure.plain", x=value)


def _alike(low: Fraction, high: Fraction, unit: Unit) -> bool:
    """Tell whether two numbers that differ would be printed alike."""
    return amount(low, unit).text("en") == amount(high, unit).text("en")


def counted(value: Fraction | int, unit: Unit) -> Phrase:
    """Return a number with its unit behind it: "13 people".

    Parameters
    ----------
    value : Fraction or int
        The number; a share as a fraction of 1.
    """
    if unit.code == "percent":
        return amount(value, unit)
    return phrase("figure.counted", x=amount(value, unit), unit=unit_words(unit))


def range_words(quantity: Quantity) -> Phrase:
    """Return a computed quantity as it is said: one number, or "11.6 to 11.7"."""
    span, unit = quantity.usual, quantity.unit
    if span.low is None or span.high is None or span.single:
        return span_words(span, unit)
    fine = _alike(span.low, span.high, unit)
    low, high = amount(span.low, unit, fine), amount(span.high, unit, fine)
    return phrase("figure.range", low=low, high=high)


def printed_amount(quantity: Quantity, usual: bool = True, fine: bool = False) -> Phrase:
    """Return a figure with all that it can stand for, by the usual or the widest reading.

    Parameters
    ----------
    usual : bool
        Whether by the usual reading; else the number stands before the interval.
    """
    span = quantity.usual if usual else quantity.firm
    # What is said of a share ends at the whole, by the widest reading too.
    span = within_whole(span, quantity.value, quantity.unit)
    words = span_words(span, quantity.unit, fine)
    if usual or span.single or span.low is None or span.high is None:
        return words
    x = amount(quantity.value, quantity.unit, fine)
    return phrase("figure.widest", x=x, span=words)


def span_words(span: Span, unit: Unit, fine: bool = False) -> Phrase:
    """Return an interval in words: square brackets hold their end, round ones do not.

    Parameters
    ----------
    fine : bool
        Whether with more digits; without, only where the two ends would look alike.
    """
    if span.low is None:
        return phrase("figure.any")
    if span.high is not None and not span.single:
        fine = fine or _alike(span.low, span.high, unit)
    low = amount(span.low, unit, fine)
    if span.high is None:
        return phrase("figure.above" if span.low_open else "figure.at_least", low=low)
    if span.single:
        return low
    left, right = "(" if span.low_open else "[", ")" if span.high_open else "]"
    high = amount(span.high, unit, fine)
    return phrase("figure.span", left=left, low=low, high=high, right=right)


def as_said(claim: Claim, quantity: Quantity) -> Phrase:
    """Return a figure as the text prints it, with its rounding word: "nearly 95%"."""
    plain = amount(quantity.value, quantity.unit)
    key = BESIDE.get(claim.rounding)
    return plain if key is None else phrase(key, low=plain)
