"""Which schemas there are: one file each, and nothing else lists them."""

from __future__ import annotations

import functools
from importlib import resources

from evalkit.errors import DataError
from evalkit.schema.read import read_schema
from evalkit.schema.schema import Schema

# The folder of each family: who hands the table in.
OFFICE, LINKED = "office", "linked"


def office_names() -> tuple[str, ...]:
    """Return the names of all tables that an office can hand in, sorted."""
    return _names(OFFICE)


def linked_names() -> tuple[str, ...]:
    """Return the names of all tables that a study file can link, sorted."""
    return _names(LINKED)


@functools.cache
def _names(family: str) -> tuple[str, ...]:
    folder = resources.files("evalkit.schema") / family
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


@functools.cache
def load_schema(name: str) -> Schema:
    """Return the schema of one table.

    Raises
    ------
    DataError
        If there is no such table.
    """
    families = [family for family in (OFFICE, LINKED) if name in _names(family)]
    if not families:
        raise DataError("shape_not_known", shape=name, known=[*office_names(), *linked_names()])
    file = resources.files("evalkit.schema") / families[0] / f"{name}.toml"
    return read_schema(name, file.read_text(encoding="utf-8"), linked=families[0] == LINKED)
