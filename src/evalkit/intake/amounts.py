"""Numbers as offices write them, in the unit of their column.

Imports texts and units. The unit of a cell goes before that of its header, and both before
the column's own; one that cannot be turned into it is a fault, never left out.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from evalkit.intake.texts import Unreadable
from evalkit.intake.units import read_units

DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True)) | {"零": "0", "○": "0"}
TENS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
# 1 2 may be 12, 1.2 or two numbers.
# No honest number, with its unit, is longer; Python refuses to read one of thousands of digits.
LONGEST = 64
BLANK_INSIDE = re.compile(r"[\d.,]\s+[\d.,]|[+-]\s+\d", re.ASCII)
PIECES = re.compile(r"(\d+(?:\.\d+)?)(小时|时|分钟|分|秒|h|min|s)", re.ASCII)
CURRENCY = re.compile(r"^([+-]?)(?:¥|人民币|rmb|cny)([+-]?)", re.IGNORECASE)


def read_number(text: str, unit: str = "", factor: Fraction = Fraction(1)) -> Fraction:
    """Return a number in the unit of its column, exactly.

    Parameters
    ----------
    unit : str
        Of the column (`evalkit.intake.units`); "" where it has none.
    factor : Fraction
        How many of it the unit of the header is.

    Raises
    ------
    Unreadable
        "not_number"; "blank_inside"; "unit_unlike" for a unit that is not the column's;
        "unit_twice" for 52万 under a header in 万元.
    """
    if len(text) > LONGEST:
        raise Unreadable("not_number")
    if BLANK_INSIDE.search(text):
        raise Unreadable("blank_inside")
    plain = re.sub(r"\s", "", text)
    if unit == "yuan":
        plain = CURRENCY.sub(r"\1\2", plain)
    if (whole := spoken(plain)) is not None:
        if plain[-1] in LARGE and factor != 1:
            raise Unreadable("unit_twice")
        return whole * factor
    match = NUMBER.match(plain)
    if match is None:
        raise Unreadable("not_number")
    value, tail = Fraction(match[0].replace(",", "")), plain[match.end() :]
    if not math.isfinite(_float(value)):
        raise Unreadable("not_number")
    if not tail:
        return value * factor
    if tail in LARGE:
        if factor != 1:
            raise Unreadable("unit_twice")
        return value * LARGE[tail]
    return _with_unit(plain, value, tail, unit)


def _with_unit(plain: str, value: Fraction, tail: str, unit: str) -> Fraction:
    pieces = PIECES.findall(plain)
    if unit == "hours" and len(pieces) > 1 and "".join(map("".join, pieces)) == plain:
        return sum((_with_unit(n + u, Fraction(n), u, unit) for n, u in pieces), Fraction(0))
    if not (found := read_units(tail)):
        raise Unreadable("not_number")
    # A scale alone, but for 万 and 亿, is a slip more often than a number ("5k").
    suiting = [u for u in found if u.of and u.suits(unit)]
    if not suiting or any(u.of == "?" for u in found):
        raise Unreadable("unit_unlike")
    return value * suiting[0].factor


def read_count(text: str, unit: str = "", factor: Fraction = Fraction(1)) -> int:
    """Return a whole number from 0."""
    # 1.0 is what a sheet makes of a 1.
    value = read_number(text, unit, factor)
    if value.denominator != 1 or not 0 <= value <= 2**53:
        raise Unreadable("not_count")
    return int(value)


def read_share(text: str, percent: bool) -> float:
    """Return a share in [0, 1].

    Parameters
    ----------
    percent : bool
        Whether the header says that shares are per cent.
    """
    if text.startswith("百分之"):
        return float(read_number(text.removeprefix("百分之")) / 100)
    if text.endswith("%"):
        return float(read_number(text.removesuffix("%")) / 100)
    value = read_number(text)
    # Under a header with % a sheet may hold 0.95 for 95 %; without one 95 may be per cent;
    # 1 may be all of them, or one in a hundred.
    if value and (0 < value <= 1 if percent else not 0 < value < 1):
        raise Unreadable("share_unclear")
    return float(value / 100 if percent else value)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def spoken(text: str) -> int | None:
    """Return the number that is spelt in Chinese, up to 9999 and times 万 or 亿, or None."""
    if len(text) > LONGEST:
        return None
    if text and text[-1] in LARGE:
        inner = spoken(text[:-1])
        return None if inner is None else inner * LARGE[text[-1]]
    if not text or any(c not in DIGITS and c not in TENS for c in text):
        return None
    if all(character in DIGITS for character in text):
        return int("".join(DIGITS[character] for character in text))
    total, digit, last = 0, None, 10_000
    for character in text:
        if character in TENS:
            if TENS[character] >= last:
                return None
            last = TENS[character]
            total += (1 if digit is None else digit) * last
            digit = None
        else:
            digit = int(DIGITS[character]) or None
    return total + (digit or 0)
