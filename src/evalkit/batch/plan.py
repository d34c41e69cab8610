"""What there is to build: the reports of one or more studies, narrowed by area and outcome.

Light: nothing here or below it loads pandas; see `model`.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable
from pathlib import Path

from evalkit.batch.model import Job
from evalkit.errors import NotebookError, UsageError
from evalkit.files import process_mark
from evalkit.protocol import (
    ALL,
    Study,
    find_study,
    named_notebooks,
    notebook_of,
    own_notebooks,
    read_study,
    reports_of,
)


def plan_jobs(
    studies: Iterable[str],
    area: str | None = None,
    outcome: str | None = None,
    root: Path | None = None,
    notebooks: Path | None = None,
) -> list[Job]:
    """Return every report that there is to build.

    Parameters
    ----------
    area, outcome : str, optional
        Narrow to one; must exist in a study.
    root : Path, optional
        The folder of reports; ``reports`` beside each study file when absent.
    notebooks : Path, optional
        The folder of notebooks; the one that a study file names, or the package's own, when
        absent.

    Returns
    -------
    list of Job
        In the order of the studies, areas and outcomes.

    Raises
    ------
    EvalkitError
        If a study cannot be read, an area or outcome exists in none of them, or a
        notebook is missing, or can be changed by others.
    """
    opened = [read_study(find_study(name)) for name in studies]
    _check_twice(opened)
    _check_area(opened, area)
    _check_outcome(opened, area, outcome)
    run = f"{process_mark()}-{uuid.uuid4().hex[:8]}"
    jobs: list[Job] = []
    for study in opened:
        notebook_named = functools.cache(functools.partial(find_notebook, study, asked=notebooks))
        for code, name in study.reports():
            if area in (None, code) and outcome in (None, name):
                notebook = notebook_named(notebook_of(code, name))
                folder = root or reports_of(study.path)
                lang = study.languages[0]
                jobs.append(Job(study.path, study.code, code, name, lang, notebook, folder, run))
    return jobs


def notebooks_of(study: Study, asked: Path | None = None) -> Path:
    """Return the folder of the notebooks that make a study's reports.

    Parameters
    ----------
    asked : Path, optional
        The folder that the command names; it comes before the one that the study names.

    Raises
    ------
    NotebookError
        If a folder that is named does not exist, or others can write it.
    """
    if asked is not None:
        return named_notebooks(asked)
    if study.notebooks is not None:
        return named_notebooks(study.notebooks, study.path)
    return own_notebooks()


def find_notebook(study: Study, name: str, asked: Path | None = None) -> Path:
    """Return a notebook by its name.

    Parameters
    ----------
    name : str
        Of an outcome, such as "reach"; see `evalkit.protocol.notebook_of`.

    Raises
    ------
    NotebookError
        If there is none, or others can write its folder.
    """
    found = notebooks_of(study, asked) / f"{name}.ipynb"
    if not found.is_file():
        raise NotebookError("file_missing", path=found)
    return found


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
