"""Whether two files say the same, where another machine draws and packs them otherwise.

Imports drawn and visible. On one machine the same notebook gives the same bytes. On another one a
zlib packs otherwise: then everything is unpacked, and what was packed is compared. Where a line of
a PDF breaks elsewhere all the same, its words, its pictures and what it draws are. Which machine
made a bundle is its sender's word, so that little may rest on it.
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

from PIL import Image, ImageChops

from evalkit.bundle.drawn import drawn_alike, unpacked_pdf
from evalkit.bundle.visible import UNFIT, open_archive, pdf_text

PACKED = re.compile(rb"[A-Za-z0-9+/=]{200,}")
# A word, or one sign of a script that has no blanks between words.
TOKEN = re.compile(r"[\u2e80-\U0003ffff]|[^\W_]+")
MOST_UNPACKED = 1 << 27
PNG = b"\x89PNG\r\n\x1a\n"
# Of 255: of what one machine and another make of the same line.
SHADE = 24


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
            return _same_pdf(one, other)
        if name.endswith((".docx", ".xlsx")):
            return _same_parts(one, other)
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


def _same_pdf(one: bytes, other: bytes) -> bool:
    if unpacked_pdf(one) == unpacked_pdf(other):
        return True
    return _words(pdf_text(one)) == _words(pdf_text(other)) and drawn_alike(one, other)


def _same_parts(one: bytes, other: bytes) -> bool:
    """Return whether two packed documents have the same parts, each with the same in it.

    A macro or an attachment would be one more; a hidden word, an alternative text or a link is in
    a part.
    """
    with (
        zipfile.ZipFile(open_archive(one)) as first,
        zipfile.ZipFile(open_archive(other)) as second,
    ):
        names = sorted(first.namelist())
        return names == sorted(second.namelist()) and all(
            _same_part(first.read(name), second.read(name)) for name in names
        )


def _same_part(one: bytes, other: bytes) -> bool:
    if one == other or not (one.startswith(PNG) and other.startswith(PNG)):
        return one == other
    # Another machine may draw the edge of a letter a shade lighter.
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        if first.size != second.size:
            return False
        apart = ImageChops.difference(first.convert("RGBA"), second.convert("RGBA"))
        return all(max(band.histogram()[SHADE + 1 :]) == 0 for band in apart.split())
