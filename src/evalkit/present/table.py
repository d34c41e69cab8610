"""Tables: a caption that says what is in them, heads with scope, figures to the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from evalkit.estimate import Estimate
from evalkit.outcomes import Report
from evalkit.present.content import Cell, Line, Part, Piece, Row, Table, lines
from evalkit.present.shown import Shown, shown

# So many rows lie open where a table's title says what it comes to, and of any table.
MOST_OPEN, LONGEST = 6, 40


@dataclass(frozen=True)
class Layout:
    """A table in one language.

    Parameters
    ----------
    title, note : str
        The finding; then n, unit, period, source, disclosure rule.
    heads : sequence of str
        Column heads, the row head's first; none may be empty.
    rows : sequence of Row
        From `row_of`, each with as many cells as there are heads.
    text_columns : sequence of int
        Cells (from 0, behind the row head) that hold words and stand to the left.
    folded : str
        As of a `Table`; empty where it lies open.
    """

    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[Row]
    text_columns: Sequence[int] = field(default_factory=tuple)
    folded: str = ""


def in_detail(rows: Sequence[Row]) -> str:
    """Return how a table is folded whose title says what it comes to: a short one is not."""
    return "detail" if len(rows) > MOST_OPEN else ""


def row_of(head: str, cells: Iterable[Part | Sequence[Part]], *, strong: bool = False) -> Row:
    """Return one row.

    Parameters
    ----------
    head : str
        Words of the row's head; a line break in them stays one.
    cells : iterable of str, Piece, Line or sequence of these
        Each cell: words, a number, or several of them.
    """
    return Row((head_cell(head), *(_cell(cell) for cell in cells)), strong)


def head_cell(head: str) -> Cell:
    """Return the cell that names a row.

    Parameters
    ----------
    head : str
        Its words; a line break in them stays one.
    """
    named = tuple(Line((_name(text),)) for text in head.split("\n"))
    return Cell(named, header=True)


def _name(text: str) -> Piece:
    """Return words of a row's head; a name that an office wrote in Chinese says that it is."""
    return Piece(text, lang=written(text))


def written(text: str) -> str:
    """Return the language of words that an office wrote; empty where it is the exhibit's.

    Parameters
    ----------
    text : str
        A name, or a condition on the columns of its tables.
    """
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else ""


def _cell(held: Part | Sequence[Part]) -> Cell:
    parts = (held,) if isinstance(held, str | Piece | Line) else held
    return Cell(lines(*parts))


def shown_table(
    report: Report,
    name: str,
    layout: Callable[[str], Layout],
    estimates: Iterable[Estimate],
) -> Shown:
    """Return a table in every language."""

    def build(lang: str) -> tuple[Table, str]:
        made = laid_out(layout(lang))
        return made, f"{made.title}\n{made.note}"

    return shown("table", name, report.lang, report.languages, build, estimates)


def laid_out(made: Layout) -> Table:
    """Return a layout as a table: each cell with its side; one that no page holds is folded."""
    words = {0, *(i + 1 for i in made.text_columns)}
    sides = ["left" if i in words else "right" for i in range(len(made.heads))]
    heads = [
        Cell((Line((Piece(head),)),), side, header=True)
        for head, side in zip(made.heads, sides, strict=True)
    ]
    rows = [
        replace(
            row,
            cells=tuple(
                replace(cell, align=side) for cell, side in zip(row.cells, sides, strict=True)
            ),
        )
        for row in made.rows
    ]
    folded = made.folded or ("detail" if len(rows) > LONGEST else "")
    return Table(made.title, made.note.strip(), tuple(heads), tuple(rows), folded)
