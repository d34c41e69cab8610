"""On another machine a file may have other bytes and say the same; words, parts and fonts count."""

import base64
import gzip
import io
import zipfile
import zlib

import docx
import openpyxl
import pytest

from evalkit.bundle.same import says_the_same


def packed_again(raw, **more):
    """The same members, packed by another level of compression, and others beside them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as one, zipfile.ZipFile(made, "w") as other:
        for name in one.namelist():
            other.writestr(name, one.read(name), zipfile.ZIP_DEFLATED, 1)
        for name, content in more.items():
            other.writestr(name, content)
    return made.getvalue()


def word(text):
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def book(value, link="", **sheet):
    made = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = value
    if link:
        workbook.active["A1"].hyperlink = link
    for name, held in sheet.items():
        setattr(workbook.active, name, held)
    workbook.save(made)
    return made.getvalue()


def test_a_document_that_is_packed_otherwise_is_the_same():
    one = word("17 fewer")
    assert one != packed_again(one)
    assert says_the_same("report.docx", one, packed_again(one))
    assert says_the_same("report.xlsx", book(17), packed_again(book(17)))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("a.docx", word("evidence of improvement"), word("no clear evidence")),
        ("a.docx", word("x"), packed_again(word("x"), **{"word/vbaProject.bin": b"M"})),
        ("a.docx", word("x"), b"PK"),
        ("a.xlsx", book("improvement"), book("no clear")),
        ("a.xlsx", book(17), book(17.5)),
        ("a.xlsx", book(17), book("=1+16")),
        ("a.xlsx", book("x"), book("x", link="http://a.example")),
        ("a.xlsx", book(1), book(1, title="other")),
        ("a.xlsx", book(1), packed_again(book(1), **{"xl/vbaProject.bin": b"M"})),
        ("a.html", b"<p>no clear evidence</p>", b"<p>evidence of improvement</p>"),
        ("a.html", b"@font-face { src: url(A) }", b"@font-face { src: url(B) }"),
        ("a.pdf", b"%PDF", b"%PDF-"),
        ("a.toml", b"a = 1", b"a = 2"),
    ],
)
def test_other_words_parts_links_or_fonts_are_something_else(name, one, other):
    assert not says_the_same(name, one, other)
    assert says_the_same(name, one, one)


def test_what_a_page_holds_packed_is_compared_unpacked():
    text = "".join(str(n) for n in range(2000)).encode()

    def page(level, text=text):
        return b"<script>" + base64.b64encode(gzip.compress(text, level, mtime=0)) + b"</script>"

    assert page(1) != page(9)
    assert says_the_same("check.html", page(1), page(9))
    assert not says_the_same("check.html", page(1), page(1, text + b"1"))
    # What is no gzip is compared as it stands.
    raw = base64.b64encode(zlib.compress(text))
    assert not says_the_same("check.html", raw, raw[:-8] + b"AAAAAAA=")
