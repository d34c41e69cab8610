"""Every PDF and DOCX says what its page says, and keeps its standard."""

import re
from collections import Counter
from functools import cache

import docx
import pikepdf
import pypdf
import pytest
from bs4 import BeautifulSoup

from evalkit.words import MINUS

from ..export.boxes import boxes, overlaps
from .test_workbooks import numbers, reports

# A blank that does not break is one glyph with one that does.
JOINERS = {**dict.fromkeys(map(ord, "\u2060\u200b\xad")), 0xA0: " "}
CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff，、“”（）：；]{8,}[。；]")


class Screen:
    """What a page says on a screen and on paper alike."""

    def __init__(self, folder, lang):
        text = (folder / f"report.{lang}.html").read_text(encoding="utf-8")
        self.soup = BeautifulSoup(text, "html.parser")
        # What is folded, paper leaves to the workbook.
        folded = ".origin details, .ek-fold thead, .ek-fold tbody, .ek-fold caption .ek-note"
        for node in self.soup.select(f".ek-screen, {folded}, main summary, section.notes > h2"):
            node.decompose()
        self.main, header = self.soup.select_one("main"), self.soup.select_one("body > header")
        self.title = header.h1.get_text()
        status = header.select_one(".status")
        self.state = status.select_one(".pill").get_text()
        mark = header.select_one(".made-up")
        self.made_up = mark.get_text() if mark else ""
        self.text = " ".join([self.title, status.get_text(" "), self.main.get_text(" ")])


FOOT = re.compile(
    r"[\d-]+ · results\.json sha256 [0-9a-f]{64}\s*(page \d+ of \d+|第 ?\d+ ?页，共 ?\d+ ?页)"
)


# To read a PDF's text takes longer than to look through it, and several tests look.
@cache
def texts(path):
    return [page.extract_text().translate(JOINERS) for page in pypdf.PdfReader(path).pages]


def pdf_pages(path, screen):
    """Each page's text without its running head and foot."""
    pages = []
    for position, page in enumerate(texts(path)):
        text, feet = FOOT.subn("", page)
        assert feet == 1, (path, position)
        for head in (screen.title, screen.made_up or screen.state) if position else ():
            assert head in text, (path, position)
            text = text.replace(head, "", 1)
        pages.append(text)
    return pages


def docx_text(path):
    made = docx.Document(str(path))
    parts = []
    for paragraph in made.element.body.iter("{*}p"):
        parts.append("".join(node.text or "" for node in paragraph.iter("{*}t")))
    return " ".join(parts).translate(JOINERS)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_of_a_page_stands_in_its_pdf_and_docx(built, lang):
    seen = 0
    for folder in reports(built[0]):
        screen = Screen(folder, lang)
        page = Counter(numbers(screen.text))
        pdf = Counter(numbers("\n".join(pdf_pages(folder / f"report.{lang}.pdf", screen))))
        word = Counter(numbers(docx_text(folder / f"report.{lang}.docx")))

        assert page - word == Counter() == word - page, folder
        assert page - pdf == Counter(), folder
        # Contents have page numbers, and a table's head stands on each page: nothing else is more.
        pages = {str(n) for n in range(1, 100)}
        assert set(pdf - page) <= set(page) | pages, folder
        seen += sum(page.values())
    assert seen > 2000


def test_a_result_is_printed_alike_in_both_languages(built):
    seen = 0
    for folder in reports(built[0]):
        printed = []
        for lang in ("en", "zh"):
            soup = BeautifulSoup((folder / f"report.{lang}.html").read_text("utf-8"), "html.parser")
            found = soup.select("main .ek-number[data-ek], main .ek-key[data-ek]")
            printed.append([(e["data-ek"], numbers(e.get_text())) for e in found])

        assert printed[0] == printed[1], folder
        seen += len(printed[0])
    assert seen > 500


