"""Dates as offices write them, and what a spreadsheet made a date of.

Imports texts. 07/03/2025 has two readings: it is read only where the order of day and month
is stated, in the file of a platform.
"""

from __future__ import annotations

import datetime
import re

from evalkit.intake.amounts import DIGITS, spoken
from evalkit.intake.texts import Unreadable

DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?份?|(\d{2}))", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
TIME = re.compile(
    r"(上午|下午|晚上)?(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?", re.ASCII
)
SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
# Days of Excel's calendar that fall between 1954 and 2064.
SERIALS = range(20_000, 60_000)
EXCEL_ZERO = datetime.datetime(1899, 12, 30)
# Workbooks of old Macs begin to count four years and a day later.
MAC_DAYS = 1462
# Where the year stands last: places of year, month and day.
ORDERS = {"day-month-year": (3, 2, 1), "month-day-year": (3, 1, 2)}
_NAME = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_BECAME = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}} 00:00:00|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}-{_NAME}|{_NAME}-\d{{1,4}}",
    re.ASCII,
)
_ANY_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}/\d{1,2}(/\d{2,4})?", re.ASCII)


def became_date(text: str, *, band: bool) -> bool:
    """Return whether a text that is no date was made one by a spreadsheet (12-13, 3-1).

    Parameters
    ----------
    text : str
        Of a cell that should be a word or a number of something.
    band : bool
        Whether it should be a band, which no date is, however it is written.
    """
    return bool(_BECAME.fullmatch(text) or (band and _ANY_DATE.fullmatch(text)))


def read_date(text: str, order: str = "", mac: bool = False) -> datetime.datetime:
    """Return a day, as `read_moment` takes it."""
    moment = read_moment(text, order, mac)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def read_month(text: str, order: str = "", mac: bool = False) -> datetime.datetime:
    """Return the first day of a month, of which offices write any day or none."""
    match = MONTH.fullmatch(re.sub(r"(?<!\d) | (?!\d)", "", _western(text)))
    if match is None:
        return read_date(text, order, mac).replace(day=1)
    try:
        return datetime.datetime(int(match[1]), int(match[2] or match[3]), 1)
    except ValueError:
        raise Unreadable("no_such_date") from None


def read_moment(text: str, order: str = "", mac: bool = False) -> datetime.datetime:
    """Return a date with its time, midnight where there is none.

    Parameters
    ----------
    order : str
        A key of `ORDERS` where the order of day and month is known, else "".
    mac : bool
        Whether day numbers are counted from 1904.

    Raises
    ------
    Unreadable
        "not_date" or "no_such_date".
    """
    plain = _western(text.replace("T", " "))
    if match := SERIAL.fullmatch(plain):
        days = int(match[1]) + (MAC_DAYS if mac else 0)
        if days in SERIALS:
            seconds = round(float(match[2] or 0) * 86_400)
            return EXCEL_ZERO + datetime.timedelta(days=days, seconds=seconds)
    places = (1, 2, 3)
    match = DATE.match(plain) or COMPACT.match(plain)
    if match is None and order:
        match, places = LAST.match(plain), ORDERS[order]
    if match is None:
        raise Unreadable("not_date")
    rest = plain[match.end() :].strip()
    clock = (0, 0, 0)
    if rest:
        hour = TIME.fullmatch(rest)
        if hour is None:
            raise Unreadable("not_date")
        clock = _clock(hour)
    try:
        year, month, day = (int(match[place]) for place in places)
        return datetime.datetime(year, month, day, *clock)
    except ValueError:
        raise Unreadable("no_such_date") from None


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour = int(match[2])
    if match[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    return hour, int(match[3] or 0), int(match[4] or 0)


def _western(text: str) -> str:
    """Return 二〇〇九年七月三日 with digits; a year is spelt, a month and a day counted."""
    if not any(character in text for character in "一二三四五六七八九十〇零○"):
        return text
    parts = re.split(r"([年月日])", text)
    made = []
    for place, part in enumerate(parts):
        following = parts[place + 1] if place + 1 < len(parts) else ""
        if following == "年":
            made.append("".join(DIGITS.get(character, character) for character in part))
        elif following in ("月", "日") and (value := spoken(part)) is not None:
            made.append(str(value))
        else:
            made.append(part)
    return "".join(made)
