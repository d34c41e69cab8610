"""What a platform calls our columns, from one TOML file a platform.

Imports shapes and errors.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from evalkit.errors import DataError
from evalkit.intake.shapes import Shape


def read_platform(path: Path, shape: Shape) -> Mapping[str, tuple[str, ...]]:
    """Return the headers that a platform uses for each column of a table.

    Parameters
    ----------
    path : Path
        One section a table; in it each of our columns with a list of headers.
    shape : Shape
        The table.

    Raises
    ------
    DataError
        If there is no such file, it is no TOML, or it names a column that the table has
        not, or gives anything but a list of texts.
    """
    try:
        known = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise DataError("file_missing", path=path) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise DataError("platform_broken", path=path) from None
    section = known.get(shape.name, {})
    if not isinstance(section, dict):
        raise DataError("platform_broken", path=path)
    if unknown := sorted(set(section) - set(shape.columns)):
        names = list(shape.columns)
        raise DataError(
            "platform_columns", path=path, table=shape.name, unknown=unknown, known=names
        )
    for words in section.values():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise DataError("platform_broken", path=path)
    return {name: tuple(words) for name, words in section.items()}
