"""One printed figure in English, such as "over 1.2 million people"; None where it is not just that.

Imports nothing of the house. What is not wholly one figure is refused: a miss is put right
by hand, while a wrong figure would pass for what was printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as it is printed.

    Parameters
    ----------
    value : Fraction
        The number, at least 0. Of a share it is the number in per cent: 23.43 for 23.43%.
    step : Fraction or None
        Unit of the last printed digit, with 万 and 亿 taken in: 10 for 48.804万. Of a
        Chinese numeral, the unit of the last written numeral: 10 for 三百二十. None
        where it is not known; `parse_figure` always knows it.
    rounding : str
        "over", "nearly" or "approx" by the word beside the number; without a word
        "last_digit" or "exact". Never "truncated" or "none", which only a reader of
        the whole text can tell.
    unit : str or None
        Code of `evalkit.quantity.unit_codes`; None where the word behind the number
        does not decide it.
    """

    value: Fraction
    step: Fraction | None
    rounding: str
    unit: str | None


_OPENINGS = {
    **dict.fromkeys(("more than", "over", "just over", "well over", "at least"), "over"),
    **dict.fromkeys(("no fewer than", "no less than", "not less than"), "over"),
    **dict.fromkeys(("above", "exceeding", "upwards of"), "over"),
    **dict.fromkeys(("nearly", "almost", "close to", "just under"), "nearly"),
    **dict.fromkeys(("about", "approximately", "approx.", "approx", "around", "roughly"), "approx"),
    **dict.fromkeys(("some", "circa", "an estimated"), "approx"),
    **dict.fromkeys(("a total of", "in total", "exactly"), ""),
}
_OPENING = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, _OPENINGS), key=len, reverse=True))})(?= )"
)
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMBER = re.compile(
    r"(?P<money>(?:rmb|cny) )?(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)"
    rf"(?P<decimals>\.[0-9]+)?(?P<scale> (?:{'|'.join(_SCALES)})(?![a-z]))?(?P<more>\+)?"
)
_SHARE = re.compile(r" ?%| (?:percent|per cent)(?![a-z])")
_OF = re.compile(r"(?: of (?P<noun>[a-z][a-z' -]*))?")

# The parts of a whole that have an end as a decimal; of two thirds there is none. Beside
# each the step to which a share is rounded when it is said so.
_PARTS = {"half": (50, 10), "one half": (50, 10), "a half": (50, 10)}
_QUARTERS = {"a quarter": 25, "one quarter": 25, "three quarters": 75, "three-quarters": 75}
_FIFTHS = {f"{word} fifth{'s' * (n > 1)}": 20 * n for n, word in enumerate(
    ("one", "two", "three", "four"), 1)} | {"a fifth": 20}  # fmt: skip
_TENTHS = {f"{word} tenth{'s' * (n > 1)}": 10 * n for n, word in (
    (1, "one"), (3, "three"), (7, "seven"), (9, "nine"))} | {"a tenth": 10}  # fmt: skip
# A quarter may be three months, so that these need "of" and what they are a part of.
_NEED_OF = {
    **{word: (value, 5) for word, value in (_QUARTERS | _FIFTHS).items()},
    **{word: (value, 10) for word, value in _TENTHS.items()},
}
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
           "eight": 8, "nine": 9, "ten": 10}  # fmt: skip
_SMALL = rf"[1-9][0-9]?|{'|'.join(_DIGITS)}"
_ONE_IN = re.compile(
    rf"(?P<k>{_SMALL}) (?P<between>in|out of) (?P<n>[1-9][0-9]{{0,2}}|{'|'.join(_DIGITS)})"
    r"(?![0-9,.])(?: (?P<noun>[a-z][a-z' -]*))?"
)

_UNITS = {
    **dict.fromkeys(("person", "persons", "people"), "persons"),
    **dict.fromkeys(("visit", "visits", "person-time", "person-times"), "person_times"),
    **dict.fromkeys(("person times", "persontime", "persontimes"), "person_times"),
    **dict.fromkeys(("hour", "hours"), "hours"),
    **dict.fromkeys(("session", "sessions"), "sessions"),
    **dict.fromkeys(("team", "teams"), "teams"),
    **dict.fromkeys(("household", "households", "families"), "households"),
    **dict.fromkeys(("respondents", "participants", "volunteers", "residents"), "persons"),
    **dict.fromkeys(("children", "young people", "minors", "parents"), "persons"),
    **dict.fromkeys(("students", "pupils", "social workers"), "persons"),
    **dict.fromkeys(("yuan", "rmb"), "CNY"),
    **dict.fromkeys(("kilometres", "kilometers", "km"), "km"),
}
# Behind a number these make another number, a rate, a date or a limit of it.
_NO_NOUN = re.compile(
    r"\b(?:and|or|to|of|in|out|per|each|every|a|an|the|than|from|by|at|on|for|with|within|under|"
    r"over|less|fewer|more|most|not|no|plus|minus|times?|fold|ago|old|later|earlier|after|before|"
    r"since|until|half|halves|quarters?|thirds?|hundreds?|thousands?|millions?|billions?|"
    r"trillions?|dozens?|scores?|lakh|crore|cents?|dollars?|pounds?|euros?|yen|usd|"
    r"percent|percentage|points?|pp|degrees?|am|pm|"
    r"noon|bc|ad|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|increase|"
    r"decrease|rise|fall|growth|higher|lower|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|k|m|bn|mn|tn|st|nd|rd|th)\b"
)
# One such word between a number and a noun measures the noun: a 5 star hotel, a 3 day course.
_MEASURES = re.compile(
    r"(?:star|step|stage|phase|part|level|tier|way|page|point|minute|hour|day|week|month|year|"
    r"metre|meter|mile|kilometre|kilometer|person|people|man|woman|session|team|household|round)"
)
_TIMES = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|time|million|dozen)\b"
)
_NOUN = re.compile(r"[a-z]+(?:[ -][a-z]+){0,4}")


