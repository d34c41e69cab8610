"""What an office writes in a cell becomes a number, a date or a word of ours.

Imports amounts, dates, identity and texts. Each distinct text is read once, however many rows
hold it. A text that cannot be read is not guessed at: it comes back as a fault with a code.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.intake.amounts import read_count, read_number, read_share
from evalkit.intake.dates import SERIAL, became_date, read_date, read_moment, read_month
from evalkit.intake.identity import Pseudonyms, id_of, odd_ones, person_of
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


@dataclass(frozen=True)
class Manner:
    """How the cells of one column are written.

    Parameters
    ----------
    choices : mapping of str to str
        The code of each word that may stand there, of a choice.
    percent : bool
        Whether the header says that shares are per cent.
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
    values : Series
        One a row: text, numbers, dates or flags; missing where the cell is empty or has
        a fault.
    faults : mapping of str to array of int
        Positions of the rows with each fault, by its code.
    notes : mapping of str to array of int
        Positions of the rows that are read, and to be told: "serial_dates" for dates that
        stand there as day numbers, "private" for characters of an office's own making.
    """

    values: pd.Series = field(repr=False)
    faults: Mapping[str, NDArray[np.intp]]
    notes: Mapping[str, NDArray[np.intp]]


def read_cells(
    cells: pd.Series,
    kind: str,
    manner: Manner | None = None,
    names: Pseudonyms | None = None,
) -> Cells:
    """Read a column of texts.

    Parameters
    ----------
    cells : Series of str
        As the file has them.
    kind : str
        A kind of column (`evalkit.schema`).
    manner : Manner, optional
        How they are written.
    names : Pseudonyms, optional
        Needed for persons.

    Returns
    -------
    Cells
    """
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    reader = _reader(kind, manner or Manner(), names)
    values: list[object] = []
    faults: dict[int, str] = {}
    notes: dict[int, str] = {}
    for place, text in enumerate(map(str, texts)):
        try:
            plain = said(text)
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
        values = [None if v is None else _name(str(v), names) for v in values]
    read = pd.Series(values, dtype=object).to_numpy(dtype=object)[codes]
    return Cells(_typed(read, kind, cells.index), _rows(codes, faults), _rows(codes, notes))


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


def _reader(kind: str, manner: Manner, names: Pseudonyms | None) -> Callable[[str], object]:
    if kind == "person" and names is None:
        raise ValueError("a column of persons needs a key")
    choices, unit, factor = manner.choices or {}, manner.unit, manner.factor
    order, mac = manner.order, manner.mac
    readers: dict[str, Callable[[str], object]] = {
        "text": lambda text: _word(text, manner.band),
        "id": lambda text: id_of(_word(text, band=False)),
        "number": lambda text: float(read_number(_word(text, band=False), unit, factor)),
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


def _name(number: str, names: Pseudonyms | None) -> str:
    assert names is not None
    return names.of(number)


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