def test_every_chinese_sentence_of_a_page_is_found_in_its_pdf(built):
    seen = 0
    for folder in reports(built[0]):
        screen = Screen(folder, "zh")
        text = "".join("".join(pdf_pages(folder / "report.zh.pdf", screen)).split())
        # A cell that goes over to the next page is cut by nothing but the table's head.
        for node in screen.main.select("p"):
            for found in CHINESE_SENTENCE.findall("".join(node.get_text().split())):
                assert found in text, (folder, found)
                seen += 1
    assert seen > 150


@pytest.mark.parametrize("report", ["pilots/guigang/claims", "reference/life/recidivism"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_pdf_declares_both_standards_and_has_what_they_ask_for(built, report, lang):
    with pikepdf.open(built[0] / report / f"report.{lang}.pdf") as pdf:
        about = pdf.open_metadata()
        kinds = [e.get("/S") for e in structure(pdf.Root.StructTreeRoot)]
        figures = [e for e in structure(pdf.Root.StructTreeRoot) if e.get("/S") == "/Figure"]

        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert about["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == {"en": "en-GB", "zh": "zh-CN"}[lang]
        assert "/OutputIntents" in pdf.Root and bool(pdf.Root.MarkInfo.Marked)
        assert figures and all(len(str(e.get("/Alt", ""))) > 20 for e in figures)
        assert {"/Table", "/TH", "/TD", "/H1", "/Caption"} <= set(map(str, kinds))
        # Contents stand where there is something to find again.
        assert ("/TOC" in map(str, kinds)) == (len(pdf.pages) > 8)
        # What is not embedded is drawn by whatever a reader's machine has.
        fonts = [f for page in pdf.pages for f in page.resources.get("/Font", {}).values()]
        assert fonts and all(
            "/FontFile2" in d or "/FontFile3" in d
            for f in fonts for d in [f.DescendantFonts[0].FontDescriptor]
        )  # fmt: skip


def structure(element):
    """Every element of the structure tree below one."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def test_no_text_of_any_pdf_lies_over_another_or_off_its_sheet(built):
    paths = sorted(built[0].rglob("*.pdf"))

    for path in paths:
        found, widths = boxes(path)
        assert found and overlaps(found) == [], path
        assert all(box.left > 0 and box.right < widths[box.page] - 30 for box in found), path
    assert len(paths) == 94


def test_every_table_of_a_pdf_holds_its_caption(built):
    seen = 0
    for path in sorted(built[0].rglob("report.*.pdf")):
        with pikepdf.open(path) as pdf:
            for table in structure(pdf.Root.StructTreeRoot):
                if table.get("/S") == "/Table":
                    assert "/Caption" in [str(e.S) for e in structure(table)], path
                    seen += 1
    assert seen > 150


def test_a_docx_has_styles_captions_alternative_texts_and_chinese_faces(built):
    made = docx.Document(str(built[0] / "pilots/guigang/claims/report.zh.docx"))
    styles = {p.style.name for p in made.paragraphs}
    pictures = list(made.element.body.iter("{*}docPr"))
    captions = [p.text for p in made.paragraphs if p.style.name.endswith("Caption")]

    assert {"Title", "Heading 1", "Table Caption", "Image Caption", "Verdict Sentence"} <= styles
    assert pictures and all(len(p.get("descr", "")) > 20 for p in pictures)
    assert [c[:3] for c in captions[:4]] == ["图 1", "表 1", "表 2", "表 3"]
    fonts = made.styles["Body Text"].element.rPr.rFonts
    assert fonts.get(docx.oxml.ns.qn("w:eastAsia")) == "Microsoft YaHei"
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find("{*}tblHeader") is not None
        assert all(run.bold for c in table.rows[0].cells for p in c.paragraphs for run in p.runs)


def test_a_minus_and_its_number_stay_on_one_line_in_a_docx(built):
    with_joiners = docx.Document(str(built[0] / "reference/life/recidivism/report.en.docx"))
    texts = [node.text or "" for node in with_joiners.element.body.iter("{*}t")]

    assert any(f"{MINUS}\u2060" in text for text in texts)
    assert not any(re.search(rf"{MINUS}\d", text) for text in texts)
