"""Everything in a bundle that is made of its reports' results and of nothing else.

Imports export and the rest of this package. `make` writes it, and `verify` makes it again: what a
bundle says over its reports cannot differ from what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from evalkit.bundle.check_page import LICENCES, write_check
from evalkit.bundle.checklists import CHECKLISTS, checklists
from evalkit.bundle.contents import CODECHECK, CONTENTS, REPORTS, as_json, contents
from evalkit.bundle.crate import METADATA, SCRIPT, ReportFiles, assessor, crate
from evalkit.bundle.dictionary import DICTIONARY, dictionary
from evalkit.bundle.inputs import FOLDER, StudyInputs
from evalkit.bundle.listings import (
    ARS,
    DEVIATIONS,
    ESTIMATES,
    FINGERPRINTS,
    PLANS,
    listings,
)
from evalkit.bundle.papers import READMES, about, codecheck, readme, run_again, title
from evalkit.bundle.tro import DECLARATION, declaration
from evalkit.bundle.wheel import NAME
from evalkit.export.portal import write_portal
from evalkit.export.summary import write_summary
from evalkit.language import whole_languages
from evalkit.protocol import MADE, RESULTS, SUMMARY

CHECK = "check.html"
# What `papers` and `check_page` write.
PAPERS = (
    *(
        ESTIMATES,
        ARS,
        DEVIATIONS,
        FINGERPRINTS,
        DICTIONARY,
        PLANS,
        CHECKLISTS,
        SCRIPT,
        CODECHECK,
        CONTENTS,
    ),
    *(CHECK, *READMES.values(), *(f"licences/{path.name}" for path in LICENCES)),
)


def pages_over(
    reports: Sequence[ReportFiles], read: Mapping[str, bytes], place: Path
) -> dict[str, bytes]:
    """Return the summaries and the portal over the reports of a bundle, and over no other.

    Parameters
    ----------
    read : mapping of str to bytes
        The content of each results file and of the note when it was made, by path.
    place : Path
        A folder to work in.
    """
    root = place / REPORTS
    for report in reports:
        for name in (RESULTS, MADE):
            target = place / report.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read[f"{report.folder}/{name}"])
    written = []
    summed = []
    for area in dict.fromkeys((place / report.folder).parent for report in reports):
        pages = write_summary(area)
        written += pages
        if pages:
            summed.append(f"{area.parent.name}/{area.name}")
    for folder in summed:
        written += [path for path in (root / folder / SUMMARY).iterdir() if path not in written]
    written += write_portal(root, summaries=summed)
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in written}


def papers(
    reports: Sequence[ReportFiles], inputs: Sequence[StudyInputs], machine: str
) -> dict[str, bytes]:
    """Return listings, texts to read first, and what the bundle says of itself.

    Parameters
    ----------
    machine : str
        Of the machine that made the bundle.
    """
    return {
        **listings([report.results for report in reports]),
        DICTIONARY: dictionary([report.results for report in reports]),
        CHECKLISTS: checklists([(report.folder, report.results) for report in reports]),
        **{name: readme(reports, inputs, lang) for lang, name in READMES.items()},
        SCRIPT: run_again(inputs, NAME),
        CODECHECK: codecheck(reports, languages_of(reports)),
        CONTENTS: contents(inputs, reports, machine),
    }


def check_page(reports: Sequence[ReportFiles], place: Path) -> dict[str, bytes]:
    """Return the page in which a reader's browser computes the numbers again, and its licences.

    Parameters
    ----------
    place : Path
        A folder to work in.
    """
    write_check(place / CHECK, [(report.folder, report.results) for report in reports])
    licences = {f"licences/{path.name}": path.read_bytes() for path in LICENCES}
    return {CHECK: (place / CHECK).read_bytes(), **licences}


def graphs(
    reports: Sequence[ReportFiles], digests: Mapping[str, str], sizes: Mapping[str, int]
) -> dict[str, bytes]:
    """Return the run's record and the crate's metadata.

    Parameters
    ----------
    digests, sizes : mapping of str
        SHA-256 and bytes of every other file that the list names, by path, in its order.
    """
    languages = languages_of(reports)
    titled, told = title(reports, languages), about(reports, languages)
    outputs, agreed = _under(f"{REPORTS}/", digests), _under(f"{FOLDER}/", digests)
    tro = as_json(declaration(titled, told, reports, outputs, agreed, assessor(reports)))
    digests = {**digests, DECLARATION: hashlib.sha256(tro).hexdigest()}
    sizes = {**sizes, DECLARATION: len(tro)}
    return {
        DECLARATION: tro,
        METADATA: as_json(crate(titled, told, reports, digests, sizes)),
    }


def languages_of(reports: Sequence[ReportFiles]) -> list[str]:
    """Return the languages that a report of a bundle has."""
    spoken = {lang for report in reports for lang in report.results["languages"]}
    return [lang for lang in whole_languages() if lang in spoken]


def _under(prefix: str, digests: Mapping[str, str]) -> dict[str, str]:
    return {n.removeprefix(prefix): d for n, d in digests.items() if n.startswith(prefix)}
