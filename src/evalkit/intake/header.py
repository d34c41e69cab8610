"""Where a table's header is, and which of our columns each of its cells means.

Imports cells, shapes and errors. An office's file begins with a title, has headers in one
row or in two, and ends with a total and who filled it in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evalkit.errors import DataError
from evalkit.intake.cells import tidy
from evalkit.intake.shapes import Shape

# Titles and notes above a header are fewer than this.
DEEPEST = 20
TOTALS = re.compile(r"(合计|总计|小计|共计|汇总|total|sum|subtotal)[:：]?", re.IGNORECASE)
FOOTERS = re.compile(r"(填表|制表|审核|负责人|填报|报表|备注|说明|注)(人|日期|时间|单位)?[:：].*")
MARKS = re.compile(r"[\s*＊:：_\-—/()\[\]【】（）“”\"'.、，,]+")
# A run of so many digits is nobody's header.
LONG = re.compile(r".*\d{7,}.*")
PERCENT = re.compile(r"[%％]|百分比")


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
    """

    row: int
    columns: Mapping[str, int]
    titles: Mapping[str, str]
    percent: frozenset[str]
    unused: tuple[str, ...]


def plain(header: str) -> str:
    """Return a header without what offices write differently each time.

    Parameters
    ----------
    header : str
        Of a file, or an alias.
    """
    bare = re.sub(r"[（(][^（）()]*[)）]", "", tidy(header))
    return MARKS.sub("", bare).lower()


def find_header(
    head: Sequence[Sequence[str]], shape: Shape, aliases: Mapping[str, Sequence[str]]
) -> Header | None:
    """Return the header of a sheet, or None where no row is one.

    Parameters
    ----------
    head : sequence of rows
        The first rows of the sheet.
    shape : Shape
        The table that it should be.
    aliases : mapping of str to sequence of str
        More headers that a platform uses, by our column.

    Raises
    ------
    DataError
        If a header of ours stands there twice.
    """
    known = _known(shape, aliases)
    best: tuple[int, int, list[str]] | None = None
    for place, row in enumerate(head[:DEEPEST]):
        for depth, titles in _candidates(head, place, row):
            hits = len({known[plain(t)] for t in titles if plain(t) in known})
            if hits and (best is None or hits > best[0]):
                best = (hits, place + depth, titles)
    if best is None or best[0] < min(2, len(shape.columns)):
        return None
    return _header(best[1], best[2], known)


def _candidates(
    head: Sequence[Sequence[str]], place: int, row: Sequence[str]
) -> Iterable[tuple[int, list[str]]]:
    """Yield the row as it is, and with the row below it as a header in two levels."""
    yield 1, list(row)
    if place + 1 < len(head):
        below = head[place + 1]
        group, joined = "", []
        for position in range(max(len(row), len(below))):
            upper = row[position] if position < len(row) else ""
            lower = below[position] if position < len(below) else ""
            # A merged cell stands above several, and only its first holds the text.
            group = upper if tidy(upper) else group
            joined.append(lower if tidy(lower) else upper)
        if any(tidy(cell) for cell in below):
            yield 2, joined


def _header(row: int, titles: Sequence[str], known: Mapping[str, str]) -> Header:
    ours = [known.get(plain(title), "") for title in titles]
    twice = sorted(
        {titles[ours.index(name)] for name, n in Counter(ours).items() if name and n > 1}
    )
    if twice:
        raise DataError("header_twice", columns=[tidy(title) for title in twice])
    columns = {name: position for position, name in enumerate(ours) if name}
    called = {name: tidy(titles[position]) for name, position in columns.items()}
    percent = frozenset(name for name, title in called.items() if PERCENT.search(title))
    # Where a header is missing a person may stand in its place.
    unused = tuple(
        LONG.sub("***", tidy(t))
        for t, name in zip(titles, ours, strict=True)
        if not name and tidy(t)
    )
    return Header(row, columns, called, percent, unused)


def _known(shape: Shape, aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, field in shape.columns.items():
        words = [name, *field.header.text.values(), *field.aliases, *aliases.get(name, ())]
        for word in words:
            known.setdefault(plain(word), name)
    return known


def is_total(row: Sequence[str]) -> bool:
    """Return whether a row adds up others, or says who filled the table in.

    Parameters
    ----------
    row : sequence of str
        Cells.
    """
    filled = [tidy(cell) for cell in row if tidy(cell)]
    if not filled:
        return False
    first = filled[0].replace(" ", "")
    if TOTALS.fullmatch(first):
        return True
    # A note has a cell or two; a row of a person that begins so has more.
    return len(filled) <= 2 and bool(FOOTERS.fullmatch(first))
