"""A confidential table of minors, from the study file to the files that leave the house."""

import hashlib
import json
import re
import zipfile

import openpyxl
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup
from tests.outcomes.conftest import TABLE, people

from evalkit.export import write_portal
from evalkit.export.summary import write_summary

from .conftest import build_one
from .test_documents import docx_text


@pytest.fixture
def office(project):
    """A project whose study holds a table of 403 and 398 young people."""

    def make(status):
        folder = project / "data" / "raw"
        folder.mkdir()
        # Beyond the number of any cell.
        groups = [people("programme", 403, 113), people("comparison", 398, 138, seed=2)]
        pd.concat(groups).to_csv(folder / "followed.csv", index=False)
        study = project / "study.toml"
        text = study.read_text(encoding="utf-8").replace('"observational"', '"randomised"', 1)
        study.write_text(
            text + TABLE.format(status=status, file="data/raw/followed.csv"), encoding="utf-8"
        )
        return project

    return make


def text_of(path):
    if path.suffix == ".html":
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        # What a click shows leaves the house as well.
        clicked = page.find(id="ek-results")
        told = json.loads(clicked.string)["texts"] if clicked else []
        return " ".join([page.get_text(" "), *told])
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
        return " ".join(f"{c:g}" if isinstance(c, int | float) else str(c) for c in cells)
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if path.suffix == ".docx":
        return docx_text(path)
    # How a letter is drawn is no number of a drawing.
    drawn = re.compile(r'\bd=\\"[^"]*\\"')
    return drawn.sub("", path.read_text(encoding="utf-8"))


def raw_text(path):
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as parts:
            return " ".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
            )
    return text_of(path) + path.read_bytes().decode("utf-8", "replace")


def test_no_file_of_the_report_holds_a_true_count(office):
    project = office("confidential")

    made = build_one(project, "guigang", "recidivism")

    assert made.error is None, made.error
    summary = write_summary(made.job.folder.parent)
    assert summary
    for path in (*made.job.folder.iterdir(), *summary):
        words = text_of(path).replace(",", " ").split()
        assert not {"403", "398", "801", "113", "138", "251"} & set(words), path
    data = (project / "data" / "raw" / "followed.csv").read_bytes()
    for path in (*made.job.folder.iterdir(), *summary):
        # A table of counts could be found from its hash.
        assert hashlib.sha256(data).hexdigest() not in raw_text(path), path
    page = text_of(made.job.folder / "report.en.html")
    assert "Counts of 10 or fewer are withheld, the others rounded to 5." in page
    assert "405" in page.split()


def test_made_up_data_are_marked_on_every_page_in_both_languages(office):
    project = office("made_up")

    made = build_one(project, "guigang", "recidivism")

    assert made.error is None, made.error
    write_portal(project / "out")
    for lang, mark, portal in (
        ("zh", "虚构数据，仅供演示", "index.html"),
        ("en", "MADE-UP DATA, for demonstration only", "index.en.html"),
    ):
        page = BeautifulSoup(
            (made.job.folder / f"report.{lang}.html").read_text("utf-8"), "html.parser"
        )
        assert mark in page.select_one("header .made-up").get_text()
        assert mark in text_of(project / "out" / portal)
        # In print the mark stands on every page of every sheet.
        for sheet in openpyxl.load_workbook(made.job.folder / f"report.{lang}.xlsx"):
            assert mark in sheet.oddHeader.left.text
        assert mark in text_of(made.job.folder / f"report.{lang}.xlsx")
