"""What an office writes in a cell becomes a number, a date or a word of ours.

Imports identity. Each distinct text is read once, however many rows hold it. A text that
cannot be read is not guessed at: it comes back as a fault with a code.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.intake.identity import Pseudonyms, fault_of

YES = {"是", "有", "对", "√", "y", "yes", "true", "1"}
NO = {"否", "无", "没有", "不", "×", "n", "no", "false", "0"}
DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True)) | {"零": "0", "○": "0"}
TENS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([万亿])?", re.ASCII)
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?份?|(\d{2}))", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
TIME = re.compile(
    r"(上午|下午|晚上)?(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?", re.ASCII
)
SERIAL = re.compile(r"(\d{5})(\.\d+)?", re.ASCII)
# Days of Excel's calendar that fall between 1954 and 2064.
SERIALS = range(20_000, 60_000)
EXCEL_ZERO = datetime.datetime(1899, 12, 30)
TYPES = {
    **dict.fromkeys(("text", "id", "person", "choice"), "VARCHAR"),
    **{
        "date": "DATE",
        "month": "DATE",
        "datetime": "TIMESTAMP",
        "number": "DOUBLE",
        "share": "DOUBLE",
    },
    **{"count": "BIGINT", "flag": "BOOLEAN"},
}


DATED = ("date", "datetime", "month")


class Unreadable(Exception):
    """A text that is no cell of its kind; the argument is the code of the fault."""


@dataclass(frozen=True)
class Cells:
    """A column that was read.

    Parameters
    ----------
    values : Series
        One a row: text, numbers, dates or flags; missing where the cell is empty or has
        a fault.
    faults : mapping of str to array of int
        Positions of the rows with each fault, by its code.
    serials : int
        Dates that stood there as Excel's day numbers.
    """

    values: pd.Series
    faults: Mapping[str, NDArray[np.intp]]
    serials: int


def tidy(text: str) -> str:
    """Return a text in half-width characters, without blanks around it.

    Parameters
    ----------
    text : str
        Of a cell.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()


def read_cells(
    cells: pd.Series,
    kind: str,
    choices: Mapping[str, str] | None = None,
    percent: bool = False,
    names: Pseudonyms | None = None,
) -> Cells:
    """Read a column of texts.

    Parameters
    ----------
    cells : Series of str
        As the file has them.
    kind : str
        A kind of column (`evalkit.intake.shapes`).
    choices : mapping of str to str, optional
        The code of each word that may stand there, of a choice.
    percent : bool
        Whether the header says that shares are per cent.
    names : Pseudonyms, optional
        Needed for persons.

    Returns
    -------
    Cells
    """
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    reader = _reader(kind, choices or {}, percent, names)
    values: list[object] = []
    faults: dict[int, str] = {}
    serials = np.zeros(len(texts), dtype=bool)
    for place, text in enumerate(texts):
        plain = tidy(str(text))
        serials[place] = kind in DATED and bool(SERIAL.fullmatch(plain))
        try:
            values.append(reader(plain) if plain else None)
        except Unreadable as fault:
            values.append(None)
            faults[place] = str(fault)
    read = pd.Series(values, dtype=object).to_numpy(dtype=object)[codes]
    found = {
        fault: np.flatnonzero(np.isin(codes, [p for p, f in faults.items() if f == fault]))
        for fault in set(faults.values())
    }
    return Cells(_typed(read, kind, cells.index), found, int(serials[codes].sum()))


def _typed(values: NDArray[np.object_], kind: str, index: pd.Index) -> pd.Series:
    series = pd.Series(values, index=index, dtype=object)
    if kind in ("number", "share"):
        return series.astype("Float64")
    if kind == "count":
        return series.astype("Int64")
    if kind == "flag":
        return series.astype("boolean")
    if kind in DATED:
        return pd.to_datetime(series)
    return series


