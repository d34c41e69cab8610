"""A report's page as DOCX, for an office that edits it in Word or WPS."""

from __future__ import annotations

import functools
import io
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import typst
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from evalkit.export.docx_tables import INK, finish_tables
from evalkit.export.hub import Hub
from evalkit.export.origin import clipped
from evalkit.export.pandoc import PRINT, pandoc, program
from evalkit.export.pdf import fonts
from evalkit.export.results import form_name
from evalkit.files import scratch_folder
from evalkit.landing import escape, xml_text
from evalkit.secret import without_key

# Faces that Word and WPS bring; the package's own stays in pages and PDF.
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
INK_2, ACCENT, WASH = "4A5866", "1B5E91", "F4F6F8"
PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("{file}", width: 22cm)'
DOTS_PER_INCH = 200
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


def write_docx(folder: Path, hub: Hub) -> Path:
    """Write a report as DOCX and return the path.

    Parameters
    ----------
    folder : Path
        Where the file goes.
    hub : Hub
        The report's page, read back.

    Returns
    -------
    Path
        The same hub gives the same bytes.

    Raises
    ------
    PageError
        If pandoc refuses the page.
    """
    target = folder / form_name(hub.lang, "docx", made_up=hub.all_made_up)
    with scratch_folder(prefix="evalkit-docx-") as work:
        for file, content in hub.images.items():
            (work / file).write_bytes(content)
        body = hub.body
        for file in hub.images:
            body = body.replace(f'"{file}"', f'"{_as_png(work, file)}"')
        (work / "reference.docx").write_bytes(reference())
        words = [
            f"--lua-filter={PRINT / 'docx.lua'}",
            f"--metadata=lang:{'zh-CN' if hub.lang == 'zh' else hub.lang}",
            "--reference-doc=reference.docx",
            "--output=made.docx",
        ]
        pandoc(_head(hub) + body, "docx", target.name, words, work)
        made = docx.Document(str(work / "made.docx"))
    _finish(made, hub)
    stream = io.BytesIO()
    made.save(stream)
    target.write_bytes(_timeless(stream.getvalue(), hub))
    return target


def _head(hub: Hub) -> str:
    lines = [("made-up", hub.made_up)] if hub.made_up else []
    lines += [("title", hub.title), ("status", " · ".join(hub.status))]
    head = "".join(f'<div class="{name}"><p>{escape(text)}</p></div>' for name, text in lines)
    facts = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in hub.cover)
    return f"{head}{hub.headline}<dl>{facts}</dl>"


def _as_png(work: Path, file: str) -> str:
    """Draw a picture in dots: Word and WPS of the last ten years show no SVG alike."""
    if not file.endswith(".svg"):
        return file
    (work / "picture.typ").write_text(PICTURE.format(file=file), encoding="utf-8")
    target = file.replace(".svg", ".png")
    data = typst.compile(
        str(work / "picture.typ"),
        root=str(work),
        # Or it looks for every font of the machine; what a picture writes is drawn already.
        font_paths=fonts(),
        format="png",
        ppi=DOTS_PER_INCH,
    )
    (work / target).write_bytes(data)
    return target


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


def _finish(made: Any, hub: Hub) -> None:
    """Set what pandoc leaves out: running heads, whole rows, wide tables on their side."""
    made.core_properties.title = xml_text(clipped(hub.title))
    made.core_properties.author = "evalkit"
    made.core_properties.created = datetime.fromisoformat(hub.made_at).replace(tzinfo=None)
    made.core_properties.modified = made.core_properties.created
    made.core_properties.language = hub.lang
    section = made.sections[0]
    head = [hub.title, *([hub.made_up] if hub.made_up else hub.status[:1])]
    section.header.paragraphs[0].text = xml_text(" · ".join(head))
    _page_number(section.footer.paragraphs[0])
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


def _timeless(data: bytes, hub: Hub) -> bytes:
    """Return a package with the report's own time in each part, so that bytes are stable."""
    made = datetime.fromisoformat(hub.made_at)
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
