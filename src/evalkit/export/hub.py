"""A finished page, read back: what PDF and DOCX are made from."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree, html

from evalkit.export.kept import keep_together
from evalkit.export.letters import letters

# A sheet of A4 on its side holds this many columns; a wider table is shown in parts.
MOST_COLUMNS = 12
# Letters across a sheet that stands, at the size of tables, and the columns that it holds.
UPRIGHT, ACROSS = 105, 155
MOST_UPRIGHT = 8
ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
# Behind these an id may go on in the next line, as in report.typ.
SIGNS = re.compile(r"[.,=_\[]")
SPACES = re.compile(r"[ \t\r\n\f]+")
# A piece of a line that may break before and behind it, and how wide one can be.
PIECE = re.compile(r"[\u2e80-\U0003ffff]|[^ \u200b\u2e80-\U0003ffff]+")
LONGEST = 24
CLASS = etree.XPath(".//*[contains(concat(' ', normalize-space(@class), ' '), $name)]")
DATA = re.compile(r"data:([a-z+/]+)(;base64)?,(.*)", re.DOTALL)


@dataclass(frozen=True)
class Hub:
    """One page's content, freed of what only a screen can do.

    Parameters
    ----------
    lang : str
        Language code.
    title : str
        As the page's head has it.
    status : tuple of (str, str)
        The report's state, and the study with the state of its plan.
    made_up : str
        The mark of made-up data; empty where there are none.
    all_made_up : bool
        Whether all of its study is.
    made_at : str
        Time in UTC, ISO 8601.
    headline, body : str
        HTML of the verdict, and of everything that follows it.
    cover : tuple of (str, str)
        What a reader must be able to compare: names and values.
    images : dict of str to bytes
        Pictures by the file name under which the HTML has them.
    """

    lang: str
    title: str
    status: tuple[str, str]
    made_up: str
    all_made_up: bool
    made_at: str
    headline: str
    body: str
    cover: tuple[tuple[str, str], ...]
    images: dict[str, bytes]


def read_hub(page: str) -> Hub:
    """Return the content of a report's page.

    Parameters
    ----------
    page : str
        HTML as `evalkit.export.page` writes it.
    """
    tree = html.document_fromstring(page)
    main = tree.get_element_by_id("main")
    for node in _of_class(tree, "ek-screen"):
        node.drop_tree()
    for node in main.xpath(".//details"):
        _open(node)
    _print_marks(main)
    images = _take_images(main)
    cover = tuple(
        (_text(line.find("dt")), _text(line.find("dd"))) for line in _of_class(main, "cover")
    )
    keep_together(main)
    for table in main.xpath(".//table"):
        _in_parts(table)
    for table in main.xpath(".//table"):
        _share_width(table)
    _keep_classes(main)
    first = [node for node in main if "ek-headline" in node.get("class", "").split()]
    for node in first:
        main.remove(node)
    marks = _of_class(tree.find("body/header"), "made-up")
    return Hub(
        lang=tree.get("lang"),
        title=_text(tree.find("body/header/h1")),
        status=_status(_of_class(tree, "status")[0]),
        made_up=_text(marks[0]) if marks else "",
        all_made_up=tree.find("body").get("data-made-up") == "study",
        made_at=tree.xpath("string(//meta[@name='dcterms.created']/@content)"),
        headline="".join(_markup(node) for node in first),
        body="".join(_markup(node) for node in main),
        cover=cover,
        images=images,
    )


def _of_class(node: Any, name: str) -> list[Any]:
    return list(CLASS(node, name=f" {name} "))


def _text(node: Any) -> str:
    # Not every white space: one that may not break stays as it is.
    return SPACES.sub(" ", node.text_content()).strip(" ")


def _status(line: Any) -> tuple[str, str]:
    pill = _of_class(line, "pill")[0]
    return _text(pill), " ".join((pill.tail or "").split())


def _markup(node: Any) -> str:
    return etree.tostring(node, encoding="unicode", method="html", with_tail=True)


def _open(node: Any) -> None:
    """Take what can be folded on a screen out of its fold; its title is the table's already."""
    for summary in node.findall("summary"):
        summary.drop_tree()
    node.drop_tag()


def _print_marks(main: Any) -> None:
    """Print the boxes of a list of tasks, and no head over notes that stand at the foot."""
    for box in main.xpath(".//input[@type='checkbox']"):
        mark = etree.Element("span")
        mark.text = "■ " if "checked" in box.attrib else "□ "
        mark.tail = box.tail
        box.getparent().replace(box, mark)
    for head in main.xpath(".//section[@role='doc-endnotes']/h2"):
        # Pandoc takes each note to the foot of its page.
        head.drop_tree()


