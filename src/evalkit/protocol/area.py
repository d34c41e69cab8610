"""One pilot area: facts about it, as its file states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.protocol.strict import Section, read_toml
from evalkit.words import Term, catalogue, languages

OUTCOMES = ("recidivism", "satisfaction", "reach")
LEVELS = (
    "municipality",
    "prefecture_city",
    "district",
    "county",
    "city",
    "community",
    "site",
)
FEEDS = (*OUTCOMES, "inputs")


@dataclass(frozen=True)
class Mechanism:
    """One mechanism that the area's own texts describe.

    Parameters
    ----------
    name : Term
        Code and name.
    feeds : tuple of str
        Outcomes that its data would feed, or "inputs".
    tables : tuple of str
        Data shapes that it would leave.
    data : Term
        What those data hold, in words.
    printed : tuple of str
        Claim ids of the figures printed about it.
    """

    name: Term
    feeds: tuple[str, ...]
    tables: tuple[str, ...]
    data: Term
    printed: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeScope:
    """Whether an outcome can apply in an area, and the fact that makes it so.

    Parameters
    ----------
    applies : bool
        False where nobody is served in whom the outcome could occur.
    why : Term
        The fact.
    """

    applies: bool
    why: Term


@dataclass(frozen=True)
class Area:
    """One area and what is known of it.

    Parameters
    ----------
    name, place : Term
        Code and name; the place it lies in.
    order : int
        Position in lists. Areas are never ranked by a result.
    level : str
        Level of government.
    source : str
        Source id of the text.
    outcomes : mapping of str to OutcomeScope
        The outcomes on which the study reports here.
    mechanisms : tuple of Mechanism
        What the texts describe.
    path : Path
        The file.
    """

    name: Term
    place: Term
    order: int
    level: str
    source: str
    outcomes: Mapping[str, OutcomeScope]
    mechanisms: tuple[Mechanism, ...]
    path: Path

    @property
    def code(self) -> str:
        """The area's code, the first part of every result id."""
        return self.name.code


def read_area(path: Path) -> Area:
    """Return one area from its file.

    Parameters
    ----------
    path : Path
        ``<code>.toml``.

    Raises
    ------
    StudyError
        If the file does not keep its form.
    """
    top = Section(path, "", read_toml(path))
    top.check(
        ("code", "order", "level", "name", "place", "source", "outcomes"), optional=("mechanisms",)
    )
    code = top.get("code", "text")
    if code != path.stem:
        raise StudyError("area_code", path=path, code=code, expected=path.stem)
    outcomes = top.section("outcomes")
    outcomes.check((), optional=OUTCOMES)
    return Area(
        name=Term(code, top.texts("name")),
        place=Term(code, top.texts("place")),
        order=top.get("order", "whole"),
        level=top.choice("level", LEVELS),
        source=top.get("source", "text"),
        outcomes={name: _scope(outcomes.section(name)) for name in outcomes.values},
        mechanisms=_mechanisms(top),
        path=path,
    )


def _scope(section: Section) -> OutcomeScope:
    section.check(("applies", "why"))
    why = Term(section.name.rsplit(".", 1)[-1], section.texts("why"))
    return OutcomeScope(section.get("applies", "bool"), why)


def _mechanisms(top: Section) -> tuple[Mechanism, ...]:
    if "mechanisms" not in top.values:
        return ()
    found = []
    for section in top.sections("mechanisms"):
        section.check(("code", "name", "feeds", "tables", "data", "printed"))
        code = section.get("code", "text")
        feeds = section.strings("feeds")
        for outcome in feeds:
            if outcome not in FEEDS:
                raise StudyError(
                    "value_choice",
                    path=top.path,
                    where=section.label,
                    key="feeds",
                    found=outcome,
                    known=FEEDS,
                )
        tables = section.strings("tables")
        for table in tables:
            if f"table.{table}" not in catalogue(languages()[0]):
                raise StudyError(
                    "value_choice",
                    path=top.path,
                    where=section.label,
                    key="tables",
                    found=table,
                    known=_table_names(),
                )
        found.append(
            Mechanism(
                name=Term(code, section.texts("name")),
                feeds=feeds,
                tables=tables,
                data=Term(code, section.texts("data")),
                printed=section.strings("printed"),
            )
        )
    return tuple(found)


def _table_names() -> list[str]:
    keys = (key.partition(".") for key in catalogue(languages()[0]))
    return sorted(name for section, _, name in keys if section == "table")
