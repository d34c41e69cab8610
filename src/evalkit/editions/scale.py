"""The unit and the level that a partner states of an analysis, in its description.

Imports nothing of evalkit. The standard has no place for either. What is stated and cannot be
read is told apart from what is not stated: the one is never taken for ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

# What is stated, and cannot be read or stands there twice in two ways.
UNREAD = "?"
LEVELS = (
    r"(?:(?<![a-z])(?:confidence[ -]?(?:levels?|intervals?|limits?)|levels?|confidence|ci)"
    r"(?![a-z])|置信水平|置信度|置信区间|水平)"
)
ENDS = r"[;,\n；，。]"
# A unit may have the name of a level: only one behind a space and before a number is none of it.
UNIT = re.compile(
    rf"(?:(?<![a-z])units?(?![a-z])|单位)[ \t]*[=:：]?"
    rf"(?P<value>.*?)(?=\s+{LEVELS}\s*[=:：]?\s*\d|{ENDS}|$)",
    re.IGNORECASE,
)
NAMED = re.compile(LEVELS, re.IGNORECASE)
LEVEL = re.compile(r"(\d{1,3}(?:\.\d{1,30})?)\s*(%|％|per ?cent)?", re.ASCII | re.IGNORECASE)
# A unit that is stated without its name.
PERCENT = re.compile(r"%|％|per ?cent|百分", re.IGNORECASE)
# Between a name and what it has.
LINKS = " \t=:：-"


@dataclass(frozen=True)
class Scale:
    """What a partner states.

    Parameters
    ----------
    unit : str
        As it is written; empty where none is stated, `UNREAD` where it cannot be read.
    level : Fraction or None
        From 0 to 1; None where none is stated, or it cannot be read.
    level_unread : bool
        Whether a level is stated that cannot be read.
    """

    unit: str = ""
    level: Fraction | None = None
    level_unread: bool = False


def scale_in(text: str) -> Scale:
    """Return the unit and the level that a text states, in any order.

    Parameters
    ----------
    text : str
        A description. A unit stands behind its name; a level behind or before its own.

    Examples
    --------
    >>> scale_in("level 90 %, unit: per cent")
    Scale(unit='per cent', level=Fraction(9, 10), level_unread=False)
    >>> scale_in("at the usual level")
    Scale(unit='', level=None, level_unread=True)
    """
    units = {each["value"].strip(LINKS).rstrip(".") or UNREAD for each in UNIT.finditer(text)}
    levels: set[Fraction | None] = set()
    # What names the unit names no level.
    for clause in re.split(ENDS, UNIT.sub(";", text)):
        named = list(NAMED.finditer(clause))
        if not named and PERCENT.search(clause):
            units.add("percent")
        for name in named:
            before, after = clause[: name.start()], clause[name.end() :]
            levels.add(_level(after.strip(LINKS).rstrip(".") or before.strip(LINKS)))
    unit = next(iter(units), "") if len(units) < 2 else UNREAD
    if len(levels) > 1 or None in levels:
        return Scale(unit, None, True)
    return Scale(unit, next(iter(levels), None))


def _level(text: str) -> Fraction | None:
    found = LEVEL.fullmatch(text)
    if found is None:
        return None
    number = Fraction(found[1])
    # No level is above 1: what is written as more is per cent.
    share = number / 100 if found[2] or number > 1 else number
    return share if 0 < share < 1 else None
