"""Whether what a bundle says over its reports is what they say, and rests on what they rested on.

Imports the rest of this package. What our own code wrote is made again from the results and
compared byte by byte; of another version's it is said that this was not done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalkit.bundle.archive import Archive, ordered
from evalkit.bundle.contents import CODE, CONTENTS, REPORTS
from evalkit.bundle.crate import METADATA, SCRIPT, ReportFiles
from evalkit.bundle.describe import PAPERS, check_page, graphs, pages_over, papers
from evalkit.bundle.inputs import FOLDER
from evalkit.bundle.manifest import UNLISTED
from evalkit.bundle.same import says_the_same
from evalkit.bundle.tro import DECLARATION
from evalkit.bundle.wheel import LOCK, NAME
from evalkit.errors import BundleError, EvalkitError
from evalkit.export.results import form_name
from evalkit.files import scratch_folder
from evalkit.protocol import EXECUTED, MADE, RESULTS, SUMMARY
from evalkit.words import Phrase, phrase

# What reading a file of any content can raise.
UNFIT = (
    *(BundleError, OSError, ValueError, LookupError),
    *(TypeError, AttributeError, ArithmeticError, RecursionError),
)
DEPTH = 5


def folders_of(archive: Archive) -> list[str]:
    """Return the folder of each report, by what lies in the bundle and not by what it says."""
    found = (name.split("/") for name in archive.members)
    held = (p for p in found if p[0] == REPORTS and len(p) == DEPTH and p[3] != SUMMARY)
    return list(dict.fromkeys("/".join(parts[:4]) for parts in held))


def read_reports(
    archive: Archive, told: Mapping[str, Any], folders: Iterable[str]
) -> tuple[list[ReportFiles], list[Phrase]]:
    """Return the reports in the order in which the bundle names them, and what is wrong."""
    wrong: list[Phrase] = []
    found: dict[str, ReportFiles] = {}
    for folder in folders:
        try:
            results = json.loads(archive.read(f"{folder}/{RESULTS}"))
            made = json.loads(archive.read(f"{folder}/{MADE}"))["made_at"]
            place = (results["study"]["code"], results["area"]["code"], results["outcome"])
            named = "/".join((REPORTS, *map(str, place)))
        except UNFIT:
            wrong.append(phrase("verify.results", report=folder))
            continue
        if named != folder:
            wrong.append(phrase("verify.place", report=folder, found=named))
        names = tuple(n for n in archive.members if n.startswith(f"{folder}/"))
        below = f"{FOLDER}/{place[0]}/"
        inputs = tuple(n for n in archive.members if n.startswith(below))
        found[folder] = ReportFiles(folder, results, str(made), names, inputs)
    if sorted(told["reports"]) != sorted(found):
        names = tuple(sorted({*told["reports"]} ^ {*found}))
        wrong.append(phrase("verify.reports_differ", file=CONTENTS, names=list(names)))
    return [found[folder] for folder in told["reports"] if folder in found], wrong


def strays(archive: Archive, reports: Iterable[ReportFiles]) -> Iterator[Phrase]:
    """Yield each file that no bundle holds: it was held against nothing."""
    held = list(reports)
    known = {name for report in held for name in report.names}
    areas = {report.folder.rpartition("/")[0] for report in held}
    languages = {lang for report in held for lang in report.results["languages"]}
    known |= {
        f"{area}/{SUMMARY}/{form_name(lang, form, made_up=report.results['study']['made_up'])}"
        for report in held
        for area in areas
        for lang in languages
        for form in ("html", "pdf")
    }
    known |= {f"{REPORTS}/index{end}.html" for end in ("", *(f".{lang}" for lang in languages))}
    known |= {*UNLISTED, METADATA, DECLARATION, f"{CODE}/{NAME}", f"{CODE}/{LOCK}", *PAPERS}
    codes = {report.results["study"]["code"] for report in held}
    for name in archive.members:
        parts = name.split("/")
        if name not in known and not (parts[0] == FOLDER and len(parts) > 2 and parts[1] in codes):
            yield phrase("verify.stray_file", file=name)


def unlike_remade(
    archive: Archive, reports: list[ReportFiles], told: Mapping[str, Any], whole: bool
) -> Iterator[Phrase]:
    """Yield each file that is not what this code makes of the reports' results.

    Parameters
    ----------
    told : mapping
        What the bundle says of itself.
    whole : bool
        Whether summaries, portal and check page must have the same bytes, which depend on more
        than our own code, or say the same.
    """
    read = {
        f"{report.folder}/{name}": archive.read(f"{report.folder}/{name}")
        for report in reports
        for name in (RESULTS, MADE)
    }
    try:
        with scratch_folder() as place:
            pages = check_page(reports, place) | pages_over(reports, read, place)
            made = papers(reports, told["studies"], told["machine"]) | pages
    except (*UNFIT, EvalkitError):
        yield phrase("verify.listing", file=CONTENTS)
        return
    listed = {n for n in ordered(archive.members) if n not in UNLISTED}
    others = [name for name in ordered(listed) if name not in (DECLARATION, METADATA)]
    digests = {name: archive.sha256(name) for name in others}
    sizes = {name: archive.members[name].size for name in others}
    made |= graphs([replace(r, names=tuple(ordered(r.names))) for r in reports], digests, sizes)
    for name, content in made.items():
        held = archive.read(name) if name in archive.members else b""
        alike = not whole and name in pages and says_the_same(name, content, held)
        if held != content and not alike:
            yield phrase("verify.listing", file=name)


def unlike_crate(archive: Archive) -> Iterator[Phrase]:
    """Yield what the crate's metadata do not say, or say of no file."""
    try:
        graph = json.loads(archive.read(METADATA))["@graph"]
        entities = {entity["@id"]: entity for entity in graph}
        parts = [part["@id"] for part in entities["./"]["hasPart"]]
        wrong = entities[METADATA]["about"]["@id"] != "./" or len(entities) != len(graph)
        wrong = wrong or entities["./"]["mainEntity"]["@id"] != SCRIPT
        wrong = wrong or any(entities[part]["sha256"] != archive.sha256(part) for part in parts)
    except UNFIT:
        yield phrase("verify.crate", file=METADATA)
        return
    there = [n for n in archive.members if n not in (*UNLISTED, METADATA)]
    if wrong or ordered(parts) != ordered(there):
        yield phrase("verify.crate", file=METADATA)


def unread_reports(folders: Iterable[str], archive: Archive) -> Iterator[Phrase]:
    """Yield each report without its notebook or its results."""
    for folder in folders:
        for name in (EXECUTED, RESULTS):
            if f"{folder}/{name}" not in archive.members:
                yield phrase("verify.missing", report=folder, file=name)


def written_to(place: Path, archive: Archive, folders: Iterable[str]) -> None:
    """Write the files of reports below a folder."""
    for folder in folders:
        names = {n: n for n in archive.members if n.startswith(f"{folder}/")}
        archive.write_to(place, names)
