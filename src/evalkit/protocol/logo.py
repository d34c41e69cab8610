"""A partner's logo: read, checked, and freed of everything that is not drawn.

Imports errors, files, shapes and trace. A page holds it as it is.
"""

from __future__ import annotations

import base64
import binascii
import functools
import io
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.files import unreadable_as
from evalkit.protocol.shapes import shapes_alone
from evalkit.trace import read_bytes

# Bytes; each page of each report holds it.
LARGEST = 64_000
# Dots: what is sharp on paper at the size of a logo has far fewer.
MOST_DOTS = 4_000_000
PNG = b"\x89PNG\r\n\x1a\n"
# What a PNG is drawn from; the rest are remarks, of programs and of the machine that made it.
# How many dots go to an inch is one too: each form would take it for another size.
DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND")
# Of the longer side to the shorter: beyond it a logo of two lines' height is a line or a dot.
LONGEST_SIDE = 20


@dataclass(frozen=True)
class Logo:
    """A logo as every form shows it.

    Parameters
    ----------
    kind : {"svg", "png"}
        Of the picture.
    data : bytes
        The picture.
    """

    kind: str
    data: bytes

    @property
    def source(self) -> str:
        """The picture as the address of an image of a page."""
        kind = "svg+xml" if self.kind == "svg" else "png"
        return f"data:image/{kind};base64,{base64.b64encode(self.data).decode()}"

    @property
    def name(self) -> str:
        """The name of its file among those that a form is made from."""
        return f"logo.{self.kind}"


def read_logo(path: Path) -> Logo:
    """Return a logo from its file.

    Raises
    ------
    StudyError
        If it is missing, larger than 64,000 bytes, no PNG or SVG that can be drawn, or an SVG
        with anything but shapes: a script, a link, a picture, a text.
    """
    with unreadable_as(StudyError, path):
        # Before it is read: it may be of any size, or have no end.
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise StudyError("logo.kind", path=path)
        _check_size(about.st_size, path)
        data = read_bytes(path)
    return _checked(data, path)


# All reports of a study hold the same.
@functools.lru_cache(maxsize=32)
def logo_from_json(kind: str, data: str) -> Logo:
    """Return a logo from what a report holds, checked as its file is.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        found = base64.b64decode(data, validate=True)
        place = Path("logo")
        _check_size(len(found), place)
        logo = _checked(found, place)
    except (TypeError, binascii.Error, StudyError):
        raise ValueError("no logo") from None
    if (logo.kind, logo.data) != (kind, found):
        raise ValueError("no logo as it is written")
    return logo


def _check_size(size: int, path: Path) -> None:
    if size > LARGEST:
        raise StudyError("logo.large", path=path, found=f"{size:,}", most=f"{LARGEST:,}")


def _checked(data: bytes, path: Path) -> Logo:
    if data.startswith(PNG):
        return Logo("png", _png(data, path))
    if b"<svg" in data or b":svg" in data:
        made, sides = shapes_alone(data, path)
        _check_sides(*sides, path)
        return Logo("svg", made)
    raise StudyError("logo.kind", path=path)


def _check_sides(wide: float, high: float, path: Path) -> None:
    if max(wide, high) > LONGEST_SIDE * min(wide, high):
        raise StudyError("logo.sides", path=path, most=str(LONGEST_SIDE))


def _png(data: bytes, path: Path) -> bytes:
    # A study without a logo does not wait for it.
    from PIL import Image

    try:
        kept = b"".join(_chunks(data))
        drawn = Image.open(io.BytesIO(kept), formats=("PNG",))
        if drawn.width * drawn.height > MOST_DOTS:
            dots = f"{drawn.width:,} × {drawn.height:,}"
            raise StudyError("logo.dots", path=path, found=dots, most=f"{MOST_DOTS:,}")
        _check_sides(drawn.width, drawn.height, path)
        drawn.load()
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        raise StudyError("logo.broken", path=path) from None
    return kept


def _chunks(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a PNG that draw it; of a moving one the picture that stands."""
    yield PNG
    at = len(PNG)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + length + 12
        if end > len(data):
            raise ValueError("cut off")
        if kind in DRAWN:
            yield data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise ValueError("no end")
