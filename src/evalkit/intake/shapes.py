"""The shapes of all tables that an office can hand in, one TOML file a table.

Imports units, words and errors. A key that is misspelt there must not be passed over in silence:
the check or the bound that it meant would be missing and nobody would know.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from evalkit.errors import DataError
from evalkit.intake.units import known_units
from evalkit.words import Term, languages

KINDS = (
    *("text", "id", "person", "date", "datetime", "month"),
    *("number", "count", "share", "flag", "choice"),
)
BOUNDED = ("number", "count", "share")
LEVELS = ("stop", "warn", "note")
# The language that every text of a shape has.
FIRST = "en"

# The keys of each section of a file, with the types of their values.
Types = Mapping[str, type | tuple[type, ...]]
TABLE: Types = {"name": dict, "row": dict, "key": list, "columns": dict}
COLUMN: Types = {"kind": str, "header": dict, "about": dict, "example": str}
COLUMN_MORE: Types = {
    "required": bool,
    "missing": bool,
    "low": (int, float),
    "high": (int, float),
    "high_adults": (int, float),
    "unit": str,
    "aliases": list,
    "choices": dict,
    "official": bool,
    "published": bool,
}
CHECK: Types = {"id": str, "level": str, "columns": list, "sql": str, "about": dict}


@dataclass(frozen=True)
class Choice:
    """One of the values of a column with a closed list.

    Parameters
    ----------
    code : str
        What the table holds once it is read.
    label : Term
        What stands in the template and its drop-down.
    aliases : tuple of str
        What other exports write for it.
    """

    code: str
    label: Term
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One column.

    Parameters
    ----------
    name : str
        Its name in the table once it is read.
    kind : str
        One of `KINDS`: "person" is the number of a person, which becomes a pseudonym;
        "id" any other number, kept as text; "share" a percentage; "flag" yes or no.
    header : Term
        What stands at its head in the template.
    about : Term
        One sentence for whoever fills it in.
    example : str
        A cell as an office would write it.
    required : bool
        Whether the column must be there.
    missing : bool
        Whether a cell may be empty.
    low, high : float or None
        Smallest and largest possible number; None for no bound.
    high_adults : float or None
        Largest possible number in a study of adults, where it is another.
    unit : str
        What a number of the table is counted in (`evalkit.intake.units`); "" for none.
    aliases : tuple of str
        Other headers that exports give it.
    choices : dict of str to Choice
        The closed list of a "choice", in the order of the drop-down; else empty.
    official : bool
        Whether a text may be the official code of a division.
    published : bool
        Whether a text tells where public numbers stand, and is about no person.
    """

    name: str
    kind: str
    header: Term
    about: Term
    example: str
    required: bool
    missing: bool
    low: float | None
    high: float | None
    high_adults: float | None
    unit: str
    aliases: tuple[str, ...]
    choices: dict[str, Choice]
    official: bool = False
    published: bool = False


@dataclass(frozen=True)
class Check:
    """What no row may be.

    Parameters
    ----------
    id : str
        Its name, unique within the table.
    level : str
        "stop": the table is refused; "warn": the result may suffer; "note": to be known.
    columns : tuple of str
        The columns that it reads.
    sql : str
        DuckDB SQL over one row, true where the row is wrong; NULL is not wrong.
    about : Term
        What is wrong with such a row.
    """

    id: str
    level: str
    columns: tuple[str, ...]
    sql: str
    about: Term


@dataclass(frozen=True)
class Shape:
    """What a table of one kind promises.

    Parameters
    ----------
    name : str
        Name of the table.
    title : Term
        What people call it.
    row : Term
        What one row is.
    key : tuple of str
        Columns that together are unique; none of their cells may be empty.
    columns : dict of str to Field
        The columns, in the order of the template.
    checks : tuple of Check
        What is looked for in its rows.
    """

    name: str
    title: Term
    row: Term
    key: tuple[str, ...]
    columns: dict[str, Field]
    checks: tuple[Check, ...]


@functools.cache
def shape_names() -> tuple[str, ...]:
    """Return the names of all tables, sorted."""
    folder = resources.files("evalkit.intake") / "shapes"
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


@functools.cache
def load_shape(name: str) -> Shape:
    """Return the shape of one table.

    Parameters
    ----------
    name : str
        A name out of `shape_names`.

    Raises
    ------
    DataError
        If there is no such table.
    """
    if name not in shape_names():
        raise DataError("shape_not_known", shape=name, known=shape_names())
    file = resources.files("evalkit.intake") / "shapes" / f"{name}.toml"
    return read_shape(name, file.read_text(encoding="utf-8"))


