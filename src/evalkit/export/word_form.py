"""An exhibit as the XML of a DOCX; tables get their widths and lines from docx_tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from evalkit.export.docx_reference import ACCENT
from evalkit.export.docx_tables import INK
from evalkit.export.exhibits import Exhibit
from evalkit.export.joints import joined
from evalkit.export.sheet import in_parts
from evalkit.landing import escape, xml_text
from evalkit.present.content import Block, Cell, Drawing, Line, Piece, Row, Statement, Table
from evalkit.present.marks import MARKS
from evalkit.words import MINUS

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
WORD_JOINER, NO_BREAK = "\u2060", "\u00a0"
# Word breaks a line behind a minus.
SIGNED = re.compile(rf"{MINUS}(?=\d)")
STYLES = {"withheld": "Withheld", "chip": "Chip", "key": "KeyNumber", "code": "Id"}
FRAMES = {"headline": "Verdict", "refusal": "Callout", "absent": "Callout"}
BREAK = "<w:r><w:br/></w:r>"
IN_FAVOUR, AGAINST, WHITE = "00685B", "A63C06", "FFFFFF"
# The list of `docx.finish`.
POINT = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
POINTS = 7000
Caption = Callable[[str, str], str]


# Of a chip: its fill, its letters and the line around it, as the page has them.
CHIPS = {
    "improvement": (IN_FAVOUR, WHITE, "single"),
    "worsening": (AGAINST, WHITE, "single"),
    "agrees": (IN_FAVOUR, WHITE, "single"),
    "contradicts": (AGAINST, WHITE, "single"),
    "not_reachable": (INK, WHITE, "single"),
    "units_differ": (WHITE, AGAINST, "single"),
    "measured": (WHITE, ACCENT, "single"),
    "derived": (WHITE, ACCENT, "single"),
    "audited": (WHITE, ACCENT, "single"),
    "not_assessable": (WHITE, INK, "dashed"),
    "cannot_verify": (WHITE, INK, "dashed"),
    "unquantified": (WHITE, INK, "dotted"),
}


def chip_look(code: str) -> str:
    """Return how the run of a chip is drawn: letters, a line around it, a fill."""
    fill, letters, line = CHIPS.get(code, (WHITE, INK, "single"))
    edge = letters if fill == WHITE else fill
    return (
        f'<w:color w:val="{letters}"/>'
        f'<w:bdr w:val="{line}" w:sz="6" w:space="0" w:color="{edge}"/>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    )


def word_text(
    text: str, style: str = "", *, bold: bool = False, whole: bool = False, drawn: str = ""
) -> str:
    """Return a text as a run.

    Parameters
    ----------
    whole : bool
        Whether no line may end within it.
    drawn : str
        Properties of the run beyond its style, as XML.
    """
    # In prose LibreOffice breaks a number that stands behind a space without a break.
    plain = SIGNED.sub(MINUS + WORD_JOINER, joined(text).replace(NO_BREAK, " "))
    plain = plain.replace(" ", NO_BREAK) if whole else plain
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += ("<w:b/><w:bCs/>" if bold else "") + drawn
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    inner = escape(xml_text(plain), quote=False)
    return f'<w:r>{look}<w:t xml:space="preserve">{inner}</w:t></w:r>' if plain else ""


def paragraph(style: str, inner: str, more: str = "") -> str:
    """Return a paragraph."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'


