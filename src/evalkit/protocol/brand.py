"""Under whose name reports go out: one file with a name, a logo and two colours.

Imports errors, logo, strict and words. A brand changes no number, no verdict and no colour of
one: what has a meaning looks the same whoever publishes it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError
from evalkit.protocol.logo import Logo, logo_from_json, read_logo
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.strict import Section, read_toml
from evalkit.words import Term

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
# What lies under the words of a page, by theme: paper, and the wash of a box.
GROUNDS = {"light": ("#FFFFFF", "#F4F6F8"), "dark": ("#11181F", "#1A232C")}
# Of words to what lies under them: WCAG 2.2, success criterion 1.4.3.
CONTRAST = 4.5
LONGEST_NAME = 120


@dataclass(frozen=True)
class Brand:
    """Under whose name reports go out.

    Parameters
    ----------
    name : Term
        Of the publisher.
    files : tuple of Path
        Its own file and that of its logo; of a report's copy none.
    logo : Logo or None
        Its picture.
    alt : Term or None
        What the picture says, for who cannot see it.
    colours : mapping of str to str
        The colour of links and marks by theme, "light" and "dark", each as ``#RRGGBB``; empty
        where the family's are kept.
    """

    name: Term
    files: tuple[Path, ...]
    logo: Logo | None
    alt: Term | None
    colours: Mapping[str, str]

    @property
    def texts(self) -> tuple[Term, ...]:
        """What it says, in every language."""
        return (self.name, *([self.alt] if self.alt else []))

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data; what `brand_of` reads back."""
        logo = self.logo and {
            "kind": self.logo.kind,
            "data": base64.b64encode(self.logo.data).decode(),
            "alt": dict(self.alt.text) if self.alt else {},
        }
        return {"name": dict(self.name.text), "logo": logo, "colours": dict(self.colours)}


def read_brand(path: Path) -> Brand:
    """Return a brand from its file.

    Raises
    ------
    StudyError
        If the file does not keep its form, a colour cannot be read on the page, or the logo may
        not stand on one; with all that is wrong.
    """
    top = Section(path, "", read_toml(path))
    mistakes = Mistakes()
    mistakes.of(top.check, ("name",), ("logo", "colours"))
    name = mistakes.of(_name, top) if "name" in top.values else None
    logo, alt, picture = mistakes.of(_logo, top) or (None, None, ())
    colours = mistakes.of(_colours, top)
    mistakes.end()
    return Brand(Term("name", name or {}), (path, *picture), logo, alt, colours or {})


def _name(top: Section) -> dict[str, str]:
    name = top.texts("name")
    for lang, text in name.items():
        # It stands above everything, and a page opens with its finding.
        if len(text) > LONGEST_NAME or len(text.splitlines()) > 1:
            about = {"lang": lang, "most": str(LONGEST_NAME), "found": str(len(text))}
            raise StudyError("brand.name", path=top.path, **about)
    return name


def _logo(top: Section) -> tuple[Logo | None, Term | None, tuple[Path, ...]]:
    if "logo" not in top.values:
        return None, None, ()
    section = top.section("logo")
    section.check(("file", "alt"))
    alt = Term("alt", section.texts("alt"))
    picture = top.path.parent / section.get("file", "text")
    return read_logo(picture), alt, (picture,)


def _colours(top: Section) -> dict[str, str]:
    if "colours" not in top.values:
        return {}
    section = top.section("colours")
    # Of one alone the other theme would not know.
    section.check(tuple(GROUNDS))
    mistakes = Mistakes()
    found = {theme: mistakes.of(_colour, section, theme) for theme in GROUNDS}
    mistakes.end()
    return {theme: colour or "" for theme, colour in found.items()}


def _colour(section: Section, theme: str) -> str:
    colour = str(section.get(theme, "text"))
    about = {"path": section.path, "where": section.label, "key": theme, "found": colour}
    if not COLOUR.fullmatch(colour):
        raise StudyError("brand.colour", **about)
    ratio, ground = _least(colour, theme)
    if ratio < CONTRAST:
        raise StudyError(
            "brand.contrast", **about, ground=ground, ratio=f"{ratio:.1f}", least=f"{CONTRAST}",
            nearest=_nearest(colour, theme),
        )  # fmt: skip
    return colour.upper()


def _least(colour: str, theme: str) -> tuple[float, str]:
    """Return the lowest contrast of a colour on the grounds of a theme, and on which."""
    return min((contrast(colour, ground), ground) for ground in GROUNDS[theme])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2.2 defines it.

    Parameters
    ----------
    one, other : str
        As ``#RRGGBB``.

    Examples
    --------
    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _nearest(colour: str, theme: str) -> str:
    """Return the first colour on the way to black, or to white, that can be read."""
    end = 0 if theme == "light" else 255
    parts = bytes.fromhex(colour[1:])
    for step in range(101):
        mixed = "#" + bytes(round(p + (end - p) * step / 100) for p in parts).hex().upper()
        if _least(mixed, theme)[0] >= CONTRAST:
            break
    return mixed


def brand_of(study: Mapping[str, Any]) -> Brand | None:
    """Return the brand of a study as a report tells of it; None where it names none.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is none, or holds what no page may.
    """
    if "brand" not in study:
        return None
    data = study["brand"]
    texts, colours, held = dict(data["name"]), dict(data["colours"]), data["logo"]
    if colours and {*colours} != {*GROUNDS}:
        raise ValueError("colours of no theme")
    for theme, colour in colours.items():
        if not COLOUR.fullmatch(colour) or _least(colour, theme)[0] < CONTRAST:
            raise ValueError("no colour that can be read")
    logo = logo_from_json(held["kind"], held["data"]) if held else None
    alt = Term("alt", dict(held["alt"])) if held else None
    for term in (Term("name", texts), *([alt] if alt else [])):
        if not term.text or any(len(text) > LONGEST_NAME for text in texts.values()):
            raise ValueError("in no language, or longer than a name")
        if not all(isinstance(text, str) for text in (*term.text, *term.text.values())):
            raise TypeError("no text")
    return Brand(Term("name", texts), (), logo, alt, colours)
