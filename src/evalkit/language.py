"""What a language's file says of the language itself: its script, its tag, its fonts.

Imports words and errors. A third language is one more file in ``locale/``: nothing else in the
code knows which languages there are.
"""

from __future__ import annotations

import functools
import re
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import localedata

from evalkit.errors import StudyError
from evalkit.words import REFERENCE, catalogue, languages

KEYS = ("name", "script", "tag", "font", "collation", "cells")
# Of the sentences that a language lacks so many are named.
FIRST = 10
OF_ITSELF, CELLS = "language.", "notebook."
# Scripts (ISO 15924) whose letters are as wide as they are high.
FULL_WIDTH = ("Hans", "Hant", "Jpan")
HAN = re.compile(r"[\u4e00-\u9fff]+")
# A name within another language is a few words; a journal's name is some more.
LATIN = re.compile(r"(?:[A-Za-z'’]+,? ){5,}[A-Za-z'’]+")


@dataclass(frozen=True)
class Language:
    """A language that evalkit speaks.

    Parameters
    ----------
    code : str
        The name of its file.
    name : str
        In the language itself.
    script : str
        ISO 15924.
    tag : str
        BCP 47, with the region whose shapes of letters it has.
    font : str
        What an office program writes it in.
    collation : str
        BCP 47, by which a browser sorts it.
    cells : str
        Whose Markdown cells it takes of a notebook that has none in it: its own code where
        every notebook must speak it.
    """

    code: str
    name: str
    script: str
    tag: str
    font: str
    collation: str
    cells: str

    @property
    def full_width(self) -> bool:
        """Whether its letters are as wide as they are high, and no spaces part its words."""
        return self.script in FULL_WIDTH

    @property
    def region(self) -> str:
        """Its region in small letters, as Typst asks for it; empty where it has none."""
        return self.tag.partition("-")[2].rpartition("-")[2].lower()

    @property
    def foreign(self) -> tuple[re.Pattern[str], ...]:
        """What on a page in it is text of another language, whatever it says."""
        if self.script == "Latn":
            return (HAN,)
        return (LATIN,) if self.full_width else (HAN, LATIN)

    @property
    def family(self) -> str:
        """Classes of what is written in it, as the family style has them."""
        return "ek ek-full" if self.full_width else "ek"

    def letters(self, latin: int) -> int:
        """Return how many of its letters fit where so many Latin ones do.

        Parameters
        ----------
        latin : int
            Latin letters, which are half as wide as full ones.
        """
        return max(1, latin // 2) if self.full_width else latin


@functools.cache
def language(code: str) -> Language:
    """Return what a language's file says of it."""
    said = catalogue(code)
    return Language(code, *(said[f"language.{key}"] for key in KEYS))


@functools.cache
def lacking(code: str) -> tuple[str, ...]:
    """Return the sentences that a language's file lacks, or has with other values.

    Returns
    -------
    tuple of str
        Keys; beside those of the file of English what it has more is no sentence of ours, but
        for the Markdown cells of notebooks.
    """
    ours, theirs = dict(catalogue(REFERENCE)), dict(catalogue(code))
    more = {key for key in set(theirs) - set(ours) if not key.startswith(CELLS)}
    unlike = {key for key in set(ours) & set(theirs) if not _is_twin(theirs[key], ours[key])}
    found = (set(ours) - set(theirs)) | more | unlike
    # What the language is comes first: without it there is none.
    return tuple(sorted(found, key=lambda key: (not key.startswith(OF_ITSELF), key)))


@functools.cache
def whole_languages() -> tuple[str, ...]:
    """Return the languages that can say everything: another stops only who asks for it."""
    return tuple(code for code in languages() if _is_whole(code))


def _is_whole(code: str) -> bool:
    try:
        check_whole(code, "")
    except StudyError:
        return False
    return True


def check_whole(code: str, path: Path | str) -> None:
    """Stop on a language that cannot say everything.

    Raises
    ------
    StudyError
        If its file cannot be read or lacks a sentence, or nobody knows how numbers are written
        in a language of its name.
    """
    if not localedata.exists(code):
        raise StudyError("language_code", path=path, lang=code)
    if found := lacking(code):
        first, count = list(found[:FIRST]), str(len(found))
        raise StudyError("language_lacks", path=path, lang=code, count=count, known=first)


def _is_twin(theirs: Any, ours: str) -> bool:
    """Return whether a sentence says something, with the values of ours."""
    if not isinstance(theirs, str) or bool(theirs.strip()) != bool(ours.strip()):
        return False
    try:
        return placeholders(theirs) == placeholders(ours)
    except ValueError:
        # A brace without its partner.
        return False


def placeholders(sentence: str) -> set[tuple[str, str | None]]:
    """Return the values that a sentence shows, each with its format."""
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(sentence) if name}


def cell_text(source: str, code: str) -> str:
    """Return a notebook's Markdown cell in a language whose file translates it.

    Parameters
    ----------
    source : str
        The cell, in the language whose cells it takes.

    Returns
    -------
    str
        What stands in its file under ``[notebook]``; the cell as it is where nothing does.
    """
    first = re.sub("<[^>]*>", "", source.strip().split("\n")[0])
    slug = re.sub(r"\W+", "_", first.lower()).strip("_")
    return catalogue(code).get(f"{CELLS}{slug}", source)
