"""What is checked before anything runs: names, notebooks, ledgers, the folder of reports."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from evalkit.batch.executors.protocol import Executor, ask
from evalkit.batch.model import Job
from evalkit.batch.owner import own
from evalkit.errors import DataError, StudyError
from evalkit.files import PARTIAL, cannot_write, process_mark, remove_stale
from evalkit.language import language
from evalkit.protocol import ALL, CLAIMS, Study, read_study

# Letters of what stands in a ledger that a message repeats.
LONGEST_QUOTE = 40


def check_all(jobs: Sequence[Job], executor: Executor) -> None:
    """Stop on what every report would meet, before the first is built.

    Raises
    ------
    EvalkitError
        If a name cannot be drawn, a notebook does not take our parameters, a ledger does
        not keep its form, or the folder of reports cannot be written.
    """
    if jobs:
        ask(executor, check_inputs, list(jobs))
    # Last: a folder is made by this, and a mistake in the inputs leaves none.
    for folder in {job.root for job in jobs}:
        _check_writable(folder)
    own(jobs)
    for folder in {place for job in jobs for place in (job.root, job.folder.parent)}:
        remove_stale(folder)


def check_inputs(jobs: Sequence[Job]) -> None:
    """Stop on names, notebooks and ledgers that reports cannot be made of.

    Raises
    ------
    EvalkitError
        As `check_all` raises it.
    """
    from evalkit.intake.ledger import read_ledger
    from evalkit.outcomes import Report
    from evalkit.outcomes.claims.audit import preflight
    from evalkit.run.notebook import check_parameters

    for job in {job.notebook: job for job in jobs}.values():
        check_parameters(job.notebook, {"study": "", "area": "", "lang": ""})
    for path in dict.fromkeys(job.study for job in jobs):
        study = read_study(path)
        _check_names(study)
        asked = [job.area for job in jobs if (job.study, job.outcome) == (path, CLAIMS)]
        for code in study.areas if ALL in asked else asked:
            preflight(Report(study, study.area(code), CLAIMS, study.languages[0]))
        if ALL in asked:
            # An id may stand in one ledger only; each area by itself does not see the others'.
            read_ledger(study, ALL)
        _check_ledgers(study, asked)


def _check_names(study: Study) -> None:
    """Stop on a name that no page can draw, before every report meets it."""
    from evalkit.export.checks import LEAST_ALT, says_nothing
    from evalkit.export.fonts import check_glyphs
    from evalkit.export.pictures import check_logo

    check_glyphs("".join(study.name.text.values()), study.path.name)
    if study.brand is not None:
        texts = [text for term in study.brand.texts for text in term.text.values()]
        check_glyphs("".join(texts), study.brand.files[0].name)
        check_logo(study.brand)
        for alt in study.brand.alt.text.values() if study.brand.alt else ():
            if says_nothing(alt):
                raise StudyError("brand.alt", path=study.brand.files[0], least=str(LEAST_ALT))
    for area in study.areas.values():
        texts = [*area.name.text.values(), *area.place.text.values()]
        check_glyphs("".join(texts), area.path.name)


def _check_ledgers(study: Study, areas: Iterable[str]) -> None:
    """Stop on what no page may show of a ledger, by its line: a page would name no line."""
    from evalkit.export.fonts import undrawn
    from evalkit.table import read_table

    for spec in {spec.path: spec for area in areas for spec in study.ledgers(area)}.values():
        table = read_table(study, spec)
        rows = table.frame.to_dict("records")
        for row, line in zip(rows, table.lines, strict=True):
            where = {"path": spec.path, "line": str(line)}
            if missing := undrawn("".join(str(cell) for cell in row.values())):
                raise DataError("ledger_glyph", **where, missing=missing)
            for lang in study.languages:
                column = f"statement_{lang}"
                said = str(row.get(column, ""))
                for found in (other.search(said) for other in language(lang).foreign):
                    if found is not None:
                        told = found.group()[:LONGEST_QUOTE]
                        raise DataError("ledger_foreign", **where, column=column, found=told)


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            prefix=f".probe{PARTIAL}{process_mark()}-", dir=folder
        ) as probe:
            probe.write(b"evalkit")
    except OSError as problem:
        raise cannot_write(folder, problem) from None
