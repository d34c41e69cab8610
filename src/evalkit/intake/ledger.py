"""A ledger of printed figures becomes claims, each checked with its line.

Imports table, protocol, quantity, words and errors. A ledger is public, so its
messages name lines and what stands there.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from evalkit.errors import DataError, UsageError
from evalkit.intake.figure_text import PrintedFigure, parse_figure
from evalkit.protocol import ALL, Study
from evalkit.quantity import (
    ROUNDINGS,
    Quantity,
    Span,
    Unit,
    kinds,
    last_place,
    parse_unit,
    read_figure,
    unit_codes,
)
from evalkit.table import Table, read_table
from evalkit.words import Term

# An id becomes part of a result id, where , = [ ] have a meaning.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)
# Roundings that stand beside a number as a word, so that the printed text tells them.
WORDS = ("over", "nearly", "approx")
# Kinds of unit that a measure word decides: 人 is never money, and % never people.
DECIDED = ("people", "visits", "households", "money", "share", "labour", "length")
# A day, month or year in words, of which a page must not say that there is none.
YEAR = re.compile(r"(?<![0-9.,])(?:19|20)[0-9]{2}(?![0-9.,]?[0-9])")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# In a statement 2000 may be a number of anything: only behind such a word is it a year.
YEAR_STATED = re.compile(
    rf"(?:19|20)[0-9]{{2}}年|(?:\b(?:in|since|during|year|{MONTHS}),? )(?:19|20)[0-9]{{2}}\b"
    r"(?![0-9.,]?[0-9]| [a-z-]+s\b)"
)
DAY = re.compile(
    rf"[0-9]{{1,2}}\s*月(?:份|[0-9]|$)|\b[0-9]{{1,2}} (?:{MONTHS})\b|\b(?:{MONTHS}) [0-9]"
)
# Words by which a period has an end or a beginning only.
HALF_OPEN = re.compile(r"截至|截止|累计|\b(?:to|until|by|cumulative)\b", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Claim:
    """One printed figure.

    Parameters
    ----------
    claim_id, area, source_id : str
        Its id; the area that it is about; the text that prints it.
    outcome, indicator : str
        What it bears on, and what it counts, in short.
    value : str
        As the ledger writes it.
    number : Fraction or None
        The value, where it is a number that measures something.
    step : Fraction or None
        Unit of its last printed digit, where the printed text is known.
    unit : Unit
        Its type.
    rounding : str
        One of `evalkit.quantity.ROUNDINGS`.
    printed, tag : str
        The printed text; "first", "only", "most", "record" or empty.
    dated, base, n, instrument, follow_up, comparison : str
        Coded notes on what the text says; see data/published/README.md.
    statement : Term
        What the text says.
    place, programme, as_of, denominator : Term or None
        Where, under which programme, when, of which base; None where blank.
    """

    claim_id: str
    area: str
    source_id: str
    outcome: str
    indicator: str
    value: str
    number: Fraction | None
    step: Fraction | None
    unit: Unit
    rounding: str
    printed: str = ""
    tag: str = ""
    dated: str = "no"
    base: str = "none"
    n: str = ""
    instrument: str = ""
    follow_up: str = ""
    comparison: str = ""
    statement: Term = field(default_factory=lambda: Term("statement", {}))
    place: Term | None = None
    programme: Term | None = None
    as_of: Term | None = None
    denominator: Term | None = None

    @property
    def read_as(self) -> str:
        """Its rounding as it is read: a percentage or a mean with decimals is hardly exact."""
        if self.rounding != "exact" or self.number is None:
            return self.rounding
        share = self.unit.code == "percent" and self.number not in (0, 100)
        mean = self.unit.under and self.number.denominator != 1
        return "last_digit" if share or mean else self.rounding

    def quantity(self, approx: float) -> Quantity | None:
        """Return what the figure can stand for, or None where it is no number.

        Parameters
        ----------
        approx : float
            Half-width of "about", as a share of the figure.
        """
        if self.number is None:
            return None
        usual, firm = read_figure(
            self.number, self.read_as, self.step, Fraction(str(approx)), self._coarsest()
        )
        if (coarse := self._coarse()) is not None:
            low = max(self.number - coarse / 2, Fraction(0))
            firm = Span(low, self.number + coarse, high_open=True)
        if self.unit.code != "percent":
            return Quantity(self.number, self.unit, usual, firm)
        hundred = Span.at(100)
        share = Quantity(self.number / 100, self.unit, usual / hundred, firm / hundred)
        return share.of_a_whole()

    def _coarsest(self) -> Fraction | None:
        """Return the coarsest place that a rounding word can mean: nearly 100 % is above 90."""
        return Fraction(10) if self.unit.code == "percent" else None

    def _coarse(self) -> Fraction | None:
        """Return the step to which the number may have been rounded without a word, if any.

        70 % may stand for two thirds, four a village for three and a half, and twelve
        kilometres for eleven and a half; 70.0 % is printed to say that it does not.
        """
        number = self.number
        if number is None or self.rounding not in ("exact", "last_digit"):
            return None
        if self.unit.under:
            # Also nought for each, where a few come now and then.
            mean = number.denominator == 1 and (number % 10 != 0 or number == 0)
            return Fraction(1) if mean else None
        if number == 0:
            return None
        if self.unit.code == "percent":
            five = number % 5 == 0 and (self.step or 1) >= 1
            return Fraction(10 if number % 10 == 0 else 5) if five else None
        if self.rounding == "exact" and not self.unit.whole:
            # Twelve kilometres may be eleven and a half.
            return max(last_place(number), self.step or Fraction(0))
        return None


@dataclass(frozen=True)
class Ledger:
    """The printed figures of one area, or of all.

    Parameters
    ----------
    tables : tuple of Table
        The files that hold them.
    claims : tuple of Claim
        In the order of the files.
    """

    tables: tuple[Table, ...]
    claims: tuple[Claim, ...]


def read_ledger(study: Study, area: str) -> Ledger:
    """Return the printed figures of an area, checked.

    Returns
    -------
    Ledger
        Without tables where the study keeps no ledger.

    Raises
    ------
    DataError
        If a file does not keep its form: with the line, what was found, and what
        to do.
    """
    tables: list[Table] = []
    found: dict[str, Claim] = {}
    for spec in study.ledgers(area):
        # An area's file of its own is whole; of a shared one its rows count.
        table = read_table(study, spec, "" if area == ALL or spec.area else area)
        tables.append(table)
        for row in _rows(table, study, spec.area, str(spec.path)):
            claim = row.claim()
            if claim.claim_id in found:
                raise row.refuse("ledger_id_twice", claim=claim.claim_id)
            found[claim.claim_id] = claim
    wanted = tuple(claim for claim in found.values() if area in (ALL, claim.area))
    return Ledger(tuple(tables), wanted)


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> PrintedFigure | None:
    return parse_figure(text)


def _rows(table: Table, study: Study, own: str, path: str) -> list[_Row]:
    cells = table.frame.to_dict("records")
    return [
        _Row({str(name): value for name, value in row.items()}, path, line, study, own)
        for row, line in zip(cells, table.lines, strict=True)
    ]


def _may_be(unit: Unit, read: Unit) -> bool:
    """Tell whether a measure word can stand for a unit."""
    kind = kinds()[unit.over]
    if {kind, read.kind} in ({"share", "change"}, {"people", "mixed"}):
        return True
    # People is also said where the unit is an average of comings.
    loose = unit.under and {kind, read.kind} == {"people", "visits"}
    return bool(loose) or kind == read.kind or not {kind, read.kind} & {*DECIDED}


def _date_in(text: str) -> str:
    """Return whether words hold a date: "yes" with its year, "partly" without, or "no"."""
    if YEAR.search(text):
        return "partly" if HALF_OPEN.search(text) else "yes"
    return "partly" if DAY.search(text) else "no"


def _decimal(number: Fraction) -> str:
    """Return a printed number in digits; it has an end, or it could not have been printed."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = str((number * 10**digits).numerator).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole


