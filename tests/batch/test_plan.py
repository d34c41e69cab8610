"""What to run: narrowed by area and outcome, checked before anything runs."""

from pathlib import Path

import pytest
from tests.helpers import AREA, STUDY, write_study

from evalkit.batch import plan_jobs
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.plan import find_notebook
from evalkit.batch.preflight import check_all
from evalkit.errors import NotebookError, PageError
from evalkit.protocol import read_study

ROOT = Path(__file__).parents[2]
BOTH = [str(ROOT / "study.toml"), str(ROOT / "studies" / "reference" / "study.toml")]


def test_every_report_of_both_studies_is_planned_once(tmp_path):
    jobs = plan_jobs(BOTH, root=tmp_path)

    assert len(jobs) == len({job.folder for job in jobs}) == 36
    assert len({job.run for job in jobs}) == 1


def test_an_area_and_an_outcome_narrow_the_plan(tmp_path):
    (job,) = plan_jobs(BOTH, "malawi", "reach", tmp_path)

    assert (job.code, job.area, job.outcome) == ("reference", "malawi", "reach")
    assert job.notebook == ROOT / "notebooks" / "reach.ipynb"


def test_all_areas_together_have_a_notebook_of_their_own(tmp_path):
    (job,) = plan_jobs(BOTH, "all", root=tmp_path)

    assert (job.code, job.area, job.outcome) == ("pilots", "all", "claims")
    assert job.notebook == ROOT / "notebooks" / "claims_overview.ipynb"


def test_a_study_elsewhere_uses_the_notebooks_of_the_checkout(tmp_path):
    study = read_study(write_study(tmp_path))

    assert find_notebook(study, "recidivism") == ROOT / "notebooks" / "recidivism.ipynb"


def test_an_outcome_without_a_notebook_is_named(tmp_path):
    study = read_study(write_study(tmp_path))

    with pytest.raises(NotebookError, match=r"nothing\.ipynb: there is no such file"):
        find_notebook(study, "nothing")


def test_a_name_that_no_page_can_draw_is_refused_with_its_file(tmp_path):
    path = write_study(tmp_path / "s", STUDY, AREA.replace("北", "北𠮷"))

    with pytest.raises(PageError, match=r"north\.toml: the font has no glyph for 𠮷"):
        check_all(plan_jobs([str(path)], root=tmp_path / "out"), InlineExecutor())