def _reader(
    kind: str, choices: Mapping[str, str], percent: bool, names: Pseudonyms | None
) -> Callable[[str], object]:
    readers: dict[str, Callable[[str], object]] = {
        "text": lambda text: text,
        "id": _id,
        "number": _number,
        "count": _count,
        "share": lambda text: _share(text, percent),
        "flag": _flag,
        "date": _date,
        "month": _month,
        "datetime": _moment,
        "choice": lambda text: _choice(text, choices),
        "person": lambda text: _person(text, names),
    }
    return readers[kind]


def _id(text: str) -> str:
    if fault_of(text) == "lost_digits":
        raise Unreadable("lost_digits")
    return text


def _person(text: str, names: Pseudonyms | None) -> str:
    number = re.sub(r"\s", "", text).upper()
    if fault := fault_of(number):
        raise Unreadable(fault)
    if names is None:
        raise ValueError("a column of persons needs a key")
    return names.of(number)


def _number(text: str) -> float:
    plain = text.replace(" ", "")
    if match := NUMBER.fullmatch(plain):
        body = plain.rstrip("万亿").replace(",", "")
        value = float(body) * LARGE.get(match[4] or "", 1)
    elif (spoken := _spoken(plain)) is not None:
        value = float(spoken)
    else:
        raise Unreadable("not_number")
    if not math.isfinite(value):
        raise Unreadable("not_number")
    return value


def _count(text: str) -> int:
    # 1.0 is what a sheet makes of a 1.
    value = _number(text)
    if value % 1 or value < 0 or value > 2**53:
        raise Unreadable("not_count")
    return int(value)


def _share(text: str, percent: bool) -> float:
    if text.startswith("百分之"):
        return _number(text.removeprefix("百分之")) / 100
    if text.endswith("%"):
        return _number(text.removesuffix("%")) / 100
    value = _number(text)
    # Under a header with % a sheet may hold 0.95 for 95 %; without one 95 may be per cent;
    # 1 may be all of them, or one in a hundred.
    if value and (0 < value <= 1 if percent else not 0 < value < 1):
        raise Unreadable("share_unclear")
    return value / 100 if percent else value


def _flag(text: str) -> bool:
    word = text.lower()
    if word in YES or word in ("1.0",):
        return True
    if word in NO or word in ("0.0",):
        return False
    raise Unreadable("not_flag")


def _choice(text: str, choices: Mapping[str, str]) -> str:
    code = choices.get(text.lower(), choices.get(text.lower().removesuffix(".0")))
    if code is None:
        raise Unreadable("not_choice")
    return code


def _date(text: str) -> datetime.datetime:
    moment = _moment(text)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(text: str) -> datetime.datetime:
    """Return the first day of a month, of which offices write any day or none."""
    match = MONTH.fullmatch(_western(text).replace(" ", ""))
    if match is None:
        return _date(text).replace(day=1)
    try:
        return datetime.datetime(int(match[1]), int(match[2] or match[3]), 1)
    except ValueError:
        raise Unreadable("no_such_date") from None


def _moment(text: str) -> datetime.datetime:
    plain = _western(text.replace("T", " "))
    if (match := SERIAL.fullmatch(plain)) and int(match[1]) in SERIALS:
        seconds = round(float(match[2] or 0) * 86_400)
        return EXCEL_ZERO + datetime.timedelta(days=int(match[1]), seconds=seconds)
    match = DATE.match(plain) or COMPACT.match(plain)
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
        return datetime.datetime(int(match[1]), int(match[2]), int(match[3]), *clock)
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
        elif following in ("月", "日") and (value := _spoken(part)) is not None:
            made.append(str(value))
        else:
            made.append(part)
    return "".join(made)


def _spoken(text: str) -> int | None:
    """Return the number that is spelt in Chinese, up to 9999 and times 万 or 亿, or None."""
    if text and text[-1] in LARGE:
        inner = _spoken(text[:-1])
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
