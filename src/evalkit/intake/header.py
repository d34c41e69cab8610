"""Where a table's header is, and which of our columns each of its cells means.

Imports shapes, texts, units and errors. An office's file begins with a title, has headers in one
row or in two, and ends with a total and who filled it in.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evalkit.errors import DataError
from evalkit.intake.texts import tidy
from evalkit.intake.units import (
    NAMES,
    Unit,
    in_brackets,
    looks_like_unit,
    read_units,
    without_brackets,
)
from evalkit.schema import Column, Schema

# Titles and notes above a header are fewer than this.
DEEPEST = 20
TOTALS = re.compile(
    r"(合计|总计|小计|共计|汇总|total|sum|subtotal|grand total)[:：]?", re.IGNORECASE
)
# Of a place: 城东街道合计.
OF_PLACE = re.compile(r"\D{1,20}(合计|总计|小计|共计)[:：]?")
FOOTERS = re.compile(r"(填表|制表|审核|负责人|填报|报表|备注|说明|注)(人|日期|时间|单位)?[:：].*")
# A sign of each of these, or one that another way of writing may stand for.
PERHAPS = re.compile(r"[计汇填制审负报备说注tTsS]|[^ -~\u4e00-\u9fff]")
MARKS = re.compile(r"[\s*＊:：_\-—/()\[\]【】（）“”\"'.、，,]+")
# A run of so many digits is nobody's header.
LONG = re.compile(r"\d{7}")
# Longer than any header; what follows is not looked at.
LONGEST = 200
PERCENT = re.compile(r"[%％]|百分比|percent|per cent")
# "单位：万元" above a table; it may also name an office, which is no unit.
ABOVE = re.compile(
    r"(?:计量|金额|数量|货币)?单位\s*[:：]\s*([^()（）]+)|\bunits?\s*:\s*(.+)"
    r"|\bin\s+((?:ten |10,?)?(?:hundred|thousand|million|billion|000|wan)s?\b.*)",
    re.IGNORECASE,
)
# A unit in a sentence: 注：金额以万元计. Above a table it cannot be told whose it is.
STATED = re.compile(r"(?:单位|以|按)[^，。；]{0,4}(?:[十百千]?[千万亿]元|万人|分钟|美元|港[元币])")
PLAINLY = re.compile(r"[百千万亿]元|[千万]人|美元|分钟|thousand|million", re.IGNORECASE)
# A column beside a number that says in what it is counted, row by row.
BESIDE = re.compile(r"(计量|金额|货币|数量)?单位|币种|币别|units?|currency", re.IGNORECASE)
MEASURED = ("number", "count", "share")


@dataclass(frozen=True)
class Header:
    """What a file's columns are.

    Parameters
    ----------
    row : int
        The row, counted from 1, after which the data begin.
    columns : mapping of str to int
        Position of each of our columns in the file.
    titles : mapping of str to str
        What the file calls each of our columns.
    percent : frozenset of str
        Columns whose header says that they are per cent.
    unused : tuple of str
        Headers of the file that are none of ours.
    factors : mapping of str to Fraction
        How many of our unit the file's is, of each column where it is another.
    every : tuple of str
        All headers of the file, tidied, by position; "" where there is none.
    """

    row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    percent: frozenset[str]
    unused: tuple[str, ...]
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    every: tuple[str, ...] = ()


def plain(header: str) -> str:
    """Return a header without what offices write differently each time."""
    bare = re.sub(r"[（(][^（）()]*[)）]", "", tidy(header[:LONGEST]))
    return MARKS.sub("", bare).lower()


def find_header(
    head: Sequence[Sequence[str]],
    shape: Schema,
    aliases: Mapping[str, Sequence[str]],
    where: str = "",
    names: Sequence[str] = (),
) -> Header | None:
    """Return the header of a sheet, or None where no row is one.

    Parameters
    ----------
    shape : Schema
        The table that it should be.
    aliases : mapping of str to sequence of str
        More headers that a platform uses, by our column.
    names : sequence of str
        Of the file and the sheet, which may name a unit: 支出（万元）.

    Raises
    ------
    DataError
        If a header of ours stands there twice, or names a unit that is not the column's.
    """
    words = _Words(shape, aliases, where)
    best: tuple[int, int, list[str], list[str]] | None = None
    for place, row in enumerate(head[:DEEPEST]):
        for depth, titles, groups in _candidates(head, place, row):
            hits = len({words.meaning(t)[0] for t in titles} - {""})
            if hits and (best is None or hits > best[0]):
                best = (hits, place + depth, titles, groups)
    if best is None or best[0] < min(2, len(shape.columns)):
        return None
    _, row_number, titles, groups = best
    whole = _units_above(cell for row in head[: row_number - 1] for cell in row)
    # Of a name only what stands in brackets: "w.xlsx" is nobody's 万.
    whole += _units_above(f"({text})" for name in names for text in in_brackets(name))
    return _header(row_number, titles, groups, whole, words)


class _Words:
    """What each header means, with the unit that it names behind our word."""

    def __init__(self, shape: Schema, aliases: Mapping[str, Sequence[str]], where: str) -> None:
        self.shape, self.where = shape, where
        self.known: dict[str, str] = {}
        self._meant: dict[str, tuple[str, str]] = {}
        # Headers that a platform file names in full.
        self.named = {
            (name, tidy(word[:LONGEST])) for name, given in aliases.items() for word in given
        }
        for name, described in shape.columns.items():
            words = [name, *described.header.text.values(), *described.aliases]
            for word in (*words, *aliases.get(name, ())):
                self.known.setdefault(plain(word), name)

    def meaning(self, title: str) -> tuple[str, str]:
        """Return our column, or "", and the text behind its word that is a unit, or ""."""
        short = title[:LONGEST]
        if short not in self._meant:
            self._meant[short] = self._meaning(short)
        return self._meant[short]

    def _meaning(self, title: str) -> tuple[str, str]:
        bare = without_brackets(tidy(title))
        for word in (title, bare):
            if name := self.known.get(plain(word), ""):
                return name, ""
        # 金额/万元, 金额_万元, 金额万元, Amount in thousand yuan
        for cut in range(1, len(bare)):
            name = self.known.get(plain(bare[:cut]), "")
            if not name or self.shape.columns[name].kind not in MEASURED:
                continue
            tail = bare[cut:].strip(" \t\n/_-—:：,，.·|")
            if read_units(tail):
                return name, tail
        return "", ""


def _candidates(
    head: Sequence[Sequence[str]], place: int, row: Sequence[str]
) -> Iterable[tuple[int, list[str], list[str]]]:
    """Yield the row as it is, and with the row below it as a header in two levels.

    Beside the titles stand those above them, which may name a unit for several.
    """
    yield 1, list(row), [""] * len(row)
    if place + 1 < len(head):
        below = head[place + 1]
        group, joined, groups = "", [], []
        for position in range(max(len(row), len(below))):
            upper = row[position] if position < len(row) else ""
            lower = below[position] if position < len(below) else ""
            # A merged cell stands above several, and only its first holds the text.
            group = upper if tidy(upper[:LONGEST]) else group
            joined.append(lower if tidy(lower[:LONGEST]) else upper)
            groups.append(group)
        if any(tidy(cell[:LONGEST]) for cell in below):
            yield 2, joined, groups


def _header(
    row: int,
    titles: Sequence[str],
    groups: Sequence[str],
    whole: Sequence[Unit],
    words: _Words,
) -> Header:
    ours = _told_apart([words.meaning(title)[0] for title in titles], titles, words)
    twice = sorted(
        {titles[ours.index(name)] for name, n in Counter(ours).items() if name and n > 1}
    )
    if twice:
        raise DataError("header_twice", path=words.where, columns=[_told(title) for title in twice])
    columns = {name: position for position, name in enumerate(ours) if name}
    called = {name: _told(titles[position]) for name, position in columns.items()}
    percent = frozenset(name for name, title in called.items() if PERCENT.search(title.lower()))
    factors = {
        name: factor
        for name, position in columns.items()
        if (factor := _factor(words, name, titles[position], groups[position], whole)) != 1
    }
    # Where a header is missing a person may stand in its place.
    unused = tuple(
        _told(t) for t, name in zip(titles, ours, strict=True) if not name and tidy(t[:LONGEST])
    )
    every = tuple(tidy(title[:LONGEST]) for title in titles)
    return Header(row, columns, called, percent, unused, factors, every)


def _told_apart(ours: Sequence[str], titles: Sequence[str], words: _Words) -> list[str]:
    """Return our columns, each only where its header stands in full if that is in one place.

    The options of a question are alike but for their brackets: 6(A、作业辅导), 6(B、兴趣活动).
    """
    found = [(name, tidy(title[:LONGEST])) for name, title in zip(ours, titles, strict=True)]
    named = Counter(pair for pair in found if pair in words.named)
    sure = {name for name, _ in named if sum(n for (of, _), n in named.items() if of == name) == 1}
    return [name if name not in sure or (name, title) in named else "" for name, title in found]


def _told(title: str) -> str:
    plain_title = tidy(title[:LONGEST])
    return "***" if LONG.search(plain_title) else plain_title


def _factor(words: _Words, name: str, title: str, group: str, above: Sequence[Unit]) -> Fraction:
    """Return how many of our unit one of the file's column is; stop on one that is neither."""
    described = words.shape.columns[name]
    if described.kind not in MEASURED:
        return Fraction(1)
    own = _units_in(title, words.meaning(title)[1], described)
    if not own:
        own = _units_of_group(group, described)
    if described.kind == "share":
        # That shares are per cent is known; per mille is nothing that we turn into them.
        if own and not PERCENT.search(title.lower()):
            raise DataError("unit_unlike", path=words.where, column=_told(title), unit="%")
        return Fraction(1)
    if not described.unit:
        # A weight in 人 is a weight; one in 万 or per cent is another number.
        own = tuple(u for u in own if u.factor != 1 or u.of in ("", "percent", "currency", "?"))
    fitting = {unit.factor for unit in own if unit.suits(described.unit)}
    if own and len(fitting) != 1:
        raise DataError(
            "unit_unlike", path=words.where, column=_told(title), unit=NAMES[described.unit]
        )
    said = {unit.factor for unit in above if unit.suits(described.unit)}
    if described.unit == "yuan" and not said and any(u.of in ("currency", "?") for u in above):
        raise DataError(
            "unit_unlike", path=words.where, column=_told(title), unit=NAMES[described.unit]
        )
    if len(said | fitting) > 1:
        raise DataError("unit_twice", path=words.where, column=_told(title))
    return next(iter(said | fitting), Fraction(1))


