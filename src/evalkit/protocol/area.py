"""One pilot area: facts about it, as its file states them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.protocol.outcomes import OUTCOMES
from evalkit.protocol.relations import Relation, read_relations
from evalkit.protocol.strict import Section, read_toml
from evalkit.protocol.tables import TableSpec, ledger_spec
from evalkit.words import REFERENCE, Term, catalogue, term

# The code under which a report on all areas together stands; no area may have it.
ALL = "all"
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
    relations : tuple of Relation
        What the texts say of their figures' relations to one another.
    ledger : TableSpec or None
        The area's own ledger of printed figures, where the study's does not hold it.
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
    relations: tuple[Relation, ...]
    ledger: TableSpec | None
    path: Path

    @property
    def code(self) -> str:
        """The area's code, the first part of every result id."""
        return self.name.code


def read_area(path: Path, noted: bool = True) -> Area:
    """Return one area from its file.

    Parameters
    ----------
    noted : bool
        As `evalkit.trace.read_bytes` takes it.

    Raises
    ------
    StudyError
        If the file does not keep its form.
    """
    top = Section(path, "", read_toml(path, noted))
    top.check(
        ("code", "order", "level", "name", "place", "source"),
        optional=("outcomes", "mechanisms", "relations", "ledger"),
    )
    code = top.get("code", "text")
    if code != path.stem:
        raise StudyError("area_code", path=path, code=code, expected=path.stem)
    return Area(
        name=Term(top.code(code), top.texts("name")),
        place=Term(code, top.texts("place")),
        order=top.get("order", "whole"),
        level=top.choice("level", LEVELS),
        source=top.get("source", "text"),
        outcomes=_outcomes(top),
        mechanisms=_mechanisms(top),
        relations=read_relations(top),
        ledger=ledger_spec(top.section("ledger"), code) if "ledger" in top.values else None,
        path=path,
    )


def every_area(path: Path, languages: Iterable[str]) -> Area:
    """Return what stands for all areas of a study together."""
    name, place = term("area.all", languages), term("area.all_place", languages)
    return Area(name, place, 0, ALL, "", {}, (), (), None, path)


def _outcomes(top: Section) -> dict[str, OutcomeScope]:
    # An area of which only printed figures are known reports on no outcome.
    if "outcomes" not in top.values:
        return {}
    outcomes = top.section("outcomes")
    outcomes.check((), optional=OUTCOMES)
    return {name: _scope(outcomes.section(name)) for name in outcomes.values}


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
            # Whether there is a name, not what it is: nothing that is built rests on it yet.
            if f"table.{table}" not in catalogue(REFERENCE).keys():  # noqa: SIM118
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
    keys = (key.partition(".") for key in catalogue(REFERENCE))
    return sorted(name for section, _, name in keys if section == "table")
