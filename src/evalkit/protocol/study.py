"""One study: its areas, outcomes, languages, plan, and where its tables are."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import StudyError, UsageError
from evalkit.protocol.area import OUTCOMES, Area, read_area
from evalkit.protocol.plan import UNITS, Plan, read_plan
from evalkit.protocol.strict import Section, read_toml
from evalkit.words import Term, languages

STATUSES = ("public", "confidential", "made_up")
PEOPLE = ("minors", "adults")


@dataclass(frozen=True)
class TableSpec:
    """Where a table is and how its columns map to a shape.

    Parameters
    ----------
    name, shape : str
        Its name in the study; one of the shapes of `evalkit.table`.
    path : Path
        The file.
    status : {"public", "confidential", "made_up"}
        "public" needs a source and a licence.
    source : Term
        Who published it.
    licence : str
        SPDX identifier, or "facts".
    area, outcome : str
        Empty for tables that serve the whole study.
    columns : mapping of str to str
        Our name to the file's name.
    values : mapping of str to mapping
        For our column, the file's value to our value.
    unit : str
        Unit of time of a follow-up table, else empty.
    """

    name: str
    shape: str
    path: Path
    status: str
    source: Term
    licence: str
    area: str
    outcome: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unit: str


@dataclass(frozen=True)
class Study:
    """One study.

    Parameters
    ----------
    name : Term
        Code and name.
    path : Path
        The study file.
    languages, outcomes : tuple of str
        In the order of the file; the first language is the default.
    people : {"minors", "adults"}
        Decides the disclosure thresholds.
    areas : mapping of str to Area
        In the order of the file.
    plan : Plan
        What was agreed.
    labels : mapping of str to Term
        Names of groups, definitions, columns and answers.
    tables : mapping of str to TableSpec
        By name.
    """

    name: Term
    path: Path
    languages: tuple[str, ...]
    outcomes: tuple[str, ...]
    people: str
    areas: Mapping[str, Area]
    plan: Plan
    labels: Mapping[str, Term]
    tables: Mapping[str, TableSpec]

    @property
    def code(self) -> str:
        """The study's code, the name of its folder of reports."""
        return self.name.code

    def area(self, code: str) -> Area:
        """Return one area, or stop with the list of those that exist."""
        if code not in self.areas:
            raise UsageError("unknown_area", area=code, study=self.code, known=list(self.areas))
        return self.areas[code]

    def label(self, code: str) -> Term:
        """Return the name of a group, definition, column or answer."""
        if code not in self.labels:
            raise StudyError("label_missing", path=self.path, label=code)
        return self.labels[code]

    def table_for(self, area: str, outcome: str) -> TableSpec | None:
        """Return the table with the data of one area and outcome, if there is one."""
        found = [t for t in self.tables.values() if (t.area, t.outcome) == (area, outcome)]
        return found[0] if found else None

    def reports(self) -> list[tuple[str, str]]:
        """Return every (area, outcome) on which the study reports."""
        return [
            (code, outcome)
            for code, area in self.areas.items()
            for outcome in self.outcomes
            if outcome in area.outcomes
        ]


def find_study(name: str | Path) -> Path:
    """Return the study file a person means, from whichever folder they stand in.

    Parameters
    ----------
    name : str or Path
        A path. A relative one is tried in the working folder, in each folder
        above it, and in the source checkout that holds the package.

    Raises
    ------
    StudyError
        If there is no such file.
    """
    wanted = Path(name)
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, checkout):
        try:
            if (folder / wanted).exists():
                return (folder / wanted).resolve()
        except (OSError, RuntimeError):
            # A name longer than the disk allows, or links in a circle.
            break
    raise StudyError("study_missing", path=wanted, folder=here)


def read_study(path: str | Path) -> Study:
    """Return a study from its file, with its areas.

    Parameters
    ----------
    path : str or Path
        The study file.

    Raises
    ------
    StudyError
        If the file or one of its areas does not keep its form.
    """
    path = Path(path)
    top = Section(path, "", read_toml(path))
    top.check(
        (
            *("code", "name", "languages", "outcomes", "people"),
            *("areas_folder", "areas", "plan", "labels", "tables"),
        )
    )
    known = _known(top, "languages", languages())
    study = Study(
        name=Term(_code(top), top.texts("name")),
        path=path,
        languages=known,
        outcomes=_known(top, "outcomes", OUTCOMES),
        people=top.choice("people", PEOPLE),
        areas=_areas(top),
        plan=read_plan(top.section("plan")),
        labels=_labels(top.section("labels")),
        tables=_tables(top),
    )
    _check_parts(study)
    return study


