"""Where the tables of a study are, and how their columns map to a shape."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import StudyError
from evalkit.protocol.mistakes import Mistakes
from evalkit.protocol.outcomes import OUTCOMES, RecidivismPlan, choices_of
from evalkit.protocol.servers import Server, read_servers
from evalkit.protocol.strict import Section
from evalkit.words import Term

# What computes the expressions of the tables of offices that lie in files.
DUCKDB, SPARK = ENGINES = ("duckdb", "spark")
STATUSES = ("public", "confidential", "made_up")
UNITS = choices_of(RecidivismPlan, "window_unit")


@dataclass(frozen=True)
class TableSpec:
    """Where a table is and how its columns map to a shape.

    Parameters
    ----------
    name, shape : str
        Its name in the study; one of the names of `evalkit.schema`.
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
    server : Server or None
        The database that holds it in the place of the file.
    engine : {"duckdb", "spark"}
        What computes the expressions of a file.
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
    server: Server | None = None
    engine: str = DUCKDB

    @property
    def place(self) -> str:
        """Where it is, as messages name it: its file, or its name in a database."""
        if self.server is None:
            return str(self.path)
        return f"{self.server.address} {self.area}.{self.shape}"


@dataclass(frozen=True)
class Clean:
    """Where the tables of the offices lie: what ``evalkit read`` wrote, a folder an area.

    Parameters
    ----------
    folder : Path
        Holds ``<area>/<shape>.parquet``, a file or a folder of files.
    status : {"public", "confidential", "made_up"}
        "public" for open data alone, with source and licence.
    source : Term
        Who handed them in.
    licence : str
        SPDX identifier, or "facts".
    servers : tuple of Server
        Databases that hold some of the tables.
    engine : {"duckdb", "spark"}
        What computes the expressions of the others.
    """

    folder: Path
    status: str
    source: Term
    licence: str
    servers: tuple[Server, ...] = ()
    engine: str = DUCKDB

    def spec(self, area: str, shape: str) -> TableSpec:
        """Return where a table of an area would be.

        Parameters
        ----------
        area, shape : str
            Codes; the shape is one of `evalkit.schema`.
        """
        return TableSpec(
            name=f"{area}-{shape}",
            shape=shape,
            path=self.folder / area / f"{shape}.parquet",
            status=self.status,
            source=self.source,
            licence=self.licence,
            area=area,
            outcome="",
            columns={},
            values={},
            unit="",
            server=next((each for each in self.servers if each.holds(area, shape)), None),
            engine=self.engine,
        )


def read_clean_folder(top: Section) -> Clean | None:
    """Return where the tables of the offices lie, if the study file says."""
    if "clean" not in top.values:
        return None
    section = top.section("clean")
    section.check(("folder", "status", "source", "licence"), optional=("servers", "engine"))
    return Clean(
        folder=Path(os.path.abspath(top.path.parent / section.get("folder", "text"))),
        status=section.choice("status", STATUSES),
        source=Term("clean", section.texts("source")),
        licence=section.get("licence", "text"),
        servers=read_servers(section),
        engine=section.choice("engine", ENGINES) if "engine" in section.values else DUCKDB,
    )


def read_tables(top: Section) -> dict[str, TableSpec]:
    """Return the tables that a study file declares, by name."""
    found: dict[str, TableSpec] = {}
    mistakes = Mistakes()
    for section in top.sections("tables"):
        spec = mistakes.of(_table, section)
        if spec is not None and spec.name in found:
            raise StudyError("table_twice", path=top.path, table=spec.name)
        if spec is not None:
            found[spec.name] = spec
    mistakes.end()
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
    status = section.choice("status", STATUSES)
    path = _path(section, name, status)

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


def ledger_spec(section: Section, area: str) -> TableSpec:
    """Return where an area's own ledger of printed figures is."""
    section.check(("file", "source", "licence"))
    name = f"claims-{area}"
    return TableSpec(
        name=name,
        shape="claims",
        path=_path(section, name, "public", "raw_ledger"),
        status="public",
        source=Term(name, section.texts("source")),
        licence=section.get("licence", "text"),
        area=area,
        outcome="",
        columns={},
        values={},
        unit="",
    )


def _path(section: Section, table: str, status: str, raw: str = "raw_is_not_public") -> Path:
    named = section.path.parent / section.get("file", "text")
    # Not where links lead: a link that leads elsewhere tomorrow is another table.
    path = Path(os.path.abspath(named))
    if status == "public" and (_is_raw(path) or _is_raw(named.resolve())):
        raise StudyError(raw, path=section.path, table=table)
    return path


def _is_raw(path: Path) -> bool:
    # Also through a link, and where the disk does not tell Raw from raw.
    parts = [part.lower() for part in path.parts]
    return ("data", "raw") in itertools.pairwise(parts)
