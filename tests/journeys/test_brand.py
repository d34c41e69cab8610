"""A partner's brand stands in every form, changes no number, and is part of what is handed over."""

import re
import zipfile

import docx
import openpyxl
import pikepdf
import pypdf
import pytest
from bs4 import BeautifulSoup
from tests.helpers import swapped

from evalkit.export import write_portal
from evalkit.export.summary import write_summary

from ..protocol.test_brand import BRAND, SVG, png
from .conftest import build_one, results

PLACE = ("pilots", "liangjiang", "claims")
NAMES = {"en": "Institute", "zh": "研究所"}


def set_brand(project, text=BRAND, **files):
    study = project / "study.toml"
    told = study.read_text(encoding="utf-8")
    if "brand = " not in told:
        told = swapped(told, 'people = "', 'brand = "brand.toml"\npeople = "')
        study.write_text(told, encoding="utf-8")
    (project / "brand.toml").write_text(text, encoding="utf-8")
    (project / "logo.svg").write_text(SVG, encoding="utf-8")
    for name, data in files.items():
        (project / name.replace("_", ".")).write_bytes(data)


def build(project, outcome="claims"):
    made = build_one(project, "liangjiang", outcome)
    assert made.error is None, made.error
    return made.job.folder


def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pdf_text(path):
    return pypdf.PdfReader(path).pages[0].extract_text().replace("\u2060", "")


@pytest.fixture(params=["svg", "png"])
def folder(project, request):
    text = BRAND if request.param == "svg" else BRAND.replace("logo.svg", "logo.png")
    set_brand(project, text, logo_png=png(60, 20))
    return build(project)


def test_every_form_says_the_same_publisher_and_shows_the_logo(folder):
    alts = {"en": "Three open books in a ring", "zh": "圆环中有三本打开的书"}
    for lang, name in NAMES.items():
        page = soup(folder / f"report.{lang}.html")
        said = page.select_one("header > .brand")
        assert (said.get_text(strip=True), said.img["alt"]) == (name, alts[lang])
        assert said.img["src"].startswith("data:image/")
        assert name in page.select_one(".origin dl").get_text()
        assert name in pdf_text(folder / f"report.{lang}.pdf")
        office = docx.Document(folder / f"report.{lang}.docx")
        assert office.paragraphs[0].text.strip() == name
        assert alts[lang] in office.paragraphs[0]._p.xml
        assert office.paragraphs[0].style.name == "Subtitle"
        front = openpyxl.load_workbook(folder / f"report.{lang}.xlsx").worksheets[0]
        assert front["B2"].value == name
        with zipfile.ZipFile(folder / f"report.{lang}.xlsx") as book:
            drawn = [n for n in book.namelist() if n.startswith("xl/drawings/drawing")]
            assert alts[lang] in book.read(drawn[0]).decode()


def test_the_pdf_keeps_its_standard_with_a_logo(folder):
    with pikepdf.open(folder / "report.en.pdf") as pdf:
        about = pdf.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert about["pdfuaid:part"] == "1"
        assert len(pdf.pages) <= 6


def test_links_have_its_colour_and_verdicts_keep_theirs(folder):
    html = (folder / "report.en.html").read_text(encoding="utf-8")

    assert "--ek-brand: light-dark(#7A1F3D, #F2A7BE)" in html
    assert "--ek-good: light-dark(#00685B, #5CC8B6)" in html
    assert "#7A1F3D" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_a_brand_changes_no_result(project):
    plain = build(project)
    before = results(project / "out", *PLACE)
    assert 'class="brand"' not in (plain / "report.en.html").read_text(encoding="utf-8")

    set_brand(project)
    build(project)

    after = results(project / "out", *PLACE)
    assert after == before


def test_summary_and_portal_name_it_too(project):
    set_brand(project)
    build(project, "reach")

    written = write_summary(project / "out" / "pilots" / "liangjiang")
    portals = write_portal(project / "out")

    assert len(written) == 4 and len(portals) == 2
    for path in written:
        name = NAMES[path.name.split(".")[1]]
        told = pdf_text(path) if path.suffix == ".pdf" else soup(path).select_one(".brand").text
        assert name in told
    for path in portals:
        lang = soup(path).html["lang"]
        (said,) = soup(path).select(".brand")
        assert said.get_text(strip=True) == NAMES[lang] and said.parent.name == "header"


def test_a_portal_over_two_brands_names_each_beside_its_study(project):
    set_brand(project)
    build(project, "reach")
    made = build_one(project, "life", "recidivism", "studies/reference/study.toml")
    assert made.error is None, made.error

    page = soup(write_portal(project / "out")[0])

    (said,) = page.select(".brand")
    assert said.find_parent("section")["data-study"] == "pilots"
    assert "--ek-brand: light-dark(" not in page.select("style")[1].text


def test_a_logo_that_somebody_put_into_the_results_is_not_shown(project):
    set_brand(project)
    folder = build(project, "reach")
    path = folder / "results.json"
    told = path.read_text(encoding="utf-8")
    forged = re.sub(r'("data": ")[^"]+', r"\1PHN2Zz48c2NyaXB0Lz48L3N2Zz4=", told, count=1)
    assert forged != told
    path.write_text(forged, encoding="utf-8")
    build(project)

    page = soup(write_portal(project / "out")[0])

    assert "pilots/liangjiang/reach" in page.select_one(".unread").text
    assert "PHN2Zz48c2NyaXB0" not in str(page)


def test_a_run_says_at_once_what_is_wrong_with_a_brand(project, command):
    words = ("run", "--study", "study.toml", "--area", "liangjiang", "--reports", "out")
    set_brand(project, BRAND.replace("Three open books in a ring", "logo"))

    code, _, err = command(*words, cwd=project)

    assert (code, "alt" in err, (project / "out").exists()) == (3, True, False)
    set_brand(project, BRAND, logo_svg=b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    code, _, err = command(*words, cwd=project)
    assert (code, "the logo holds <script>" in err) == (3, True)
    assert not (project / "out").exists()
