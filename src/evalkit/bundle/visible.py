"""What a reader sees of a report's four forms, read back from the files themselves.

Imports words. Each form is read by a program that did not write it: HTML by lxml, PDF by PDFium,
DOCX and XLSX by python-docx's parser and openpyxl.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

import openpyxl
import pypdfium2
from lxml import etree, html

from evalkit.words import MINUS, number

NUMBER = re.compile(rf"[+{MINUS}]?\d[\d,]*(?:\.\d+)?%?")
# What a form puts between letters so that a line breaks there, or does not: nothing, or a blank.
JOINERS = {**dict.fromkeys(map(ord, "\u2060\u200b\xad\ufffe")), 0xA0: " "}
# Only on a screen; folded, which paper leaves to the workbook but for a title; heads of folds.
UNPRINTED = (
    "//details[contains(concat(' ', @class, ' '), ' ek-fold ')]//*[self::thead or self::tbody"
    " or self::span[contains(@class, 'ek-note')]]|"
    "//*[contains(concat(' ', @class, ' '), ' ek-screen ')]"
    "|//*[contains(concat(' ', @class, ' '), ' origin ')]//details"
    "|//main//summary|//section[contains(concat(' ', @class, ' '), ' notes ')]/h2"
    "|//script|//style|//template"
)
TABLES = (
    "//main//table[contains(concat(' ', @class, ' '), ' ek-table ')"
    " and not(contains(concat(' ', @class, ' '), ' ek-listing '))"
    " and not(ancestor::details[not(contains(concat(' ', @class, ' '), ' ek-fold '))])]"
)
PRINTED = "//body/header//h1 | //body/header//*[@class='status'] | //main"
# Numbers that name their estimate.
NAMED = "//main//*[@data-ek][contains(@class,'ek-number') or contains(@class,'ek-key')]"
UNREAD = ".//*[@aria-hidden='true']|.//*[contains(concat(' ', @class, ' '), ' ek-no ')]"
FOOT = re.compile(
    r"[\d-]+ · results\.json sha256 [0-9a-f]{64}\s*(page \d+ of \d+|第 ?\d+ ?页，共 ?\d+ ?页)"
)
# Unpacked, a DOCX or a workbook of ours has a hundredth of it.
MOST_UNPACKED = 1 << 28
MOST_PAGES = 2_000
MOST_CELLS = 2_000_000
# What reading a file of any content can raise.
UNFIT = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Page:
    """What an HTML page says.

    Parameters
    ----------
    printed : Counter of str
        Each number that paper has too.
    tables : list of list of str
        The numbers of each table, in reading order.
    named : list of (str, str)
        The id of an estimate, and the text that stands for it.
    """

    printed: Counter[str]
    tables: list[list[str]]
    named: list[tuple[str, str]]


def numbers(text: str) -> list[str]:
    """Return the numbers of a text as they are printed."""
    return NUMBER.findall(text.translate(JOINERS))


def read_html(raw: bytes) -> Page:
    """Return what a page says.

    Raises
    ------
    ValueError
        If it is no page of ours.
    """
    try:
        tree = html.document_fromstring(raw.decode("utf-8"))
    except (etree.LxmlError, UnicodeDecodeError):
        raise ValueError("no page") from None
    if not tree.xpath("//main"):
        raise ValueError("no page of ours")
    named = [(str(node.get("data-ek")), _text(node)) for node in tree.xpath(NAMED)]
    tables = [numbers(_text(_without(table, UNREAD))) for table in tree.xpath(TABLES)]
    parts = _without(tree, UNPRINTED).xpath(PRINTED)
    return Page(Counter(numbers(" ".join(map(_text, parts)))), tables, named)


def _without(tree: Any, left_out: str) -> Any:
    made = copy.deepcopy(tree)
    for node in made.xpath(left_out):
        if node.getparent() is not None:
            node.drop_tree()
    return made


def _text(node: Any) -> str:
    return " ".join(node.itertext())


def pdf_text(raw: bytes) -> str:
    """Return the text of a PDF, without that of its running feet.

    Raises
    ------
    ValueError
        If it is no PDF.
    """
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError:
        raise ValueError("no PDF") from None
    with document:
        if len(document) > MOST_PAGES:
            raise ValueError("too many pages")
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(FOOT.sub("", text.translate(JOINERS)) for text in pages)


def read_pdf(raw: bytes) -> Counter[str]:
    """Return each number of a PDF, without those of its running feet."""
    return Counter(numbers(pdf_text(raw)))


def docx_text(raw: bytes) -> str:
    """Return the text of a DOCX's body.

    Raises
    ------
    ValueError
        If it is no DOCX.
    """
    with zipfile.ZipFile(open_archive(raw)) as archive:
        try:
            body = _parsed(archive.read("word/document.xml"))
        except (KeyError, RuntimeError, zipfile.BadZipFile):
            # An encrypted or foreign member is a kind of RuntimeError.
            raise ValueError("no such file") from None
    runs = ("".join(map(_run, paragraph.iter("{*}t", "{*}br"))) for paragraph in body.iter("{*}p"))
    return " ".join(runs)


def read_docx(raw: bytes) -> Counter[str]:
    """Return each number of a DOCX's body."""
    return Counter(numbers(docx_text(raw)))


def _run(node: Any) -> str:
    """Return the text of a stretch; what is broken into two lines is two stretches."""
    return node.text or "" if node.tag.endswith("}t") else " "


def read_xlsx(raw: bytes) -> tuple[list[list[str]], list[tuple[Any, ...]]]:
    """Return the numbers of each sheet of a workbook as Excel shows them, and the last sheet.

    Returns
    -------
    tuple
        Numbers by sheet, without the first and the last; the rows of the last below its head.

    Raises
    ------
    ValueError
        If it is no workbook.
    """
    try:
        book = openpyxl.load_workbook(open_archive(raw), data_only=True)
        check_size(book)
        sheets = [
            numbers(" ".join(shown(cell) for row in sheet.iter_rows() for cell in row))
            for sheet in book.worksheets[1:-1]
        ]
        return sheets, list(book.worksheets[-1].iter_rows(min_row=2, values_only=True))
    except (KeyError, IndexError, AttributeError, TypeError, OSError, zipfile.BadZipFile):
        raise ValueError("no workbook") from None


def check_size(book: Any) -> None:
    """Stop at a sheet that says it has more cells than any of ours.

    Raises
    ------
    ValueError
        If one does: its rows would be walked through for hours.
    """
    if any(sheet.max_row * sheet.max_column > MOST_CELLS for sheet in book.worksheets):
        raise ValueError("too many cells")


def shown(cell: Any) -> str:
    """Return a cell as Excel shows it: a typed number by its format."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    first = cell.number_format.split(";")[0]
    places = len(first.rstrip("%").partition(".")[2])
    value = cell.value * 100 if "%" in first else cell.value
    text = number(value, f"num{places}", "en")
    plus = "+" if first.startswith("+") and value > 0 else ""
    text = text if "," in first else text.replace(",", "")
    return plus + text + ("%" if "%" in first else "")


def open_archive(raw: bytes) -> io.BytesIO:
    """Return a packed document, to be opened.

    Raises
    ------
    ValueError
        If it is none, or would unpack to more than any of ours.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        raise ValueError("no archive") from None
    if size > MOST_UNPACKED:
        raise ValueError("unpacks to too much")
    return io.BytesIO(raw)


def _parsed(raw: bytes) -> Any:
    # No entity is followed: a file may ask for another, or for itself a billion times.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(raw, parser)
    except etree.LxmlError:
        raise ValueError("no XML") from None
