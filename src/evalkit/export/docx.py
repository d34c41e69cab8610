"""A report as DOCX, for an office that edits it in Word or WPS."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu, Mm
from docx.text.paragraph import Paragraph
from lxml import etree

from evalkit.export.document import FACTS, picture_of
from evalkit.export.docx_reference import ACCENT
from evalkit.export.docx_tables import finish_tables
from evalkit.export.exhibits import Exhibit
from evalkit.export.maths import IN_CAPTION
from evalkit.export.origin import clipped
from evalkit.export.pictures import as_png
from evalkit.export.printing import MARK, Ready
from evalkit.export.word_form import NAMES, NO_BREAK, POINTS, paragraph, word, word_text
from evalkit.landing import xml_text
from evalkit.present.content import Drawing

BULLET = (
    f'<w:abstractNum {NAMES} w:abstractNumId="{POINTS}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="720" w:hanging="480"/></w:pPr></w:lvl></w:abstractNum>'
)
# Two lines, for a report opens with its finding.
LOGO_HIGH, LOGO_WIDE = Mm(9), Mm(45)
NUMBER = f'<w:num {NAMES} w:numId="{POINTS}"><w:abstractNumId w:val="{POINTS}"/></w:num>'


def write_docx(folder: Path, ready: Ready) -> Path:
    """Write a report as DOCX and return the path.

    Returns
    -------
    Path
        The same document gives the same bytes.
    """
    target = folder / ready.name("docx")
    made = docx.Document(io.BytesIO(ready.docx))
    _Exhibits(made, ready).place()
    _finish(made, ready)
    stream = io.BytesIO()
    made.save(stream)
    target.write_bytes(_timeless(stream.getvalue(), ready))
    return target


class _Exhibits:
    """The exhibits of one document, put where their marks stand."""

    def __init__(self, made: Any, ready: Ready) -> None:
        self.made, self.ready, self.document = made, ready, ready.document
        self.formulas = self._take_formulas()

    def _take_formulas(self) -> dict[str, str]:
        """Return the formulas of captions by their TeX, and take them out of the prose."""
        taken: dict[str, str] = {}
        if not self.document.formulas:
            return taken
        found = [p for p in self.made.paragraphs if p.style.name == "Formula"]
        for (tex, _), each in zip(self.document.formulas, found, strict=True):
            taken[tex] = "".join(
                etree.tostring(node, encoding="unicode") for node in each._p.iter(qn("m:oMath"))
            )
            each._p.getparent().remove(each._p)
        return taken

    def place(self) -> None:
        """Put the head, the facts and every exhibit in their place."""
        body = self.made.element.body
        slots = {}
        for node in body.iter(qn("w:p")):
            found = MARK.fullmatch("".join(text.text or "" for text in node.iter(qn("w:t"))))
            if found:
                slots[found[1]] = node
        for name, node in slots.items():
            if name == FACTS:
                self._replace(node, self._facts(self.document.facts))
            else:
                number = int(name)
                self._exhibit(node, self.document.exhibits[number], number)
        first = next(iter(body))
        for node in self._parsed(self._head()):
            first.addprevious(node)
        if self.document.brand is not None:
            self._publish(self.document.brand)
        numbering = self.made.part.numbering_part.element
        numbering.insert(0, parse_xml(BULLET))
        numbering.append(parse_xml(NUMBER))

    def _publish(self, brand: Mapping[str, str]) -> None:
        """Name the publisher above everything, behind its logo."""
        colour = brand["colour"].removeprefix("#") or ACCENT
        drawn = f'<w:color w:val="{colour}"/>'
        said = word_text(brand["name"], bold=True, drawn=drawn)
        (node,) = self._parsed(paragraph("Subtitle", said))
        self.made.element.body.insert(0, node)
        if brand["file"]:
            at = Paragraph(node, self.made._body)
            picture = _logo(at.add_run(), as_png(self.ready.folder / brand["file"]))
            picture._inline.docPr.set("descr", xml_text(brand["alt"]))
            space = parse_xml(f"<w:body {NAMES}>{word_text(NO_BREAK * 2)}</w:body>")[0]
            # The logo stands before the name.
            node.insert(1, space)
            node.insert(1, at.runs[-1]._r)

    def _exhibit(self, node: Any, exhibit: Exhibit, number: int) -> None:
        placed = self._replace(node, word(exhibit, number, self._caption))
        if isinstance(exhibit.content, Drawing):
            self._draw(Paragraph(placed[-1], self.made._body), exhibit.content, number)

    def _draw(self, at: Paragraph, drawing: Drawing, number: int) -> None:
        sheet = self.made.sections[0]
        width = Emu(sheet.page_width - sheet.left_margin - sheet.right_margin)
        picture = at.add_run().add_picture(
            str(as_png(self.ready.folder / picture_of(number))), width
        )
        picture._inline.docPr.set("descr", xml_text(drawing.alt))

    def _caption(self, text: str, style: str) -> str:
        parts = IN_CAPTION.split(text)
        return "".join(
            self.formulas[part] if i % 2 else word_text(part, style, bold=not style)
            for i, part in enumerate(parts)
        )

    def _head(self) -> str:
        about = self.document
        lines = [("MadeUp", about.made_up)] if about.made_up else []
        lines += [("Title", about.title), ("Subtitle", " \u00b7 ".join(about.status))]
        made = "".join(paragraph(style, word_text(text)) for style, text in lines)
        made += "".join(word(exhibit, 0, self._caption) for exhibit in about.headline)
        return made

    def _facts(self, pairs: Iterable[tuple[str, str]]) -> str:
        return "".join(
            paragraph("Facts", word_text(name, bold=True) + word_text(f": {value}"))
            for name, value in pairs
        )

    def _replace(self, node: Any, xml: str) -> list[Any]:
        placed = self._parsed(xml)
        for each in placed:
            node.addprevious(each)
        node.getparent().remove(node)
        return placed

    def _parsed(self, xml: str) -> list[Any]:
        return list(parse_xml(f"<w:body {NAMES}>{xml}</w:body>"))


def _logo(run: Any, picture: Path) -> Any:
    """Return a logo within its room, as high and as wide as it goes."""
    drawn = run.add_picture(str(picture))
    scale = min(LOGO_HIGH / drawn.height, LOGO_WIDE / drawn.width)
    drawn.height, drawn.width = Emu(int(drawn.height * scale)), Emu(int(drawn.width * scale))
    return drawn


def _finish(made: Any, ready: Ready) -> None:
    """Set what pandoc leaves out: running heads, whole rows, wide tables on their side."""
    about = ready.document
    made.core_properties.title = xml_text(clipped(about.title))
    made.core_properties.author = "evalkit"
    made.core_properties.created = datetime.fromisoformat(about.made_at).replace(tzinfo=None)
    made.core_properties.modified = made.core_properties.created
    made.core_properties.language = about.lang
    section = made.sections[0]
    head = [about.title, *([about.made_up] if about.made_up else about.status[:1])]
    section.header.paragraphs[0].text = xml_text(" · ".join(head))
    foot = section.footer.paragraphs[0]
    foot.add_run(xml_text(f"{about.made_at[:10]} · {about.fingerprint} · "))
    _page_number(foot)
    finish_tables(made)


def _page_number(paragraph: Any) -> None:
    for kind, text in (("PAGE", " / "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), kind)
        run = OxmlElement("w:r")
        run.append(OxmlElement("w:t"))
        run[0].text = "1"
        field.append(run)
        paragraph._p.append(field)
        if text:
            paragraph.add_run(text)


def _timeless(data: bytes, ready: Ready) -> bytes:
    """Return a package with the report's own time in each part, so that bytes are stable."""
    made = datetime.fromisoformat(ready.document.made_at)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, made.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return stream.getvalue()
