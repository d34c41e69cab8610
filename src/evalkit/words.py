"""Words and number formats, one file per language.

Imports only errors, files and trace. A sentence lives in ``locale/<language>.toml`` and nowhere
else; Python code names it by key.
"""

from __future__ import annotations

import functools
import json
import locale as system_locale
import math
import os
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from evalkit import errors
from evalkit.files import parse_toml, unreadable_as
from evalkit.trace import Noted

LANGUAGE_VARIABLE = "EVALKIT_LANG"
# Of all languages it has every sentence; the others are held to it.
REFERENCE = "en"
MINUS = "\u2212"
# Formats of lists, with the sentence that stands between their items.
# The sections that hold the two sentences of a refusal.
REFUSED = ("reason", "would_pass")
JOINTS = {
    "list": "format.list_separator",
    "column": "format.list_separator",
    "clauses": "format.clause_separator",
    "sum": "format.plus",
    "and": "format.and",
    "or": "format.or",
}
# Formats of printed figures: whether a share, and the digits of a quotient.
FIGURES = {"fig": (False, 4), "figpct": (True, 4), "fine": (False, 9), "finepct": (True, 9)}
MOST_DIGITS = 80


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, sorted."""
    folder = resources.files("evalkit") / "locale"
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


@functools.cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return every sentence of one language, keyed ``section.name``.

    Raises
    ------
    StudyError
        If its file cannot be read, or is not TOML.
    """
    file = resources.files("evalkit") / "locale" / f"{lang}.toml"
    path = Path(str(file))
    with unreadable_as(errors.StudyError, path):
        data = file.read_bytes()
    return Noted(lang, _flatten(parse_toml(data, path)))