def _units_of_group(group: str, described: Column) -> tuple[Unit, ...]:
    """Return what stands above a column and may be its unit.

    That may be the title of the table, with the unit of another column, or a place in
    brackets: 万秀区.
    """
    found = []
    for text in in_brackets(tidy(group[:LONGEST])):
        others = ("currency", "?") if PLAINLY.search(text) else ("currency",)
        for unit in read_units(text):
            if unit.suits(described.unit) or (described.unit == "yuan" and unit.of in others):
                found.append(unit)
    return tuple(found)


def _units_in(title: str, tail: str, described: Column) -> tuple[Unit, ...]:
    texts = [*in_brackets(tidy(title[:LONGEST])), tail]
    found = [unit for text in texts if text for unit in read_units(text)]
    if described.unit in ("yuan", "hours") and not found:
        found = [Unit("?", Fraction(1)) for text in texts if text and looks_like_unit(text)]
    return tuple(found)


def _units_above(cells: Iterable[str]) -> tuple[Unit, ...]:
    """Return the units that stand above a table: 单位：万元, or a title that ends in （万元）."""
    found: list[Unit] = []
    for cell in cells:
        title = tidy(cell[:LONGEST])
        for match in ABOVE.finditer(title):
            stated = match[1] or match[2] or match[3]
            # An office may be called 万秀区.
            sure = PLAINLY.search(stated)
            found += [u for u in read_units(stated) if u.of != "points" and (sure or u.of != "?")]
        # Of a remark, alone or in brackets, only money and time.
        for text in (title, *in_brackets(title)):
            units = () if ABOVE.search(text) else read_units(text)
            if all(u.of in ("", "yuan", "hours", "currency") for u in units):
                # A scale alone is none of a sentence: 万 in brackets is, a letter is not.
                found += [u for u in units if u.of or (text != title and not text.isascii())]
        if not found and states_unit([title]):
            found.append(Unit("?", Fraction(1)))
    return tuple(found)


