"""Tables of a DOCX: lines, whole rows, columns of fit width, wide ones on their side."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from evalkit.export.columns import fit_columns
from evalkit.export.letters import letters
from evalkit.export.sheet import MOST_UPRIGHT, WHOLE_ROWS, WHOLE_TABLE

INK = "17222D"


def finish_tables(made: Any) -> None:
    """Set what pandoc leaves out of the tables of a document."""
    sheet = made.sections[0]
    margins = sheet.left_margin.pt + sheet.right_margin.pt
    upright, lying = sheet.page_width.pt - margins, sheet.page_height.pt - margins
    for table in [t._tbl for t in made.tables]:
        wide = len(table.find(qn("w:tblGrid"))) > MOST_UPRIGHT
        _rule(table)
        _keep_rows(table)
        fit_columns(table, lying if wide else upright)
        if wide:
            _on_its_side(made, table)


def _keep_rows(table: Any) -> None:
    """Keep each row whole, a head with its first row, the last two together, a small table all."""
    rows = table.findall(qn("w:tr"))
    for row in rows:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    # Chinese letters are twice as wide: a table of as many is twice as high.
    short = sum(letters(text.text or "") for text in table.iter(qn("w:t"))) <= WHOLE_TABLE
    small = len(rows) < 4 or (short and len(rows) <= WHOLE_ROWS)
    for row in rows[:-1] if small else (rows[0], rows[-2]):
        for paragraph in row.iter(qn("w:p")):
            paragraph.get_or_add_pPr().get_or_add_keepNext()


def _rule(table: Any) -> None:
    """Give a table the lines of the family: ink above, below and under the head, pale between."""
    properties = table.find(qn("w:tblPr"))
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (
        ("top", 12, INK),
        ("bottom", 12, INK),
        ("insideH", 4, "C9D1D9"),
    ):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("color", colour)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.append(borders)


def _on_its_side(made: Any, table: Any) -> None:
    """Put a wide table, with its caption, on sheets of its own that lie on their side."""
    caption = table.getprevious()
    first = table if caption is None else caption
    lying = deepcopy(made.sections[-1]._sectPr)
    size = lying.find(qn("w:pgSz"))
    size.set(qn("w:orient"), "landscape")
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    before = first.getprevious()
    if before is not None and not before.findall(".//*"):
        # Pandoc parts two tables by a paragraph without anything.
        before.getparent().remove(before)
        before = first.getprevious()
    # The last part of the same table has closed its section just above: another one
    # would be an empty sheet.
    if before is None or not before.findall(".//" + qn("w:sectPr")):
        first.addprevious(_section_end(deepcopy(made.sections[-1]._sectPr)))
    table.addnext(_section_end(lying))


def _section_end(sheet: Any) -> Any:
    paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
    properties.append(sheet)
    paragraph.append(properties)
    return paragraph
