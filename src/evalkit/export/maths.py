"""TeX between dollars becomes MathML, which browsers, pandoc and screen readers know."""

from __future__ import annotations

import re
from html import escape, unescape

from latex2mathml.converter import convert

from evalkit.errors import PageError

CAPTION = re.compile(r"(<(caption|figcaption)\b[^>]*>)(.*?)(</\2>)", re.DOTALL)
# Between dollars in a caption: only what looks like TeX, for a price stays a price.
IN_CAPTION = re.compile(r"\$([^$<>]*[\\^_][^$<>]*)\$")
CODE = re.compile(r"&#x([0-9A-Fa-f]+);")


def mathml(tex: str, page: str, *, block: bool = False) -> str:
    """Return a formula as a MathML element that carries its TeX.

    Parameters
    ----------
    tex : str
        What stands between the dollars.
    page : str
        Names the page in the message.
    block : bool
        Whether it stands on a line of its own.

    Raises
    ------
    PageError
        If it cannot be read.
    """
    tex = " ".join(tex.split())
    try:
        made = convert(tex, display="block" if block else "inline")
    except Exception as problem:  # the converter raises classes of many kinds, KeyError too
        raise PageError("maths_unreadable", page=page, tex=tex) from problem
    # An unknown command comes back as a name, backslash and all.
    if not tex or re.search(r">\\[A-Za-z]", made):
        raise PageError("maths_unreadable", page=page, tex=tex)
    made = CODE.sub(_character, re.sub(r"&(?!#x|[a-z]+;)", "&amp;", made))
    head, body = made.split(">", 1)
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    inner = body.removesuffix("</math>")
    return f'{head} alttext="{escape(tex)}"><semantics>{inner}{note}</semantics></math>'


def _character(match: re.Match[str]) -> str:
    # The page's font is cut to its characters, so they must stand there as such.
    return escape(chr(int(match.group(1), 16)), quote=False)


def in_captions(html: str, page: str) -> str:
    """Return an exhibit with the formulas of its captions as MathML.

    Parameters
    ----------
    html : str
        The exhibit.
    page : str
        Names the page in the message.
    """

    def formula(match: re.Match[str]) -> str:
        return mathml(unescape(match.group(1)), page)

    def caption(match: re.Match[str]) -> str:
        return match.group(1) + IN_CAPTION.sub(formula, match.group(3)) + match.group(4)

    return CAPTION.sub(caption, html)
