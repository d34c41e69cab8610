"""On another machine too nothing may be hidden, covered or replaced in a form."""

import io
import re
import zipfile
import zlib

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from PIL import Image
from tests.export.paper import page

from evalkit.bundle.drawn import STREAM, drawn_alike, unpacked_pdf
from evalkit.bundle.same import says_the_same
from evalkit.export import write_pdf
from evalkit.export.printing import ready


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """A PDF of ours, with a chip, a sentence and a link."""
    folder = tmp_path_factory.mktemp("paper")
    document = page('<p>Nothing was printed. <a href="https://a.example/x">A source</a></p>')
    with ready([document]) as (one,):
        return write_pdf(folder, one).read_bytes()


def packed_again(raw):
    """The same PDF, by another level of compression."""

    def again(found):
        number, about, content = found.groups()
        if b"/FlateDecode" in about:
            content = zlib.compress(zlib.decompress(content), 1)
        about = re.sub(rb"/Length \d+", b"/Length %d" % len(content), about)
        return number + b" 0 obj\n<<" + about + b">>\nstream\n" + content + b"\nendstream"

    return STREAM.sub(again, raw)


def altered(raw, change):
    """A PDF of which something was changed on its first page."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        change(pdf, pdf.pages[0])
        # Else it would write what it did into the properties.
        pdf.save(made, fix_metadata_version=False)
    return made.getvalue()


def drawing(code, behind=True):
    def change(pdf, page):
        page.contents_add(pdf.make_stream(code), prepend=not behind)

    return change


def text_is_not_drawn(pdf, page):
    page.contents_add(pdf.make_stream(b"3 Tr\n"), prepend=True)


def picture_over_all(pdf, page):
    image = pdf.make_stream(b"\xff\xff\xff")
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1,
        BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    name = page.add_resource(image, pikepdf.Name.XObject)
    page.contents_add(pdf.make_stream(f"q 600 0 0 800 0 0 cm {name} Do Q".encode()))


def note_over_all(pdf, page):
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 600, 800]
    )
    page.Annots = pdf.make_indirect([*page.get("/Annots", []), pdf.make_indirect(note)])


COVER = b"q 1 1 1 rg 0 0 600 800 re f Q"


def test_a_pdf_that_is_packed_otherwise_is_the_same(paper):
    other = packed_again(paper)

    assert other != paper
    assert unpacked_pdf(other) == unpacked_pdf(paper)
    assert says_the_same("report.en.pdf", paper, other)


def test_a_pdf_with_other_line_breaks_is_held_by_what_it_draws(paper):
    # Written anew by another program: other places, other objects, the same drawing.
    other = altered(paper, lambda pdf, page: None)

    assert unpacked_pdf(other) != unpacked_pdf(paper)
    assert drawn_alike(paper, other)
    assert says_the_same("report.en.pdf", paper, other)


@pytest.mark.parametrize(
    "change",
    [drawing(COVER), text_is_not_drawn, picture_over_all, note_over_all],
    ids=["outline", "unseen", "picture", "note"],
)
def test_a_pdf_whose_words_nobody_sees_is_something_else(paper, change):
    other = altered(paper, change)

    assert not says_the_same("report.en.pdf", paper, other)
    assert not drawn_alike(paper, other)


def test_a_block_of_the_page_that_was_moved_over_its_words_is_found(paper):
    """As many outlines as before: one is taken away for the one that covers."""

    def change(pdf, page):
        code = page.Contents.read_bytes()
        first = re.search(rb"\nf\*?\n", code)
        page.Contents = pdf.make_stream(
            code[: first.start()] + b"\nn\n" + code[first.end() :] + COVER
        )

    other = altered(paper, change)

    assert not drawn_alike(paper, other)


def word(**more):
    """A DOCX with a picture and a name."""
    dots = io.BytesIO()
    Image.new("RGB", (4, 4), more.get("colour", (10, 20, 30))).save(dots, "PNG")
    made = io.BytesIO()
    document = docx.Document()
    paragraph = document.add_paragraph()
    run = paragraph.add_run("Institute")
    if "hidden" in more:
        run._r.get_or_add_rPr().append(run._r.makeelement(qn("w:vanish"), {}))
    picture = document.add_picture(dots)
    picture._inline.docPr.set("descr", more.get("alt", "Three books"))
    document.save(made)
    return made.getvalue()


def packed(raw):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as one, zipfile.ZipFile(made, "w") as other:
        for name in one.namelist():
            other.writestr(name, one.read(name), zipfile.ZIP_DEFLATED, 1)
    return made.getvalue()


def test_a_picture_may_be_a_shade_lighter_and_nothing_else():
    plain = word()

    assert says_the_same("a.docx", plain, packed(plain))
    assert says_the_same("a.docx", plain, word(colour=(14, 20, 30)))
    assert not says_the_same("a.docx", plain, word(colour=(90, 20, 30)))


@pytest.mark.parametrize("more", [{"alt": "Seal of a court"}, {"hidden": True}])
def test_words_of_a_document_that_nobody_sees_are_compared(more):
    assert not says_the_same("a.docx", word(), word(**more))
