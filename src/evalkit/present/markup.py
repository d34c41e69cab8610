"""An exhibit as HTML: for JupyterLab as it is, for a page with its number and its anchor."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evalkit.landing import escape
from evalkit.present.content import (
    Block,
    Cell,
    Content,
    Drawing,
    Line,
    Piece,
    Row,
    Statement,
    Table,
)
from evalkit.present.marks import chip_of
from evalkit.words import say

ELEMENTS = {"strong": "strong", "name": "b", "code": "code"}
CLASSES = {"number": "ek-number", "withheld": "ek-number ek-withheld", "key": "ek-key"}


@dataclass(frozen=True)
class Writing:
    """How texts become HTML, and what a page adds to an exhibit.

    Parameters
    ----------
    text, caption : callable
        Take a text and return it escaped: any text, and one of a caption.
    id : str
        Anchor; empty where nothing refers to it.
    mark : str
        "Table 4. "
    link : str
        HTML behind the title.
    notes : str
        HTML behind the note: a link to foot notes.
    """

    text: Callable[[str], str] = escape
    caption: Callable[[str], str] = escape
    id: str = ""
    mark: str = ""
    link: str = ""
    notes: str = ""


PLAIN = Writing()


def tag(name: str, content: str, **attributes: str) -> str:
    """Return an HTML element; attribute names lose a trailing underscore.

    Parameters
    ----------
    **attributes
        Values to be escaped; ``class_`` becomes ``class``, ``data_id`` becomes
        ``data-id``. An empty one is left out.
    """
    inner = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value
    )
    return f"<{name}{inner}>{content}</{name}>"


def html(content: Content, lang: str, how: Writing = PLAIN) -> str:
    """Return an exhibit as HTML.

    Parameters
    ----------
    how : Writing
        How texts are written, and what is added.
    """
    if isinstance(content, Table):
        return _folded(content, lang, how) if content.folded else _table(content, how)
    if isinstance(content, Drawing):
        return _drawing(content, how)
    return _statement(content, lang, how)


def _caption(content: Table | Drawing, how: Writing) -> str:
    number = tag("span", escape(how.mark), class_="ek-no") if how.mark else ""
    title = tag("strong", number + how.caption(content.title)) + how.link
    apart = " " if content.note and how.notes else ""
    return title + tag("span", how.caption(content.note) + apart + how.notes, class_="ek-note")


def _table(table: Table, how: Writing) -> str:
    heads = [
        tag("th", how.text(head.text), scope="col", class_=_side(head)) for head in table.heads
    ]
    names = [head.text for head in table.heads]
    head = tag("thead", tag("tr", "".join(heads)))
    body = tag("tbody", "".join(_row(row, names, how) for row in table.rows))
    caption = tag("caption", _caption(table, how))
    return tag("table", caption + head + body, class_="ek-table", id=how.id)


def _folded(table: Table, lang: str, how: Writing) -> str:
    """Return a table that a reader opens; until then its title says what it comes to."""
    if table.folded == "drawn":
        said = escape(say("shown.as_table", lang))
    else:
        said = tag("strong", how.caption(table.title)) + escape(
            say("shown.rows", lang, n=len(table.rows))
        )
    summary = tag("summary", escape(how.mark) + said)
    return tag("details", summary + _table(table, how), class_="ek-fold")


def _side(cell: Cell) -> str:
    return "ek-figures" if cell.align == "right" else "ek-words"


def _row(row: Row, heads: list[str], how: Writing) -> str:
    first, *rest = row.cells
    # A name that an office wrote says in which language it is.
    spoken = {piece.lang for line in first.lines for piece in line.pieces}
    named = spoken.pop() if len(spoken) == 1 else ""
    cells = [tag("th", how.text(first.text), scope="row", lang=named)]
    for cell, head in zip(rest, heads[1:], strict=True):
        inner = _lines(cell.lines, how)
        # On a phone a row becomes a card: each cell then needs its head beside it.
        cells.append(tag("td", inner, class_=_side(cell), data_head=head))
    return tag("tr", "".join(cells), class_="ek-strong" if row.strong else "")


def _lines(lines: Iterable[Line], how: Writing) -> str:
    """Return the lines of a cell; a note and a unit stand on one of their own already."""
    made, plain = "", False
    for line in lines:
        made += ("<br>" if plain and not line.look else "") + _line(line, how)
        plain = not line.look
    return made


def _line(line: Line, how: Writing) -> str:
    inner = "".join(_piece(piece, how) for piece in line.pieces)
    if not line.look:
        return inner
    return tag("span", inner, class_="ek-note ek-unit" if line.look == "unit" else "ek-note")


def _piece(piece: Piece, how: Writing) -> str:
    text = how.text(piece.text)
    if piece.look == "chip":
        return chip_of(piece.code, text)
    if piece.look == "squares":
        return tag("span", text, class_="ek-squares", aria_hidden="true")
    classes = CLASSES.get(piece.look, "")
    if not (piece.look or piece.estimate or piece.lang):
        return text
    name = ELEMENTS.get(piece.look, "span")
    return tag(name, text, lang=piece.lang, class_=classes, data_ek=piece.estimate)


def _drawing(drawing: Drawing, how: Writing) -> str:
    image = f'<img alt="{escape(drawing.alt)}" src="{_data(drawing.wide)}">'
    source = f'<source media="screen and (max-width: 600px)" srcset="{_data(drawing.narrow)}">'
    caption = tag("figcaption", _caption(drawing, how))
    return tag("figure", caption + tag("picture", source + image), class_="ek-figure", id=how.id)


def _data(picture: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def _statement(said: Statement, lang: str, how: Writing) -> str:
    inner = "".join(_block(block, how) for block in said.blocks)
    if said.frame == "headline":
        label = say("shown.headline", lang)
        return tag("section", inner, id=how.id, class_="ek-headline", aria_label=label)
    return tag("div", inner, id=how.id, class_=f"ek-{said.frame}")


def _block(block: Block, how: Writing) -> str:
    held = [_line(line, how) for line in block.lines]
    if block.look == "chip":
        return "".join(held)
    if block.look in ("points", "keys"):
        points = "".join(tag("li", point) for point in held)
        return tag("ul", points, class_="ek-keys" if block.look == "keys" else "")
    if block.look == "group":
        counts = "".join(tag("span", count, class_="ek-count") for count in held)
        return tag("div", tag("b", how.text(block.head)) + counts)
    looks = f"ek-{block.look}" if block.look else ""
    return tag("p", "".join(held), class_=looks, data_ek=block.estimate)
