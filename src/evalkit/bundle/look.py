"""Whether one report of a bundle agrees with itself: notebook, results and every form.

Imports export, record and what is below. Nothing of it is executed: the notebook is read, and its
pages are made anew from what it shows.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from evalkit.bundle.agree import unexplained, unlike_estimates
from evalkit.bundle.same import says_the_same
from evalkit.bundle.visible import UNFIT, read_docx, read_html, read_pdf, read_xlsx
from evalkit.errors import EvalkitError
from evalkit.estimate import Estimate
from evalkit.export.forms import write_forms
from evalkit.export.results import form_name, write_results
from evalkit.files import scratch_folder
from evalkit.present.header import ReportHeader
from evalkit.protocol import ALL, EXECUTED, FORMS, MADE, RESULTS, package_sha256
from evalkit.recompute.check import check as recomputed
from evalkit.recompute.line import DIFFERS
from evalkit.record import Record, read_notebook

# A workbook's numbers have so many digits.
DIGITS = 1e-12
# Contents and feet number pages; nothing else may stand on paper alone.
PAGES = {str(n) for n in range(1, 2001)}


@dataclass(frozen=True)
class Fault:
    """Something that does not agree.

    Parameters
    ----------
    code : str
        A key under ``[fault_of_bundle]`` in the locale files.
    values : tuple of (str, str)
        What the sentence shows, by name.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Looked:
    """What was found of one report.

    Parameters
    ----------
    name : str
        Its folder in the bundle.
    faults : tuple of Fault
        What does not agree.
    numbers : int
        Numbers that were held against the record, over all forms and languages.
    remade : bool
        Whether every form was made anew by the same code, and compared.
    made_up : bool
        Whether made-up data reach it.
    """

    name: str
    faults: tuple[Fault, ...] = ()
    numbers: int = 0
    remade: bool = False
    made_up: bool = False


def look_at(name: str, folder: Path, remake: bool, whole: bool) -> Looked:
    """Return whether a report agrees with itself; what cannot be read does not.

    Parameters
    ----------
    name : str
        Its folder in the bundle.
    folder : Path
        Where its files lie now.
    remake : bool
        Whether to make every form anew and compare: the packages that write them are the same.
    whole : bool
        Whether a form made anew must have the same bytes: on another machine it may have others
        and say the same.
    """
    try:
        return _look_at(name, folder, remake, whole)
    except Exception as problem:
        # A stranger's file makes the parsers of other packages raise anything.
        return Looked(name, (_fault("unlooked", name, problem=type(problem).__name__),))


def _look_at(name: str, folder: Path, remake: bool, whole: bool) -> Looked:
    try:
        record = read_notebook(folder / EXECUTED, called=Path(name, EXECUTED))
        header, _ = record.header, record.run
    except EvalkitError as problem:
        return Looked(name, (_fault("notebook", name, problem=str(problem)),))
    except (*UNFIT, nbformat.ValidationError) as problem:
        return Looked(name, (_fault("notebook", name, problem=type(problem).__name__),))
    faults = [*_notebook_faults(name, record), *_results_faults(name, folder, record)]
    remade = remake and header.package_sha256 == package_sha256()
    if remade and not faults:
        faults += _remade_faults(name, folder, record, whole)
    seen = 0
    for lang in header.languages:
        held, found = _forms_faults(name, folder, record, lang)
        seen, faults = seen + held, [*faults, *found]
    made_up = header.made_up or record.made_up
    return Looked(name, tuple(dict.fromkeys(faults)), seen, remade, made_up)


def report_files(header: ReportHeader) -> set[str]:
    """Return the names of a report's files."""
    made = {
        form_name(lang, form, made_up=header.made_up)
        for lang in header.languages
        for form in ("html", *FORMS)
    }
    return made | {EXECUTED, RESULTS, MADE} | set(header.agreed)


def _fault(code: str, name: str, **values: str) -> Fault:
    return Fault(code, (("report", name), *values.items()))


