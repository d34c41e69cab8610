"""One study: its areas, outcomes, languages, plan, and where its tables are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evalkit.errors import StudyError, UsageError
from evalkit.language import check_whole
from evalkit.protocol.area import ALL, Area, every_area, read_area
from evalkit.protocol.brand import Brand, read_brand
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.outcomes import CLAIMS, DECLARED, QUALITY
from evalkit.protocol.parts import Areas, check_parts, terms
from evalkit.protocol.plan import Plan, default_claims_plan, read_plan
from evalkit.protocol.strict import Section, read_toml
from evalkit.protocol.tables import Clean, TableSpec, read_clean_folder, read_tables
from evalkit.trace import note_absent, note_read
from evalkit.words import Term, languages, say

PEOPLE = ("minors", "adults")
# The study's ledger of printed figures, and the list of texts that printed them.
LEDGER, SOURCES = "claims", "sources"
# What a reader asks of an assessment before its numbers; each may be left out.
ASSESSMENT = ("period", "asked_by", "assessed_by", "paid_by")


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
    labels, tables : mapping of str to Term, to TableSpec
        Names of groups, definitions, columns and answers; tables by name.
    assessment : mapping of str to Term
        The period, and who asked for, made and paid for the assessment, where stated.
    clean : Clean or None
        Where the tables lie that the offices handed in.
    notebooks : Path or None
        The folder of its own notebooks, where the file names one.
    brand : Brand or None
        Under whose name its reports go out, where the file names it.
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
    assessment: Mapping[str, Term]
    clean: Clean | None = None
    notebooks: Path | None = None
    brand: Brand | None = None

    @property
    def made_up(self) -> bool:
        """Whether its tables are made up: then everything of it carries the mark."""
        clean = [self.clean.status] if self.clean else []
        return {*clean, *(spec.status for spec in self.tables.values())} == {"made_up"}

    @property
    def code(self) -> str:
        """The study's code, the name of its folder of reports."""
        return self.name.code

    def area(self, code: str) -> Area:
        """Return one area, or stop with the list of those that exist.

        What is computed next is taken to depend on its file, and on no other area's.
        """
        if code == ALL and self.compares:
            for area in self.areas.values():
                note_read(area.path)
            return every_area(self.path, self.languages)
        if code not in self.areas:
            known = [*self.areas, *([ALL] if self.compares else [])]
            raise UsageError("unknown_area", area=code, study=self.code, known=known)
        area = self.areas[code]
        note_read(area.path)
        # Nobody takes a page on a made-up area for one on the real one of that name.
        return replace(area, name=_marked(area.name)) if self.made_up else area

    def label(self, code: str) -> Term:
        """Return the name of a group, definition, column or answer."""
        if code not in self.labels:
            raise StudyError("label_missing", path=self.path, label=code)
        return self.labels[code]

    def table_for(self, area: str, outcome: str) -> TableSpec | None:
        """Return the table with the data of one area and outcome, if there is one."""
        found = [t for t in self.tables.values() if (t.area, t.outcome) == (area, outcome)]
        persons = DECLARED[outcome].persons
        if found or not persons:
            return found[0] if found else None
        return self.clean_table(area, persons)

    def clean_table(self, area: str, shape: str) -> TableSpec | None:
        """Return a table that an area's office handed in, if it did.

        What is computed next is taken to depend on whether it is there.
        """
        if self.clean is None:
            return None
        spec = self.clean.spec(area, shape)
        if spec.server is not None:
            if spec.path.exists():
                raise StudyError("place.table_in_two", path=spec.path, place=spec.place)
            return spec
        if not self.clean.folder.is_dir():
            raise StudyError("clean_folder", path=self.path, folder=self.clean.folder)
        if spec.path.exists():
            return spec
        note_absent(spec.path)
        return None

    def own_words(self, lang: str, area: str = ALL) -> list[str]:
        """Return every text that the study and an area, or all, give in one language."""
        codes = [area] if area in self.areas else list(self.areas)
        return [term.text[lang] for _, term in terms(self, codes)]

    @property
    def compares(self) -> bool:
        """Whether it has a report on the printed figures of all its areas."""
        return CLAIMS in self.outcomes and len(self.areas) > 1

    def outcomes_of(self, code: str) -> list[str]:
        """Return what the study reports on in one area, or in all of them together."""
        if code == ALL:
            return [CLAIMS] if self.compares else []
        here = (*self.areas[code].outcomes, CLAIMS, QUALITY)
        return [outcome for outcome in self.outcomes if outcome in here]

    def reports(self) -> list[tuple[str, str]]:
        """Return every (area, outcome) on which the study reports; all areas come last."""
        return [(code, o) for code in (*self.areas, ALL) for o in self.outcomes_of(code)]

    def first_with(self, outcome: str) -> str:
        """Return the first area that has a report on an outcome; the first where none has."""
        found = (code for code, name in self.reports() if name == outcome)
        return next(found, next(iter(self.areas)))

    def ledgers(self, area: str) -> list[TableSpec]:
        """Return the ledgers that may hold figures printed by an area, or by any."""
        chosen = self.areas.values() if area == ALL else [self.areas[area]]
        own = [a.ledger for a in chosen if a.ledger is not None]
        shared = [self.tables[LEDGER]] if LEDGER in self.tables else []
        return [*shared, *own]


