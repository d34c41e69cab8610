"""Whether two files say the same, where another machine draws and packs them otherwise.

Imports visible. On one machine the same notebook gives the same bytes. On another one a zlib packs
otherwise, and a line of a PDF may break elsewhere: then words, numbers, links and the parts of a
file are compared, and not how they are stored.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import re
import zipfile
from collections import Counter

import openpyxl

from evalkit.bundle.visible import UNFIT, check_size, docx_text, open_archive, pdf_text

PACKED = re.compile(rb"[A-Za-z0-9+/=]{200,}")
# A word, or one sign of a script that has no blanks between words.
TOKEN = re.compile(r"[\u2e80-\U0003ffff]|[^\W_]+")
MOST_UNPACKED = 1 << 27


def says_the_same(name: str, one: bytes, other: bytes) -> bool:
    """Return whether two versions of a file say the same.

    Parameters
    ----------
    name : str
        The file's name, by whose ending it is read.
    """
    if one == other:
        return True
    try:
        if name.endswith(".html"):
            return _unpacked_page(one) == _unpacked_page(other)
        if name.endswith(".pdf"):
            return _words(pdf_text(one)) == _words(pdf_text(other))
        if name.endswith(".docx"):
            parts = _parts(one) == _parts(other)
            return parts and docx_text(one) == docx_text(other)
        if name.endswith(".xlsx"):
            return _parts(one) == _parts(other) and _cells(one) == _cells(other)
    except UNFIT:
        return False
    return False


def _unpacked_page(raw: bytes) -> bytes:
    """Return a page with what is packed in it unpacked; its fonts are held as they are.

    A font can draw one digit for another.
    """
    return PACKED.sub(lambda found: _unpacked(found[0]), raw)


def _unpacked(raw: bytes) -> bytes:
    try:
        held = base64.b64decode(raw, validate=True)
        with gzip.open(io.BytesIO(held)) as file:
            held = file.read(MOST_UNPACKED)
    except (binascii.Error, OSError, EOFError):
        return raw
    return hashlib.sha256(held).hexdigest().encode()


def _words(text: str) -> Counter[str]:
    return Counter(TOKEN.findall(text))


def _parts(raw: bytes) -> list[str]:
    """Return what a packed document is made of: a macro or an attachment would be one more."""
    with zipfile.ZipFile(open_archive(raw)) as archive:
        return sorted(archive.namelist())


def _cells(raw: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(open_archive(raw))
    check_size(book)
    return [
        (
            sheet.title,
            sheet.sheet_state,
            cell.coordinate,
            cell.value,
            cell.number_format,
            _link(cell),
        )
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]


def _link(cell: object) -> str:
    link = getattr(cell, "hyperlink", None)
    return str(getattr(link, "target", "") or getattr(link, "location", "") or "")
