"""Documents for paper, made without a notebook."""

from dataclasses import replace

import docx
import pypdf

from evalkit.export import write_docx, write_pdf
from evalkit.export.document import of_parts
from evalkit.export.exhibits import Exhibit
from evalkit.export.printing import ready
from evalkit.present.content import Drawing, Line, Piece, Statement
from evalkit.present.statement import paragraph
from evalkit.present.table import Layout, laid_out, row_of

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#1B5E91"/></svg>'
)
ALT = "Bars of what people were reached, by month"


def page(*parts, title="River Town: Reach", lang="en", made_up=""):
    """A document of HTML prose and exhibits."""
    chip = Piece("no clear evidence", "chip", code="no_clear")
    verdict = Statement(
        (paragraph(chip, look="chip"), paragraph("Nothing is clear.", look="sentence")), "headline"
    )
    return of_parts(
        [exhibit(verdict), *parts],
        page=f"report.{lang}.html",
        lang=lang,
        title=title,
        status=("Draft", "A study."),
        made_up=made_up,
        all_made_up=False,
        made_at="2026-11-24T10:00:00Z",
        fingerprint="results.json sha256 f",
        facts=(),
    )


def exhibit(content, anchor="", mark=""):
    """An exhibit as a page numbers it."""
    title = getattr(content, "title", "")
    return Exhibit("it", anchor, "", title, 1, content, mark)


def number(text):
    """A number of a cell."""
    return Piece(text, "number", "a.b.c")


def rows_table(heads, *rows, words=(), anchor="", title="All"):
    """A table of the given rows."""
    made = Layout(title, "People.", heads, [row_of(head, cells) for head, *cells in rows], words)
    # How a long one lies on paper is asked here, folded or not.
    return exhibit(replace(laid_out(made), folded=""), anchor, "Table 1. ")


def table(columns, rows, cell="{r}.{c}", anchor=""):
    """A table of so many columns and rows."""
    lines = [(f"row {r}", *(cell.format(r=r, c=c) for c in range(1, columns))) for r in range(rows)]
    return rows_table([f"head {c}" for c in range(columns)], *lines, anchor=anchor, title="Big")


def picture(alt=ALT, svg=SVG):
    """A figure."""
    return exhibit(Drawing("Reached", "", alt, svg, svg), mark="Figure 1. ")


def printed(folder, document, *forms):
    """The paths of a document's forms."""
    with ready([document]) as (one,):
        return [write(folder, one) for write in forms or (write_pdf, write_docx)]


def pdf(folder, document):
    """The path of a document's PDF."""
    return printed(folder, document, write_pdf)[0]


def made(folder, document):
    """A document's PDF and DOCX, opened."""
    paths = printed(folder, document)
    return pypdf.PdfReader(paths[0]), docx.Document(str(paths[1]))


def text_of(reader):
    """The text of a PDF."""
    return "\n".join(p.extract_text() for p in reader.pages)


def line(*pieces):
    """A line of a cell."""
    return Line(tuple(Piece(p) if isinstance(p, str) else p for p in pieces))
