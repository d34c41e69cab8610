"""From a printed number and the word beside it to what it can stand for."""

from __future__ import annotations

from fractions import Fraction

from evalkit.quantity.span import Span

# Units of a last digit without decimals: of a bare number, of 万, 亿 and 万亿.
SCALES = (1, 10**4, 10**8, 10**12)
ROUNDINGS = ("exact", "last_digit", "over", "nearly", "approx", "truncated", "none")


def last_place(value: Fraction) -> Fraction:
    """Return the unit of the place of the last digit that is not zero: 10 for 150.

    Parameters
    ----------
    value : Fraction
        A decimal number; zero has the place 1.

    Raises
    ------
    ValueError
        If it has no end as a decimal, as 1/3 has not.
    """
    if value == 0:
        return Fraction(1)
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest != 1:
        raise ValueError(f"{value} is no decimal number")
    place = Fraction(1)
    while (value / place).denominator != 1:
        place /= 10
    while (value / (place * 10)).denominator == 1:
        place *= 10
    return place


def read_figure(
    value: Fraction,
    rounding: str,
    step: Fraction | None,
    approx: Fraction,
    coarsest: Fraction | None = None,
) -> tuple[Span, Span]:
    """Return what a printed figure stands for: as it is usually read, and at the widest.

    Parameters
    ----------
    value : Fraction
        The number, at least 0.
    rounding : str
        One of `ROUNDINGS` but "none".
    step : Fraction or None
        Unit of the last printed digit; that of `last_place` when not known.
    approx : Fraction
        Half-width of "about", as a share of the value.
    coarsest : Fraction or None
        The largest place that a rounding word can mean; None for any.

    Returns
    -------
    (Span, Span)
        ``usual``: the interval by rule, whose far ends may be assumed (the next
        round number behind "more than"). ``firm``: only what the words themselves
        exclude lies outside it. A contradiction counts only between firm spans.

    Notes
    -----
    A rounded number may have been cut instead of rounded, and a bare number that
    ends in zeros may have been rounded without a word: both stay possible in the
    firm span, because a false accusation is worse than a miss.
    """
    place = last_place(value)
    if coarsest is not None:
        place = min(place, coarsest)
    if rounding == "last_digit":
        unit = step or place
        return _rounded(value, unit), _rounded_or_cut(value, _widest(unit, place))
    if rounding == "over":
        return Span(value, value + place, high_open=True), Span(value, None)
    if rounding == "nearly" and value == 0:
        return Span.at(0), Span.at(0)
    if rounding == "nearly":
        low = value - place / 2
        return Span(low, value, high_open=True), Span(Fraction(0), value)
    if rounding == "approx":
        return Span(value * (1 - approx), value * (1 + approx)), Span(Fraction(0), None)
    if rounding == "truncated":
        unit = step or place
        low = max(value - _widest(unit, place) / 2, Fraction(0))
        return Span(value, value + unit, high_open=True), Span(low, None)
    if rounding == "exact":
        bare = value != 0 and place > 1
        return Span.at(value), _rounded_or_cut(value, place) if bare else Span.at(value)
    raise ValueError(f"no interval belongs to the rounding {rounding!r}")


def _widest(unit: Fraction, place: Fraction) -> Fraction:
    """Return the unit to which a number may have been rounded, however it is written.

    The zeros of 200万 may be rounded like those of 2,000,000; those of 48.80万 are printed
    behind a point to say that they are not.
    """
    return max(unit, place) if unit in SCALES else unit


def _rounded(value: Fraction, unit: Fraction) -> Span:
    return Span(max(value - unit / 2, Fraction(0)), value + unit / 2, high_open=True)


def _rounded_or_cut(value: Fraction, unit: Fraction) -> Span:
    return Span(max(value - unit / 2, Fraction(0)), value + unit, high_open=True)
