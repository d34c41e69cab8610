"""What an exhibit holds in one language, as data: every form of a report is written from it.

Imports nothing of evalkit. A table keeps its rows and cells, a cell its lines, a line its
pieces; a piece is words, or one number with the estimate that it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

# How a piece looks, a line, a block and a frame; each form knows all of them.
PIECES = ("", "number", "withheld", "strong", "chip", "key", "name", "side", "squares", "code")
LINES = ("", "note", "unit")
BLOCKS = ("", "chip", "sentence", "keys", "points", "stamp", "rating", "note", "group")
FRAMES = ("statement", "refusal", "absent", "headline", "tally")
FOLDS = ("", "drawn", "detail")


@dataclass(frozen=True)
class Piece:
    """A stretch of words, or one number.

    Parameters
    ----------
    text : str
        As a reader sees it.
    look : str
        One of `PIECES`.
    estimate : str
        Id of the estimate that it shows; empty for words.
    number : float or None
        The number as it is printed: 0.375 of "37.5%", 4.5 of "+4.5".
    unit : str
        The number's unit, a code under ``[unit]`` in the locale files.
    digits : int
        Decimals that are printed.
    code : str
        Of a chip: its verdict.
    lang : str
        Its language, where that is not the exhibit's.
    link : str
        Anchor of the exhibit that it leads to.
    low, high : float or None
        Of an interval, its ends as they are printed.
    """

    text: str
    look: str = ""
    estimate: str = ""
    number: float | None = None
    unit: str = ""
    digits: int = 0
    code: str = ""
    lang: str = ""
    link: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """What stands on a line of its own.

    Parameters
    ----------
    pieces : tuple of Piece
        From its beginning to its end.
    look : str
        One of `LINES`: a note is small, a unit small and whole.
    """

    pieces: tuple[Piece, ...]
    look: str = ""

    @property
    def text(self) -> str:
        """Its visible words."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    lines : tuple of Line
        From top to bottom.
    align : {"left", "right"}
        Numbers stand to the right.
    header : bool
        Whether it names its row or its column.
    """

    lines: tuple[Line, ...]
    align: str = "left"
    header: bool = False

    @property
    def text(self) -> str:
        """Its visible words, one line for each line."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    cells : tuple of Cell
        Its header first.
    strong : bool
        Whether it is the headline row.
    """

    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    title, note : str
        The finding; then n, unit, period, source, disclosure rule.
    heads : tuple of Cell
        Of the columns, the row header's first.
    rows : tuple of Row
        Each as long as the heads.
    folded : str
        One of `FOLDS`: why a screen shows it on request, and paper leaves it to the workbook.
        "drawn": a figure beside it has the same numbers; "detail": its title says what it comes to.
    """

    title: str
    note: str
    heads: tuple[Cell, ...]
    rows: tuple[Row, ...]
    folded: str = ""


@dataclass(frozen=True)
class Drawing:
    """A figure, drawn.

    Parameters
    ----------
    title, note : str
        The finding; then unit, period, rounding.
    alt : str
        What a reader who cannot see it must know.
    wide, narrow : str
        SVG: for paper and a screen, and for a phone.
    """

    title: str
    note: str
    alt: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Block:
    """One part of a statement.

    Parameters
    ----------
    lines : tuple of Line
        Its paragraph, or its points.
    look : str
        One of `BLOCKS`.
    head : str
        Of a group: what it is called.
    estimate : str
        Id of the estimate that the whole of it says.
    """

    lines: tuple[Line, ...]
    look: str = ""
    head: str = ""
    estimate: str = ""


@dataclass(frozen=True)
class Statement:
    """Sentences.

    Parameters
    ----------
    blocks : tuple of Block
        In reading order.
    frame : str
        One of `FRAMES`.
    """

    blocks: tuple[Block, ...]
    frame: str = "statement"


