"""What a cell says, without what programs put around it.

Imports nothing of evalkit. Guards against a spreadsheet's guesses (`'007`, `="007"`) are
undone here and nowhere else, for every kind of column.
"""

from __future__ import annotations

import re
import unicodedata

# What spreadsheets write where a formula has no result; Err:502 is of LibreOffice.
ERROR = re.compile(
    r"#(?:N/?A|REF|VALUE|DIV/0|NAME|NUM|NULL|SPILL|CALC|GETTING_DATA|FIELD|BLOCKED|BUSY|CONNECT"
    r"|UNKNOWN|EXTERNAL|PYTHON|TIMEOUT)[!?]?(?: N/A)?|Err:\d{3}|#{3,}",
    re.IGNORECASE,
)
GUARD = re.compile(r'=\s*"((?:[^"]|"")*)"')
QUOTES = {'"': '"', "“": "”", "”": "”", "'": "'", "‘": "’", "’": "’"}
APOSTROPHES = "'’‘`′"
# Excel holds no longer text in a cell.
LONGEST = 32_767
# Characters that an office made for itself; what they show is in its own fonts.
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")


class Unreadable(Exception):
    """A text that is no cell of its kind; the argument is the code of the fault."""


def tidy(text: str) -> str:
    """Return a text in half-width characters, without blanks around it."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    # What has no width is not printable; most cells have nothing of the kind.
    if plain.isprintable():
        return plain.strip()
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()


def said(text: str) -> str:
    """Return what a cell says, tidied and without guards.

    Parameters
    ----------
    text : str
        Of a cell, as the file has it.

    Raises
    ------
    Unreadable
        If it is an error of a spreadsheet ("error_cell"), a formula that was never computed
        ("formula_text"), or as long as the longest text that Excel keeps ("text_cut").
    """
    if len(text) >= LONGEST:
        raise Unreadable("text_cut")
    plain = tidy(text)
    if guarded := GUARD.fullmatch(plain):
        plain = guarded[1].replace('""', '"').strip()
    if len(plain) > 1 and plain[0] in APOSTROPHES and plain[-1] not in APOSTROPHES:
        plain = plain[1:].lstrip()
    if len(plain) > 1 and QUOTES.get(plain[0]) == plain[-1]:
        plain = plain[1:-1].strip()
    if ERROR.fullmatch(plain):
        raise Unreadable("error_cell")
    if plain.startswith("="):
        raise Unreadable("formula_text")
    return plain
