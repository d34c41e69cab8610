"""An SVG of shapes alone: what else one can hold is taken out, or refused by its name.

Imports errors. A page loads and runs nothing, and looks the same to every reader: a drawing on it
may have shapes in plain colours. It is a list of what may be there, not of what may not.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from lxml import etree

from evalkit.errors import StudyError

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
SHAPES = (
    *("svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "style"),
)
# They draw nothing, and a program's remarks name files of the machine that made it.
REMARKS = ("title", "desc", "metadata")
# A place in the drawing itself may be named, and no other; an escape may write one of these.
ELSEWHERE = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|\\|expression\(", re.IGNORECASE)
# What moves, or follows the reader's theme or paper.
RULES = re.compile(r"@[\w-]*|animation|transition", re.IGNORECASE)
CLIPS = re.compile(r"clip-path", re.IGNORECASE)
# Dashes of a thousandth make thousands of millions of a line.
DASHES = re.compile(r"dasharray\s*:\s*(?!none)", re.IGNORECASE)
# A shape is drawn anew for each that it clips.
MOST_CLIPS = 100
LENGTH = re.compile(r"\s*(\d{1,9}(?:\.\d*)?|\.\d+)(?:px|pt|mm|cm|in)?\s*")


def shapes_alone(data: bytes, path: Path) -> tuple[bytes, tuple[float, float]]:
    """Return a drawing without remarks, and how wide and high it is.

    Raises
    ------
    StudyError
        If it is none, has no size, or holds more than shapes.
    """
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
    _check_clips(root, path)
    size = _size(root)
    if size is None:
        raise StudyError("logo.size", path=path)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="utf-8")), size


def _free(node: Any, path: Path) -> None:
    """Take remarks out, and stop on what does more than draw."""
    if not isinstance(node.tag, str):
        # A reference to what is declared nowhere.
        raise StudyError("logo.unsafe", path=path, found=str(node.text))
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
        elif key.lower().startswith("on") or _does_more(f"{key}:{value}"):
            raise StudyError("logo.unsafe", path=path, found=key)
    if name.localname == "style":
        text = "".join(node.itertext())
        rule = RULES.search(text) or CLIPS.search(text)
        if len(node) or rule or _does_more(text):
            found = f"<style> {rule.group() if rule else ''}".strip()
            raise StudyError("logo.unsafe", path=path, found=found)


def _does_more(text: str) -> bool:
    return bool(ELSEWHERE.search(text) or DASHES.search(text))


def _check_clips(root: Any, path: Path) -> None:
    """Stop on a clip within a clip: nine of nine within each other are drawn for hours."""
    clipped = [
        node
        for node in root.iter()
        if "clip-path" in node.attrib or CLIPS.search(node.get("style", ""))
    ]
    clip = f"{{{SVG}}}clipPath"
    within = any(each.tag == clip for node in clipped for each in (node, *node.iterancestors()))
    if within or len(clipped) > MOST_CLIPS:
        raise StudyError("logo.unsafe", path=path, found="clip-path")


def _size(root: Any) -> tuple[float, float] | None:
    """Return how wide and high a drawing is: as it says, else as its box is."""
    sides = [LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        boxed = [float(part) for part in box[2:]] if len(box) == 4 else []
    except ValueError:
        return None
    if boxed and not all(math.isfinite(side) and 0 < side < 1e6 for side in boxed):
        return None
    told = [float(side[1]) for side in sides if side is not None]
    found = told if len(told) == 2 else boxed
    return (found[0], found[1]) if found and min(found) > 0 else None
