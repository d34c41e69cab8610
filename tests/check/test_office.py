"""What an office sees of a report in LibreOffice: tables under their captions, and sheets."""

import shutil
import subprocess
import sys

import openpyxl
import pypdf
import pytest

from .conftest import ROOT

GUIGANG = "pilots/guigang/claims"

OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("reports")
    words = ["--study", "study.toml", "--area", "guigang", "--outcome", "claims"]
    subprocess.run(
        [sys.executable, "-m", "evalkit", "run", *words, "--reports", str(root)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return root / GUIGANG


@pytest.fixture(scope="module", params=["en", "zh"])
def opened(request, folder, tmp_path_factory):
    """The folder of a report, its language, and its DOCX and XLSX as LibreOffice prints them."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    work = tmp_path_factory.mktemp("office")
    pages = {}
    for form in ("docx", "xlsx"):
        file = work / form / f"report.{form}"
        file.parent.mkdir()
        shutil.copyfile(folder / f"report.{request.param}.{form}", file)
        profile = (work / "profile").as_uri()
        subprocess.run(
            [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
             "--outdir", str(file.parent), str(file)],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip
        made = pypdf.PdfReader(file.with_suffix(".pdf"))
        pages[form] = [page.extract_text().replace("\xa0", " ") for page in made.pages]
    return folder, request.param, pages


def test_no_caption_is_parted_from_its_table(opened):
    _, lang, pages = opened
    heads = {"en": ("Table 1", "No."), "zh": ("表 1", "编号")}[lang]
    title = next(text for text in pages["docx"] if heads[0] in text.replace("　", " "))

    assert heads[1] in title.split(heads[0])[1], "the table's head stands under its caption"


def test_every_page_of_the_document_has_something_on_it(opened):
    _, _, pages = opened

    assert 2 <= len(pages["docx"]) <= 8
    assert all(len(text) > 300 for text in pages["docx"])


def test_sheets_are_named_by_what_they_say_and_each_prints(opened):
    folder, lang, pages = opened
    book = openpyxl.load_workbook(folder / f"report.{lang}.xlsx")
    names = book.sheetnames[1:-1]

    assert [name.split()[0] for name in names] == [str(n) for n in range(1, len(names) + 1)]
    assert all(len(name) > 4 for name in names)
    assert len(pages["xlsx"]) >= len(book.sheetnames)
