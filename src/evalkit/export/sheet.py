"""A table on a sheet of paper: how wide its columns are, and in how many parts it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from evalkit.export.joints import joined
from evalkit.export.kept import kept_parts
from evalkit.export.letters import letters
from evalkit.present.content import Cell, Line, Piece, Row, Table
from evalkit.present.marks import MARKS

# A sheet of A4 on its side holds this many columns; a wider table is shown in parts.
MOST_COLUMNS = 12
# Letters across a sheet that stands, at the size of tables, and the columns that it holds.
UPRIGHT, ACROSS = 105, 155
MOST_UPRIGHT = 8
# Rows and letters of a table that stays on one page.
WHOLE_ROWS, WHOLE_TABLE = 12, 1500
# Behind these an id may go on in the next line, as in report.typ.
SIGNS = re.compile(r"[.,=_\[]")
# A piece of a line that may break before and behind it, and how wide one can be.
PIECE = re.compile(r"[\u2e80-\U0003ffff]|[^ \u200b\u2e80-\U0003ffff]+")
LONGEST = 24
# Letters that a cell's edges take; digits, capitals and bold letters are wider than the mean.
EDGES, WIDER = 3, 1.1
# Enough halves to find a width to a thousandth of a letter.
HALVES = 30


def in_parts(table: Table) -> list[tuple[Table, str]]:
    """Return a table that is wider than a sheet in parts, each with the row's head.

    Returns
    -------
    list of (Table, str)
        With what its caption says of the part; empty of a table that is whole.
    """
    columns = len(table.heads)
    if columns <= MOST_COLUMNS:
        return [(table, "")]
    step = MOST_COLUMNS - 1
    return [
        (
            _only(table, start, start + step),
            f" ({start + 1}–{min(start + step, columns)} / {columns})",
        )
        for start in range(1, columns, step)
    ]


def _only(table: Table, start: int, end: int) -> Table:
    def cut(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return (cells[0], *cells[start:end])

    rows = tuple(replace(row, cells=cut(row.cells)) for row in table.rows)
    return replace(table, heads=cut(table.heads), rows=rows)


def is_wide(table: Table) -> bool:
    """Return whether a table lies on its side."""
    return len(table.heads) > MOST_UPRIGHT


def length(row: Row) -> int:
    """Return the letters of a row."""
    return sum(len(cell.text) for cell in row.cells)


def is_whole(table: Table) -> bool:
    """Return whether a table stays on one page."""
    short = sum(map(length, table.rows)) <= WHOLE_TABLE
    return len(table.rows) <= WHOLE_ROWS and short


def shares(table: Table) -> tuple[list[float], bool]:
    """Return each column's share of the sheet, and whether the table needs less than it."""
    rows = [table.heads, *(row.cells for row in table.rows)]
    columns = list(zip(*rows, strict=True))
    sheet = ACROSS if is_wide(table) else UPRIGHT
    least = [EDGES + WIDER * max(_longest(cell) for cell in column) for column in columns]
    natural = [
        # A word is all that a short cell holds: its own width is not enough for it either.
        max(max(_natural(cell) for cell in column) + 2, low)
        for column, low in zip(columns, least, strict=True)
    ]
    if sum(natural) <= sheet:
        return [width / sheet for width in natural], sum(natural) <= 0.99 * sheet
    texts = [[letters(cell.text) for cell in column] for column in columns]
    widths = spread(_capped(least, sheet), natural, texts, sheet)
    return [width / sum(widths) for width in widths], False


def spread(
    least: Sequence[float],
    natural: Sequence[float],
    texts: Sequence[Sequence[float]],
    room: float,
) -> list[float]:
    """Return widths of columns that share a room, so that rows are as low as can be.

    Parameters
    ----------
    least, natural : sequence of float
        Of each column: what it needs, and what more would not help. The least fit the room.
    texts : sequence of sequence of float
        Of each column the lengths of its cells' texts.
    room : float
        In the unit of the widths.

    Notes
    -----
    A row is as high as its highest cell. The mean of fourth kind, which is near the highest,
    is least over all rows where widths go with the fifth root of the sum of fourth powers.
    """
    wanted = [(1 + sum(length**4 for length in column)) ** 0.2 for column in texts]

    def at(scale: float) -> list[float]:
        each = zip(least, natural, wanted, strict=True)
        return [max(low, min(most, scale * want)) for low, most, want in each]

    low, high = 0.0, max(most / want for most, want in zip(natural, wanted, strict=True))
    for _ in range(HALVES):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle)) <= room else (low, middle)
    return at(low)


def _capped(least: list[float], room: float) -> list[float]:
    """Return least widths that fit: the widest give way, and narrow ones keep theirs."""
    left = room
    for done, width in enumerate(sorted(least)):
        share = left / (len(least) - done)
        if width > share:
            return [min(each, share) for each in least]
        left -= width
    return least


def printed(piece: Piece) -> str:
    """Return a piece as paper has it: a chip with its mark."""
    return MARKS[piece.code] + piece.text if piece.look == "chip" else piece.text


def _natural(cell: Cell) -> int:
    return max((letters("".join(map(printed, line.pieces))) for line in cell.lines), default=0)


def _longest(cell: Cell) -> float:
    """Return the width of the longest piece that a line may not break, within reason."""
    return max((_longest_of(line) for line in cell.lines), default=0)


def _longest_of(line: Line) -> float:
    whole: list[float] = [0]
    for piece in line.pieces:
        if piece.look == "chip":
            # Its box takes one letter more, and its words have no digits.
            whole.append((letters(printed(piece)) + 1) / WIDER)
        elif piece.look in ("number", "withheld") and len(piece.text) < LONGEST:
            whole.append(letters(piece.text))
        text = SIGNS.sub(r"\g<0> ", piece.text) if piece.look == "code" else piece.text
        said = joined(text)
        kept = [part for part, together in kept_parts(said) if together]
        whole += map(letters, kept)
        # What stands at an interval without a blank goes with it.
        whole += [
            letters(part) if any(one in part for one in kept) else min(LONGEST, letters(part))
            for part in PIECE.findall(said)
        ]
    return max(whole)


def linked(text: str, link: str) -> Line:
    """Return a line that leads to an exhibit."""
    return Line((Piece(text, link=link),))


def names(texts: Sequence[str], right: Sequence[int] = ()) -> tuple[Cell, ...]:
    """Return the heads of a table."""
    return tuple(
        Cell((Line((Piece(text),)),), "right" if i in right else "left", header=True)
        for i, text in enumerate(texts)
    )
