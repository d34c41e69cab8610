"""The ground: an error is a key and values; its sentence lives in words.

Imports nothing of evalkit. One class for each kind of mistake, one exit code
for each class (``docs/reference/exit-codes.md``).
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable
from typing import Any

# Errors that list what is known, and their value that holds what is not.
MISSPELT = {
    **dict.fromkeys(("value_choice", "read_which_area", "subset_value"), "found"),
    **dict.fromkeys(("key_unknown", "platform_columns", "unknown_parameter"), "unknown"),
    **dict.fromkeys(("unknown_outcome", "unknown_outcome_study"), "outcome"),
    **{"unknown_area": "area", "unknown_language": "lang", "unknown_command": "command"},
}
# As like as difflib's ratio: one letter of three may differ.
NEAR = 0.65
# Set by the batch runner in a notebook's environment: the kernel and the
# driver are two processes, and only text travels between them.
TRANSPORT = "EVALKIT_ERRORS"

_voice: list[Callable[[EvalkitError], str]] = []


class EvalkitError(Exception):
    """A mistake that a person can mend, as a key and values.

    Parameters
    ----------
    key : str
        Names the sentence under ``[error]`` in each ``locale/<language>.toml``.
    **values
        What the sentence shows: text, whole numbers, or lists of text. Never a
        cell value, a name or an id of a person.
    """

    exit_code = 1

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: _plain(value) for name, value in values.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.key, self.values))

    def __str__(self) -> str:
        if os.environ.get(TRANSPORT) == "json":
            return json.dumps(self.to_json())
        return _voice[0](self) if _voice else f"{self.key} {self.values}"

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: a user's mistake gets its sentence, not a stack.
        return [str(self)]

    def nearest(self) -> list[str]:
        """Return which of the known names were probably meant by those that are not known."""
        given = self.values.get(MISSPELT.get(self.key, ""), ())
        given = [given] if isinstance(given, str) else given
        known = {name.lower(): name for name in self.values.get("known", ())}
        close = (difflib.get_close_matches(name.lower(), known, 1, NEAR) for name in given)
        return list(dict.fromkeys(known[name] for names in close for name in names))

    def to_json(self) -> dict[str, Any]:
        """Return the error as plain data, to cross a process or be stored."""
        return {"kind": type(self).__name__, "key": self.key, "values": self.values}


class UsageError(EvalkitError):
    """Words on the command line or a parameter that does not exist."""

    exit_code = 2


class StudyError(EvalkitError):
    """A study, area or plan file that does not keep its form."""

    exit_code = 3


class DataError(EvalkitError):
    """A table that does not keep its promise of columns."""

    exit_code = 4


class NotebookError(EvalkitError):
    """A notebook that is missing, has no parameters cell, or raised."""

    exit_code = 5


class OutputError(EvalkitError):
    """A folder that cannot be written."""

    exit_code = 6


class RecordError(EvalkitError):
    """A notebook that showed something else than evalkit's nouns, or too little."""

    exit_code = 7


class PageError(EvalkitError):
    """A page that may not leave the house: no alternative text, no glyph, a remote address."""

    exit_code = 8


class ClusterError(EvalkitError):
    """A cluster or its exchange that cannot be reached, or a worker that is not as we are."""

    exit_code = 9


class Refused(EvalkitError, ValueError):
    """A statistic that these data cannot give, or that would mislead.

    The key names two sentences: why, under ``[reason]`` of the locale files, and what would
    pass, under ``[would_pass]``. It takes away its own exhibit and never the report.
    """

    exit_code = 10


class BundleError(EvalkitError):
    """A bundle that cannot be made, or one that is not whole or not in agreement with itself."""

    exit_code = 11


class ReviewError(EvalkitError):
    """A reviewer's file that is not in form, a record that is not whole, or a forbidden step."""

    exit_code = 12


class CompareError(EvalkitError):
    """An edition or a partner's file that cannot be read, or two that have nothing in common."""

    exit_code = 13


class Interrupted(EvalkitError):
    """Ctrl-C: what was finished stays, what was not leaves nothing."""

    exit_code = 130


KINDS = {
    kind.__name__: kind
    for kind in (
        EvalkitError,
        UsageError,
        StudyError,
        DataError,
        NotebookError,
        OutputError,
        RecordError,
        PageError,
        ClusterError,
        Refused,
        BundleError,
        ReviewError,
        CompareError,
        Interrupted,
    )
}


def from_json(data: dict[str, Any]) -> EvalkitError:
    """Return the error that `to_json` wrote."""
    return KINDS[data["kind"]](data["key"], **data["values"])


def set_voice(voice: Callable[[EvalkitError], str]) -> None:
    """Give errors their sentences; called once, by `evalkit.words`.

    Parameters
    ----------
    voice : callable
        Takes an error and returns its sentence in the reader's language.
    """
    _voice[:] = [voice]


def _rebuild(kind: type[EvalkitError], key: str, values: dict[str, Any]) -> EvalkitError:
    return kind(key, **values)


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(item) for item in value]
    # What a gate found is said in every language by itself; its refusal crosses no process.
    return value if hasattr(value, "text") else str(value)