def read_shape(name: str, text: str) -> Shape:
    """Return the shape that a TOML text describes.

    Parameters
    ----------
    name : str
        Name of the table.
    text : str
        What its file holds.

    Raises
    ------
    ValueError
        If a key is unknown, missing or of another type, or names what is not there.
    """
    top = _part(name, tomllib.loads(text), TABLE, {"checks": list})
    columns = {
        column: _field(f"{name}.{column}", column, values)
        for column, values in top["columns"].items()
    }
    checks = tuple(
        _check(f"{name}, check {position}", values, columns)
        for position, values in enumerate(top.get("checks", []), start=1)
    )
    ids = [check.id for check in checks]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{name}: two checks have the same id")
    key = _texts(name, top["key"])
    open_ends = [c for c in key if c not in columns or columns[c].missing]
    if open_ends or not key:
        raise ValueError(f"{name}: the key needs columns without empty cells, not {open_ends}")
    return Shape(
        name=name,
        title=_term(name, name, top["name"]),
        row=_term(name, name, top["row"]),
        key=key,
        columns=columns,
        checks=checks,
    )


def _part(where: str, values: Any, required: Types, optional: Types) -> Mapping[str, Any]:
    """Return one section, its keys and their types checked."""
    if not isinstance(values, dict):
        raise ValueError(f"{where}: should be a section")
    known = {**required, **optional}
    if unknown := sorted(set(values) - set(known)):
        raise ValueError(f"{where}: unknown {unknown}, known are {sorted(known)}")
    if absent := sorted(set(required) - set(values)):
        raise ValueError(f"{where}: missing {absent}")
    for key, value in values.items():
        # In Python true is a whole number; as a bound it is a slip.
        slip = isinstance(value, bool) and known[key] is not bool
        if slip or not isinstance(value, known[key]):
            raise ValueError(f"{where}: {key} = {value!r} is of the wrong type")
    return values


def _field(where: str, name: str, values: Any) -> Field:
    part = _part(where, values, COLUMN, COLUMN_MORE)
    kind = _one_of(where, part["kind"], KINDS)
    if ("choices" in part) != (kind == "choice"):
        raise ValueError(f"{where}: choices belong to the kind choice, and only there")
    if kind not in BOUNDED and ({"low", "high", "high_adults", "unit"} & set(part)):
        raise ValueError(f"{where}: only a number has low and high, and a unit")
    if kind != "text" and ({"official", "published"} & set(part)):
        raise ValueError(f"{where}: only a text is official or published")
    return Field(
        name=name,
        kind=kind,
        header=_term(where, name, part["header"]),
        about=_term(where, name, part["about"]),
        example=part["example"],
        required=part.get("required", False),
        missing=part.get("missing", True),
        low=part.get("low"),
        high=part.get("high"),
        high_adults=part.get("high_adults"),
        unit=_one_of(where, part.get("unit", ""), ("", *known_units())),
        aliases=_texts(where, part.get("aliases", [])),
        choices={
            code: _choice(f"{where}.{code}", code, choice)
            for code, choice in part.get("choices", {}).items()
        },
        official=part.get("official", False),
        published=part.get("published", False),
    )


def _choice(where: str, code: str, values: Any) -> Choice:
    words = _part(where, values, {FIRST: str}, {**_others(), "aliases": list})
    label = _term(where, code, {lang: x for lang, x in words.items() if lang != "aliases"})
    return Choice(code, label, _texts(where, words.get("aliases", [])))


def _others() -> dict[str, type]:
    return {lang: str for lang in languages() if lang != FIRST}


def _check(where: str, values: Any, columns: Mapping[str, Field]) -> Check:
    part = _part(where, values, CHECK, {})
    _one_of(where, part["level"], LEVELS)
    names = _texts(where, part["columns"])
    if unknown := sorted(set(names) - set(columns)):
        raise ValueError(f"{where}: no columns {unknown}")
    about = _term(where, part["id"], part["about"])
    return Check(part["id"], part["level"], names, part["sql"], about)


def _term(where: str, code: str, values: Any) -> Term:
    words = _part(where, values, {FIRST: str}, _others())
    if not all(words.values()):
        raise ValueError(f"{where}: a text is empty")
    # A language that has its sentences need not have those of every table yet.
    return Term(code, {lang: words.get(lang, words[FIRST]) for lang in languages()})


def _texts(where: str, values: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(values)
    if not all(isinstance(value, str) and value for value in found):
        raise ValueError(f"{where}: {list(found)} should be a list of texts")
    return found


def _one_of(where: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{where}: {value!r} is none of {known}")
    return value