def _notebook_faults(name: str, record: Record) -> Iterator[Fault]:
    header = record.header
    code = [cell for cell in record.cells if cell.cell_type == "code"]
    counts = [cell.get("execution_count") for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield _fault("order", name)
    if any(o.get("output_type") == "error" for cell in code for o in cell.get("outputs", [])):
        yield _fault("raised", name)
    for estimate in record.estimates.values():
        if estimate.disclosure == "unchecked":
            yield _fault("unchecked", name, id=estimate.id)
        if estimate.outcome != header.outcome or header.area_name.code not in (estimate.area, ALL):
            yield _fault("foreign", name, id=estimate.id)
    if header.made_up and not all(e.made_up for e in record.estimates.values() if e.data):
        yield _fault("unmarked", name)
    for cell, key in unlike_estimates(record):
        yield _fault("shown", name, cell=str(cell), id=key)
    for cell, found in unexplained(record):
        yield _fault("unexplained", name, cell=str(cell), number=found)


def _results_faults(name: str, folder: Path, record: Record) -> Iterator[Fault]:
    expected = report_files(record.header)
    there = {path.name for path in folder.iterdir()}
    for missing in sorted(expected - there):
        yield _fault("missing", name, file=missing)
    for extra in sorted(there - expected):
        yield _fault("extra", name, file=extra)
    try:
        results = json.loads((folder / RESULTS).read_bytes())
        made = json.loads((folder / MADE).read_bytes())
        listed = {e["id"]: e for e in results["estimates"]}
    except UNFIT:
        yield _fault("results", name)
        return
    held = {key: json.loads(_plain(e)) for key, e in record.estimates.items()}
    for key in sorted(listed.keys() ^ held.keys()):
        yield _fault("estimate_gone", name, id=str(key))
    for key in sorted(listed.keys() & held.keys()):
        if listed[key] != held[key]:
            yield _fault("estimate", name, id=str(key))
    if made != {"made_at": record.run.made_at}:
        yield _fault("made_at", name)
    with scratch_folder() as place:
        write_results(place / RESULTS, record)
        if json.loads((place / RESULTS).read_bytes()) != results:
            yield _fault("results", name)
    # By the second implementation, which the page in the bundle runs too.
    for line in recomputed(results):
        if line.state == DIFFERS:
            yield _fault("recomputed", name, id=str(line.id))


def _plain(estimate: Estimate) -> str:
    return json.dumps(estimate.to_json())


def _remade_faults(name: str, folder: Path, record: Record, whole: bool) -> list[Fault]:
    """Return which files are not what this code makes of the notebook."""
    with scratch_folder() as place:
        shutil.copyfile(folder / EXECUTED, place / EXECUTED)
        try:
            write_forms(place, record)
        except EvalkitError as problem:
            return [_fault("page", name, problem=str(problem))]
        wrong = []
        for file in sorted(report_files(record.header)):
            made, held = (place / file).read_bytes(), (folder / file).read_bytes()
            if made != held and (whole or not says_the_same(file, made, held)):
                wrong.append(_fault("remade", name, file=file))
        return wrong


def _forms_faults(name: str, folder: Path, record: Record, lang: str) -> tuple[int, list[Fault]]:
    """Return how many numbers were held against each other, and what does not agree."""

    def read(form: str, reader: Callable[[bytes], Any]) -> Any:
        file = form_name(lang, form, made_up=record.header.made_up)
        try:
            return reader((folder / file).read_bytes())
        except UNFIT:
            faults.append(_fault("unreadable", name, file=file))
            return None

    faults: list[Fault] = []
    page = read("html", read_html)
    paper, word, book = read("pdf", read_pdf), read("docx", read_docx), read("xlsx", read_xlsx)
    if page is None:
        return 0, faults
    shown = {
        (piece_id, text) for piece_id, text in _shown(record, lang)
    }  # fmt: skip
    for key, text in page.named:
        if (key, "".join(text.split())) not in shown:
            faults.append(_fault("html", name, id=key, lang=lang))
    if paper is not None and (
        page.printed - paper or set(paper - page.printed) - PAGES - set(page.printed)
    ):
        faults.append(_fault("pdf", name, lang=lang, number=_first(page.printed, paper)))
    if word is not None and page.printed != word:
        faults.append(_fault("docx", name, lang=lang, number=_first(page.printed, word)))
    if book is not None:
        sheets, rows = book
        if sheets != page.tables:
            faults.append(_fault("xlsx", name, lang=lang))
        faults += [_fault("xlsx_estimate", name, id=key) for key in _unlike(rows, record)]
    return sum(page.printed.values()) + sum(map(len, page.tables)), faults


def _shown(record: Record, lang: str) -> Iterator[tuple[str, str]]:
    from evalkit.present.content import pieces_of

    for seen in record.seen:
        for piece in pieces_of(seen.content[lang]):
            if piece.estimate:
                yield piece.estimate, "".join(piece.text.split())


def _first(one: Counter[str], other: Counter[str]) -> str:
    return next(iter([*(one - other), *(other - one)]), "")


def _unlike(rows: list[tuple[Any, ...]], record: Record) -> list[str]:
    """Return the estimates that the last sheet of a workbook does not have as they are."""
    listed = {str(row[0]): row for row in rows if row and row[0]}
    wrong = sorted(listed.keys() ^ record.estimates.keys())
    for key in listed.keys() & record.estimates.keys():
        estimate = record.estimates[key]
        for held, got in zip(
            (estimate.value, estimate.low, estimate.high), _three(listed[key]), strict=True
        ):
            same = held is None and not isinstance(got, int | float)
            if held is not None and isinstance(got, int | float):
                same = abs(got - held) <= DIGITS * max(1.0, abs(held))
            if not same:
                wrong.append(key)
    return sorted(set(wrong))


def _three(row: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    padded = (*row, None, None, None)
    return padded[1], padded[2], padded[3]
