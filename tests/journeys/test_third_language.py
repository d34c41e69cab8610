"""A third language is one file in `locale/` and the study's own texts; nothing else is told."""

import os
import re
import shutil
import subprocess
import sys

import openpyxl
import pypdf
import pytest
from bs4 import BeautifulSoup
from tests.helpers import ahead_on_path

from .conftest import ROOT
from .test_documents import docx_text

# What the new file translates, for the pages to show; the rest stays English words in it.
TRANSLATED = {
    'name = "English"': 'name = "Italiano"',
    'tag = "en-GB"': 'tag = "it-IT"',
    'collation = "en"': 'collation = "it"',
    'contents = "Contents"': 'contents = "Indice"',
}
HEADING = '\n[notebook]\nwho_is_in = "## Chi è incluso"\n'


def in_italian(text):
    """A study's or an area's file with every text in Italian too, the same words marked."""
    return re.sub(r'\ben = "((?:[^"\\]|\\.)*)"', r'en = "\1", it = "\1 (it)"', text)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the package, as a wheel lays it out, with one more file."""
    home = tmp_path_factory.mktemp("italian")
    package = home / "package" / "evalkit"
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "evalkit", package, ignore=left_out)
    shutil.copytree(ROOT / "notebooks", package / "notebooks")
    text = (package / "locale" / "en.toml").read_text(encoding="utf-8")
    for old, new in TRANSLATED.items():
        assert old in text, old
        text = text.replace(old, new)
    (package / "locale" / "it.toml").write_text(text + HEADING, encoding="utf-8")
    shutil.copytree(ROOT / "data" / "reference", home / "data" / "reference")
    shutil.copytree(ROOT / "studies" / "reference", home / "studies" / "reference")
    for path in (home / "studies").rglob("*.toml"):
        spoken = in_italian(path.read_text(encoding="utf-8"))
        spoken = spoken.replace('languages = ["zh", "en"]', 'languages = ["it", "zh"]')
        path.write_text(spoken, encoding="utf-8")
    return home


def run(house, *words):
    path = ahead_on_path(house / "package")
    environment = {**os.environ, "PYTHONPATH": path, "EVALKIT_LANG": "it"}
    return subprocess.run(
        [sys.executable, "-m", "evalkit", *words],
        cwd=house, env=environment, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(house):
    ran = run(house, "run", "--study", "studies/reference/study.toml", "--area", "life",
              "--jobs", "1", "--reports", "reports")  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return house / "reports"


def test_every_form_is_written_in_it(folder):
    report = folder / "reference" / "life" / "recidivism"
    page = BeautifulSoup((report / "report.it.html").read_text(encoding="utf-8"), "html.parser")

    assert page.html["lang"] == page.body["lang"] == "it"
    assert "ek-full" not in page.body["class"]
    # The study's own words, the file's sentences, and the notebook's heading by the file.
    assert "(it)" in page.h1.get_text()
    headings = [heading.get_text().strip() for heading in page.select("h2")]
    assert "Chi è incluso" in headings and "Who is in" not in headings
    assert "What is printed" in headings or "Who had the event" in headings
    # Nothing is in the other language of the study but the link to it.
    page.find("nav").decompose()
    assert not re.search("[\u4e00-\u9fff]", page.body.get_text())
    pdf = "".join(p.extract_text() for p in pypdf.PdfReader(report / "report.it.pdf").pages)
    assert "Chi è incluso" in pdf
    assert "Chi è incluso" in docx_text(report / "report.it.docx")
    book = openpyxl.load_workbook(report / "report.it.xlsx")
    assert book.worksheets[0]["A1"].font.name == "Calibri"


def test_both_languages_have_the_same_results(folder):
    report = folder / "reference" / "life" / "recidivism"
    ids = [
        {
            mark["data-ek"]
            for mark in BeautifulSoup(
                (report / f"report.{lang}.html").read_text(encoding="utf-8"), "html.parser"
            ).select("[data-ek]")
        }
        for lang in ("it", "zh")
    ]
    assert ids[0] == ids[1] and len(ids[0]) > 20


def test_portal_and_summary_speak_it(folder):
    portal = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert portal.html["lang"] == "it" and portal.body["data-collation"] == "it"
    assert (folder / "index.zh.html").is_file()
    assert list((folder / "reference" / "life" / "summary").glob("*.it.pdf"))


def test_the_command_line_speaks_it(house):
    told = run(house, "run", "--study", "studies/reference/study.toml", "--area", "nowhere")

    assert told.returncode == 2
    assert "Traceback" not in told.stderr and "nowhere" in told.stderr


def test_a_file_with_a_missing_sentence_stops_every_study_in_it(house, tmp_path):
    shutil.copytree(house, tmp_path / "house")
    path = tmp_path / "house" / "package" / "evalkit" / "locale" / "it.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("\nlang_twins = ") == 1
    path.write_text(re.sub(r"\nlang_twins = .*", "", text), encoding="utf-8")

    told = run(tmp_path / "house", "run", "--study", "studies/reference/study.toml")

    assert told.returncode == 3
    assert "error.lang_twins" in told.stderr and "Traceback" not in told.stderr