@dataclass(frozen=True)
class _Row:
    """One row, which knows where it stands for its messages."""

    cells: dict[str, Any]
    path: str
    line: int
    study: Study
    own: str

    def get(self, name: str, default: str = "") -> str:
        return str(self.cells.get(name) or default)

    def refuse(self, key: str, **values: Any) -> DataError:
        return DataError(key, path=self.path, line=str(self.line), **values)

    def check_signs(self) -> None:
        """Stop on what nobody sees: it would part two figures that look alike."""
        for column, text in self.cells.items():
            for sign in str(text or ""):
                if unicodedata.category(sign) in ("Cc", "Cf") and sign not in "\n\r\t":
                    code = f"{ord(sign):04X}"
                    raise self.refuse("ledger_control", column=column, code=code)

    def claim(self) -> Claim:
        self.check_signs()
        if not ID.fullmatch(self.get("claim_id")):
            raise self.refuse("ledger_id_form", claim=self.get("claim_id"))
        printed = _parsed(self.get("printed_figure"))
        rounding = self.get("rounding") or (printed.rounding if printed else "")
        if not rounding:
            raise self.refuse("ledger_rounding_missing", known=list(ROUNDINGS))
        if printed and printed.rounding in WORDS and rounding != printed.rounding:
            said = printed.rounding
            raise self.refuse("ledger_rounding_printed", found=rounding, printed=said)
        area, unit = self._area(), self._unit(printed)
        number = self._number(printed, unit, rounding)
        return Claim(
            claim_id=self.get("claim_id"),
            area=area,
            source_id=self.get("source_id") or self.study.areas[area].source,
            outcome=self.get("outcome"),
            indicator=self.get("indicator"),
            value=self.get("value") or ("" if number is None else _decimal(number)),
            number=number,
            step=printed.step if printed and printed.value == number else None,
            unit=unit,
            rounding=rounding,
            printed=self.get("printed_figure"),
            tag=self.get("tag"),
            dated=self._dated(),
            base=self.get("base", "none"),
            n=self.get("n"),
            instrument=self.get("instrument"),
            follow_up=self.get("follow_up"),
            comparison=self.get("comparison"),
            statement=Term(self.get("indicator"), self._texts("statement")),
            place=self._term("place") or self.study.areas[area].name,
            programme=self._term("programme"),
            as_of=self._term("as_of"),
            denominator=self._term("denominator"),
        )

    def _dated(self) -> str:
        """Return how far the figure is dated: as coded, or as its words say."""
        coded, when = self.get("dated"), " ".join(self._texts("as_of").values())
        said = _date_in(when)
        if coded == "no" and said != "no":
            raise self.refuse("ledger_dated", column=f"as_of_{self.study.languages[0]}")
        if coded or said != "no":
            return coded or said
        # A year in the statement is a date, of what exactly nobody has coded.
        stated = " ".join(self._texts("statement").values())
        return "partly" if YEAR_STATED.search(stated) or DAY.search(stated) else "no"

    def _area(self) -> str:
        named = self.get("area") or self.own
        if (self.own and named != self.own) or named not in self.study.areas:
            known = [self.own] if self.own else list(self.study.areas)
            raise self.refuse("ledger_area", found=named or "–", known=known)
        return named

    def _unit(self, printed: PrintedFigure | None) -> Unit:
        read = printed.unit if printed and printed.unit else ""
        code = self.get("unit") or read
        if "/" in (code[:1], code[-1:]):
            raise self.refuse("ledger_unit_half", unit=code)
        if not code and self.get("rounding") == "none":
            code = "flag"
        if not code:
            raise self.refuse("ledger_unit_missing", known=unit_codes())
        try:
            unit = parse_unit(code)
        except UsageError as problem:
            known = problem.values["known"]
            raise self.refuse("ledger_unit_unknown", unit=code, known=known) from None
        if read and not _may_be(unit, parse_unit(read)):
            raise self.refuse("ledger_unit_printed", found=code, printed=read)
        return unit

    def _number(self, printed: PrintedFigure | None, unit: Unit, rounding: str) -> Fraction | None:
        value = self.get("value")
        if rounding == "none" or not unit.counts:
            return None
        if not value and printed is None:
            raise self.refuse("ledger_value_missing", found=self.get("printed_figure", "–"))
        if value and not NUMBER.fullmatch(value):
            raise self.refuse("ledger_not_number", found=value)
        if value and printed is not None and printed.value != Fraction(value):
            read = _decimal(printed.value)
            raise self.refuse("ledger_value_printed", found=value, printed=read)
        number = Fraction(value) if value else printed.value if printed else Fraction(0)
        if unit.whole and number.denominator != 1:
            raise self.refuse("ledger_not_whole", found=_decimal(number), unit=unit.code)
        return number

    def _texts(self, stem: str) -> dict[str, str]:
        return {lang: self.get(f"{stem}_{lang}") for lang in self.study.languages}

    def _term(self, stem: str) -> Term | None:
        texts = self._texts(stem)
        if any(texts.values()) and not all(texts.values()):
            blank = [f"{stem}_{lang}" for lang, text in texts.items() if not text]
            raise self.refuse("ledger_text_half", missing=blank)
        return Term(stem, texts) if all(texts.values()) else None
