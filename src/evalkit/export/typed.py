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
    both = {
        column
        for column in range(len(table.heads))
        if any(_interval_of(row.cells[column]) is not None for row in table.rows)
    }
    heads: list[Cell] = []
    for column, head in enumerate(table.heads):
        named = ends(head.text) if column in both else ()
        two = [Cell((Line((Piece(text),)),), head.align, header=True) for text in named]
        heads += two or [head]
    rows = [
        replace(
            row, cells=tuple(p for i, cell in enumerate(row.cells) for p in _ends(cell, i in both))
        )
        for row in table.rows
    ]
    return replace(table, heads=tuple(heads), rows=tuple(rows))


def _interval_of(cell: Cell) -> Piece | None:
    """Return the one interval that a cell holds, or None."""
    pieces = cell.lines[0].pieces if len(cell.lines) == 1 else ()
    return pieces[0] if len(pieces) == 1 and pieces[0].low is not None else None


def _ends(cell: Cell, both: bool) -> list[Cell]:
    if not both:
        return [cell]
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
    both = {
        column
        for column in range(len(table.heads))
        if any(_number_first(row.cells[column]) for row in table.rows)
    }
    heads = [part for i, head in enumerate(table.heads) for part in _head(head, i in both, beside)]
    rows = [
        replace(
            row, cells=tuple(p for i, cell in enumerate(row.cells) for p in _two(cell, i in both))
        )
        for row in table.rows
    ]
    return replace(table, heads=tuple(heads), rows=tuple(rows))


def _number_first(cell: Cell) -> bool:
    return cell.align == "right" and len(cell.lines) > 1 and number_of(cell.lines[0]) is not None


def _head(head: Cell, both: bool, beside: Callable[[str], str]) -> list[Cell]:
    named = (Line((Piece(beside(head.text)),)),)
    return [head, Cell(named, header=True)] if both else [head]


def _two(cell: Cell, both: bool) -> list[Cell]:
    return [replace(cell, lines=cell.lines[:1]), Cell(cell.lines[1:])] if both else [cell]