Content = Table | Drawing | Statement
Part = str | Piece | Line
# What each field holds, where it is not plain.
_INSIDE: dict[tuple[type, str], type] = {
    (Line, "pieces"): Piece,
    (Cell, "lines"): Line,
    (Row, "cells"): Cell,
    (Table, "heads"): Cell,
    (Table, "rows"): Row,
    (Block, "lines"): Line,
    (Statement, "blocks"): Block,
}
_LOOKS: dict[type, tuple[str, tuple[str, ...]]] = {
    Table: ("folded", FOLDS),
    Piece: ("look", PIECES),
    Line: ("look", LINES),
    Cell: ("align", ("left", "right")),
    Block: ("look", BLOCKS),
    Statement: ("frame", FRAMES),
}
_KINDS: dict[str, type] = {"table": Table, "figure": Drawing, "statement": Statement}


def lines(*parts: Part) -> tuple[Line, ...]:
    """Return parts as lines: words and pieces run on, a line stands by itself.

    Parameters
    ----------
    *parts
        Words, pieces or lines; empty words are left out.
    """
    found: list[Line] = []
    run: list[Piece] = []
    for part in parts:
        if isinstance(part, Line):
            found += [Line(tuple(run))] if run else []
            found.append(part)
            run = []
        elif isinstance(part, Piece):
            run.append(part)
        elif part:
            run.append(Piece(part))
    return tuple(found + ([Line(tuple(run))] if run or not found else []))


def note(*parts: str | Piece, unit: bool = False) -> Line:
    """Return a small line.

    Parameters
    ----------
    unit : bool
        Whether it is a unit, which is not broken.
    """
    pieces = (Piece(part) if isinstance(part, str) else part for part in parts)
    return Line(tuple(pieces), "unit" if unit else "note")


def to_json(content: Content) -> dict[str, Any]:
    """Return the content of an exhibit as plain data; what is as usual is left out."""
    made: dict[str, Any] = _out(content)
    return made


def _out(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    pairs = ((f, getattr(value, f.name)) for f in fields(value))
    return {f.name: _out(held) for f, held in pairs if held != f.default}


def from_json(kind: str, data: Any) -> Content:
    """Return the content that `to_json` wrote.

    Raises
    ------
    ValueError
        If a field is unknown, missing or of another kind.
    """
    made: Content = _in(_KINDS[kind], data)
    if isinstance(made, Table) and any(len(row.cells) != len(made.heads) for row in made.rows):
        raise ValueError("a row is not as long as the heads")
    return made


def _in(cls: Any, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise ValueError(f"{cls.__name__} is no mapping")
    known = {f.name: f for f in fields(cls)}
    needed = {name for name, f in known.items() if f.default is MISSING}
    if wrong := {*data} - {*known} | needed - {*data}:
        raise ValueError(f"fields of {cls.__name__} differ: {sorted(map(str, wrong))}")
    values = {name: _value(cls, name, str(known[name].type), value) for name, value in data.items()}
    made = cls(**values)
    field, allowed = _LOOKS.get(cls, ("", ()))
    if field and getattr(made, field) not in allowed:
        raise ValueError(f"{field} of {cls.__name__} is {getattr(made, field)!r}")
    return made


def _value(cls: Any, name: str, kind: str, value: Any) -> Any:
    inside = _INSIDE.get((cls, name))
    if inside is not None:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{name} of {cls.__name__} is no list")
        return tuple(_in(inside, item) for item in value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    plain = {
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "int": number and isinstance(value, int),
        "float | None": number and math.isfinite(value),
    }
    if not plain[kind]:
        raise ValueError(f"{name} of {cls.__name__} is {type(value).__name__}")
    return value


def pieces_of(content: Content) -> Iterator[Piece]:
    """Yield every piece of an exhibit."""
    if isinstance(content, Drawing):
        return
    if isinstance(content, Table):
        cells = [*content.heads, *(cell for row in content.rows for cell in row.cells)]
        held = [line for cell in cells for line in cell.lines]
    else:
        held = [line for block in content.blocks for line in block.lines]
    for line in held:
        yield from line.pieces
