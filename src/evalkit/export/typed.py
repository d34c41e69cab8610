"""The numbers of a table as a spreadsheet holds them: typed, each in a cell of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evalkit.present.content import Cell, Line, Piece, Table
from evalkit.words import MINUS

# Digits that a float holds without rounding, and from where on a page parts the thousands.
MOST_DIGITS, THOUSAND = 15, 1000


def number_of(line: Line) -> Piece | None:
    """Return the one number that a line holds and that a cell can hold, or None."""
    first = line.pieces[0] if len(line.pieces) == 1 else None
    if first is None or first.number is None:
        return None
    shown = abs(first.number) * (100 if first.unit == "share" else 1)
    whole = len(str(int(shown)))
    return first if whole + first.digits <= MOST_DIGITS else None


def number_format(piece: Piece) -> str:
    """Return the format by which a spreadsheet prints a number as its page does."""
    assert piece.number is not None
    percent = piece.unit == "share"
    shown = abs(piece.number) * (100 if percent else 1)
    whole = "#,##0" if shown >= THOUSAND else "0"
    plain = whole + ("." + "0" * piece.digits if piece.digits else "") + ("%" if percent else "")
    plus = "+" if piece.unit == "points" and piece.number > 0 else ""
    # A true minus, as on the page; the format's own is a hyphen.
    return f"{plus}{plain};{MINUS}{plain};{plain}"


def ended(table: Table, ends: Callable[[str], tuple[str, str]]) -> Table:
    """Return a table whose intervals have their ends in two columns.

    Parameters
    ----------
    ends : callable
        Takes a column's head and returns those of its two ends.
    """

    def two_heads(head: Cell) -> list[Cell]:
        named = ends(head.text)
        return [Cell((Line((Piece(text),)),), head.align, header=True) for text in named]

    return _split(table, lambda cell: _interval_of(cell) is not None, two_heads, _ends)


def _split(
    table: Table,
    asks: Callable[[Cell], bool],
    heads: Callable[[Cell], list[Cell]],
    cells: Callable[[Cell], list[Cell]],
) -> Table:
    """Return a table with two columns for each of which a cell asks for two."""
    both = {
        column
        for column in range(len(table.heads))
        if any(asks(row.cells[column]) for row in table.rows)
    }

    def spread(row: tuple[Cell, ...], two: Callable[[Cell], list[Cell]]) -> tuple[Cell, ...]:
        return tuple(p for i, cell in enumerate(row) for p in (two(cell) if i in both else [cell]))

    rows = tuple(replace(row, cells=spread(row.cells, cells)) for row in table.rows)
    return replace(table, heads=spread(table.heads, heads), rows=rows)


def _interval_of(cell: Cell) -> Piece | None:
    """Return the one interval that a cell holds, or None."""
    pieces = cell.lines[0].pieces if len(cell.lines) == 1 else ()
    return pieces[0] if len(pieces) == 1 and pieces[0].low is not None else None


def _ends(cell: Cell) -> list[Cell]:
    found = _interval_of(cell)
    if found is None:
        return [cell, Cell((), cell.align)]
    made = [
        replace(found, text=f"{end}", number=end, low=None, high=None)
        for end in (found.low, found.high)
    ]
    return [replace(cell, lines=(Line((piece,)),)) for piece in made]


def parted(table: Table, beside: Callable[[str], str]) -> Table:
    """Return a table with what stands below a number in a column of its own.

    Parameters
    ----------
    beside : callable
        Takes a column's head and returns that of its new neighbour.
    """

    def two_heads(head: Cell) -> list[Cell]:
        return [head, Cell((Line((Piece(beside(head.text)),)),), header=True)]

    return _split(table, _number_first, two_heads, _two)


def _number_first(cell: Cell) -> bool:
    return cell.align == "right" and len(cell.lines) > 1 and number_of(cell.lines[0]) is not None


def _two(cell: Cell) -> list[Cell]:
    return [replace(cell, lines=cell.lines[:1]), Cell(cell.lines[1:])]
