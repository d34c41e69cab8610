"""What to run: the reports of one or more studies, narrowed by area and outcome."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from evalkit.batch.job import PARTIAL, Job, cannot_write
from evalkit.errors import DataError, NotebookError, UsageError
from evalkit.export.fonts import check_glyphs, undrawn
from evalkit.intake.ledger import read_ledger
from evalkit.outcomes import Report
from evalkit.outcomes.claims.audit import preflight
from evalkit.outcomes.report import notebook_of
from evalkit.protocol import ALL, CLAIMS, Study, find_study, read_study
from evalkit.run.notebook import check_parameters
from evalkit.table import read_table

NOTEBOOKS = "notebooks"


def plan_jobs(
    studies: Iterable[str],
    area: str | None = None,
    outcome: str | None = None,
    root: Path | None = None,
) -> list[Job]:
    """Return every report to build, each checked as far as can be before it runs.

    Parameters
    ----------
    studies : iterable of str
        Study files.
    area, outcome : str, optional
        Narrow to one; must exist in a study.
    root : Path, optional
        The folder of reports; ``reports`` beside the notebooks when absent.

    Returns
    -------
    list of Job
        In the order of the studies, areas and outcomes.

    Raises
    ------
    EvalkitError
        If a study cannot be read, an area or outcome exists in none of them, a
        notebook is missing, or the folder cannot be written.
    """
    opened = [read_study(find_study(name)) for name in studies]
    _check_twice(opened)
    for study in opened:
        _check_names(study)
    _check_area(opened, area)
    _check_outcome(opened, area, outcome)
    run = uuid.uuid4().hex[:8]
    jobs: list[Job] = []
    for study in opened:
        for code, name in study.reports():
            if area in (None, code) and outcome in (None, name):
                notebook = find_notebook(study, notebook_of(code, name))
                folder = root or notebook.parent.parent / "reports"
                lang = study.languages[0]
                jobs.append(Job(study.path, study.code, code, name, lang, notebook, folder, run))
    for job in {job.notebook: job for job in jobs}.values():
        check_parameters(job.notebook, {"study": "", "area": "", "lang": ""})
    for study in opened:
        asked = [job.area for job in jobs if (job.study, job.outcome) == (study.path, CLAIMS)]
        for code in study.areas if ALL in asked else asked:
            preflight(Report(study, study.area(code), CLAIMS, study.languages[0]))
        if ALL in asked:
            # An id may stand in one ledger only; each area by itself does not see the others'.
            read_ledger(study, ALL)
        _check_ledgers(study, asked)
    for folder in {job.root for job in jobs}:
        _check_writable(folder)
    return jobs


def find_notebook(study: Study, name: str) -> Path:
    """Return a notebook by its name: beside the study file, above it, or in the checkout.

    Parameters
    ----------
    study : Study
        The study.
    name : str
        Of an outcome, such as "reach"; see `evalkit.outcomes.report.notebook_of`.

    Raises
    ------
    NotebookError
        If there is none.
    """
    checkout = Path(__file__).resolve().parents[3]
    for folder in (*study.path.resolve().parents, checkout):
        candidate = folder / NOTEBOOKS / f"{name}.ipynb"
        if candidate.is_file():
            return candidate
    raise NotebookError("file_missing", path=Path(NOTEBOOKS) / f"{name}.ipynb")


def _check_names(study: Study) -> None:
    """Stop on a name that no page can draw, before every report meets it."""
    check_glyphs("".join(study.name.text.values()), study.path.name)
    for area in study.areas.values():
        texts = [*area.name.text.values(), *area.place.text.values()]
        check_glyphs("".join(texts), area.path.name)


def _check_ledgers(study: Study, areas: Iterable[str]) -> None:
    """Stop on a character of a ledger that no page can draw, by its line."""
    for spec in {spec.path: spec for area in areas for spec in study.ledgers(area)}.values():
        table = read_table(study, spec)
        rows = table.frame.to_dict("records")
        for row, line in zip(rows, table.lines, strict=True):
            if missing := undrawn("".join(str(cell) for cell in row.values())):
                raise DataError("ledger_glyph", path=spec.path, line=str(line), missing=missing)


def _check_twice(studies: list[Study]) -> None:
    codes = [study.code for study in studies]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        # Both would write into one folder.
        raise UsageError("study_twice", codes=twice)


def _check_area(studies: list[Study], area: str | None) -> None:
    known = [code for study in studies for code in study.areas]
    known += [ALL] if any(study.compares for study in studies) else []
    if area is not None and area not in known:
        raise UsageError(
            "unknown_area", area=area, study=", ".join(s.code for s in studies), known=known
        )


def _check_outcome(studies: list[Study], area: str | None, outcome: str | None) -> None:
    known = {name for s in studies for code, name in s.reports() if area in (None, code)}
    if outcome is not None and outcome not in known:
        if area is None:
            raise UsageError("unknown_outcome_study", outcome=outcome, known=sorted(known))
        raise UsageError("unknown_outcome", outcome=outcome, area=area, known=sorted(known))


def _check_writable(folder: Path) -> None:
    probe = folder / f"{PARTIAL}{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_text("evalkit", encoding="utf-8")
        finally:
            probe.unlink(missing_ok=True)
    except OSError as problem:
        raise cannot_write(folder, problem) from None