def _code(top: Section) -> str:
    return top.code(top.get("code", "text"))


def _known(top: Section, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = top.strings(key)
    for value in values:
        if value not in allowed:
            raise StudyError(
                "value_choice",
                path=top.path,
                where=top.label,
                key=key,
                found=value,
                known=list(allowed),
            )
    if not values:
        raise StudyError("value_empty", path=top.path, where=top.label, key=key)
    _check_once(top, key, values)
    return values


def _check_once(top: Section, key: str, values: tuple[str, ...]) -> None:
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise StudyError("area_twice", path=top.path, where=top.label, key=key, found=twice[0])


def _areas(top: Section) -> dict[str, Area]:
    folder = top.path.parent / top.get("areas_folder", "text")
    codes = top.strings("areas")
    if not codes:
        raise StudyError("value_empty", path=top.path, where=top.label, key="areas")
    _check_once(top, "areas", codes)
    codes = tuple(top.code(code) for code in codes)
    return {code: read_area(folder / f"{code}.toml") for code in codes}


def _labels(section: Section) -> dict[str, Term]:
    return {code: Term(code, section.texts(code)) for code in section.values}


def _tables(top: Section) -> dict[str, TableSpec]:
    found: dict[str, TableSpec] = {}
    for section in top.sections("tables"):
        spec = _table(section)
        if spec.name in found:
            raise StudyError("table_twice", path=top.path, table=spec.name)
        found[spec.name] = spec
    return found


def _table(section: Section) -> TableSpec:
    section.check(
        ("name", "shape", "file", "status", "source", "licence"),
        optional=("area", "outcome", "columns", "values", "unit"),
    )
    name = section.get("name", "text")
    shape = section.get("shape", "text")
    if shape == "follow_up" and "unit" not in section.values:
        raise StudyError("key_missing", path=section.path, where=section.label, missing=["unit"])
    named = section.path.parent / section.get("file", "text")
    path = named.resolve()
    status = section.choice("status", STATUSES)
    if status == "public" and (_is_raw(Path(os.path.abspath(named))) or _is_raw(path)):
        raise StudyError("raw_is_not_public", path=section.path, table=name)

    def optional(key: str) -> str:
        return str(section.get(key, "text")) if key in section.values else ""

    values = section.section("values") if "values" in section.values else None
    outcome = section.choice("outcome", OUTCOMES) if "outcome" in section.values else ""
    return TableSpec(
        name=name,
        shape=shape,
        path=path,
        status=status,
        source=Term(name, section.texts("source")),
        licence=section.get("licence", "text"),
        area=optional("area"),
        outcome=outcome,
        columns=section.mapping("columns"),
        values={key: values.mapping(key) for key in values.values} if values else {},
        unit=section.choice("unit", UNITS) if shape == "follow_up" else "",
    )


def _is_raw(path: Path) -> bool:
    # Also through a link, and where the disk does not tell Raw from raw.
    parts = [part.lower() for part in path.parts]
    return ("data", "raw") in itertools.pairwise(parts)


def _check_parts(study: Study) -> None:
    for outcome in study.outcomes:
        if outcome not in study.plan.parts:
            raise StudyError("key_missing", path=study.path, where="[plan]", missing=[outcome])
    _check_words(study, study.path, [study.name, *study.labels.values()])
    _check_words(study, study.path, [spec.source for spec in study.tables.values()])
    for area in study.areas.values():
        scopes = [scope.why for scope in area.outcomes.values()]
        parts = [part for m in area.mechanisms for part in (m.name, m.data)]
        _check_words(study, area.path, [area.name, area.place, *scopes, *parts])
    served: dict[tuple[str, str], str] = {}
    for spec in study.tables.values():
        if spec.area and spec.outcome:
            first = served.setdefault((spec.area, spec.outcome), spec.name)
            if first != spec.name:
                raise StudyError(
                    "tables_share",
                    path=study.path,
                    tables=[first, spec.name],
                    area=spec.area,
                    outcome=spec.outcome,
                )
    for spec in study.tables.values():
        if spec.area and spec.area not in study.areas:
            raise StudyError(
                "value_choice",
                path=study.path,
                where=f"[tables {spec.name}]",
                key="area",
                found=spec.area,
                known=list(study.areas),
            )


def _check_words(study: Study, path: Path, texts: Iterable[Term]) -> None:
    for text in texts:
        missing = [lang for lang in study.languages if not text.text.get(lang, "").strip()]
        if missing:
            raise StudyError("text_missing", path=path, text=text.code, missing=missing)