def states_unit(cells: Iterable[str]) -> bool:
    """Return whether a row of notes names a unit in a sentence."""
    return any(STATED.search(tidy(cell[:LONGEST])) for cell in cells)


def is_other_unit(cell: str) -> bool:
    """Return whether a cell of a column of units names one that is not plainly ours.

    Parameters
    ----------
    cell : str
        Such as 万元 or USD; the name of an office is no unit.
    """
    return any(
        unit.of != "?" and (unit.factor != 1 or unit.of in ("currency", "days", "months"))
        for unit in read_units(cell)
    )


def is_total(row: Sequence[str]) -> bool:
    """Return whether a row adds up others, or says who filled the table in."""
    # Most rows hold none of them, and a county has a million.
    return bool(PERHAPS.search(" ".join(row))) and _is_total(row)


def may_be_total(cells: Iterable[str]) -> bool:
    """Return whether a row with one of these cells could be a total or a note.

    Parameters
    ----------
    cells : iterable of str
        Of any rows; many at once, as nearly always none is.
    """
    if not PERHAPS.search(" ".join(cells)):
        return False
    tidied = (tidy(cell).replace(" ", "") for cell in cells if PERHAPS.search(cell))
    return any(sign.fullmatch(cell) for cell in tidied for sign in (TOTALS, OF_PLACE, FOOTERS))


def _is_total(row: Sequence[str]) -> bool:
    filled = [tidy(cell) for cell in itertools.islice(filter(str.strip, row), 4)]
    if not any(filled):
        return False
    # Behind a number of the row, or under the place whose bands it adds up.
    if any(TOTALS.fullmatch(cell.replace(" ", "")) for cell in filled[:3]):
        return True
    first = filled[0].replace(" ", "")
    if OF_PLACE.fullmatch(first):
        return True
    # A note has a cell or two; a row of a person that begins so has more.
    return len(filled) <= 2 and bool(FOOTERS.fullmatch(first))
