"""What PDF and DOCX are made from: a report's exhibits as they are recorded, and its prose.

Prose is the Markdown cells, which nbconvert's renderer has turned into HTML; pandoc reads
it once for both forms. Exhibits do not pass pandoc: where one stands, the prose has a slot.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from evalkit.export.branded import logo_bytes
from evalkit.export.exhibits import Exhibit
from evalkit.export.kept import keep_together
from evalkit.export.maths import IN_CAPTION, mathml
from evalkit.export.page import Composed
from evalkit.landing import escape
from evalkit.present.content import Drawing, Piece, Statement, Table
from evalkit.present.statement import paragraph

ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
DATA = re.compile(r"data:([a-z+/]+)(;base64)?,(.*)", re.DOTALL)
SLOT = '<div class="ek-slot">{number}</div>'
FACTS = "facts"


@dataclass(frozen=True)
class Document:
    """One report in one language, freed of what only a screen can do.

    Parameters
    ----------
    lang : str
        Language code.
    title : str
        What the report is called.
    status : tuple of (str, str)
        The report's state, and the study with the state of its plan.
    made_up : str
        The mark of made-up data; empty where there are none.
    all_made_up : bool
        Whether all of its study is.
    made_at : str
        Time in UTC, ISO 8601.
    fingerprint : str
        Of the report's results: what one copy is told from another by.
    facts : tuple of (str, str)
        Where the report comes from.
    headline : tuple of Exhibit
        The verdict.
    prose : str
        HTML of the Markdown cells and headings, with a slot for each exhibit.
    exhibits : tuple of Exhibit
        By the number of their slot.
    pictures : dict of str to bytes
        Of the prose and of the exhibits, by file name.
    formulas : tuple of (str, str)
        The formulas of captions: TeX and MathML.
    brand : dict or None
        Who publishes it, as `branded` tells it; the logo is among the pictures.
    """

    lang: str
    title: str
    status: tuple[str, str]
    made_up: str
    all_made_up: bool
    made_at: str
    fingerprint: str
    facts: tuple[tuple[str, str], ...]
    headline: tuple[Exhibit, ...]
    prose: str
    exhibits: tuple[Exhibit, ...]
    pictures: dict[str, bytes]
    formulas: tuple[tuple[str, str], ...] = ()
    brand: dict[str, Any] | None = None


def document(made: Composed) -> Document:
    """Return what PDF and DOCX of a report are made from."""
    page = made.page
    words = page["words"]
    parts: list[str | Exhibit] = []
    for cell in made.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        parts += [output.metadata["exhibit"] for output in cell.get("outputs", [])]
    if page["notes"]:
        notes = "".join(page["notes"])
        parts.append(f'<section role="doc-endnotes"><ol>{notes}</ol></section>')
    if page["foot_notes"]:
        beneath = tuple(
            paragraph(Piece(mark, "strong"), f" {text}", look="note")
            for mark, text in page["foot_notes"]
        )
        parts += [_heading("foot_notes", words), _unnumbered(Statement(beneath))]
    parts += [_heading("origin", words), SLOT.format(number=FACTS)]
    return of_parts(
        parts,
        page=made.name,
        lang=made.lang,
        title=page["title"],
        status=(words["status"], page["status"]),
        made_up=words["made_up"] if page["made_up"] else "",
        all_made_up=page["all_made_up"],
        made_at=page["made_at"],
        fingerprint=page["fingerprint"],
        facts=tuple((item["name"], item["told"]) for item in page["origin"] if item["told"]),
        brand=page["brand"],
    )


def _heading(name: str, words: dict[str, str]) -> str:
    return f'<h2 id="{name}">{escape(words[name])}</h2>'


def _unnumbered(content: Statement | Table) -> Exhibit:
    return Exhibit("", "", "", "", 0, content)


def of_parts(parts: Iterable[str | Exhibit], *, page: str, **about: Any) -> Document:
    """Return a document of prose and exhibits in their order.

    Parameters
    ----------
    parts : iterable of str or Exhibit
        HTML of the prose, and what stands between it.
    **about
        The fields of `Document` that are neither prose nor exhibits.
    """
    first: list[Exhibit] = []
    shown: list[Exhibit] = []
    written: list[str] = []
    for part in map(_on_paper, parts):
        if isinstance(part, str):
            written.append(part)
        elif isinstance(part.content, Statement) and part.content.frame == "headline":
            first.append(part)
        else:
            written.append(SLOT.format(number=len(shown)))
            shown.append(part)
    prose, pictures = _prose("".join(written))
    drawn = {picture_of(n): e.content for n, e in enumerate(shown)}
    if (brand := about.get("brand")) and brand["source"]:
        pictures[brand["file"]] = logo_bytes(brand)
    pictures |= {n: d.wide.encode() for n, d in drawn.items() if isinstance(d, Drawing)}
    formulas = tuple(
        (tex, mathml(tex, page))
        for tex in dict.fromkeys(tex for e in shown for tex in _formulas(e))
    )
    return Document(
        headline=tuple(first), prose=prose, exhibits=tuple(shown), pictures=pictures,
        formulas=formulas, **about,
    )  # fmt: skip


def _on_paper(part: str | Exhibit) -> str | Exhibit:
    """Return what paper has of a part: of a folded table what it comes to, and where it is."""
    if isinstance(part, str) or not isinstance(part.content, Table) or not part.content.folded:
        return part
    named = Piece(f"{part.mark}{part.content.title}", "strong")
    return replace(part, content=Statement((paragraph(named, part.elsewhere),), "absent"))


def picture_of(number: int) -> str:
    """Return the file name of an exhibit's picture."""
    return f"exhibit-{number}.svg"


def _formulas(exhibit: Exhibit) -> list[str]:
    held = exhibit.content
    if isinstance(held, Statement):
        return []
    return [tex for text in (held.title, held.note) for tex in IN_CAPTION.findall(text)]


def _prose(written: str) -> tuple[str, dict[str, bytes]]:
    """Return prose as paper has it, and its pictures."""
    if not written:
        return "", {}
    tree = html.fragment_fromstring(written, create_parent="div")
    for node in tree.xpath(".//*[contains(concat(' ', @class, ' '), ' ek-screen ')]"):
        node.drop_tree()
    for node in tree.xpath(".//details"):
        _open(node)
    for box in tree.xpath(".//input[@type='checkbox']"):
        mark = etree.Element("span")
        mark.text = "■ " if "checked" in box.attrib else "□ "
        mark.tail = box.tail
        box.getparent().replace(box, mark)
    pictures = _take_pictures(tree)
    keep_together(tree)
    for node in tree.xpath(".//p[@class]"):
        # Pandoc drops the classes of paragraphs.
        outer = etree.Element("div", {"class": node.attrib.pop("class")})
        node.getparent().replace(node, outer)
        outer.tail, node.tail = node.tail, None
        outer.append(node)
    made = "".join(etree.tostring(n, encoding="unicode", method="html") for n in tree)
    return made, pictures


def _open(node: Any) -> None:
    """Take what can be folded on a screen out of its fold; its title is the text's already."""
    for summary in node.findall("summary"):
        summary.drop_tree()
    node.drop_tag()


def _take_pictures(tree: Any) -> dict[str, bytes]:
    pictures: dict[str, bytes] = {}
    for position, image in enumerate(tree.iter("img"), start=1):
        found = DATA.fullmatch(image.get("src", ""))
        if found is None:
            continue
        kind, coded, data = found.groups()
        name = f"prose-{position}.{ENDINGS[kind]}"
        pictures[name] = base64.b64decode(data) if coded else unquote_to_bytes(data)
        image.set("src", name)
    return pictures