def word(exhibit: Exhibit, number: int, caption: Caption) -> str:
    """Return an exhibit as XML; of a figure its caption and the paragraph of its picture.

    Parameters
    ----------
    caption : callable
        Takes a text of the caption and the style of its words, and returns runs, formulas too.
    """
    held = exhibit.content
    if isinstance(held, Statement):
        return _marked(exhibit.id, number, "".join(_blocks(held)))
    kind = "Image" if isinstance(held, Drawing) else "Table"
    title = word_text(exhibit.mark, bold=True) + caption(held.title, "")
    beneath = caption(held.note, "Note") + word_text(
        f" {exhibit.see}" if exhibit.see else "", "Note"
    )
    note = BREAK + beneath if beneath else ""
    if isinstance(held, Drawing):
        said = paragraph("ImageCaption", title + note)
        return _marked(exhibit.id, number, said) + paragraph("CaptionedFigure", "")
    made = []
    for position, (table, part) in enumerate(in_parts(held)):
        said = paragraph(f"{kind}Caption", title + note + word_text(part, "Note"))
        said = said if position else _marked(exhibit.id, number, said)
        made.append(said + _table(table, exhibit.mark))
    return "".join(made)


def _marked(anchor: str, number: int, inner: str) -> str:
    if not anchor:
        return inner
    start = f'<w:bookmarkStart w:id="{POINTS + number}" w:name="{escape(anchor)}"/>'
    return f'{start}{inner}<w:bookmarkEnd w:id="{POINTS + number}"/>'


def _table(table: Table, mark: str) -> str:
    said = escape(xml_text(joined(f"{mark}{table.title}")))
    properties = (
        '<w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:type="auto" w:w="0"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="0" w:noVBand="0" w:val="0020"/>'
        f'<w:tblCaption w:val="{said}"/></w:tblPr>'
    )
    grid = f"<w:tblGrid>{'<w:gridCol/>' * len(table.heads)}</w:tblGrid>"
    head = f'<w:tr><w:trPr><w:tblHeader w:val="on"/></w:trPr>{_cells(table.heads, True)}</w:tr>'
    return f"<w:tbl>{properties}{grid}{head}{''.join(map(_row, table.rows))}</w:tbl>"


def _row(row: Row) -> str:
    return f"<w:tr>{_cells(row.cells, row.strong)}</w:tr>"


def _cells(cells: Iterable[Cell], strong: bool) -> str:
    made = ""
    for cell in cells:
        side = '<w:jc w:val="right"/>' if cell.align == "right" else ""
        inner = BREAK.join(_line(line, strong) for line in cell.lines)
        made += f"<w:tc><w:tcPr/>{paragraph('Compact', inner, side)}</w:tc>"
    return made


def _line(line: Line, strong: bool = False) -> str:
    return "".join(_piece(piece, "Note" if line.look else "", strong) for piece in line.pieces)


def _piece(piece: Piece, style: str, strong: bool) -> str:
    style = STYLES.get(piece.look, style)
    bold = strong or piece.look in ("strong", "name")
    whole = piece.look in ("number", "withheld", "chip")
    mark = f"{MARKS[piece.code]}{NO_BREAK}" if piece.look == "chip" else ""
    drawn = chip_look(piece.code) if piece.look == "chip" else ""
    made = word_text(mark + piece.text, style, bold=bold, whole=whole, drawn=drawn)
    if piece.link:
        return f'<w:hyperlink w:anchor="{escape(piece.link)}">{made}</w:hyperlink>'
    return made


def _blocks(said: Statement) -> Iterable[str]:
    style = FRAMES.get(said.frame, "BodyText")
    for block in said.blocks:
        if block.look in ("points", "keys"):
            more = POINT.format(number=POINTS) if block.look == "points" else ""
            for line in block.lines:
                inner = BREAK.join(_piece(piece, "", False) for piece in line.pieces)
                yield paragraph("Compact" if more else style, inner, more)
        elif block.look == "group":
            yield paragraph("BodyText", _group(block))
        else:
            look = "Note" if block.look == "note" else ""
            inner = "".join(_piece(p, look, False) for line in block.lines for p in line.pieces)
            yield paragraph("VerdictSentence" if block.look == "sentence" else style, inner)


def _group(block: Block) -> str:
    made = word_text(block.head, bold=True)
    for line in block.lines:
        key, *rest = line.pieces
        made += _piece(key, "", False) + word_text(" ")
        made += "".join(_piece(piece, "", False) for piece in rest) + word_text("   ")
    return made