def notebook_of(area: str, outcome: str) -> str:
    """Return the name of the notebook that makes a report, without its ending."""
    return f"{outcome}_overview" if area == ALL else outcome


def read_study(path: str | Path, area: str = ALL) -> Study:
    """Return a study from its file, with its areas.

    Parameters
    ----------
    area : str
        The one area that is asked about, of what may be thousands: the others' files are
        read when they are, and not checked here. All are, when it is "all" or none of them.

    Raises
    ------
    StudyError
        If the file, or the file of an area that is checked, does not keep its form.
    """
    path = Path(path)
    top = Section(path, "", read_toml(path))
    if not top.values:
        raise StudyError("study_empty", path=path)
    if "ledger" in top.values:
        return _study_of_one_area(top)
    if "place" in top.values and "areas" not in top.values:
        raise StudyError("area_without_ledger", path=path)
    mistakes = Mistakes()
    mistakes.of(
        top.check,
        (
            *("code", "name", "languages", "outcomes", "people"),
            *("areas_folder", "areas", "plan", "labels"),
            # What the offices handed in may be all that there is.
            *(() if "clean" in top.values else ("tables",)),
        ),
        (
            "assessment",
            "brand",
            "clean",
            "notebooks",
            *(("tables",) if "clean" in top.values else ()),
        ),
    )
    parts = _read_parts(top, mistakes)
    asked = _asked(parts["areas"], area, mistakes)
    if mistakes.found:
        for spec in (parts["tables"] or {}).values():
            mistakes.of(_check_there, spec)
        mistakes.end()
    study = Study(path=path, **parts)
    check_parts(study, asked)
    return study


def _read_parts(top: Section, mistakes: Mistakes) -> dict[str, Any]:
    """Return the parts of a study file; what is wrong with one hides nothing of the others."""
    reads: dict[str, Callable[[], Any]] = {
        "code": lambda: _code(top),
        "name": lambda: top.texts("name"),
        "languages": lambda: _spoken(top),
        "outcomes": lambda: _known(top, "outcomes", tuple(DECLARED)),
        "people": lambda: top.choice("people", PEOPLE),
        "areas": lambda: _areas(top),
        "plan": lambda: read_plan(top.section("plan")),
        "labels": lambda: _labels(top.section("labels")),
        "tables": lambda: read_tables(top),
        "assessment": lambda: _assessment(top),
        "clean": lambda: read_clean_folder(top),
        "notebooks": lambda: top.path.parent / top.get("notebooks", "text"),
        "brand": lambda: read_brand(top.path.parent / top.get("brand", "text")),
    }
    found = {key: mistakes.of(read) for key, read in reads.items() if key in top.values}
    empty: dict[str, Any] = {key: None for key in reads} | {"tables": {}, "assessment": {}}
    parts = empty | found
    code, name = parts.pop("code"), parts.pop("name")
    return {"name": Term(code or "", name or {}), **parts}


