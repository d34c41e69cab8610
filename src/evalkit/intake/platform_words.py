"""What is known of a platform's exports, from one TOML file a platform.

Imports dates, header, scales, shapes, texts and errors.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.errors import DataError
from evalkit.files import unreadable_as
from evalkit.intake.dates import ORDERS
from evalkit.intake.header import plain
from evalkit.intake.scales import is_answer
from evalkit.intake.texts import Unreadable, said, tidy
from evalkit.schema import Schema

# Keys of a table's section that name no column of it.
ORDER, CONSTANTS, LEAVE_OUT, WORDS = "date_order", "constants", "leave_out", "words"
KEYS = (ORDER, CONSTANTS, LEAVE_OUT, WORDS)


@dataclass(frozen=True)
class Rule:
    """Rows that are left out because of what one of their cells says.

    Parameters
    ----------
    column : str
        One of ours, or a header of the file.
    words : tuple of str
        What the cell may be.
    """

    column: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The rule as a reader sees it."""
        return f"{self.column} = {' / '.join(self.words)}"

    def position(self, columns: Mapping[str, int], titles: Sequence[str], where: str) -> int:
        """Return where the column stands in a file.

        Raises
        ------
        DataError
            If it has no such column.
        """
        if self.column in columns:
            return columns[self.column]
        found = [
            n for n, title in enumerate(titles) if title and plain(title) == plain(self.column)
        ]
        if not found:
            raise DataError("rule_column", path=where, column=self.column)
        return found[0]

    def fits(self, row: Sequence[str], position: int) -> bool:
        """Return whether a row is left out."""
        try:
            text = said(row[position]) if position < len(row) else ""
        except Unreadable:
            return False
        return text.lower() in {tidy(word).lower() for word in self.words}


@dataclass(frozen=True)
class Platform:
    """What is known of the exports of a platform.

    Parameters
    ----------
    headers : mapping of str to sequence of str
        More headers, by our column.
    order : str
        Of day and month, a key of `evalkit.intake.dates.ORDERS`; "" where none is stated.
    constants : mapping of str to str
        What stands in every row of a column that the export lacks.
    leave_out : tuple of Rule
        Rows that do not belong to the table.
    words : mapping of str to float or None
        The number of each word that answers a question of a survey; None where it is no answer.
    """

    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[Rule, ...] = ()
    words: Mapping[str, float | None] = field(default_factory=dict)


def read_platform(path: Path, shape: Schema) -> Platform:
    """Return what a platform file says of a table.

    Parameters
    ----------
    path : Path
        One section a table; in it each of our columns with a list of headers, and where it
        is needed ``date_order``, sections ``constants`` and ``words``, and rules ``leave_out``.
    shape : Schema
        The table.

    Raises
    ------
    DataError
        If there is no such file, it is no TOML, or it names a column that the table has
        not, or gives anything but a list of texts.
    """
    try:
        with unreadable_as(DataError, path):
            known = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise DataError("platform_broken", path=path) from None
    section = known.get(shape.name, {})
    if not isinstance(section, dict):
        raise DataError("platform_broken", path=path)
    constants = section.get(CONSTANTS, {})
    rules = section.get(LEAVE_OUT, [])
    order = section.get(ORDER, "")
    headers = {k: v for k, v in section.items() if k not in KEYS}
    if not isinstance(constants, dict) or not isinstance(rules, list):
        raise DataError("platform_broken", path=path)
    if unknown := sorted({*headers, *constants} - set(shape.columns)):
        names = list(shape.columns)
        raise DataError(
            "platform_columns", path=path, table=shape.name, unknown=unknown, known=names
        )
    if order and order not in ORDERS:
        raise DataError("platform_order", path=path, table=shape.name, known=list(ORDERS))
    texts = all(isinstance(value, (str, int, float)) for value in constants.values())
    if not texts or not all(map(_is_texts, headers.values())):
        raise DataError("platform_broken", path=path)
    return Platform(
        headers={name: tuple(words) for name, words in headers.items()},
        order=order,
        constants={name: str(value) for name, value in constants.items()},
        leave_out=tuple(_rule(path, rule) for rule in rules),
        words=_words(path, shape, section.get(WORDS, {})),
    )


def _words(path: Path, shape: Schema, words: Any) -> dict[str, float | None]:
    """Return the number of each word that answers a question; "" in the file is no answer."""
    if not words:
        return {}
    if not any(is_answer(shape, name) for name in shape.columns) or not isinstance(words, dict):
        raise DataError("platform_words", path=path, table=shape.name)
    found: dict[str, float | None] = {}
    for word, number in words.items():
        # In TOML true is no number; in Python it is one.
        plain = not isinstance(number, bool) and isinstance(number, (int, float))
        if not word.strip() or not ((plain and math.isfinite(number)) or number == ""):
            raise DataError("platform_words", path=path, table=shape.name)
        key, value = tidy(word).lower(), float(number) if plain else None
        if found.setdefault(key, value) != value:
            raise DataError("platform_words", path=path, table=shape.name)
    return found


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _rule(path: Path, rule: Any) -> Rule:
    if not isinstance(rule, dict) or set(rule) != {"column", "is"}:
        raise DataError("platform_rule", path=path)
    if not isinstance(rule["column"], str) or not _is_texts(rule["is"]) or not rule["is"]:
        raise DataError("platform_rule", path=path)
    return Rule(rule["column"], tuple(rule["is"]))
