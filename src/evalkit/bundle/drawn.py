"""Whether two PDFs draw the same, and whether one draws anything over its words.

Imports visible. Words that are there may lie under a picture, or be drawn so that nobody sees them.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium

from evalkit.bundle.visible import MOST_PAGES

STREAM = re.compile(
    rb"(\d+) 0 obj\s*<<((?:(?!endobj).)*?)>>\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL
)
CONTENTS = re.compile(rb"/Contents (\d+) 0 R")
# Where things lie in the file, which follows how they are packed.
PLACES = re.compile(rb"/Length \d+|\d{10} \d{5} [nf]|startxref\s+\d+")
MOST_UNPACKED = 1 << 26
DEEPEST = 8
# Of the box of a text: what lies over so much of it hides it.
COVERED = 0.3
Box = tuple[float, float, float, float]


def unpacked_pdf(raw: bytes) -> bytes:
    """Return a PDF with a fingerprint of what each of its streams unpacks to.

    Raises
    ------
    ValueError
        If a stream does not unpack, or to too much.
    """

    def held(found: re.Match[bytes]) -> bytes:
        digest = hashlib.sha256(_content(found)).hexdigest().encode()
        return found[1] + b" 0 obj <<" + found[2] + b">> " + digest

    return PLACES.sub(b"", STREAM.sub(held, raw))


def _content(found: re.Match[bytes]) -> bytes:
    if b"/FlateDecode" not in found[2]:
        return found[3]
    try:
        return zlib.decompressobj().decompress(found[3], MOST_UNPACKED)
    except zlib.error:
        raise ValueError("does not unpack") from None


def drawn_alike(one: bytes, other: bytes) -> bool:
    """Return whether two PDFs of other line breaks are drawn from the same, with nothing covered.

    As many outlines, pictures and links, the same pictures and faces, no text that is not drawn.

    Raises
    ------
    ValueError
        If one is no PDF.
    """
    return _held(one) == _held(other) and _profile(one) == _profile(other)


def _held(raw: bytes) -> Counter[str]:
    """Return the fingerprints of what pages do not say themselves: faces, pictures, patterns."""
    pages = set(CONTENTS.findall(raw))
    return Counter(
        hashlib.sha256(_content(found)).hexdigest()
        for found in STREAM.finditer(raw)
        if found[1] not in pages
    )


def _profile(raw: bytes) -> Counter[str]:
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError:
        raise ValueError("no PDF") from None
    try:
        if len(document) > MOST_PAGES:
            raise ValueError("more pages than any report")
        found: Counter[str] = Counter()
        for page in document:
            found.update(_of_page(page))
        return found
    finally:
        document.close()


def _of_page(page: Any) -> Iterator[str]:
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        mark = pdfium.FPDFPage_GetAnnot(page, number)
        yield f"annotation {pdfium.FPDFAnnot_GetSubtype(mark)}"
        pdfium.FPDFPage_CloseAnnot(mark)
    texts: list[Box] = []
    for each in page.get_objects(max_depth=DEEPEST):
        if each.type == pdfium.FPDF_PAGEOBJ_TEXT:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(each)
            if mode != pdfium.FPDF_TEXTRENDERMODE_FILL:
                yield f"text drawn by mode {mode}"
            texts.append(each.get_bounds())
            continue
        yield f"kind {each.type}"
        if _is_solid(each) and any(_share(box, each.get_bounds()) > COVERED for box in texts):
            yield "something over a text"


def _is_solid(each: Any) -> bool:
    """Return whether an object hides what is under it."""
    if each.type != pdfium.FPDF_PAGEOBJ_PATH:
        return True
    fill, stroke = pdfium.c_int(), pdfium.c_int()
    pdfium.FPDFPath_GetDrawMode(each, fill, stroke)
    return fill.value != 0


def _share(under: Box, over: Box) -> float:
    """Return which share of a box lies under another."""
    left, bottom, right, top = under
    wide = min(right, over[2]) - max(left, over[0])
    high = min(top, over[3]) - max(bottom, over[1])
    size = (right - left) * (top - bottom)
    return wide * high / size if min(wide, high, size) > 0 else 0.0
