"""A partner's logo: read, checked, and freed of everything that is not drawn.

Imports errors, files and trace. A page holds it as it is, and a page loads and runs nothing: an
SVG may draw shapes in plain colours, and that is all.
"""

from __future__ import annotations

import base64
import binascii
import functools
import io
import re
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from evalkit.errors import StudyError
from evalkit.files import unreadable_as
from evalkit.trace import read_bytes

# Bytes; each page of each report holds it.
LARGEST = 64_000
# Dots: what is sharp on paper at the size of a logo has far fewer.
MOST_DOTS = 4_000_000
PNG = b"\x89PNG\r\n\x1a\n"
# What a PNG is drawn from; the rest are remarks, of programs and of the machine that made it.
DRAWN = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND")
SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
SHAPES = (
    *("svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "style"),
)
# They draw nothing, and a program's remarks name files of the machine that made it.
REMARKS = ("title", "desc", "metadata")
# A place in the drawing itself may be named, and no other.
ELSEWHERE = re.compile(
    r"url\(\s*+['\"]?+\s*+(?!#)|@import|@font-face|\\|expression\(", re.IGNORECASE
)
LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)(?:px|pt|mm|cm|in)?\s*")


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
        return Logo("svg", _svg(data, path))
    raise StudyError("logo.kind", path=path)


def _png(data: bytes, path: Path) -> bytes:
    # A study without a logo does not wait for it.
    from PIL import Image

    try:
        kept = b"".join(_chunks(data))
        drawn = Image.open(io.BytesIO(kept), formats=("PNG",))
        if drawn.width * drawn.height > MOST_DOTS:
            dots = f"{drawn.width:,} × {drawn.height:,}"
            raise StudyError("logo.dots", path=path, found=dots, most=f"{MOST_DOTS:,}")
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


def _svg(data: bytes, path: Path) -> bytes:
    """Return a drawing with its shapes alone."""
    # Nothing is looked up: an entity may stand for a file, or for a thousand millions of letters.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise StudyError("logo.broken", path=path) from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(declared.iterentities()):
        raise StudyError("logo.unsafe", path=path, found="<!ENTITY>")
    if root.tag != f"{{{SVG}}}svg":
        raise StudyError("logo.kind", path=path)
    for node in list(root.iter()):
        _free(node, path)
    if not _has_size(root):
        raise StudyError("logo.size", path=path)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="utf-8"))


def _free(node: Any, path: Path) -> None:
    """Take remarks out, and stop on what does more than draw."""
    name = etree.QName(node)
    if name.namespace != SVG or name.localname in REMARKS:
        node.getparent().remove(node)
        return
    if name.localname not in SHAPES:
        raise StudyError("logo.unsafe", path=path, found=f"<{name.localname}>")
    for key, value in list(node.attrib.items()):
        if key in ("href", XLINK):
            if not value.startswith("#") or not name.localname.endswith("Gradient"):
                raise StudyError("logo.unsafe", path=path, found="href")
        elif key.startswith("{"):
            del node.attrib[key]
        elif key.lower().startswith("on") or ELSEWHERE.search(value):
            raise StudyError("logo.unsafe", path=path, found=key)
    if name.localname == "style" and ELSEWHERE.search(node.text or ""):
        raise StudyError("logo.unsafe", path=path, found="<style>")


def _has_size(root: Any) -> bool:
    """Return whether a drawing says how wide and how high it is."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        drawn = len(box) == 4 and min(float(box[2]), float(box[3])) > 0
    except ValueError:
        return False
    sides = [LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    return drawn or all(side is not None and float(side[1]) > 0 for side in sides)
