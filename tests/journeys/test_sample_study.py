"""The sample study from its seed to its pages: the mark everywhere, and a refusal without."""

import duckdb
import openpyxl
import pypdf
import pytest

from evalkit.cli import main
from evalkit.words import say

from .conftest import build_one, results
from .test_confidential_report import text_of

STUDY = "studies/sample/study.toml"


@pytest.fixture
def sample(project):
    assert main(["sample", "--study", str(project / STUDY), "--jobs", "1"]) == 0
    return project


def test_every_form_of_a_report_on_made_up_data_is_marked_in_both_languages(sample):
    made = build_one(sample, "guigang", "recidivism", STUDY)

    assert made.error is None, made.error
    folder = made.job.folder
    for lang in ("zh", "en"):
        mark = say("page.made_up", lang)
        assert text_of(folder / f"report.made-up.{lang}.html").count(mark) >= 1
        # On each page of paper, and in each drawing.
        for page in pypdf.PdfReader(folder / f"report.made-up.{lang}.pdf").pages:
            assert mark.split(",")[0].split("，")[0] in page.extract_text()
        assert mark in text_of(folder / f"report.made-up.{lang}.docx")
        for sheet in openpyxl.load_workbook(folder / f"report.made-up.{lang}.xlsx"):
            assert mark in sheet.oddHeader.left.text
    found = results(sample / "out", "sample", "guigang", "recidivism")
    assert len(found) > 40
    for estimate in found.values():
        assert estimate["made_up"] is True or not estimate["data"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [("declared", "made_up_undeclared"), ("marked", "made_up_unmarked")],
)
def test_without_an_ingredient_of_the_mark_nothing_is_built(sample, spoil, told):
    if spoil == "declared":
        study = sample / STUDY
        text = study.read_text(encoding="utf-8")
        study.write_text(text.replace('status = "made_up"', 'status = "confidential"'), "utf-8")
    else:
        path = sample / "studies/sample/data/clean/guigang/cases.parquet"
        with duckdb.connect() as database:
            database.execute(f"CREATE TABLE t AS SELECT * FROM '{path}'")
            database.execute(f"COPY t TO '{path}' (FORMAT parquet)")

    made = build_one(sample, "guigang", "recidivism", STUDY)

    assert made.error is not None and told in str(made.error)
    assert not (made.job.folder / "report.made-up.zh.html").exists()
