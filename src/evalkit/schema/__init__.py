"""The promises of all tables, one registry: what an office hands in, what a study links.

Imports protocol, quantity, words and errors. A schema is one TOML file in ``office/`` or in
``linked/``; whoever wants to know which there are, or what one promises, asks here.
"""

from evalkit.schema.read import read_schema
from evalkit.schema.registry import linked_names, load_schema, office_names
from evalkit.schema.schema import (
    BOUNDED,
    DEFINITION,
    KINDS,
    LANGUAGE,
    LEVELS,
    MOST,
    UNITS,
    Check,
    Choice,
    Column,
    Schema,
)

__all__ = [
    "BOUNDED",
    "DEFINITION",
    "KINDS",
    "LANGUAGE",
    "LEVELS",
    "MOST",
    "UNITS",
    "Check",
    "Choice",
    "Column",
    "Schema",
    "linked_names",
    "load_schema",
    "office_names",
    "read_schema",
]
