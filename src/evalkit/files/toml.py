"""TOML out of bytes that anybody may have written, or where it is none.

Imports errors.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError

PLACE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")


def parse_toml(data: bytes, path: Path | str) -> dict[str, Any]:
    """Return what TOML says.

    Raises
    ------
    StudyError
        If it is not UTF-8 or not TOML, with the place.
    """
    try:
        # Windows editors put a mark in front that TOML does not know.
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise StudyError("not_utf8", path=path, position=str(problem.start + 1)) from None
    except RecursionError:
        raise StudyError("not_toml", path=path, problem="[[[[…") from None
    except ValueError as problem:
        # Beside its own the reader lets through that of a number without end.
        raise _not_toml(path, str(problem)) from None


def _not_toml(path: Path | str, problem: str) -> StudyError:
    # The reader's own words are English; where the slip is can be said in any language.
    found = PLACE.fullmatch(problem)
    if found is None:
        return StudyError("not_toml", path=path, problem=problem)
    what, line, column = found.groups()
    return StudyError("not_toml_at", path=path, problem=what, line=line, column=column)
