"""One reader for every schema.

Imports schema, protocol, quantity and words. A key that is misspelt in a file must not be passed
over in silence: the check or the bound that it meant would be missing and nobody would know.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from evalkit.protocol import OUTCOMES
from evalkit.quantity import ROUNDINGS
from evalkit.schema.schema import (
    BOUNDED,
    DEFINITION,
    KINDS,
    LANGUAGE,
    LEVELS,
    UNITS,
    Check,
    Choice,
    Column,
    Schema,
)
from evalkit.words import Term, languages

# The language that every text of a schema has.
FIRST = "en"
# What an office's table is read by, and what a linked one is held to.
OFFICE_KINDS, LINKED_KINDS = KINDS, ("text", "number", "count", "flag", "choice")
# Words that are declared elsewhere, and which a choice can take from there.
WORDS = {"outcomes": OUTCOMES, "roundings": ROUNDINGS}

# The keys of each section of a file, with the types of their values.
Types = Mapping[str, type | tuple[type, ...]]
_BOUNDS: Types = {"low": (int, float), "high": (int, float)}
_EACH: Types = {"required": bool, "missing": bool, **_BOUNDS}
OFFICE: Types = {"name": dict, "row": dict, "key": list, "columns": dict}
OFFICE_MORE: Types = {"checks": list, "alone": list}
OFFICE_COLUMN: Types = {"kind": str, "header": dict, "about": dict, "example": str}
OFFICE_COLUMN_MORE: Types = {
    **_EACH,
    "high_adults": (int, float),
    "unit": str,
    "aliases": list,
    "choices": dict,
    "official": bool,
    "published": bool,
}
LINKED: Types = {"name": dict, "row": dict, "columns": dict}
LINKED_MORE: Types = {"key": list, "closed": bool}
LINKED_COLUMN: Types = {"kind": str, "about": dict}
LINKED_COLUMN_MORE: Types = {**_EACH, "choices": list, "words_of": str}
CHECK: Types = {"id": str, "level": str, "columns": list, "sql": str, "about": dict}


def read_schema(name: str, text: str, linked: bool = False) -> Schema:
    """Return the schema that a TOML text describes.

    Parameters
    ----------
    linked : bool
        Whether it is of a table that a study file links.

    Raises
    ------
    ValueError
        If a key is unknown, missing or of another type, or names what is not there; the
        message names the file and the key.
    """
    file = f"{name}.toml"
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as slip:
        raise ValueError(f"{file}: {slip}") from None
    top = _part(file, found, *((LINKED, LINKED_MORE) if linked else (OFFICE, OFFICE_MORE)))
    read_column = _linked_column if linked else _office_column
    columns = {
        column: read_column(f"{file}: columns.{column}", column, values)
        for column, values in top["columns"].items()
    }
    checks = tuple(
        _check(f"{file}: check {position}", values, columns)
        for position, values in enumerate(top.get("checks", []), start=1)
    )
    ids = [check.id for check in checks]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{file}: two checks have the same id")
    key = _texts(f"{file}: key", top.get("key", []))
    open_ends = [c for c in key if c not in columns or columns[c].missing]
    if open_ends or not (key or linked):
        raise ValueError(f"{file}: the key needs columns without empty cells, not {open_ends}")
    alone = _texts(f"{file}: alone", top.get("alone", []))
    if strange := [outcome for outcome in alone if outcome not in OUTCOMES]:
        raise ValueError(f"{file}: alone names no outcome with {strange}")
    return Schema(
        name=name,
        linked=linked,
        title=_term(f"{file}: name", name, top["name"]),
        row=_term(f"{file}: row", name, top["row"]),
        key=key,
        columns=columns,
        checks=checks,
        closed=top.get("closed", False),
        alone=alone,
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


def _office_column(where: str, name: str, values: Any) -> Column:
    part = _part(where, values, OFFICE_COLUMN, OFFICE_COLUMN_MORE)
    kind = _one_of(f"{where}.kind", part["kind"], OFFICE_KINDS)
    if ("choices" in part) != (kind == "choice"):
        raise ValueError(f"{where}: choices belong to the kind choice, and only there")
    _check_bounds(where, part)
    if kind != "text" and ({"official", "published"} & set(part)):
        raise ValueError(f"{where}: only a text is official or published")
    return Column(
        name=name,
        kind=kind,
        header=_term(f"{where}.header", name, part["header"]),
        about=_term(f"{where}.about", name, part["about"]),
        example=part["example"],
        **_asked_of(part),
        high_adults=part.get("high_adults"),
        unit=_one_of(f"{where}.unit", part.get("unit", ""), ("", *UNITS)),
        aliases=_texts(f"{where}.aliases", part.get("aliases", [])),
        choices={
            code: _choice(f"{where}.choices.{code}", code, choice)
            for code, choice in part.get("choices", {}).items()
        },
        official=part.get("official", False),
        published=part.get("published", False),
    )


def _linked_column(where: str, name: str, values: Any) -> Column:
    part = _part(where, values, LINKED_COLUMN, LINKED_COLUMN_MORE)
    kind = _one_of(f"{where}.kind", part["kind"], LINKED_KINDS)
    closed = {"choices", "words_of"} & set(part)
    if bool(closed) != (kind == "choice"):
        raise ValueError(f"{where}: choices belong to the kind choice, and only there")
    _check_bounds(where, part)
    holes = name.replace(LANGUAGE, "").replace(DEFINITION, "")
    if "{" in holes or "}" in holes:
        raise ValueError(f"{where}: only {LANGUAGE} and {DEFINITION} stand for several columns")
    words = (
        WORDS[_one_of(f"{where}.words_of", part["words_of"], tuple(WORDS))]
        if ("words_of" in part)
        else ()
    )
    codes = (*words, *_texts(f"{where}.choices", part.get("choices", [])))
    return Column(
        name=name,
        kind=kind,
        header=_same(name),
        about=_term(f"{where}.about", name, part["about"]),
        example="",
        **_asked_of(part),
        choices={code: Choice(code, _same(code)) for code in codes},
    )


def _asked_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a column of either family can ask of its cells."""
    return {
        "required": part.get("required", False),
        "missing": part.get("missing", True),
        "low": part.get("low"),
        "high": part.get("high"),
    }


def _check_bounds(where: str, part: Mapping[str, Any]) -> None:
    if part["kind"] not in BOUNDED and ({"low", "high", "high_adults", "unit"} & set(part)):
        raise ValueError(f"{where}: only a number has low and high, and a unit")


def _choice(where: str, code: str, values: Any) -> Choice:
    words = _part(where, values, {FIRST: str}, {**_others(), "aliases": list})
    label = _term(where, code, {lang: x for lang, x in words.items() if lang != "aliases"})
    return Choice(code, label, _texts(f"{where}.aliases", words.get("aliases", [])))


def _others() -> dict[str, type]:
    return {lang: str for lang in languages() if lang != FIRST}


def _check(where: str, values: Any, columns: Mapping[str, Column]) -> Check:
    part = _part(where, values, CHECK, {"beside": list})
    _one_of(f"{where}.level", part["level"], LEVELS)
    names = _texts(f"{where}.columns", part["columns"])
    beside = _texts(f"{where}.beside", part.get("beside", []))
    if unknown := sorted({*names, *beside} - set(columns)):
        raise ValueError(f"{where}: no columns {unknown}")
    about = _term(f"{where}.about", part["id"], part["about"])
    return Check(part["id"], part["level"], names, part["sql"], about, beside)


def _same(word: str) -> Term:
    """Return a word that is the same in every language."""
    return Term(word, dict.fromkeys(languages(), word))


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
