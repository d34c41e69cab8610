"""What an office writes in a cell becomes a number, a date or a word of ours.

Imports amounts, columns, dates, identity and texts. Each distinct text is read once, however
many rows hold it. A text that cannot be read is not guessed at: it comes back as a fault with a
code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.intake.amounts import read_count, read_number, read_share
from evalkit.intake.columns import Texts, texts_of
from evalkit.intake.dates import SERIAL, became_date, read_date, read_moment, read_month
from evalkit.intake.identity import PLAIN, Pseudonyms, id_of, odd_ones, person_of
from evalkit.intake.texts import PRIVATE, Unreadable, said
from evalkit.language import whole_languages
from evalkit.words import say

YES = {"是", "有", "对", "√", "y", "yes", "true", "1"}
NO = {"否", "无", "没有", "不", "×", "n", "no", "false", "0"}
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
# What questionnaires' programs write where nothing was answered.
UNANSWERED = ("(跳过)", "(空)")
# What they put between options that were ticked together.
TICKED = "┋"
NUMBERED = re.compile(r"[+-]?\d")


@dataclass(frozen=True)
class Manner:
    """How the cells of one column are written.

    Parameters
    ----------
    choices : mapping of str to str
        The code of each word that may stand there, of a choice.
    percent : bool
        Whether the header says that shares are per cent.
    words : mapping of str to float or None
        The number of each word that may answer a question, None for one that is no answer; None
        as a whole where the column is no question.
    unit : str
        Of the column (`evalkit.intake.units`); "" where it has none.
    factor : Fraction
        How many of it the unit of the header is.
    order : str
        Of day and month (`evalkit.intake.dates.ORDERS`); "" where none is stated.
    mac : bool
        Whether day numbers are counted from 1904.
    band : bool
        Whether texts are bands (12-13), which spreadsheets take for dates.
    """

    choices: Mapping[str, str] | None = None
    words: Mapping[str, float | None] | None = None
    percent: bool = False
    unit: str = ""
    factor: Fraction = Fraction(1)
    order: str = ""
    mac: bool = False
    band: bool = False


@dataclass(frozen=True)
class Cells:
    """A column that was read.

    Parameters
    ----------
    distinct : Series
        What each distinct text says: text, numbers, dates or flags; missing where it is empty
        or has a fault.
    codes : array of int
        For each row the position of its text among them.
    faults : mapping of str to array of int
        Positions of the rows with each fault, by its code.
    notes : mapping of str to array of int
        Positions of the rows that are read, and to be told: "serial_dates" for dates that
        stand there as day numbers, "private" for characters of an office's own making.
    """

    distinct: pd.Series = field(repr=False)
    codes: NDArray[np.intp] = field(repr=False)
    faults: Mapping[str, NDArray[np.intp]]
    notes: Mapping[str, NDArray[np.intp]]

    @property
    def values(self) -> pd.Series:
        """What each row says."""
        return self.distinct.take(self.codes).reset_index(drop=True)

    @property
    def compact(self) -> pd.Series:
        """What each row says; words that many rows share stand in it once."""
        if self.distinct.dtype != object or 2 * len(self.distinct) > len(self.codes):
            return self.values
        places, words = pd.factorize(self.distinct.to_numpy(dtype=object))
        return pd.Series(pd.Categorical.from_codes(places[self.codes], pd.Index(words)))


def read_cells(
    cells: Iterable[str] | Texts,
    kind: str,
    manner: Manner | None = None,
    names: Pseudonyms | None = None,
) -> Cells:
    """Read a column of texts."""
    column = cells if isinstance(cells, Texts) else texts_of([(cell,) for cell in cells], 1)[0]
    codes = column.codes
    reader = _reader(kind, manner or Manner(), names)
    values: list[object] = []
    faults: dict[int, str] = {}
    notes: dict[int, str] = {}
    for place, text in enumerate(column.distinct):
        if kind == "person" and PLAIN.fullmatch(text):
            # As it stands: there is nothing to tidy in such a one.
            values.append(text)
            continue
        try:
            plain = said(text)
            plain = "" if plain in UNANSWERED else plain
            values.append(reader(plain) if plain else None)
            if kind in DATED and SERIAL.fullmatch(plain):
                notes[place] = "serial_dates"
            elif PRIVATE.search(plain):
                notes[place] = "private"
        except Unreadable as fault:
            values.append(None)
            faults[place] = str(fault)
    if kind == "person":
        _doubt_together(values, faults)
        assert names is not None
        values = [None if value is None else names.of(str(value)) for value in values]
    return Cells(_typed(values, kind), codes, _rows(codes, faults), _rows(codes, notes))


def _rows(codes: NDArray[np.intp], told: Mapping[int, str]) -> dict[str, NDArray[np.intp]]:
    return {
        code: np.flatnonzero(np.isin(codes, [p for p, c in told.items() if c == code]))
        for code in set(told.values())
    }


def _doubt_together(values: list[object], faults: dict[int, str]) -> None:
    """Add the faults that only the column as a whole shows."""
    numbers = {place: str(value) for place, value in enumerate(values) if value is not None}
    for place, fault in odd_ones(numbers).items():
        values[place], faults[place] = None, fault


@functools.cache
def _of_templates(flag: str) -> frozenset[str]:
    """Return the words that our own templates offer for a flag, in each language."""
    return frozenset(say(f"template.flag_{flag}", lang).lower() for lang in whole_languages())


def _typed(values: list[object], kind: str) -> pd.Series:
    series = pd.Series(values, dtype=object)
    if kind in ("number", "share"):
        return series.astype("Float64")
    if kind == "count":
        return series.astype("Int64")
    if kind == "flag":
        return series.astype("boolean")
    if kind in DATED:
        return pd.to_datetime(series)
    return series


def _reader(kind: str, manner: Manner, names: Pseudonyms | None) -> Callable[[str], object]:
    if kind == "person" and names is None:
        raise ValueError("a column of persons needs a key")
    choices, unit, factor = manner.choices or {}, manner.unit, manner.factor
    order, mac = manner.order, manner.mac
    readers: dict[str, Callable[[str], object]] = {
        "text": lambda text: _word(text, manner.band),
        "id": lambda text: id_of(_word(text, band=False)),
        "number": lambda text: _number(text, manner),
        "count": lambda text: read_count(_word(text, band=False), unit, factor),
        "share": lambda text: read_share(text, manner.percent),
        "flag": _flag,
        "date": lambda text: read_date(text, order, mac),
        "month": lambda text: read_month(text, order, mac),
        "datetime": lambda text: read_moment(text, order, mac),
        "choice": lambda text: _choice(text, choices),
        "person": lambda text: person_of(_word(text, band=False)),
    }
    return readers[kind]


def _number(text: str, manner: Manner) -> float | None:
    """Return a number; of a question also that of a word, None for one that is no answer."""
    words = manner.words
    if words is not None and text.lower() in words:
        return words[text.lower()]
    if words is not None and TICKED in text:
        raise Unreadable("several_answers")
    try:
        return float(read_number(_word(text, band=False), manner.unit, manner.factor))
    except Unreadable as fault:
        if words is None or str(fault) != "not_number" or NUMBERED.match(text):
            raise
        raise Unreadable("answer_words") from None


def _word(text: str, band: bool) -> str:
    if became_date(text, band=band):
        raise Unreadable("became_date")
    return text


def _flag(text: str) -> bool:
    word = text.lower()
    if word in YES or word in ("1.0",) or word in _of_templates("yes"):
        return True
    if word in NO or word in ("0.0",) or word in _of_templates("no"):
        return False
    raise Unreadable("not_flag")


def _choice(text: str, choices: Mapping[str, str]) -> str:
    code = choices.get(text.lower(), choices.get(text.lower().removesuffix(".0")))
    if code is None:
        raise Unreadable("became_date" if became_date(text, band=True) else "not_choice")
    return code
