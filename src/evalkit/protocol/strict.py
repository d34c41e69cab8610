"""TOML read strictly: every key known, every key there, every value of its type.

Imports errors, mistakes and trace. A key that is misspelt must not be passed over in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, time
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError
from evalkit.files import parse_toml, unreadable_as
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.outcomes import kinds
from evalkit.trace import read_bytes

# Of a database's address: between its user and its host, or among what follows it.
PASSWORD = re.compile(
    rb"postgres(?:ql)?://(?:[^\s@]*:[^\s@]*@|[^\s\"']*[?&](?:ssl)?password=)", re.IGNORECASE
)
KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "whole": (int,),
    "number": (int, float),
    "bool": (bool,),
    "list": (list,),
    "section": (dict,),
}


def read_toml(path: Path, noted: bool = True) -> dict[str, Any]:
    """Return what a TOML file holds.

    Parameters
    ----------
    noted : bool
        As `evalkit.trace.read_bytes` takes it.

    Raises
    ------
    StudyError
        If the file is missing, not UTF-8 or not TOML, or holds a password of a database.
    """
    with unreadable_as(StudyError, path):
        data = read_bytes(path, noted)
    _check_no_password(data, path)
    return parse_toml(data, path)


def _check_no_password(data: bytes, path: Path) -> None:
    """Stop on the address of a database with a password, even in a comment: the file is copied."""
    found = PASSWORD.search(data)
    if found is not None:
        line = data.count(b"\n", 0, found.start()) + 1
        raise StudyError("place.password", path=path, line=str(line))


@dataclass(frozen=True)
class Section:
    """One section of a file, which knows where it is for its messages.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        The section's dotted name, empty for the top.
    values : mapping
        What it holds.
    """

    path: Path
    name: str
    values: Mapping[str, Any]

    def check(self, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        """Stop on a missing or an unknown key, with the list of those that exist."""
        required, optional = list(required), list(optional)
        mistakes = Mistakes()
        mistakes.of(self._check_missing, required)
        mistakes.of(self._check_unknown, [*required, *optional])
        mistakes.end()

    def _check_missing(self, required: list[str]) -> None:
        missing = sorted(set(required) - set(self.values))
        if missing:
            raise StudyError("key_missing", path=self.path, where=self.label, missing=missing)

    def _check_unknown(self, known: list[str]) -> None:
        unknown = sorted(set(self.values) - set(known))
        if unknown:
            raise StudyError(
                "key_unknown",
                path=self.path,
                where=self.label,
                unknown=unknown,
                known=sorted(known),
            )

    @property
    def label(self) -> str:
        """The section as a message names it behind the file; nothing at the top."""
        return f"[{self.name}]" if self.name else ""

    def get(self, key: str, kind: str) -> Any:
        """Return a value of the named kind, or stop."""
        value = self.values[key]
        # In Python true is a whole number; in a study file it is a slip.
        slip = isinstance(value, bool) and kind != "bool"
        if slip or not isinstance(value, KINDS[kind]):
            raise self._wrong(key, kind, value)
        return value

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """Return a text out of a closed list, or stop with the list."""
        value = self.get(key, "text")
        allowed = list(allowed)
        if value not in allowed:
            raise StudyError(
                "value_choice",
                path=self.path,
                where=self.label,
                key=key,
                found=value,
                known=allowed,
            )
        return str(value)

    def sections(self, key: str) -> list[Section]:
        """Return the sections of a list, each named by its position from 1."""
        values = self.get(key, "list")
        if not all(isinstance(value, dict) for value in values):
            raise self._wrong(key, "list", values)
        return [
            Section(self.path, f"{key} {position}", value)
            for position, value in enumerate(values, start=1)
        ]

    def mapping(self, key: str) -> dict[str, str]:
        """Return a section of texts; an absent one is empty."""
        if key not in self.values:
            return {}
        inner = self.section(key)
        return {name: inner.get(name, "text") for name in inner.values}

    def code(self, value: str) -> str:
        """Return a code that can be a folder's name and a part of an id, or stop."""
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", value):
            raise StudyError("code_form", path=self.path, code=value)
        return value

    def texts(self, key: str) -> dict[str, str]:
        """Return one text per language."""
        section = self.section(key)
        if not section.values:
            raise StudyError("key_missing", path=self.path, where=section.label, missing=["en"])
        return {lang: section.get(lang, "text") for lang in section.values}

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts as a tuple."""
        values = self.get(key, "list")
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(key, "list", values)
        return tuple(values)

    def numbers(self, key: str) -> dict[str, tuple[float, ...]]:
        """Return a section of lists of numbers."""
        inner = self.section(key)
        found: dict[str, tuple[float, ...]] = {}
        for name in inner.values:
            values = inner.get(name, "list")
            if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
                raise inner._wrong(name, "list", values)
            found[name] = tuple(float(v) for v in values)
        return found

    def _wrong(self, key: str, kind: str, value: Any) -> StudyError:
        return StudyError(
            f"value_kind_{kind}", path=self.path, where=self.label, key=key, found=as_toml(value)
        )

    def section(self, key: str) -> Section:
        """Return a section inside this one."""
        name = f"{self.name}.{key}" if self.name else key
        return Section(self.path, name, self.get(key, "section"))


def as_toml(value: Any) -> str:
    """Return a value as it stands in a TOML file, for a message."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=str)


_KIND_OF_TYPE: dict[Any, str] = {
    str: "text",
    int: "whole",
    float: "number",
    bool: "bool",
    tuple[str, ...]: "list",
    Mapping[str, tuple[float, ...]]: "section",
}


def fill(cls: type, section: Section) -> Any:
    """Return a frozen dataclass whose fields are the section's keys.

    Parameters
    ----------
    cls : type
        A dataclass with annotations out of str, int, float, bool, tuple[str, ...], closed
        lists and ranges, as `evalkit.protocol.outcomes.kinds` reads them.
    """
    specs = [f for f in fields(cls) if f.init]
    needed = [f.name for f in specs if f.default is MISSING and f.default_factory is MISSING]
    mistakes = Mistakes()
    mistakes.of(section.check, needed, [f.name for f in specs if f.name not in needed])
    values: dict[str, Any] = {}
    for name, (type_, listed, _) in kinds(cls).items():
        if name not in section.values:
            continue
        kind = _KIND_OF_TYPE[type_]
        read = {"list": section.strings, "section": section.numbers}.get(kind)
        if listed:
            values[name] = mistakes.of(section.choice, name, listed)
        else:
            values[name] = mistakes.of(*(read, name) if read else (section.get, name, kind))
    mistakes.end()
    return cls(**values)
