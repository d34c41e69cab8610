"""Every text is escaped for the place where it lands, each place by one function.

Imports nothing of evalkit. A name, a label, a caption or a link comes from a file, and a
file may be anybody's: in HTML it is no tag, in CSS no rule, in Typst and SQL no code, in an
office's document no broken part, on a terminal no command. Nobody escapes by hand
(``tests/house/test_landing.py``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from html import escape as _html
from typing import Any

# What a CSS string holds as it is; every other character of ASCII is written by its code.
PLAIN = re.compile(r"[A-Za-z0-9 ._,:%-]|[^\x00-\x7f]")
# Lines end here in one form or another; Typst takes the last two for line ends too.
LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# What XML 1.0 cannot hold: an office's document with one of these cannot be opened.
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet takes a text that begins so for a formula once somebody edits its cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Turn the direction of what follows, or join and part letters without being seen.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Drawn by nothing; but these two say where a line may end, and stand on our own pages.
BREAKS = frozenset("\u200b\u2060")
KEPT = frozenset("\t\n\r")
REMOTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|/)", re.IGNORECASE)
# A source that a text names: another machine's address, without a name or password in it.
SOURCE = re.compile(r"https://[^\s/?#@:\\]+(?::\d+)?(?:[/?#][^\s<>\"]*)?")


def escape(text: str, quote: bool = True) -> str:
    """Return a text for HTML and SVG: within an element, or within quotation marks.

    Parameters
    ----------
    quote : bool
        Whether it may stand within quotation marks.
    """
    return _html(text, quote=quote)


def css_string(text: str) -> str:
    """Return a text as a CSS string with its quotation marks, on one line.

    Parameters
    ----------
    text : str
        Any. It can end neither its string nor the style element that holds it.
    """
    line = LINES.sub(" ", text)
    # The blank ends a code; without it, a digit behind would be a part of it.
    return '"' + "".join(c if PLAIN.match(c) else f"\\{ord(c):06x} " for c in line) + '"'


def typst_string(text: str) -> str:
    """Return a text as a string of Typst's, with its quotation marks: it is never code."""
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    coded = (signs.get(c) or (c if c >= " " else f"\\u{{{ord(c):x}}}") for c in text)
    return '"' + "".join(coded) + '"'


def sql_name(text: str) -> str:
    """Return a text as the name of a column in SQL, with its quotation marks.

    Parameters
    ----------
    text : str
        Any. It cannot end its name.
    """
    return '"' + text.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """Return a text as a text of SQL, with its quotation marks.

    Parameters
    ----------
    text : str
        Any. It cannot end its quotation.
    """
    return "'" + text.replace("'", "''") + "'"


def xml_text(text: str) -> str:
    """Return a text without what no XML, and so no DOCX or XLSX, can hold.

    Parameters
    ----------
    text : str
        Any; the library that writes the XML escapes its signs.
    """
    return NO_XML.sub("\ufffd", text)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula."""
    return text.startswith(FORMULA)


def print_head(text: str) -> str:
    """Return a text for the printed head of a sheet, where ``&`` begins a command."""
    return LINES.sub(" ", xml_text(text)).replace("&", "&&")


def script_json(data: Any) -> str:
    """Return data as JSON that can stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # "</script>" in a text would end the element, "<!--" would hide its end; the last two
    # end a line of a script in older browsers.
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def one_line(text: str) -> str:
    """Return a text for a terminal or a log: one line that commands nothing.

    Parameters
    ----------
    text : str
        Any; what would act or hide there stands as its code point.
    """
    return "".join(
        f"(U+{ord(c):04X})" if acts(c) and c not in BREAKS else c for c in LINES.sub(" ", text)
    )


def acts(character: str) -> bool:
    """Return whether a character draws nothing and does something, or can be in no form."""
    if character in KEPT or character in BREAKS or character == "\u00ad":
        return False
    code = ord(character)
    return (
        character in TURNING
        or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        # No character, in every plane; and tags, which no reader sees.
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
        or 0xE0000 <= code <= 0xE007F
    )


def leads_where_it_says(value: str, inside: bool) -> bool:
    """Return whether a link stays beside the page, or is a source that its text names.

    Parameters
    ----------
    value : str
        The address, as the page has it once its entities are read.
    inside : bool
        Whether it stands in the text, and not in a frame of the page.

    Notes
    -----
    A browser leaves out tabs and line breaks of an address, and takes a backslash for a
    slash: what is read here is what it follows. A link to a page within itself (data:)
    opens what nobody has checked, and one that begins with a slash leads to another place
    on each machine.
    """
    plain = re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", "", value).replace("\\", "/")
    if plain != value.strip(" ") or any(map(acts, value)) or BREAKS & set(value):
        return False
    if not REMOTE.match(plain):
        return True
    # Nothing of it loads with the page: it is opened by who clicks on it.
    return inside and SOURCE.fullmatch(plain) is not None
