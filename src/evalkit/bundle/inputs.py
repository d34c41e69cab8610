"""What a study rests on: what may travel with its reports, and what stays with its holder.

Imports protocol, files and errors. Persons stay: of a table that the study file does not call
public only its place and its fingerprint in the results are told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.errors import BundleError
from evalkit.files import files_in
from evalkit.protocol import Study, TableSpec, notebook_of, own_notebooks, read_study

FOLDER = "inputs"
# What is told of a place of tables that stay.
WITHHELD = ("kind", "name", "status", "place")


@dataclass(frozen=True)
class StudyInputs:
    """What one study rests on.

    Parameters
    ----------
    code : str
        The study's code; its files lie in ``inputs/<code>``.
    file : str
        The study file, from there on.
    members : mapping of str to Path
        Each file that travels, by its path in the bundle.
    withheld : tuple of dict
        Each place of tables that stay: "kind" ("clean", "table" or "server"), "name", "status",
        and "place" from ``inputs/<code>`` on.
    notebooks : str
        The folder of its own notebooks, from there on; empty where they are evalkit's.
    made_up : bool
        Whether its tables are made up.
    """

    code: str
    file: str
    members: dict[str, Path] = field(repr=False)
    withheld: tuple[dict[str, str], ...] = ()
    notebooks: str = ""
    made_up: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all but the files themselves."""
        return {
            "code": self.code,
            "file": self.file,
            "made_up": self.made_up,
            "notebooks": self.notebooks,
            "withheld": list(self.withheld),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> StudyInputs:
        """Return what `to_json` wrote, without the files.

        Raises
        ------
        ValueError, LookupError, TypeError
            If it wrote no such thing.
        """
        texts = {key: told[key] for key in ("code", "file", "notebooks")}
        withheld = tuple({key: table[key] for key in WITHHELD} for table in told["withheld"])
        held = [*texts.values(), *(text for table in withheld for text in table.values())]
        if not all(isinstance(text, str) for text in held) or not isinstance(told["made_up"], bool):
            raise ValueError("not what a study rests on")
        # A place below the study's own folder, whatever the file says.
        if any(".." in text.split("/") or text.startswith("/") for text in held):
            raise ValueError("a place elsewhere")
        return cls(**texts, members={}, withheld=withheld, made_up=told["made_up"])


def inputs_of(path: Path, notebooks: Path | None = None) -> StudyInputs:
    """Return what a study rests on.

    Parameters
    ----------
    notebooks : Path, optional
        The folder of notebooks that the command named.

    Raises
    ------
    EvalkitError
        If the study file, or an area's, does not keep its form.
    """
    study = read_study(path)
    specs = [*study.tables.values(), *(a.ledger for a in study.areas.values() if a.ledger)]
    public = [spec for spec in specs if spec.status == "public" and spec.server is None]
    files = [study.path, *(area.path for area in study.areas.values())]
    files += study.brand.files if study.brand else ()
    files += [path for spec in public for path in _files(spec.path)]
    own = notebooks or study.notebooks
    if own is not None and own.resolve() == own_notebooks().resolve():
        own = None
    files += _notebooks(study, own) if own else []
    clean = study.clean
    if clean is not None and clean.status == "public":
        files += _files(clean.folder)
    files = [Path(os.path.abspath(file)) for file in files]
    stay = [spec for spec in specs if spec not in public]
    home = _home([*files, *(Path(os.path.abspath(place)) for place in _places(study, stay))])
    where = f"{FOLDER}/{study.code}"
    return StudyInputs(
        study.code,
        _below(study.path, home),
        {f"{where}/{_below(file, home)}": file for file in files},
        tuple(_withheld(study, stay, home)),
        _below(own, home) if own else "",
        study.made_up,
    )


def _notebooks(study: Study, folder: Path) -> list[Path]:
    """Return the notebooks that make a study's reports; one with outputs shows what it saw."""
    names = sorted({notebook_of(*place) for place in study.reports()})
    found = [path for name in names if (path := folder / f"{name}.ipynb").is_file()]
    for path in found:
        try:
            cells = json.loads(path.read_bytes())["cells"]
            shows = any(cell.get("outputs") or cell.get("attachments") for cell in cells)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise BundleError("bundle.no_notebook", path=path) from None
        if shows:
            raise BundleError("bundle.notebook_shows", path=path)
    return found


def _files(path: Path) -> list[Path]:
    return list(files_in(path).values()) if path.is_dir() else [path]


def _places(study: Study, stay: Iterable[TableSpec]) -> Iterator[Path]:
    yield from (spec.path for spec in stay if spec.server is None)
    if study.clean is not None:
        yield study.clean.folder


def _withheld(study: Study, stay: Iterable[TableSpec], home: Path) -> Iterator[dict[str, str]]:
    for spec in stay:
        kind = "table" if spec.server is None else "server"
        place = _below(spec.path, home) if spec.server is None else ""
        yield {"kind": kind, "name": spec.name, "status": spec.status, "place": place}
    clean = study.clean
    if clean is not None and clean.status != "public":
        place = _below(clean.folder, home)
        yield {"kind": "clean", "name": "clean", "status": clean.status, "place": place}
        for server in clean.servers:
            yield {
                "kind": "server",
                "name": ", ".join(server.tables),
                "status": clean.status,
                "place": "",
            }


def _home(paths: list[Path]) -> Path:
    """Return the folder that all lie in: from there on the study finds what it names."""
    return Path(os.path.commonpath([path.parent for path in paths]))


def _below(path: Path, home: Path) -> str:
    return Path(os.path.abspath(path)).relative_to(home).as_posix()
