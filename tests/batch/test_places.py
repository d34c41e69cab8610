"""What leaves this machine names none of its folders."""

import json
import os
import shutil

import nbformat
import pytest
from tests.helpers import ROOT, write_study

from evalkit.batch import plan_jobs
from evalkit.batch.build import build
from evalkit.batch.failure import failed, without_folders
from evalkit.batch.model import Task
from evalkit.errors import DataError


@pytest.fixture
def job(tmp_path):
    """A report of a study that lies beside neither its notebook nor its reports."""
    study = write_study(tmp_path / "wang" / "study")
    (made,) = plan_jobs([str(study)], "north", "reach", tmp_path / "reports")
    return made


def test_an_error_names_files_from_the_project_the_study_or_the_reports_on(job):
    places = [job.notebook, job.study.parent / "areas" / "north.toml", job.folder / "x.pdf"]
    foreign = "/srv/secret/pupils.csv"
    error = DataError("file_missing", path=job.study, found=[*places, foreign, "a/b c"], n=3)

    shown = without_folders(error.to_json(), job)["values"]

    names = [os.path.join("notebooks", "reach.ipynb"), os.path.join("areas", "north.toml")]
    names.append(os.path.relpath(job.folder / "x.pdf", job.root))
    assert shown == {"path": job.study.name, "found": [*names, "pupils.csv", "a/b c"], "n": 3}


def test_a_place_within_a_longer_path_is_left(job):
    longer = f"see /x{job.study.parent}/a.csv"

    assert without_folders(DataError("k", a=longer).to_json(), job)["values"] == {"a": longer}


def test_the_note_of_a_failure_names_no_folder(job, tmp_path):
    failed(job, DataError("file_missing", path=job.study.parent / "data.csv"))

    text = job.failure.read_text(encoding="utf-8")
    assert json.loads(text)["error"]["values"] == {"path": "data.csv"}
    assert str(tmp_path) not in text and str(ROOT) not in text


def test_a_report_on_a_study_elsewhere_names_the_study_s_file_alone(tmp_path):
    folder = tmp_path / "wang"
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copy(ROOT / "study.toml", folder)
    (job,) = plan_jobs([str(folder / "study.toml")], "dalian", "reach", tmp_path / "reports")

    outcome = build(Task(job))

    assert outcome.error is None
    notebook = nbformat.read(job.folder / "report.ipynb", as_version=4)
    assert notebook.metadata["papermill"]["parameters"]["study"] == "study.toml"
    for path in job.folder.iterdir():
        if path.suffix in (".json", ".ipynb", ".html"):
            assert "wang" not in path.read_text(encoding="utf-8"), path.name
