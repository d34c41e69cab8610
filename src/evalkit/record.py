"""An executed notebook, read back: what the report is, every shown thing and every estimate.

Imports present and everything below. Reading fails loudly: on an output that is
none of evalkit's nouns, on one id with two values, on a missing verdict. Nothing but the
notebook is read: whoever has it alone can write every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from evalkit.errors import RecordError
from evalkit.estimate import Estimate, estimate_from_json
from evalkit.present.content import Content, from_json
from evalkit.present.header import ReportHeader, header_from_json
from evalkit.present.shown import HEADER, MIMES, SCHEMA

# In the metadata of an executed notebook: how it was run.
RUN = "evalkit"


@dataclass(frozen=True)
class Seen:
    """One shown thing, read back.

    Parameters
    ----------
    cell : int
        Number of its cell in the notebook, from 1.
    kind, name : str
        As in `evalkit.present.Shown`.
    content : mapping of str to Table, Drawing or Statement
        What it holds, by language.
    text : mapping of str to str
        Its plain words, by language.
    estimates : tuple of Estimate
        Every estimate that it draws.
    """

    cell: int
    kind: str
    name: str
    content: Mapping[str, Content]
    text: Mapping[str, str]
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Run:
    """How a notebook was run.

    Parameters
    ----------
    made_at : str
        When it ended: UTC, ISO 8601, to the second.
    notebook, notebook_sha256 : str
        File name and fingerprint of the notebook that was run.
    study : str
        The study file, from the project's folder on; its name alone where it lies elsewhere.
    parameters : mapping of str to str
        As the notebook received them, without folders of that machine.
    """

    made_at: str
    notebook: str
    notebook_sha256: str
    study: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """Everything that a notebook showed.

    Parameters
    ----------
    path : Path
        The executed notebook.
    called : Path
        What people call it: the notebook that they edit.
    seen : tuple of Seen
        In the notebook's order.
    estimates : mapping of str to Estimate
        By id.
    cells : tuple of notebook cells
        As they were read, validated. Every page is made from them: nobody changes them.
    headers : tuple of ReportHeader
        What it says of itself that it is.
    noted : mapping
        What was noted of how it was run.
    """

    path: Path
    called: Path
    seen: tuple[Seen, ...]
    estimates: Mapping[str, Estimate]
    cells: tuple[Any, ...]
    headers: tuple[ReportHeader, ...] = ()
    noted: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def header(self) -> ReportHeader:
        """What the report is.

        Raises
        ------
        RecordError
            If the notebook shows no opening, or two that differ.
        """
        found = [h for n, h in enumerate(self.headers) if h not in self.headers[:n]]
        if len(found) != 1:
            raise RecordError("header_count", path=self.called, count=str(len(found)))
        return found[0]

    @cached_property
    def run(self) -> Run:
        """How the notebook was run.

        Raises
        ------
        RecordError
            If it does not say: it was run by something other than ``evalkit run``.
        """
        try:
            return Run(**self.noted)
        except TypeError:
            raise RecordError("run_unknown", path=self.called) from None

    @property
    def made_up(self) -> bool:
        """Whether made-up data reach any of it."""
        return any(estimate.made_up for estimate in self.estimates.values())


def read_notebook(path: Path, languages: Iterable[str] = (), called: Path | None = None) -> Record:
    """Return what an executed notebook showed.

    Parameters
    ----------
    languages : iterable of str
        Languages that every shown thing must have, beside those that the report has.
    called : Path, optional
        The notebook that people edit, for messages; `path` when absent.

    Raises
    ------
    RecordError
        If an output is none of evalkit's nouns, a noun cannot be read, a language
        is missing, or one id stands for two different estimates.
    """
    notebook = nbformat.read(path, as_version=4)
    called = called or path
    seen: list[Seen] = []
    headers: list[ReportHeader] = []
    # Papermill adds a cell of its own; people count those of the notebook they edit.
    own = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for position, cell in enumerate(own, start=1):
        if cell.cell_type == "code":
            for output in cell.outputs:
                shown = _read_output(output, position, cell.source, called)
                if held := output.get("data", {}).get(HEADER):
                    headers.append(_read_header(held, position, called))
                    if headers.index(headers[-1]) < len(headers) - 1:
                        # A report has one opening: the same one again says nothing new.
                        continue
                seen.append(shown)
    wanted = set(languages).union(*(header.languages for header in headers))
    for item in seen:
        if missing := sorted(wanted - set(item.content)):
            raise RecordError(
                "language_missing",
                path=called,
                cell=str(item.cell),
                name=item.name,
                missing=missing,
            )
    return Record(
        path,
        called,
        tuple(seen),
        _merge(seen, called),
        tuple(notebook.cells),
        tuple(headers),
        dict(notebook.metadata.get(RUN, {})),
    )


def require(record: Record, names: Iterable[str]) -> None:
    """Stop unless the record holds every expected estimate.

    Raises
    ------
    RecordError
        With the list of those that are missing.
    """
    have = {estimate_id.split("[")[0] for estimate_id in record.estimates}
    missing = sorted(set(names) - have)
    if missing:
        raise RecordError("estimate_missing", path=record.called, missing=missing)


def _read_output(output: Any, cell: int, source: str, path: Path) -> Seen:
    data = output.get("data", {})
    for kind in MIMES:
        if kind in data:
            return _read_noun(data[kind], cell, path)
    first = source.strip().splitlines()[0][:60] if source.strip() else ""
    what = next(iter(data), output.get("name", output.output_type))
    raise RecordError("not_a_noun", path=path, cell=str(cell), line=first, what=str(what))


def _read_header(data: Any, cell: int, path: Path) -> ReportHeader:
    try:
        return header_from_json(data)
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise RecordError("noun_broken", path=path, cell=str(cell), problem=str(problem)) from None


def _read_noun(data: Any, cell: int, path: Path) -> Seen:
    try:
        if data["schema"] != SCHEMA:
            raise ValueError(f"schema {data['schema']}, not {SCHEMA}")
        return Seen(
            cell=cell,
            kind=data["kind"],
            name=data["name"],
            content={lang: from_json(data["kind"], held) for lang, held in data["content"].items()},
            text=data["text"],
            estimates=tuple(estimate_from_json(item) for item in data["estimates"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise RecordError("noun_broken", path=path, cell=str(cell), problem=str(problem)) from None


def _merge(seen: Iterable[Seen], path: Path) -> dict[str, Estimate]:
    merged: dict[str, Estimate] = {}
    for item in seen:
        for estimate in item.estimates:
            # The same result may stand in a table and in a figure; two results
            # may not share one name.
            if merged.setdefault(estimate.id, estimate) != estimate:
                raise RecordError(
                    "estimate_twice", path=path, cell=str(item.cell), estimate=estimate.id
                )
    return merged
