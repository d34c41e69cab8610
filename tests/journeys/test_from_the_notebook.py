"""Whoever has the executed notebook alone can write every form of its report."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from evalkit.batch import Task
from evalkit.batch.build import build
from evalkit.batch.model import PAGES
from evalkit.cli import main
from evalkit.errors import RecordError
from evalkit.export import write_forms
from evalkit.present.shown import HEADER
from evalkit.record import RUN, read_notebook
from evalkit.trace import recording

from .conftest import build_one, edit_notebook

SAMPLE = "studies/sample/study.toml"
REFERENCE = "studies/reference/study.toml"
# Tables of offices, a linked table, a ledger, and the ledgers of all areas.
REPORTS = [
    *(("guigang", outcome, SAMPLE) for outcome in ("recidivism", "satisfaction", "quality")),
    *(("life", "recidivism", REFERENCE), ("malawi", "reach", REFERENCE)),
    *(("dachang", "claims", "study.toml"), ("all", "claims", "study.toml")),
]


def test_without_study_data_and_ledger_every_form_comes_out_byte_for_byte(project, tmp_path):
    assert main(["sample", "--study", str(project / SAMPLE), "--jobs", "1"]) == 0
    made = [build_one(project, *report) for report in REPORTS]
    assert [one.error for one in made] == [None] * len(REPORTS)
    kept = tmp_path / "kept"
    for one in made:
        shutil.copytree(one.job.folder, kept / one.job.name)
    for inside in project.iterdir():
        if inside != kept:
            shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
    assert [path.name for path in project.iterdir()] == ["kept"]

    for one in made:
        folder, again = kept / one.job.name, tmp_path / "again" / one.job.name
        again.mkdir(parents=True)
        with recording() as wrote:
            write_forms(again, read_notebook(folder / "report.ipynb"))

        # Nothing was read by evalkit's one way of reading, and nothing could be by another.
        assert wrote.reads == {}
        before = {path.name for path in folder.iterdir()} - {"report.ipynb"}
        assert {path.name for path in again.iterdir()} == before
        assert len(before) >= 2 + 1 + 8  # results and time; what was agreed; four forms, twice
        for name in before:
            assert (again / name).read_bytes() == (folder / name).read_bytes(), (folder, name)


def test_a_notebook_saved_again_has_its_new_fingerprint_on_its_pages(project):
    made = build_one(project, "dachang", "claims")
    job, notebook = made.job, project / "notebooks" / "claims.ipynb"
    edited = json.loads(notebook.read_text(encoding="utf-8"))
    notebook.write_text(json.dumps(edited, indent=2), encoding="utf-8")

    assert build(Task(job, PAGES)).error is None

    told = json.loads((job.folder / "results.json").read_text("utf-8"))["provenance"]
    assert told["notebook_sha256"] == _sha256(notebook)


def _sha256(path: Path) -> str:
    from hashlib import sha256

    return sha256(path.read_bytes()).hexdigest()


def test_a_notebook_that_opens_another_report_stops(project):
    edit_notebook(project / "notebooks" / "claims.ipynb", "study, area,", 'study, "guigang",')

    made = build_one(project, "dachang", "claims")

    assert made.error is not None and made.error["key"] == "header_foreign"
    assert not made.job.folder.exists()


def test_a_notebook_without_an_opening_stops(project):
    edit_notebook(project / "notebooks" / "claims.ipynb", "present.claims_opening(audit)", "")

    made = build_one(project, "dachang", "claims")

    assert made.error is not None and made.error["key"] == "header_count"


@pytest.fixture
def executed(project):
    """The executed notebook of a report, read as data, and where it lies."""
    path = build_one(project, "dachang", "claims").job.folder / "report.ipynb"
    return nbformat.read(path, as_version=4), path


def held(notebook):
    return next(
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if HEADER in output.get("data", {})
    )


def spoil_copy(notebook):
    held(notebook)[HEADER]["agreed"]["../report.study.toml"] = "code = 'x'"


def spoil_schema(notebook):
    held(notebook)[HEADER]["schema"] = 9


def spoil_field(notebook):
    del held(notebook)[HEADER]["policy"]


@pytest.mark.parametrize("spoil", [spoil_copy, spoil_schema, spoil_field])
def test_a_header_that_is_none_of_ours_stops(executed, spoil):
    notebook, path = executed
    spoil(notebook)
    nbformat.write(notebook, path)

    with pytest.raises(RecordError, match="cannot be read back"):
        read_notebook(path)


def test_a_notebook_run_by_another_program_does_not_say_how(executed, tmp_path):
    notebook, path = executed
    del notebook.metadata[RUN]
    nbformat.write(notebook, path)

    with pytest.raises(RecordError, match="does not say how it was run"):
        write_forms(tmp_path, read_notebook(path))


def test_a_plan_that_a_cell_changes_in_memory_stops_the_report(project):
    edit_notebook(
        project / "notebooks" / "claims.ipynb",
        "plan = report.plan",
        "import dataclasses; report.study.plan.parts['claims'] = "
        "dataclasses.replace(report.plan, approx=0.4); plan = report.plan",
    )

    made = build_one(project, "dachang", "claims")

    assert made.error is not None and made.error["key"] == "header_changed"
    assert made.error["values"]["what"] == ["plan"]


def test_a_name_that_a_cell_changes_in_memory_stops_the_report(project):
    edit_notebook(
        project / "notebooks" / "claims.ipynb",
        "plan = report.plan",
        "import dataclasses; from evalkit.words import Term; "
        "fake = Term('dachang', {'en': 'Fake', 'zh': '假'}); "
        "report = dataclasses.replace(report, area=dataclasses.replace(report.area, name=fake)); "
        "plan = report.plan",
    )

    made = build_one(project, "dachang", "claims")

    assert made.error is not None and made.error["key"] == "header_changed"


BEFORE = (
    "import dataclasses; tables = report.study.tables; "
    "tables['life'] = dataclasses.replace(tables['life'], status='public')\n"
)
AFTER = (
    "import dataclasses; "
    "report.__dict__['table'] = dataclasses.replace(report.table, status='public')\n"
)


@pytest.mark.parametrize(
    ("where", "cell", "key"),
    [
        ("present.opening(report)", BEFORE, "header_changed"),
        ("followed = recidivism.draw_cohort(", AFTER, "disclosure_lost"),
    ],
)
def test_a_table_that_a_cell_calls_public_opens_no_gate(project, where, cell, key):
    text = (project / REFERENCE).read_text(encoding="utf-8")
    hidden = text.replace('status = "public"', 'status = "confidential"', 1)
    (project / REFERENCE).write_text(hidden, encoding="utf-8")
    edit_notebook(project / "notebooks" / "recidivism.ipynb", where, cell + where)

    made = build_one(project, "life", "recidivism", REFERENCE)

    assert made.error is not None and made.error["key"] == key, made.error
    assert not made.job.folder.exists()