def is_english(text: str) -> bool:
    """Tell whether a text is written in Latin letters alone, and in some."""
    return text.isascii() and any(sign.isalpha() for sign in text)


def parse_english(text: str) -> PrintedFigure | None:
    """Read one printed figure in English; None where a text is not just that.

    Notes
    -----
    None are ranges, ordinals, years, dates, upper limits (up to 50), rates (3 a week),
    changes (percentage points), number words without a number (hundreds, a dozen), and
    parts without an end as a decimal (two thirds).
    """
    text = " ".join(text.split()).rstrip(".")
    opening = _OPENING.match(text)
    word = opening[0] if opening else ""
    rest = text[len(word) :].strip()
    said = {_OPENINGS[word]} - {""} if word else set()
    found = _part_of_whole(rest) or _one_in(rest) or _counted(rest, bool(word))
    if found is None:
        return None
    said |= {found.rounding} & {"over"}
    if len(said) > 1:
        return None
    rounding = next(iter(said), found.rounding)
    return PrintedFigure(found.value, found.step, rounding, found.unit)


def _share(value: int, step: int) -> PrintedFigure:
    return PrintedFigure(Fraction(value), Fraction(step), "last_digit", "percent")


def _part_of_whole(text: str) -> PrintedFigure | None:
    word, of, noun = text.partition(" of ")
    known = (_PARTS if not of else _PARTS | _NEED_OF).get(word)
    if known is None or (of and not _is_whole(noun)):
        return None
    return _share(*known)


def _is_whole(noun: str) -> bool:
    """Tell whether words name what a share is of, with no number, rate or time in them."""
    plain = re.sub(r"^(?:all the|all|the|these|those|their|its|our) ", "", noun)
    timed = _TIMES.search(plain) or re.search(r"[0-9]", plain)
    return bool(_NOUN.fullmatch(plain)) and not timed and not _NO_NOUN.search(plain)


def _one_in(text: str) -> PrintedFigure | None:
    found = _ONE_IN.fullmatch(text)
    if found is None:
        return None
    k, n = (_DIGITS.get(found[key]) or int(found[key]) for key in ("k", "n"))
    # 3 in 10 days is a rate; 1 in 3 has no end as a decimal.
    timed = found["noun"] is not None and not _is_whole(found["noun"])
    if timed or not 0 < k < n or Fraction(100 * k, n).denominator not in (1, 2, 4, 5):
        return None
    value = Fraction(100 * k, n)
    step = Fraction(5) if n < 10 else min(Fraction(10), Fraction(100, n))
    return PrintedFigure(value, step, "last_digit", "percent")


def _counted(text: str, worded: bool) -> PrintedFigure | None:
    found = _NUMBER.match(text)
    if found is None:
        return None
    scale = _SCALES[found["scale"].strip()] if found["scale"] else 1
    decimals = found["decimals"] or ""
    value = Fraction(found["digits"].replace(",", "") + decimals) * scale
    step = Fraction(scale, 10 ** max(len(decimals) - 1, 0))
    rest = text[found.end() :]
    if value.denominator != 1 and scale > 1:
        return None
    coarse = bool(found["scale"] or decimals)
    rounding = "over" if found["more"] else "last_digit" if coarse else "exact"
    share = _SHARE.match(rest)
    if share:
        of = _OF.fullmatch(rest, share.end())
        fits = of and (of["noun"] is None or _is_whole(of["noun"])) and not found["money"]
        rounding = "last_digit" if rounding == "exact" else rounding
        return PrintedFigure(value, step, rounding, "percent") if fits and scale == 1 else None
    bare = not (coarse or worded or "," in found["digits"])
    return _of_noun(PrintedFigure(value, step, rounding, None), rest, bool(found["money"]), bare)


def _of_noun(figure: PrintedFigure, rest: str, money: bool, bare: bool) -> PrintedFigure | None:
    """Return a figure with the unit that its noun decides; None where the noun undoes it."""
    if money:
        return None if rest else PrintedFigure(figure.value, figure.step, figure.rounding, "CNY")
    if not rest:
        return figure
    noun = rest.strip()
    if not rest.startswith(" ") or not _NOUN.fullmatch(noun):
        return None
    if noun not in _UNITS:
        *before, _ = re.split("[ -]", noun)
        if _NO_NOUN.search(noun) or any(_MEASURES.fullmatch(word) for word in before):
            return None
        # 2024 survey responses are those of a year; a noun in the singular counts nothing.
        year = bare and figure.step == 1 and 1900 <= figure.value < 2100
        if year or (figure.value != 1 and not noun.endswith("s")):
            return None
    return PrintedFigure(figure.value, figure.step, figure.rounding, _UNITS.get(noun))
