"""Which encoding a file has, told without guessing, and read as it goes.

Imports errors. A file of an office is UTF-8, or GB18030 (which holds GBK and GB2312), or
what Excel calls Unicode text. Anything else is refused: detectors by frequency were wrong
on four of seven exports (docs/adr/0018-intake.md).
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from evalkit.errors import DataError

BLOCK = 1 << 20
# Text of an office has no other control characters.
ALLOWED = {"\t", "\r", "\n", "\x1a", "\ufeff"}
# Of Chinese in GB18030 nearly all is in GB2312; of Big5 read as GB18030 less than half.
RARE = 0.3
# A few broken bytes in a long file of UTF-8 are damage, not another encoding.
DAMAGED = 0.01


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file, having read all of it.

    Returns
    -------
    str
        "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be" or "gb18030": a name that `open`
        knows.

    Raises
    ------
    DataError
        If the file ends within a character, is damaged, is Big5 or in no encoding that is
        read here.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if _decodes(path, "utf-16") is None:
            return "utf-16"
        raise DataError("not_text", path=path)
    if _has_nought(path):
        # Some programs leave out the mark at the beginning; every text has line ends.
        for encoding in ("utf-16-le", "utf-16-be"):
            with path.open("rb") as file:
                lines = "\n".encode(encoding) in file.read(BLOCK)
            if lines and _decodes(path, encoding) is None and not _look(path, encoding)[1]:
                return encoding
        raise DataError("not_text", path=path)
    problem = _decodes(path, "utf-8")
    if problem is None:
        return "utf-8-sig"
    size = path.stat().st_size
    if problem >= size - 3 and _cut(path, "utf-8"):
        raise DataError("cut_short", path=path)
    if _few_broken(path):
        raise DataError("not_utf8", path=path, position=str(problem + 1))
    broken = _decodes(path, "gb18030")
    if broken is not None:
        if broken >= size - 3 and _cut(path, "gb18030"):
            raise DataError("cut_short", path=path)
        raise DataError("big5" if _decodes(path, "big5") is None else "not_text", path=path)
    rare, strange = _look(path, "gb18030")
    if strange or rare > RARE:
        raise DataError("big5" if _decodes(path, "big5") is None else "not_text", path=path)
    return "gb18030"


def _decodes(path: Path, encoding: str) -> int | None:
    """Return the position of the first byte that does not decode, or None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    at = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as problem:
                return at - held + problem.start
            at += len(block)
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        return at - held + problem.start
    return None


def _has_nought(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b"\0" in block for block in iter(lambda: file.read(BLOCK), b""))


def _cut(path: Path, encoding: str) -> bool:
    """Return whether only the end of a file is wrong: a character that was cut."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return bool(decoder.getstate()[0])


def _few_broken(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = whole = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            broken += text.count("\ufffd")
            whole += sum(character > "\u07ff" for character in text)
    return broken < DAMAGED * whole


def _look(path: Path, encoding: str) -> tuple[float, bool]:
    """Return how much of the Chinese is rare, and whether there is what no text has.

    Characters that an office made for itself (a village's own, in the areas for private use)
    are Chinese that is rare: a file full of them is in another encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    chinese = rare = 0
    seen: set[str] = set()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            seen.update(text)
            for character in set(text):
                if "\u4e00" <= character <= "\u9fff" or unicodedata.category(character) == "Co":
                    n = text.count(character)
                    chinese += n
                    rare += 0 if _common(character) else n
    strange = any(
        unicodedata.category(character) in ("Cc", "Cn", "Cs") and character not in ALLOWED
        for character in seen
    )
    return rare / chinese if chinese else 0.0, strange


def _common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
