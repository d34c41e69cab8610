"""What a report is, so that whoever has its executed notebook needs nothing else for its pages.

Imports flow, outcomes and what is below them. `present.opening` records it; every form is made
from it and the estimates, and never from the study, the data or the ledger.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.disclosure import read_policy
from evalkit.outcomes import Report
from evalkit.present.flow import rounded
from evalkit.present.shown import Shown
from evalkit.protocol import ALL, Brand, brand_of, identity, package_sha256
from evalkit.protocol.outcomes.reach import OUTCOME as REACH
from evalkit.schema import load_schema, office_names
from evalkit.table import Table
from evalkit.trace import read_bytes
from evalkit.words import Term

SCHEMA = 1
MADE_UP = "made_up"
# Not the names of the files themselves: a copy is taken for no study, and refers to nothing.
STUDY_COPY = "report.study.toml"
AREA_COPY = "report.area.{code}.toml"
COPY = re.compile(r"report\.(?:study|area\.[a-z0-9_-]+)\.toml", re.ASCII)


@dataclass(frozen=True)
class Source:
    """A table behind a report, as its page names it.

    Parameters
    ----------
    name, status, licence : str
        As the study declares them.
    source : Term
        Who published it, or handed it in.
    fingerprint : str
        SHA-256 of what was read; empty where that could tell what is in it.
    """

    name: str
    status: str
    source: Term
    licence: str
    fingerprint: str = ""


@dataclass(frozen=True)
class Agreed:
    """A file that says what was agreed.

    Parameters
    ----------
    name : str
        Of the file.
    copy : str
        Of the copy that travels with the report.
    sha256 : str
        Its fingerprint.
    """

    name: str
    copy: str
    sha256: str


@dataclass(frozen=True)
class ReportHeader:
    """What a report is.

    Parameters
    ----------
    about : mapping
        What a portal must know of it, as `evalkit.protocol.identity` gives it.
    plan : mapping
        The outcome's part of the plan.
    plan_status, plan_sha256 : str
        "draft", "frozen" or "retrospective"; its fingerprint.
    version, package_sha256, python : str
        Of evalkit, of its own code, and of the Python that computed the results.
    study, area : Agreed
        The files that say what was agreed.
    agreed : mapping of str to str
        The name of each copy that travels with the report, and its text.
    policy : str
        The version of the disclosure policy.
    rule : Term
        What was done to counts.
    tables : tuple of Source
        What it rests on.
    offices : Source or None
        Where it rests on tables that offices handed in: what all have in common. Which they
        were is told by the estimates.
    marked : tuple of str
        Names of the tables whose every result carries the mark of made-up data.
    texts : mapping of str to list of str
        What the study and the area say in their own words, by language.
    """

    about: Mapping[str, Any]
    plan: Mapping[str, Any]
    plan_status: str
    plan_sha256: str
    version: str
    package_sha256: str
    python: str
    study: Agreed
    area: Agreed
    agreed: Mapping[str, str]
    policy: str
    rule: Term
    tables: tuple[Source, ...]
    offices: Source | None
    marked: tuple[str, ...]
    texts: Mapping[str, list[str]]

    @property
    def outcome(self) -> str:
        """The outcome's code."""
        return str(self.about["outcome"])

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language of the report, the default first."""
        return tuple(self.about["languages"])

    @property
    def made_up(self) -> bool:
        """Whether all of its study is."""
        return bool(self.about["study"]["made_up"])

    @property
    def study_name(self) -> Term:
        """What the study is called."""
        return Term(self.about["study"]["code"], self.about["study"]["name"])

    @property
    def area_name(self) -> Term:
        """What the area is called."""
        return Term(self.about["area"]["code"], self.about["area"]["name"])

    @property
    def name(self) -> str:
        """What people call the report: ``<study>/<area>/<outcome>``."""
        return f"{self.study_name.code}/{self.area_name.code}/{self.outcome}"

    @property
    def brand(self) -> Brand | None:
        """Under whose name it goes out, where the study names one."""
        return brand_of(self.about["study"])

    def stated(self, key: str) -> Term | None:
        """Return what the study states of its assessment, if it does."""
        texts = self.about["study"]["assessment"].get(key)
        return Term(key, texts) if texts else None

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data; what `header_from_json` reads back."""
        return {"schema": SCHEMA, **asdict(self)}


