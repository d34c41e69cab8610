"""One way to print an estimate, for tables, figures and statements."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace

from evalkit import words
from evalkit.estimate import Estimate
from evalkit.present.content import Piece
from evalkit.words import REFERENCE, say

# Unit of the estimate to the format of words; {d} is the estimate's digits.
FORMATS = {
    "share": "pct{d}",
    "points": "pts{d}",
    "persons": "int",
    "figures": "int",
    "findings": "int",
    "p": "p",
    "chi2": "num{d}",
    "smd": "num{d}",
    "spread": "num{d}",
    "ratio": "num{d}",
    "rate": "num{d}",
    "mean": "num{d}",
    "coefficient": "num{d}",
}
MOST_DIGITS = 3

# A report prints one number in a table, in the list of results, behind a click and in
# its workbook; equal numbers are written alike, whatever their type.
number = functools.lru_cache(maxsize=4096)(words.number)


def value_text(estimate: Estimate, lang: str) -> str:
    """Return the value as a reader of the language writes it, or why there is none."""
    if estimate.value is not None:
        return number(estimate.value, _format(estimate, value_digits(estimate)), lang)
    if estimate.disclosure == "withheld":
        return say("shown.withheld", lang)
    return say("shown.not_given", lang)


def interval_text(estimate: Estimate, lang: str) -> str:
    """Return the interval in words: "-16.50 to -0.02", with a true minus."""
    if estimate.low is not None and estimate.high_unbounded:
        return say("figure.at_least", lang, low=end_text(estimate, estimate.low, lang))
    if estimate.low is None or estimate.high is None:
        return value_text(estimate, lang) if estimate.value is None else say("shown.none", lang)
    low, high = (end_text(estimate, end, lang) for end in (estimate.low, estimate.high))
    # Bounds that meet leave nothing open; an interval of no width would be another thing.
    if estimate.interval == "bounds" and low == high:
        return low
    return say("shown.interval", lang, low=low, high=high)


def with_interval(estimate: Estimate, lang: str) -> str:
    """Return the value and its interval in brackets: "0.61 (0.55 to 0.67)"."""
    told = {"value": value_text(estimate, lang), "interval": interval_text(estimate, lang)}
    return say("shown.with_interval", lang, **told)


def end_text(estimate: Estimate, end: float, lang: str) -> str:
    """Return one end of an interval as it is printed.

    Parameters
    ----------
    end : float
        In the estimate's unit.
    """
    digits = estimate.digits if estimate.high_unbounded else interval_digits(estimate)
    return number(end, _format(estimate, digits), lang)


def closed(name: str, bounds: Estimate, spec: str = "pct1") -> str:
    """Return the name of a sentence on bounds: its twin where both ends are one in print.

    Parameters
    ----------
    spec : str
        In which the sentence prints them.
    """
    assert bounds.low is not None and bounds.high is not None
    low, high = (number(end, spec, REFERENCE) for end in (bounds.low, bounds.high))
    return f"{name}_all" if low == high else name


def brackets_text(estimate: Estimate, lang: str) -> str:
    """Return the interval of a printed figure: square brackets hold their end, round do not."""
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return interval_text(estimate, lang) if estimate.low is None else _end(estimate, lang)
    plain, fine = ("figpct", "finepct") if estimate.unit == "share" else ("fig", "fine")
    alike = number(estimate.low, plain, lang) == number(estimate.high, plain, lang)
    spec = fine if alike else plain
    return say(
        "figure.span",
        lang,
        left="(" if estimate.low_open else "[",
        low=number(estimate.low, spec, lang),
        high=number(estimate.high, spec, lang),
        right=")" if estimate.high_open else "]",
    )


def _end(estimate: Estimate, lang: str) -> str:
    assert estimate.low is not None
    low = number(estimate.low, "figpct" if estimate.unit == "share" else "fig", lang)
    return say("figure.at_least", lang, low=low) if estimate.high_unbounded else low


def brackets_piece(estimate: Estimate, lang: str) -> Piece:
    """Return the interval of a printed figure, or its one value, with its result id."""
    one = estimate.low is not None and estimate.low == estimate.high
    spec = "figpct" if estimate.unit == "share" else "fig"
    value = estimate.low if one and not estimate.high_unbounded else None
    return _piece(estimate, brackets_text(estimate, lang), value, spec)


def value_piece(estimate: Estimate, lang: str) -> Piece:
    """Return the value with its result id."""
    spec = _format(estimate, value_digits(estimate))
    return _piece(estimate, value_text(estimate, lang), estimate.value, spec)


def interval_piece(estimate: Estimate, lang: str) -> Piece:
    """Return the interval with its result id, and its ends where it prints both."""
    piece = _piece(estimate, interval_text(estimate, lang))
    spec = _format(estimate, interval_digits(estimate))
    if estimate.low is None or estimate.high is None or piece.look == "withheld":
        return piece
    low, high = words.printed(estimate.low, spec), words.printed(estimate.high, spec)
    one = estimate.interval == "bounds" and low == high
    if low is None or high is None or one or estimate.high_unbounded:
        return piece
    return replace(piece, low=low[0], high=high[0], unit=estimate.unit, digits=low[1])


def count_piece(estimate: Estimate, field: str, lang: str) -> Piece:
    """Return n or events of an estimate, or the word for withheld."""
    count = getattr(estimate, field)
    if count is not None:
        return replace(_piece(estimate, number(count, "int", lang), count, "int"), unit="persons")
    word = "withheld" if estimate.disclosure == "withheld" else "not_given"
    return _piece(estimate, say(f"shown.{word}", lang))


def said_piece(estimate: Estimate, text: str, look: str = "") -> Piece:
    """Return words with the id of the result that they say."""
    return Piece(text, look, estimate.id)


def _piece(estimate: Estimate, text: str, value: float | None = None, spec: str = "") -> Piece:
    look = "number" if estimate.disclosure != "withheld" else "withheld"
    printed = words.printed(value, spec) if value is not None else None
    if printed is None:
        return Piece(text, look, estimate.id)
    return Piece(text, look, estimate.id, printed[0], estimate.unit, printed[1])


def _format(estimate: Estimate, digits: int) -> str:
    # Every other unit is that of a printed figure, which keeps the decimals it has.
    return FORMATS.get(estimate.unit, "fig").format(d=digits)


def value_digits(estimate: Estimate) -> int:
    """Return the decimals with which a value is printed.

    Returns
    -------
    int
        Those of its interval where with its own it would be printed outside of it.
    """
    value, low, high, most = estimate.value, estimate.low, estimate.high, interval_digits(estimate)
    if value is None or low is None or high is None or most <= estimate.digits:
        return estimate.digits
    scale = 100 if estimate.unit in ("share", "points") else 1
    ends = (round(low * scale, most), round(high * scale, most))
    inside = ends[0] <= round(value * scale, estimate.digits) <= ends[1]
    return estimate.digits if inside else most


def interval_digits(estimate: Estimate) -> int:
    """Return the decimals with which both ends of an interval are printed."""
    # A bound that is not zero must not be printed as zero: the reader would take
    # an interval that excludes no difference for one that includes it.
    scale = 100 if estimate.unit in ("share", "points") else 1
    bounds = [abs(b) * scale for b in (estimate.low, estimate.high) if b]
    digits = estimate.digits
    while digits < MOST_DIGITS and any(round(bound, digits) == 0 for bound in bounds):
        digits += 1
    return digits


def level_of(estimates: Iterable[Estimate], planned: float) -> float:
    """Return the confidence level of what is shown: a cell may have chosen another."""
    return next((e.level for e in estimates if e.level is not None), planned)