def _asked(areas: Areas | None, area: str, mistakes: Mistakes) -> list[str]:
    """Return the areas that are checked, each of them read."""
    codes = [] if areas is None else [area] if area in areas else list(areas)
    for code in codes:
        mistakes.of((areas or {}).__getitem__, code)
    return codes


def _check_there(spec: TableSpec) -> None:
    """Name a table that is missing beside other mistakes; alone it is its report's affair."""
    if not spec.path.exists():
        raise StudyError("file_missing", path=spec.path)


def plan_of(path: Path) -> Plan:
    """Return the plan of a study file alone: of a copy that travelled without its areas too.

    Parameters
    ----------
    path : Path
        The study file, or an area file with a ledger of its own.

    Raises
    ------
    StudyError
        If the file has no plan, or it does not keep its form.
    """
    top = Section(path, "", read_toml(path))
    if "ledger" in top.values:
        return default_claims_plan()
    if "plan" not in top.values:
        raise StudyError("key_missing", path=path, where=top.label, missing=["plan"])
    return read_plan(top.section("plan"))


def _study_of_one_area(top: Section) -> Study:
    """Return the study of an area file that brings its own ledger: its printed figures."""
    area = read_area(top.path)
    if area.code == ALL:
        raise StudyError("area_reserved", path=top.path, code=ALL)
    for lang in area.name.text:
        if lang not in languages():
            where, known = "[name]", languages()
            raise StudyError(
                "value_choice", path=top.path, where=where, key="name", found=lang, known=known
            )
    spoken = tuple(area.name.text)
    study = Study(
        name=area.name,
        path=top.path,
        languages=spoken,
        outcomes=(CLAIMS,),
        people="minors",
        areas={area.code: area},
        plan=default_claims_plan(),
        labels={},
        tables={},
        assessment={},
    )
    check_parts(study, list(study.areas))
    return study


def _code(top: Section) -> str:
    return top.code(top.get("code", "text"))


def _spoken(top: Section) -> tuple[str, ...]:
    """Return the study's languages; each is one that can say everything."""
    codes = _known(top, "languages", languages())
    for code in codes:
        check_whole(code, top.path)
    return codes


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


def _marked(name: Term) -> Term:
    spoken = set(name.text) & set(languages())
    marked = {lang: say("area.made_up", lang, area=name.text[lang]) for lang in spoken}
    return Term(name.code, {**name.text, **marked})


def _areas(top: Section) -> Areas:
    where = top.get("areas_folder", "text") if "areas_folder" in top.values else ""
    folder = top.path.parent / where
    codes = top.strings("areas")
    if not codes:
        raise StudyError("value_empty", path=top.path, where=top.label, key="areas")
    _check_once(top, "areas", codes)
    codes = tuple(top.code(code) for code in codes)
    if ALL in codes:
        raise StudyError("area_reserved", path=top.path, code=ALL)
    return Areas(folder, codes)


def _labels(section: Section) -> dict[str, Term]:
    mistakes = Mistakes()
    texts = {code: mistakes.of(section.texts, code) for code in section.values}
    mistakes.end()
    return {code: Term(code, text or {}) for code, text in texts.items()}


def _assessment(top: Section) -> dict[str, Term]:
    if "assessment" not in top.values:
        return {}
    section = top.section("assessment")
    section.check((), optional=ASSESSMENT)
    return {key: Term(key, section.texts(key)) for key in section.values}