def _take_images(main: Any) -> dict[str, bytes]:
    images: dict[str, bytes] = {}
    # Paper has the wide drawing only.
    for node in main.xpath(".//picture/source"):
        node.drop_tree()
    for position, image in enumerate(main.iter("img"), start=1):
        found = DATA.fullmatch(image.get("src", ""))
        if found is None:
            continue
        kind, coded, data = found.groups()
        name = f"figure-{position}.{ENDINGS[kind]}"
        images[name] = base64.b64decode(data) if coded else unquote_to_bytes(data)
        image.set("src", name)
    return images


def _keep_classes(main: Any) -> None:
    """Move classes to where pandoc keeps them: it drops those of paragraphs and lists."""
    for item in main.xpath(".//ul[contains(@class, 'ek-keys')]/li"):
        for part in item[:-1]:
            # On a screen each stands on a line of its own.
            part.tail = (part.tail or "") + "\n"
            part.addnext(etree.Element("br"))
    for node in main.xpath(".//ul[@class] | .//ul[@class]/li"):
        if node.tag == "li":
            node.set("class", node.getparent().get("class") + "-item")
        node.tag = "div"
    for node in _of_class(main, "ek-tally"):
        for item in node:
            item.set("class", "ek-tally-item")
    for node in main.xpath(".//p[@class]"):
        outer = etree.Element("div", {"class": node.attrib.pop("class")})
        node.getparent().replace(node, outer)
        outer.tail, node.tail = node.tail, None
        outer.append(node)


def _in_parts(table: Any) -> None:
    """Show a table that is wider than a sheet in parts, each with the row's head."""
    rows = table.xpath(".//tr")
    columns = max((len(row) for row in rows), default=0)
    if columns <= MOST_COLUMNS or any(cell.get("colspan") for row in rows for cell in row):
        return
    step = MOST_COLUMNS - 1
    starts = range(1, columns, step)
    for start in reversed(starts[1:]):
        part = deepcopy(table)
        part.tail = None
        for node in part.iter():
            # A link leads to the first part.
            node.attrib.pop("id", None)
        _only(part, start, start + step, columns)
        table.addnext(part)
    _only(table, 1, 1 + step, columns)


def _only(part: Any, start: int, end: int, columns: int) -> None:
    for row in part.xpath(".//tr"):
        for position, cell in reversed(list(enumerate(row))):
            if position and not start <= position < end:
                row.remove(cell)
    caption = part.find("caption")
    if caption is not None:
        mark = etree.SubElement(caption, "span", {"class": "ek-part"})
        mark.text = f" ({start + 1}–{min(end, columns)} / {columns})"


def _share_width(table: Any) -> None:
    """Give each column its share of the sheet where the table does not fit by itself."""
    cells = [list(row) for row in table.xpath(".//tr")]
    rows = [[_text(cell) for cell in row] for row in cells]
    columns = max((len(row) for row in rows), default=0)
    if not columns or any(len(row) != columns for row in rows):
        return
    texts = list(zip(*rows, strict=True))
    sheet = UPRIGHT if columns <= MOST_UPRIGHT else ACROSS
    natural = [max(letters(text) for text in column) + 2 for column in texts]
    if sum(natural) <= sheet:
        _set_widths(table, [width / sheet for width in natural])
        return
    # The height of a table is least where a column's width goes with the root of its text.
    # Digits, capitals and bold letters are wider than the mean of letters.
    least = [
        3 + 1.1 * max(_longest(cell) for cell in column) for column in zip(*cells, strict=True)
    ]
    least = _capped(least, sheet)
    wanted = [
        # What fits its least width needs no more.
        math.sqrt(sum(letters(text) for text in column) + 1) if most > low else 0.0
        for column, most, low in zip(texts, natural, least, strict=True)
    ]
    spare = max(sheet - sum(least), 0)
    total = sum(wanted) or 1.0
    widths = [low + spare * want / total for low, want in zip(least, wanted, strict=True)]
    _set_widths(table, [width / sum(widths) for width in widths])


def _capped(least: list[float], room: float) -> list[float]:
    """Return least widths that fit: the widest give way, and narrow ones keep theirs."""
    left = room
    for done, width in enumerate(sorted(least)):
        share = left / (len(least) - done)
        if width > share:
            return [min(each, share) for each in least]
        left -= width
    return least


def _set_widths(table: Any, shares: Sequence[float]) -> None:
    group = etree.Element("colgroup")
    for share in shares:
        etree.SubElement(group, "col", {"style": f"width: {100 * share:.2f}%"})
    caption = table.find("caption")
    table.insert(0 if caption is None else table.index(caption) + 1, group)


def _longest(cell: Any) -> int:
    """Return the width of the longest piece that a line may not break, within reason."""
    text = _text(cell)
    whole: list[int] = []
    # Most cells hold nothing but text.
    if len(cell):
        if cell.find(".//code") is not None:
            text = SIGNS.sub(r"\g<0> ", text)
        whole += [letters(_text(chip)) + 3 for chip in _of_class(cell, "ek-chip")]
        whole += [letters(_text(kept)) for kept in _of_class(cell, "ek-keep")]
    return max([min(LONGEST, letters(piece)) for piece in PIECE.findall(text)] + whole, default=0)
