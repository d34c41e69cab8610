"""What a spreadsheet shows for the number in a cell, where the format says more than it.

Imports nothing of evalkit. A format may hold the noughts of a person's number (0000000), the
letters before it ("GH"0000), a unit (0"万元") or the sign of a share (0%): who typed 1 saw
0000001, and means it. Digits that a format rounds away are kept.
"""

from __future__ import annotations

import datetime
import functools
import re
from dataclasses import dataclass
from decimal import Decimal

EXCEL_ZERO = datetime.datetime(1899, 12, 30)
MAC_DAYS = 1462
# A float holds no whole number beyond this exactly: its last digits are lost.
EXACT = 2**53
# ECMA-376, 18.8.30: the formats that a file names by number only, and that show dates;
# 27 to 36 and 50 to 58 are those of Chinese and Japanese.
BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
BUILT_IN_SHARES = {9, 10}
ELAPSED = 46
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]\-]*)[^\]]*\]'
    r"|\[(?P<inside>[^\]]*)\]|(?P<general>General|G/通用格式)|(?P<science>[Ee][+-])"
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"
    r"|(?P<percent>%)|(?P<date>[yYmMdDhHsSeEbBaA])|(?P<text>@)|(?P<literal>.)",
    re.DOTALL,
)
_OWN_CURRENCY = {"", "¥", "￥", "CNY", "RMB", "元"}


@dataclass(frozen=True)
class Format:
    """What a format adds to a number.

    Parameters
    ----------
    shows : {"number", "date", "elapsed", "percent", "mask", "affix"}
        "number" adds nothing; "mask" puts digits between its signs; "affix" puts words
        around the number.
    before, behind : str
        Words around the number.
    mask : tuple of str
        Places of digits ("0", "#") and signs, in their order.
    """

    shows: str
    before: str = ""
    behind: str = ""
    mask: tuple[str, ...] = ()


PLAIN = Format("number")


@functools.lru_cache(maxsize=4096)
def read_format(code: str) -> Format:
    """Return what a format code adds.

    Parameters
    ----------
    code : str
        As the file has it; of several sections the first counts.
    """
    tokens = [(m.lastgroup or "", m[m.lastgroup] if m.lastgroup else "") for m in _section(code)]
    kinds = {kind for kind, _ in tokens}
    inside = [text.lower() for kind, text in tokens if kind == "inside"]
    if any(re.fullmatch(r"h+|m+|s+", text) for text in inside):
        return Format("elapsed")
    # A condition chooses the section by the number, and DBNum only another script.
    if "science" in kinds or any(text[:1] in "<>=" for text in inside if text):
        return PLAIN
    if "date" in kinds and not kinds & {"digit", "general"}:
        return Format("date")
    if "percent" in kinds:
        return Format("percent")
    return _around(tokens)


def _section(code: str) -> list[re.Match[str]]:
    found = []
    for match in _TOKEN.finditer(code):
        if match.lastgroup == "literal" and match[0] == ";":
            break
        found.append(match)
    return found


def _around(tokens: list[tuple[str, str]]) -> Format:
    places = [i for i, (kind, _) in enumerate(tokens) if kind in ("digit", "general")]
    if not places:
        return PLAIN
    first, last = places[0], places[-1]
    behind_digits = [kind for kind, _ in tokens[last + 1 :]]
    if "comma" in behind_digits[:1]:
        # 0.0,"万" shows thousands of what is kept: the number itself is the right one.
        return PLAIN
    before, behind = _words(tokens[:first]), _words(tokens[last + 1 :])
    within = tokens[first : last + 1]
    kinds = {kind for kind, _ in within}
    if kinds <= {"digit", "quoted", "escaped", "literal"}:
        mask = tuple(text if kind == "digit" else f"'{text}" for kind, text in within)
        if sum(sign == "0" for sign in mask) > 1 or kinds != {"digit"}:
            return Format("mask", before, behind, mask)
    return Format("affix", before, behind) if before or behind else PLAIN


def _words(tokens: list[tuple[str, str]]) -> str:
    words = ""
    for kind, text in tokens:
        foreign = kind == "currency" and text.strip() not in _OWN_CURRENCY
        if foreign or kind in ("quoted", "escaped", "literal", "date"):
            words += text
    return "" if set(words.strip()) <= set("+-() ") else words.strip()


def shown(value: float, form: Format, *, mac: bool = False) -> str:
    """Return a number of a cell as text.

    Parameters
    ----------
    mac : bool
        Whether the workbook counts its days from 1904.
    """
    if form.shows == "date":
        return _moment(value, mac) or plain_number(value)
    if form.shows == "elapsed":
        seconds = round(value * 86_400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if form.shows == "percent":
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if form.shows == "mask" and value >= 0 and value.is_integer() and value < EXACT:
        return form.before + _masked(str(int(value)), form.mask) + form.behind
    text = plain_number(value)
    return text if form.shows == "number" or value < 0 else form.before + text + form.behind


def plain_number(value: float) -> str:
    """Return a number without any format; one that lost digits as 4.5E+17."""
    if value.is_integer():
        return str(int(value)) if abs(value) < EXACT else f"{value:E}"
    return repr(value)


def _masked(digits: str, mask: tuple[str, ...]) -> str:
    made, left = [], list(digits)
    wanted = sum(sign[0] != "'" for sign in mask)
    seen = 0
    for sign in reversed(mask):
        if sign[0] == "'":
            made.append(sign[1:])
            continue
        seen += 1
        if left:
            made.append(left.pop())
        elif sign == "0":
            made.append("0")
        if seen == wanted:
            # More digits than places stand before the first.
            made += reversed(left)
    return "".join(reversed(made))


def _moment(value: float, mac: bool) -> str:
    if 0 <= value < 1:
        seconds = round(value * 86_400) % 86_400
        return str(datetime.timedelta(seconds=seconds)).rjust(8, "0")
    try:
        days = datetime.timedelta(seconds=round((value + (MAC_DAYS if mac else 0)) * 86_400))
        return (EXCEL_ZERO + days).isoformat(sep=" ", timespec="seconds")
    except (OverflowError, ValueError):
        return ""


def built_in(number: int) -> Format:
    """Return the format that a file names by its number only.

    Parameters
    ----------
    number : int
        Below 164.
    """
    if number == ELAPSED:
        return Format("elapsed")
    if number in BUILT_IN_DATES:
        return Format("date")
    return Format("percent") if number in BUILT_IN_SHARES else PLAIN
