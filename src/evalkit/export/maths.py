"""TeX between dollars becomes MathML, which browsers, pandoc and screen readers know."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from evalkit.errors import PageError
from evalkit.landing import escape

# Between dollars in a caption: only what looks like TeX, for a price stays a price.
IN_CAPTION = re.compile(r"\$([^$<>]*[\\^_][^$<>]*)\$")
CODE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")
# Letters of a formula: the longest that anybody reads has some hundreds.
LONGEST, SHOWN = 2000, 60
# Commands that name themselves anew: a few of them can make a formula of any length.
MACROS = re.compile(
    r"\\(?:[gex]?def|let|(?:re)?newcommand|providecommand|newenvironment)(?![A-Za-z])"
)
# What draws a formula, and nothing that links, loads, acts, hides or is styled by the page.
ELEMENTS = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom"),
        *("mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
        *("mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd", "mlabeledtr", "menclose"),
    )
)
ATTRIBUTES = frozenset(
    (
        *("xmlns", "display", "mathvariant", "stretchy", "fence", "form", "separator", "largeop"),
        *("accent", "accentunder", "displaystyle", "scriptlevel", "movablelimits", "symmetric"),
        *("columnalign", "rowalign", "columnlines", "rowlines", "columnspacing", "rowspacing"),
        *("linethickness", "notation", "frame", "side", "linebreak", "mathcolor", "mathsize"),
        *("minsize", "maxsize", "lspace", "rspace", "width", "height", "depth", "voffset"),
    )
)
VALUE = re.compile(r"[A-Za-z0-9 .%#+-]{0,60}|http://www\.w3\.org/1998/Math/MathML")
LENGTH = re.compile(r"([+-]?\d*\.?\d+)(em|ex|mu|pt|px|pc|mm|cm|in|%)")
# Of a unit in the width of a letter; and how far a formula may push what is beside it, either
# way: a longer one would lie over the text around it.
UNITS = {
    **{"em": 1, "ex": 0.5, "mu": 1 / 18, "pt": 0.1, "px": 0.07, "pc": 1.2},
    **{"mm": 0.27, "cm": 2.7, "in": 6.9, "%": 0.05},
}
FARTHEST, BACK = 10, 1


def mathml(tex: str, page: str, *, block: bool = False) -> str:
    """Return a formula as a MathML element that carries its TeX.

    Parameters
    ----------
    block : bool
        Whether it stands on a line of its own.

    Raises
    ------
    PageError
        If it cannot be read, is longer than any formula, or does something else than show
        mathematics: a link, a style, a macro, a length that covers what is around it.
    """
    tex = " ".join(tex.split())
    shown = tex if len(tex) <= SHOWN else tex[:SHOWN] + "…"
    if len(tex) > LONGEST:
        raise PageError("maths_long", page=page, tex=shown, most=str(LONGEST))
    if found := MACROS.search(tex):
        raise PageError("maths_acts", page=page, tex=shown, found=found.group())
    try:
        made = convert_to_element(tex, display="block" if block else "inline")
    except Exception as problem:  # the converter raises classes of many kinds, KeyError too
        raise PageError("maths_unreadable", page=page, tex=shown) from problem
    if found_fault := next(_faults(made), ""):
        raise PageError("maths_acts", page=page, tex=shown, found=found_fault)
    inner = "".join(map(_written, made))
    # An unknown command comes back as a name, backslash and all.
    if not tex or re.search(r">\\[A-Za-z]", inner):
        raise PageError("maths_unreadable", page=page, tex=shown)
    head = "".join(f' {key}="{escape(value)}"' for key, value in made.items())
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f'<math{head} alttext="{escape(tex)}"><semantics>{inner}{note}</semantics></math>'


def _faults(made: Element) -> Iterator[str]:
    """Yield what a formula holds that is not for drawing one."""
    for element in made.iter():
        if element.tag not in ELEMENTS:
            yield f"<{element.tag}>"
        for name, value in element.items():
            if name not in ATTRIBUTES or not VALUE.fullmatch(value) or _covers(value):
                yield f"{name}={value[:SHOWN]}"


def _covers(value: str) -> bool:
    """Return whether a length is longer than what stands beside a formula can bear."""
    lengths = (float(size) * UNITS[unit] for size, unit in LENGTH.findall(value))
    return any(not -BACK <= length <= FARTHEST for length in lengths)


def _written(element: Element) -> str:
    """Return an element of a formula as HTML, each of its texts as a text."""
    head = "".join(f' {key}="{escape(value)}"' for key, value in element.items())
    inner = _plain(element.text) + "".join(_written(child) for child in element)
    return f"<{element.tag}{head}>{inner}</{element.tag}>" + _plain(element.tail)


def _plain(text: str | None) -> str:
    # The converter names signs by their codes; the page's font is cut to its characters, so
    # they must stand there as such.
    return escape(CODE.sub(_character, text or ""), quote=False)


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def in_caption(text: str, page: str, plain: Callable[[str], str]) -> str:
    """Return a text of a caption as HTML, its formulas as MathML.

    Parameters
    ----------
    plain : callable
        Takes what is no formula and returns it as HTML.
    """
    parts = IN_CAPTION.split(text)
    formulas = [mathml(tex, page) for tex in parts[1::2]]
    texts = [plain(part) if part else "" for part in parts[0::2]]
    return "".join(itertools.chain(*zip(texts, [*formulas, ""], strict=True)))