def _flatten(nested: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


@dataclass(frozen=True)
class Term:
    """A code and what people call it, in every language of the study.

    Parameters
    ----------
    code : str
        The same in every language; what programs compare.
    text : mapping of str to str
        Language code to words.
    """

    code: str
    text: Mapping[str, str]

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Phrase:
    """A sentence by key, with the values it shows; spoken when the language is known.

    Parameters
    ----------
    key : str
        ``section.name`` in the locale files.
    values : mapping
        Text, numbers (the sentence must name their format), `Term`, `Phrase`,
        or lists of these.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Return the sentence in one language."""
        return say(self.key, lang, **self.values)

    def texts(self, langs: Iterable[str]) -> dict[str, str]:
        """Return the sentence in each of several languages."""
        return {lang: self.text(lang) for lang in langs}


def phrase(key: str, **values: Any) -> Phrase:
    """Return a `Phrase`; the short way to write one."""
    return Phrase(key, values)


def term(key: str, langs: Iterable[str], **values: Any) -> Term:
    """Return a `Term` whose words come from the locale files.

    Parameters
    ----------
    key : str
        ``section.code``; the part behind the last dot becomes the code.
    """
    return Term(key.rsplit(".", 1)[-1], {lang: say(key, lang, **values) for lang in langs})


def say(key: str, lang: str, /, **values: Any) -> str:
    """Return one sentence in one language.

    Parameters
    ----------
    **values
        What the sentence shows. A number whose placeholder names no format is
        refused, because it would be printed in Python's way and not in the
        reader's.

    Raises
    ------
    KeyError
        If no language has such a sentence.
    StudyError
        If its file lacks the sentence, or cannot be read.
    ValueError
        If a number has no format.
    """
    return _Speaker(lang).format(_sentence(key, lang), **values)


def _sentence(key: str, lang: str) -> str:
    said = catalogue(lang)
    there = isinstance(said.get(key), str)
    if lang != REFERENCE and not there and key in catalogue(REFERENCE):
        raise errors.StudyError("language_gap", lang=lang, key=key)
    return said[key]


class _Speaker(string.Formatter):
    """Formats placeholders: ``{name}`` for words, ``{share:pct1}`` for numbers."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, spec: str) -> str:
        if spec == "column":
            # Without names columns are counted, which languages say otherwise than a name.
            key = "column_number" if all(item.isdigit() for item in value) else "column_name"
            return say(f"format.{key}", self.lang, columns=self.format_field(value, "list"))
        if spec in JOINTS:
            separator = _sentence(JOINTS[spec], self.lang)
            return separator.join(self.format_field(item, "") for item in value)
        if spec:
            return number(value, spec, self.lang)
        if isinstance(value, Phrase):
            return value.text(self.lang)
        if isinstance(value, Term):
            return value.text[self.lang]
        if isinstance(value, str):
            return value
        raise ValueError(f"a {type(value).__name__} needs a format in its placeholder")


def number(value: float, spec: str, lang: str) -> str:
    """Return a number as a reader of the language writes it.

    Parameters
    ----------
    spec : str
        ``int``; ``num1`` (one decimal); ``pct1`` (a share in [0, 1] as per cent);
        ``pts1`` (a difference of shares as signed percentage points); ``per100``
        (a share as a whole number of 100); ``upts1`` (a share as points without a
        sign); ``fig`` (a printed figure with the decimals it has, a quotient with four
        digits), ``figpct`` (the same, of a share as per cent), ``fine`` and ``finepct``
        (nine digits); ``p`` (a p-value: four
        decimals below 0.1, else three), ``peq`` (the same behind "=" or "<").

    Raises
    ------
    ValueError
        If the number is not finite or the format is unknown.
    """
    if not math.isfinite(value):
        raise ValueError("a number to be printed must be finite")
    if spec == "int":
        return _decimal(value, 0, lang)
    if spec in FIGURES:
        share, most = FIGURES[spec]
        scaled = value * 100 if share else value
        return _decimal(float(scaled), _places(scaled, most), lang) + ("%" if share else "")
    if spec == "per100":
        return _decimal(abs(value) * 100, 0, lang)
    if spec in ("p", "peq"):
        tiny = value < 0.0001
        text = _decimal(0.0001 if tiny else value, 4 if value < 0.1 else 3, lang)
        return ("< " if tiny else "= " if spec == "peq" else "") + text
    kind, digits = spec.rstrip("0123456789"), spec[len(spec.rstrip("0123456789")) :]
    if kind == "num" and digits:
        return _decimal(value, int(digits), lang)
    if kind == "pct" and digits:
        return _decimal(value * 100, int(digits), lang) + "%"
    if kind == "upts" and digits:
        return _decimal(value * 100, int(digits), lang)
    if kind == "pts" and digits:
        text = _decimal(value * 100, int(digits), lang)
        signed = text.startswith(MINUS) or not text.strip("0.,")
        return text if signed else "+" + text
    raise ValueError(f"unknown number format {spec!r}")


def printed(value: float, spec: str) -> tuple[float, int] | None:
    """Return a number as `number` prints it: rounded, with its decimals; None for "< 0.0001".

    Parameters
    ----------
    spec : str
        As `number` takes it. A share as per cent stays a share, and its decimals are
        those of the per cent.
    """
    scale, digits = _scale(value, spec)
    if digits is None:
        return None
    with localcontext(prec=MOST_DIGITS):
        shown = Decimal(str(float(value * scale))).quantize(Decimal(1).scaleb(-digits))
        # One rounding only: 37.5 % is the float nearest to 0.375.
        percent = spec.startswith(("pct", "figpct", "finepct"))
        return float(shown / 100 if percent else shown), digits


def _scale(value: float, spec: str) -> tuple[int, int | None]:
    """Return by how much a format multiplies a number, and its decimals."""
    if spec in FIGURES:
        share, most = FIGURES[spec]
        return (100, _places(value * 100, most)) if share else (1, _places(value, most))
    if spec == "p":
        return 1, None if value < 0.0001 else 4 if value < 0.1 else 3
    kind = spec.rstrip("0123456789")
    return 1 if kind in ("int", "num") else 100, int(spec[len(kind) :] or 0)


def _places(value: float, most: int) -> int:
    """Return the decimals of a printed figure: all of a short one, else so many digits' worth."""
    exact = Fraction(value).limit_denominator(10**6)
    for digits in range(most):
        if (exact * 10**digits).denominator == 1:
            return digits
    whole = len(str(abs(int(exact)))) if abs(exact) >= 1 else 0
    return max(0, most - whole)


def _decimal(value: float, digits: int, lang: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    # A product of two printed figures may have more digits than Decimal keeps by itself.
    with localcontext(prec=MOST_DIGITS):
        text = format_decimal(value, format=pattern, locale=lang)
    # Babel's minus is the hyphen, which breaks lines and reads as a dash.
    text = text.replace("-", MINUS)
    return text.lstrip(MINUS) if set(text) <= set(MINUS + "0.,") else text


def reader_language() -> str:
    """Return the language for messages: EVALKIT_LANG, else the locale, else English."""
    asked = os.environ.get(LANGUAGE_VARIABLE)
    if asked in languages() and _can_be_read(asked):
        return asked
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return _language_of(value)
    return _language_of(system_locale.getlocale()[0] or "")


def _language_of(tag: str) -> str:
    code = tag.replace("-", "_").split("_")[0].split(".")[0].lower()
    # Windows names its locales in words.
    code = "zh" if code.startswith("chinese") else code
    return code if code in languages() and _can_be_read(code) else REFERENCE


def _can_be_read(code: str) -> bool:
    try:
        return bool(catalogue(code))
    except errors.StudyError:
        # Who asks for it by name is told; who does not is not stopped by it.
        return False


def sentence(error: errors.EvalkitError, lang: str | None = None) -> str:
    """Return an error's sentence.

    Parameters
    ----------
    lang : str, optional
        A code out of `languages`; the reader's own when absent.
    """
    lang = lang or reader_language()
    try:
        return _told(error, lang)
    except errors.StudyError:
        # What a language's file cannot say is said all the same.
        if lang == REFERENCE:
            raise
        return _told(error, REFERENCE)


def _told(error: errors.EvalkitError, lang: str) -> str:
    values = dict(error.values)
    if "each" in values:
        # Several mistakes, each an error of its own: a line each.
        several = (errors.from_json(json.loads(one)) for one in values["each"])
        lines = [f"  {sentence(one, lang)}" for one in several]
        return "\n".join([say(f"error.{error.key}", lang, n=values["n"]), *lines])
    near = error.nearest()
    if values.get("where"):
        values["where"] = say("format.place", lang, where=values["where"])
    if "in_cell" in values:
        values["page"] = say("format.in_cell", lang, page=values["page"], n=values.pop("in_cell"))
    if "faults" in values:
        # A fault is a code, and behind a colon what was found.
        parts = [fault.partition(":") for fault in values["faults"]]
        values["faults"] = [
            say(f"fault.{code}", lang) + (f" ({found})" if found else "")
            for code, _, found in parts
        ]
    said = _said(error, lang, values)
    return said + (say("format.nearest", lang, names=near) if near else "")


def _said(error: errors.EvalkitError, lang: str, values: Mapping[str, Any]) -> str:
    if not isinstance(error, errors.Refused):
        return say(f"error.{error.key}", lang, **values)
    why, passes = (say(f"{part}.{error.key}", lang, **values) for part in REFUSED)
    return say("format.refused", lang, why=why, passes=passes)


errors.set_voice(sentence)
