"""What a sheet of paper does to a page: breaks, room, and what stays together."""

import base64
import re
import struct
import zlib
from dataclasses import replace

import pikepdf
import pypdf
import pytest

from evalkit.errors import PageError
from evalkit.export.checks import check_page
from evalkit.export.prose import Prose
from evalkit.present.content import Cell, Line, Piece

from .boxes import boxes, overlaps
from .paper import made, number, page, pdf, picture, rows_table, table, text_of

MARGIN = 51
ID = "river.recidivism.cumulative_incidence[group=no_aid,window=52w,method=kaplan_meier,time=45]"
ENDLESS = "Abcdefghij" * 40
MARKDOWN = """\
> A quote with *emphasis*, **strong** and `code`.

- one
  - two
    - three

1. first
2. second

```python
x = 1
```

line one\\
line two

~~gone~~ [a link](https://example.org/a)

- [ ] to do
- [x] done

---

A note[^a] and PICTURE.

[^a]: The source.
"""


def drawing(width, height):
    """A PNG of one colour."""
    rows = zlib.compress((b"\0" + b"\x1b\x5e\x91" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")):
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def raster(width, height):
    """An SVG that holds a picture of dots, which a PDF keeps as one."""
    inner = f'<image width="{width}" height="{height}" xlink:href="{drawing(width, height)}"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}">{inner}</svg>'
    )


def elements(element, kind):
    """Every element of a kind below one of the structure tree."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.get("/S") == kind:
                yield kid
            yield from elements(kid, kind)


def sheet(tmp_path, document):
    """Write a PDF, hold its text to its sheet, and return its path."""
    path = pdf(tmp_path, document)
    found, widths = boxes(path)
    assert overlaps(found) == []
    assert all(box.right < widths[box.page] - MARGIN + 1 for box in found)
    return path


def image_of(path):
    """The page, the edges and the size of the only image of a PDF, in points."""
    with pikepdf.open(path) as pdf:
        for number, each in enumerate(pdf.pages):
            height, stack, matrix = float(each.mediabox[3]), [], pikepdf.Matrix()
            for operands, operator in pikepdf.parse_content_stream(each):
                if str(operator) == "q":
                    stack.append(matrix)
                elif str(operator) == "Q":
                    matrix = stack.pop()
                elif str(operator) == "cm":
                    matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
                elif str(operator) == "Do":
                    box = matrix.transform(pikepdf.Rectangle(0, 0, 1, 1))
                    return number, box.lly, height - box.ury, box.width, box.height
    return None


def test_ids_stand_beside_their_values_and_not_over_them(tmp_path):
    heads = ("Result id", "Value", "Interval", "People", "Plan")
    rows = [("", f"{r}.5%", f"0.2% to {r}.9%", "216", "planned") for r in range(10, 40)]
    made = rows_table(heads, *rows, words=range(4))
    code = Cell((Line((Piece(ID, "code"),)),), header=True)
    lines = tuple(replace(row, cells=(code, *row.cells[1:])) for row in made.content.rows)
    whole = replace(made, content=replace(made.content, rows=lines))

    text = text_of(pypdf.PdfReader(sheet(tmp_path, page(whole))))

    assert "".join(text.split()).count(ID) == 30
    assert "0.2% to 39.9%" in text and "planned" in text, "short words are not broken"


@pytest.mark.parametrize("columns", [3, 6, 8, 11])
@pytest.mark.parametrize("word", ["W" * 60, "Abcdefghij" * 4 + "W" * 40, "WWWWWWWWWWWWWWWW x"])
def test_a_word_wider_than_its_column_breaks(tmp_path, columns, word):
    path = sheet(tmp_path, page(table(columns, 3, cell=word)))

    flat = "".join(text_of(pypdf.PdfReader(path)).split())
    assert len(re.findall("W" * 16, flat)) >= 3 * (columns - 1)


def test_words_without_end_stay_on_the_sheet_and_keep_their_letters(tmp_path):
    title = "T" * 300
    made = page(f'<h2 id="s">{ENDLESS}</h2><p>So {ENDLESS} is.</p><p>{title}</p>', title=title)
    path = sheet(tmp_path, made)

    text = "".join(p.extract_text() for p in pypdf.PdfReader(path).pages)
    # As the document's title and as the prose's paragraph; as heading and in its sentence.
    assert "".join(text.split()).count(title) == 2
    assert "".join(text.split()).count(ENDLESS) == 2


@pytest.mark.parametrize("title", ["A long name of a place " * 13, "T" * 300, "\u957f\u540d" * 150])
def test_a_running_head_is_one_line(tmp_path, title):
    reader = pypdf.PdfReader(sheet(tmp_path, page("<p>Text.</p>" * 90, title=title.strip())))

    assert len(reader.pages) > 1
    for each in reader.pages[1:]:
        first = each.extract_text().splitlines()[0]
        assert re.search(r"\S…\s*Draft$", first), first


def test_each_part_of_a_wide_table_is_made_and_its_link_leads_to_the_first(tmp_path):
    link = '<p>See <a href="#table-2">Table 2</a>.</p>'

    path = pdf(tmp_path, page(table(30, 3, anchor="table-2"), link))

    assert "(24–30 / 30)" in text_of(pypdf.PdfReader(path))


def test_ordinary_markdown_stands_in_pdf_and_docx(tmp_path):
    alt = "A blue field that stands for nothing at all"
    prose = Prose("en", "report.en.html", {})
    body = prose.html(MARKDOWN.replace("PICTURE", f"![{alt}]({drawing(40, 20)})"))
    notes = f'<section class="notes" role="doc-endnotes"><ol>{prose.notes[0]}</ol>'

    reader, word = made(tmp_path, page(f"{body}{notes}</section>"))

    printed = [text_of(reader), "\n".join(p.text for p in word.paragraphs)]
    for text in printed:
        for words in ("emphasis, strong and code", "three", "x = 1", "line one\nline two", "gone"):
            assert words in text
        assert "a link" in text and "□ to do" in text and "■ done" in text
        assert "Notes" not in text, "a note stands at the foot of its page"
    assert "The source." in printed[0]
    with pikepdf.open(tmp_path / "report.en.pdf") as pdf:
        (figure,) = elements(pdf.Root.StructTreeRoot, "/Figure")
        assert str(figure.Alt) == alt
    assert [p.get("descr") for p in word.element.body.iter("{*}docPr")] == [alt]


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<svg viewBox="0 0 1 1"></svg>', "a drawing as <svg> in the text: give it as a picture"),
        (
            '<img alt="A picture of a kind that print cannot show" src="data:image/gif;base64,AA">',
            "a picture that is neither SVG, PNG nor JPEG: save it as PNG (data:image/gif)",
        ),
    ],
)
def test_what_not_every_form_can_show_is_refused_in_words(inside, told):
    with pytest.raises(PageError) as stopped:
        check_page(f'<html lang="en"><p>{inside}</p></html>', "en", "report.en.html")

    assert told in str(stopped.value)


@pytest.mark.parametrize("size", [(80, 300), (300, 80), (20, 900)])
def test_a_picture_is_never_larger_than_its_sheet(tmp_path, size):
    heading = '<h2 id="when">When it happened</h2>'
    path = sheet(tmp_path, page(f"<p>Text.</p>{heading}", picture(svg=raster(*size))))

    number, below, above, width, height = image_of(path)
    assert below > 56 and above > 62, "between the running head and the foot"
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)
    shown = pypdf.PdfReader(path).pages[number].extract_text()
    assert "When it happened" in shown and "Figure 1." in shown


@pytest.mark.parametrize("rows", range(46, 60, 2))
def test_no_row_is_left_alone_on_a_page(tmp_path, rows):
    path = sheet(tmp_path, page(table(4, rows)))

    on = [set(re.findall(r"row (\d+)", p.extract_text())) for p in pypdf.PdfReader(path).pages]
    assert sum(len(found) for found in on) == rows
    assert all(len(found) == 0 or len(found) >= 3 for found in on)


@pytest.mark.parametrize("lines", range(36, 41))
def test_a_long_table_begins_where_some_rows_have_room(tmp_path, lines):
    path = sheet(tmp_path, page("<p>A line.</p>" * lines, table(4, 60)))

    on = [set(re.findall(r"row (\d+)", p.extract_text())) for p in pypdf.PdfReader(path).pages]
    assert len(next(found for found in on if found)) >= 3


def test_each_table_holds_its_caption_where_the_next_heading_goes_over(tmp_path):
    # The table ends near the foot, and what follows it does not fit there any more.
    spaces = "".join(f"<p>Line {n}.</p>" for n in range(25))
    tables = (table(3, 5), '<h2 id="when">When</h2>', picture(), table(4, 40))
    path = sheet(tmp_path, page(spaces, *tables))

    with pikepdf.open(path) as pdf:
        found = list(elements(pdf.Root.StructTreeRoot, "/Table"))
        assert len(found) == 2
        assert all(len(list(elements(one, "/Caption"))) == 1 for one in found)


def test_values_and_intervals_are_not_parted(tmp_path):
    values = ["(12.28%, 14.74%]", "[1,000, 2,000)", "p = 0.0494", "−16.50 to −0.02"]
    lines = "".join(f"<p>{'x ' * n}{value} ends.</p>" for value in values for n in range(44, 64))
    cell = ("some words before it ", number("[312,850, 312,950)"), " and after it")
    full = rows_table([f"head {c}" for c in range(5)], *[("row", *[cell] * 4)] * 3)

    text = text_of(pypdf.PdfReader(sheet(tmp_path, page(lines, full))))

    for value in values:
        assert text.count(value) == 20, value
    assert text.count("[312,850, 312,950)") == 12


def test_the_time_of_a_file_is_that_of_its_report(tmp_path):
    path = pdf(tmp_path, page("<p>Text.</p>"))

    with pikepdf.open(path) as opened:
        assert str(opened.docinfo.CreationDate) == "D:20261124100000Z"


@pytest.mark.parametrize(("paragraphs", "listed"), [(20, False), (400, True)])
def test_contents_stand_in_a_pdf_of_more_than_eight_pages_alone(tmp_path, paragraphs, listed):
    body = '<h2 id="s">When it happened</h2>' + "<p>Text.</p>" * paragraphs

    reader = pypdf.PdfReader(sheet(tmp_path, page(body)))

    text = "".join(each.extract_text() for each in reader.pages)
    assert (len(reader.pages) > 8) == listed
    assert text.count("When it happened") == 1 + listed


def test_the_results_fingerprint_stands_at_the_foot_of_every_page_and_nowhere_else(tmp_path):
    reader = pypdf.PdfReader(sheet(tmp_path, page("<p>Text.</p>" * 90)))

    assert len(reader.pages) > 1
    for each in reader.pages:
        assert each.extract_text().count("results.json sha256 f") == 1
