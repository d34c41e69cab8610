"""An exhibit as Typst: each look has a function of its own name in report.typ."""

from __future__ import annotations

from collections.abc import Callable

from evalkit.export.exhibits import Exhibit
from evalkit.export.joints import joined
from evalkit.export.kept import LONGEST, kept_parts
from evalkit.export.sheet import in_parts, is_whole, is_wide, length, shares
from evalkit.landing import typst_string
from evalkit.present.content import Block, Cell, Drawing, Line, Piece, Row, Statement, Table
from evalkit.present.marks import MARKS

# Letters of a row that stays whole; rows at the end of a longer table that stay together,
# and their letters.
WHOLE_ROW, LAST_ROWS, LAST_LETTERS = 1200, 3, 600
# Points across a sheet, those that a cell keeps free, and the widest letter of a table.
STANDING, LYING, INSET, LETTER = 493.2, 739.8, 8, 9.5
RULE = "table.hline(stroke: 1pt + ink)"
Caption = Callable[[str], str]


def typst_text(text: str) -> str:
    """Return a text as Typst's markup: never code, and no value or interval parted."""
    parts = (
        f"#ek-keep[#{typst_string(part)};];" if whole else f"#{typst_string(part)};"
        for part, whole in kept_parts(joined(text))
    )
    return "".join(parts)


def typst(exhibit: Exhibit, file: str, caption: Caption) -> str:
    """Return an exhibit as Typst.

    Parameters
    ----------
    file : str
        Name of its picture; empty where it has none.
    caption : callable
        Takes a text of the caption and returns it as Typst, its formulas too.
    """
    held = exhibit.content
    if isinstance(held, Statement):
        label = f"#metadata(none)#label({typst_string(exhibit.id)})\n" if exhibit.id else ""
        return label + _statement(held)
    title = f"#strong[{typst_text(exhibit.mark)}{caption(held.title)}"
    beneath = caption(held.note) + typst_text(f" {exhibit.see}" if exhibit.see else "")
    note = f"#ek-note[{beneath}];" if beneath else ""
    if isinstance(held, Drawing):
        said = f"{title}];{note}"
        inner = (
            f"picture({typst_string(file)}, {typst_string(held.alt)}, wide: true, above: [{said}])"
        )
        return _exhibit("picture", said, exhibit.id, True, inner)
    made = []
    for position, (table, part) in enumerate(in_parts(held)):
        said = f"{title}];{note}" + (f"#ek-part[{typst_text(part)}];" if part else "")
        # A link leads to the first part.
        anchor = "" if position else exhibit.id
        one = _exhibit("table", said, anchor, is_whole(table), _table(table))
        made.append(f"#page(flipped: true)[{one}]" if is_wide(table) else one)
    return "\n\n".join(made)


def _exhibit(kind: str, caption: str, anchor: str, whole: bool, inner: str) -> str:
    flag = "true" if whole else "false"
    return f'#exhibit("{kind}", [{caption}], {flag}, {typst_string(anchor)}, {inner})'


def _table(table: Table) -> str:
    widths, own = shares(table)
    sheet = LYING if is_wide(table) else STANDING
    # A table that needs less than the sheet finds its own widths; where it is mistaken, Typst
    # leaves each column its even share at least.
    columns = ", ".join("auto" if own else f"{100 * width:.4f}fr" for width in widths)
    even = [1 / len(widths)] * len(widths)
    rooms = [share * sheet - INSET for share in (even if own else widths)]
    heads = "".join(
        _cell(cell, room, strong=True) for cell, room in zip(table.heads, rooms, strict=True)
    )
    last = _before_last(table)
    rows = [_row(row, rooms) for row in table.rows]
    body = "".join(rows[:last])
    if last < len(rows):
        # Typst keeps a footer on one page, and no other rows.
        body += f"table.footer(repeat: false, {''.join(rows[last:])}{RULE})"
    else:
        body += RULE
    header = f"table.header(repeat: true, {heads}{RULE})"
    return f"table(columns: ({columns},), {RULE}, {header}, {body})"


def _before_last(table: Table) -> int:
    """Return how many rows stand before those that stay together: none is left alone."""
    first = max(len(table.rows) - LAST_ROWS, 0)
    long = sum(map(length, table.rows[first:])) > LAST_LETTERS
    return len(table.rows) if is_whole(table) or long else first


def _row(row: Row, rooms: list[float]) -> str:
    breakable = length(row) > WHOLE_ROW
    cells = zip(row.cells, rooms, strict=True)
    made = (_cell(cell, room, strong=row.strong, breakable=breakable) for cell, room in cells)
    return "".join(made) + "table.hline(), "


def _cell(cell: Cell, room: float, *, strong: bool = False, breakable: bool = False) -> str:
    inner = ""
    for position, line in enumerate(cell.lines):
        follows = position and not line.look and not cell.lines[position - 1].look
        inner += ("#linebreak();" if follows else "") + typst_line(line)
    inner = f"#strong[{inner}];" if strong else inner
    if any(_overfull(line.text, room) for line in cell.lines):
        inner = f"#fit({room:.1f}pt)[{inner}];"
    flag = "true" if breakable else "false"
    return f"table.cell(breakable: {flag}, align: {cell.align})[{inner}], "


def _overfull(text: str, room: float) -> bool:
    """Return whether a piece that no line breaks may be wider than a cell."""
    if len(text) * LETTER <= room:
        return False
    wide = 0.0
    for sign in text:
        wide = 0.0 if sign <= " " or sign > "\u2e7f" else wide + LETTER
        if wide > room:
            return True
    return False


def typst_line(line: Line) -> str:
    """Return a line as Typst."""
    inner = "".join(map(_piece, line.pieces))
    return f"#ek-note[{inner}];" if line.look else inner


def _piece(piece: Piece) -> str:
    if piece.look == "code":
        return f"#ek-code(loose({typst_string(piece.text)}));"
    if piece.look == "chip":
        kind = typst_string(piece.code.replace("_", "-"))
        mark = f"#ek-mark[{typst_text(MARKS[piece.code])}];"
        return f"#ek-chip({kind})[{mark}{typst_text(piece.text)}];"
    text = typst_text(piece.text)
    if piece.look in ("number", "withheld") and len(piece.text) < LONGEST:
        text = f"#ek-keep[#{typst_string(joined(piece.text))};];"
    if piece.look in ("strong", "name"):
        return f"#strong[{text}];"
    if piece.look in ("withheld", "key"):
        return f"#ek-{piece.look}[{text}];"
    if piece.link:
        return f"#link(label({typst_string(piece.link)}))[{text}];"
    return f"#text(lang: {typst_string(piece.lang)})[{text}];" if piece.lang else text


def _statement(said: Statement) -> str:
    return f"#ek-{said.frame}[\n" + "\n\n".join(map(_block, said.blocks)) + "\n]"


def _block(block: Block) -> str:
    held = [typst_line(line) for line in block.lines]
    if block.look == "keys":
        return "#ek-keys[" + "".join(f"#ek-keys-item[{_key(line)}];" for line in block.lines) + "]"
    if block.look == "points":
        return "#list(" + ", ".join(f"[{point}]" for point in held) + ")"
    if block.look == "group":
        counts = "".join(f"#ek-count[{count}];" for count in held)
        return f"#ek-tally-item[#strong[{typst_text(block.head)}];{counts}]"
    if block.look in ("sentence", "note"):
        return f"#ek-{block.look}[{''.join(held)}]"
    return "".join(held)


def _key(line: Line) -> str:
    # On a screen each stands on a line of its own.
    return "#linebreak();".join(map(_piece, line.pieces))