def header_from_json(data: Mapping[str, Any]) -> ReportHeader:
    """Return a header from what a notebook holds.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is no header.
    """
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']}, not {SCHEMA}")
    for name in data["agreed"]:
        # A copy is written under its name, and who made the notebook may be anybody.
        if not COPY.fullmatch(name):
            raise ValueError("a copy has no name of ours")
    held = {field.name: data[field.name] for field in fields(ReportHeader)}
    held |= {key: Agreed(**data[key]) for key in ("study", "area")}
    held |= {"rule": Term(**data["rule"]), "marked": tuple(data["marked"])}
    held["tables"] = tuple(_source(each) for each in data["tables"])
    held["offices"] = _source(data["offices"]) if data["offices"] else None
    brand_of(data["about"]["study"])
    return ReportHeader(**held)


def _source(data: Mapping[str, Any]) -> Source:
    return Source(**{**data, "source": Term(**data["source"])})


def headed(opening: Shown, report: Report) -> Shown:
    """Return the first statement of a report with what the report is."""
    return replace(opening, header=header_of(report).to_json())


def header_of(report: Report) -> ReportHeader:
    """Return what a report is; its linked tables and its ledger are read for their fingerprints.

    Raises
    ------
    DataError
        If a table does not keep its promise.
    """
    study, area = report.study, report.area
    agreed = _agreed(report)
    study_file, area_file = (
        Agreed(path.name, name, hashlib.sha256(agreed[name].encode()).hexdigest())
        for path, name in ((study.path, STUDY_COPY), (area.path, _area_copy(report)))
    )
    clean = study.clean if of_offices(report) else None
    tables = () if clean else tuple(_behind(report))
    public = not clean and all(table.status == "public" for table in tables)
    return ReportHeader(
        about=identity(study, area, report.outcome),
        plan=asdict(report.plan),
        plan_status=study.plan.status,
        plan_sha256=study.plan.hash,
        version=__version__,
        package_sha256=package_sha256(),
        python=platform.python_version(),
        study=study_file,
        area=area_file,
        agreed=agreed,
        policy=read_policy(study.people).version,
        rule=report.term("note.public") if public else _rule(report),
        tables=tuple(Source(t.name, t.status, t.source, t.licence, t.fingerprint) for t in tables),
        offices=Source("", clean.status, clean.source, clean.licence) if clean else None,
        marked=_marked(report),
        texts={lang: study.own_words(lang, area.code) for lang in report.languages},
    )


def _behind(report: Report) -> list[Table]:
    return [*report.ledger, *([report.table] if report.spec else [])]


def of_offices(report: Report) -> bool:
    """Return whether a report rests on an office's tables: villages and orders stand alone."""
    # Beside data on reach that a study links no table of an office is told.
    linked = report.outcome == REACH.code and report.spec is not None
    shapes = [name for name in office_names() if report.outcome in load_schema(name).alone]
    told = not linked and any(report.office(name) is not None for name in shapes)
    return report.from_offices or told


def _area_copy(report: Report) -> str:
    # An area file that is a study of its own, and all areas together, have the study's copy.
    if report.area.path == report.study.path:
        return STUDY_COPY
    return AREA_COPY.format(code=report.area.code)


def _agreed(report: Report) -> dict[str, str]:
    """Return the text of each file that says what was agreed, under the name of its copy."""
    wanted = {STUDY_COPY: report.study.path, _area_copy(report): report.area.path}
    if report.area.code == ALL:
        others = report.study.areas.values()
        wanted = {AREA_COPY.format(code=area.code): area.path for area in others} | wanted
    return {name: _text(path) for name, path in wanted.items()}


def _text(path: Path) -> str:
    # Read as a study before: it is UTF-8, and its ends of lines stay as they are.
    return read_bytes(path, noted=False).decode()


def _rule(report: Report) -> Term:
    said = rounded(read_policy(report.study.people))
    return Term("rounded", {lang: said.text(lang) for lang in report.languages})


def _marked(report: Report) -> tuple[str, ...]:
    clean, tables = report.study.clean, report.study.tables
    names = [name for name, spec in tables.items() if spec.status == MADE_UP]
    if clean is not None and clean.status == MADE_UP:
        names += [clean.spec(report.area.code, shape).name for shape in office_names()]
    return tuple(names)
