"""The document whose styles a DOCX takes: pandoc's own, in the family style."""

from __future__ import annotations

import functools
import io
import subprocess
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from evalkit.export.docx_tables import INK
from evalkit.export.pandoc import program
from evalkit.secret import without_key

# Faces that Word and WPS bring; the package's own stays in pages and PDF.
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
INK_2, ACCENT, WASH = "4A5866", "1B5E91", "F4F6F8"
# Name, size in points, bold, colour, shade: those of paragraphs, then those of words.
PARAGRAPHS = (
    ("Title", 21, True, INK, None),
    ("Subtitle", 9.5, False, INK_2, None),
    ("Heading 1", 15, True, INK, None),
    ("Heading 2", 12.5, True, INK, None),
    ("Body Text", 10.5, False, INK, None),
    ("First Paragraph", 10.5, False, INK, None),
    ("Compact", 9, False, INK, None),
    ("Table Caption", 10.5, False, INK, None),
    ("Image Caption", 10.5, False, INK, None),
    ("Captioned Figure", 10.5, False, INK, None),
    ("Verdict", 10.5, False, INK, WASH),
    ("Verdict Sentence", 15, True, INK, WASH),
    ("Callout", 10.5, False, INK, WASH),
    ("Facts", 8, False, INK, None),
    ("Made Up", 10.5, True, INK, "E4E8EC"),
)
WORDS = (
    ("Note", 8.5, False, INK_2),
    ("Chip", 9, True, INK),
    ("Key Number", 16, True, INK),
    ("Withheld", 9, False, INK_2),
    ("Id", 8, False, INK),
)


@functools.cache
def reference() -> bytes:
    """Return the document whose styles pandoc takes: its own, in the family style."""
    printed = subprocess.run(
        [str(program()), "--print-default-data-file=reference.docx"],
        capture_output=True,
        env=without_key(),
        check=True,
    )
    made = docx.Document(io.BytesIO(printed.stdout))
    for name, size, bold, colour, shade in PARAGRAPHS:
        style = _style(made, name, WD_STYLE_TYPE.PARAGRAPH, size, bold, colour)
        style.paragraph_format.space_after = Pt(3 if name in ("Compact", "Facts") else 6)
        style.paragraph_format.keep_with_next = name.endswith("Caption") or "Heading" in name
        if shade:
            _shade(style, shade)
    for name, size, bold, colour in WORDS:
        _style(made, name, WD_STYLE_TYPE.CHARACTER, size, bold, colour)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(20)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _style(made: Any, name: str, kind: Any, size: float, bold: bool, colour: str) -> Any:
    known = {style.name: style for style in made.styles}
    style = known[name] if name in known else made.styles.add_style(name, kind)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.name = LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        # A theme's face would win over the one that is named.
        if "Theme" in attribute:
            del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), CHINESE)
    fonts.set(qn("w:cs"), LATIN)
    return style


def _shade(style: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{key}"), value)
    style.element.get_or_add_pPr().append(shade)
