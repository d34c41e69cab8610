"""A table of a page, read back as rows of visible words: what every other form is made from."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

from evalkit.export.reader import Reader

# Elements without an end.
VOID = ("br", "img", "wbr")
# The last character that is one letter wide.
NARROW = "\u2e7f"
# Classes whose elements stand on a line of their own.
LINES = {"ek-note", "ek-chip"}


@dataclass(frozen=True)
class Cell:
    """One cell as a reader sees it.

    Parameters
    ----------
    text : str
        Its visible words, one line for each line of the page.
    figures : bool
        Whether it stands in a column of numbers.
    """

    text: str
    figures: bool = False


@dataclass
class Grid:
    """One table.

    Parameters
    ----------
    title, note : str
        Its caption: the finding; then unit, source and disclosure rule.
    heads : list of str
        Column heads.
    rows : list of list of Cell
        Each as long as the heads; its first cell is the row's head.
    """

    title: str = ""
    note: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


class _Grid(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid()
        self._into: list[str] | None = None
        self._figures = False
        # For each open element: whether its words are hidden, and whether a line ends with it.
        self._open: list[tuple[bool, bool]] = []

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        if name in VOID:
            self._break()
            return
        values = {key: value or "" for key, value in pairs}
        classes = set(values.get("class", "").split())
        line = bool(classes & LINES)
        if line:
            self._break()
        self._open.append((values.get("aria-hidden") == "true" or "ek-no" in classes, line))
        if name == "tr":
            self.grid.rows.append([])
        if name in ("th", "td", "caption"):
            self._into = []
            self._figures = "ek-figures" in classes

    def handle_endtag(self, name: str) -> None:
        _, line = self._open.pop()
        if line:
            self._break()
        if self._into is None or name not in ("th", "td", "caption"):
            return
        text = "\n".join(part.strip() for part in "".join(self._into).split("\n") if part.strip())
        if name == "caption":
            self.grid.title, _, self.grid.note = text.partition("\n")
        else:
            self.grid.rows[-1].append(Cell(text, self._figures and name == "td"))
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None and not any(hidden for hidden, _ in self._open):
            self._into.append(data)

    def _break(self) -> None:
        if self._into is not None:
            self._into.append("\n")


def read_grid(html: str) -> Grid:
    """Return a table as `evalkit.present.table` writes it, read back.

    Parameters
    ----------
    html : str
        One table element.
    """
    reader = _Grid()
    reader.read(html)
    grid = reader.grid
    first, *grid.rows = grid.rows
    grid.heads = [cell.text for cell in first]
    return grid


def parted(grid: Grid, columns: Container[int], beside: Callable[[str], str]) -> Grid:
    """Return a table with what stands below a number in a column of its own.

    Parameters
    ----------
    grid : Grid
        As a page has it.
    columns : container of int
        Which columns to part; the others stay as they are.
    beside : callable
        Takes a column's head and returns that of its new neighbour.
    """
    heads: list[str] = []
    rows: list[list[Cell]] = [[] for _ in grid.rows]
    for column, head in enumerate(grid.heads):
        heads += [head, beside(head)] if column in columns else [head]
        for row, whole in zip(rows, grid.rows, strict=True):
            cell = whole[column]
            if column not in columns:
                row.append(cell)
                continue
            first, _, rest = cell.text.partition("\n")
            row += [replace(cell, text=first), Cell(rest)]
    return replace(grid, heads=heads, rows=rows)


def letters(text: str) -> int:
    """Return how wide a line is in letters; a Chinese one is as wide as two.

    Parameters
    ----------
    text : str
        One line.
    """
    return len(text) if text.isascii() else len(text) + sum(map(NARROW.__lt__, text))
