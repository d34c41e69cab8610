"""A page carries the glyphs that it uses, and a character without one stops it."""

from __future__ import annotations

import base64
import functools
import sys

import numpy as np
import uharfbuzz as hb

from evalkit.errors import PageError
from evalkit.landing import acts
from evalkit.present.style import font_files

WEIGHTS = (400, 700)


@functools.cache
def _faces() -> tuple[hb.Face, ...]:
    return tuple(hb.Face(hb.Blob.from_file_path(str(file))) for file in font_files())


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(map(chr, _faces()[0].unicodes))


def check_glyphs(text: str, page: str) -> None:
    """Stop on a character that the package's font cannot draw.

    Raises
    ------
    PageError
        With the characters and their code points.
    """
    if missing := undrawn(text):
        raise PageError("glyph_missing", page=page, missing=missing)


def undrawn(text: str) -> list[str]:
    """Return the characters that the package's font cannot draw, each with its code point."""
    used = characters(text)
    missing = sorted(c for c in used if c.isprintable() and c not in _known())
    return [*(f"{c} (U+{ord(c):04X})" for c in missing), *unseen(used)]


def unseen(text: str) -> list[str]:
    """Return the code points that draw nothing and do something: controls, turned text."""
    return [f"U+{ord(c):04X}" for c in sorted(set(text)) if acts(c)]


def spelled(text: str) -> str:
    """Return a text with its code point for each character that has no glyph."""
    known = _known()
    # Nearly every text of a thousand reports.
    if known.issuperset(text):
        return text
    return "".join(c if not c.isprintable() or c in known else f"(U+{ord(c):04X})" for c in text)


def characters(text: str) -> str:
    """Return every character of a text once.

    Parameters
    ----------
    text : str
        A page has a million of them, and some hundreds of different ones.
    """
    # Several times as fast as a set of all of them.
    used = np.zeros(sys.maxunicode + 1, dtype=bool)
    used[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)] = True
    return "".join(map(chr, np.flatnonzero(used)))


def font_css(page: str) -> str:
    """Return @font-face rules with just the characters of a page, as data URIs."""
    codes = {ord(c) for c in characters(page)}
    return "\n".join(
        _rule(face, weight, codes) for face, weight in zip(_faces(), WEIGHTS, strict=True)
    )


def _rule(face: hb.Face, weight: int, codes: set[int]) -> str:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(codes)
    # Kept, or English quotes and dashes come out as wide as a Chinese character.
    wanted.layout_feature_tag_set.add(int.from_bytes(b"pwid", "big"))
    data = base64.b64encode(hb.subset(face, wanted).blob.data).decode()
    return (
        '@font-face { font-family: "Noto Sans SC"; '
        f"font-weight: {weight}; font-style: normal; font-display: block; "
        f'src: url("data:font/ttf;base64,{data}") format("truetype"); }}'
    )
