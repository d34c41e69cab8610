"""What PDF and DOCX are made from, and documents at their worst."""

import re

import pytest
from docx.oxml.ns import qn

from evalkit.errors import PageError
from evalkit.export.sheet import MOST_COLUMNS
from evalkit.present.content import Block, Piece, Statement
from evalkit.present.statement import paragraph

from .paper import exhibit, line, made, page, pdf, picture, rows_table, table, text_of


def test_what_only_a_screen_can_do_stays_there():
    document = page('<div class="ek-screen"><button>Search</button></div><p>Stays.</p>')

    assert "Search" not in document.prose and "Stays." in document.prose


def test_what_is_folded_on_a_screen_lies_open():
    prose = page("<details><summary>All</summary><p>Inside.</p></details>").prose

    assert "Inside." in prose and "details" not in prose and "All" not in prose


def test_a_table_of_sixty_columns_is_shown_in_parts_with_every_cell(tmp_path):
    reader, word = made(tmp_path, page(table(60, 3)))

    text = text_of(reader)
    for r in range(3):
        for c in range(1, 60):
            assert len(re.findall(rf"(?<![\d.]){r}\.{c}(?![\d.])", text)) == 1
    assert len(word.tables) == -(-59 // (MOST_COLUMNS - 1))
    assert all(t.rows[1].cells[0].text == "row 0" for t in word.tables)
    # One on its side for each part but the last, which is narrow, and no empty sheet between.
    lying = [s.orientation for s in word.sections]
    assert lying == [0, *([1] * (len(word.tables) - 1)), 0]
    assert "(2–12 / 60)" in text
    wide = [p for p in reader.pages if p.mediabox.width > p.mediabox.height]
    assert wide, "a wide table lies on its side"


def test_a_table_of_many_pages_repeats_its_head_and_loses_none(tmp_path):
    reader, word = made(tmp_path, page(table(4, 1500)))

    text = text_of(reader)
    assert len(re.findall(r"row \d+", text)) == 1500
    assert text.count("head 3") >= len(reader.pages) - 4
    assert len(word.tables[0].rows) == 1501


def test_a_title_of_three_hundred_letters_is_whole(tmp_path):
    title = "A very long name of a place " * 11
    reader, word = made(tmp_path, page("<p>Text.</p>", title=title.strip()))

    first = " ".join(reader.pages[0].extract_text().split())
    assert title.strip() in first
    assert word.paragraphs[0].text == title.strip()


def test_rare_characters_are_drawn(tmp_path):
    reader, word = made(tmp_path, page("<p>镕 喆 㙍</p>", lang="zh"))

    assert "镕喆㙍" in "".join(text_of(reader).split())
    assert "镕 喆 㙍" in "\n".join(p.text for p in word.paragraphs)


@pytest.mark.parametrize("character", ["\U00020bb7", "\U0001f600"])
def test_a_character_without_a_glyph_stops_the_pdf(tmp_path, character):
    with pytest.raises(PageError) as stopped:
        pdf(tmp_path, page(f"<p>{character}</p>"))

    assert stopped.value.key == "document_refused"
    assert character in str(stopped.value) and str(tmp_path) not in str(stopped.value)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_alternative_text_stops_the_pdf(tmp_path):
    with pytest.raises(PageError) as stopped:
        pdf(tmp_path, page(picture(alt="")))

    assert "alt" in str(stopped.value)
    assert list(tmp_path.iterdir()) == []


def test_an_equation_is_native_in_a_docx_and_has_words_in_a_pdf(tmp_path):
    maths = (
        '<p>So <math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac>'
        "</math> is.</p>"
    )
    _, word = made(tmp_path, page(maths))

    assert list(word.element.body.iter("{*}oMath"))


def test_made_up_data_are_marked_on_every_page(tmp_path):
    reader, word = made(tmp_path, page(table(4, 200), made_up="made-up data"))

    assert all("made-up data" in p.extract_text() for p in reader.pages)
    assert "made-up data" in word.sections[0].header.paragraphs[0].text
    assert word.paragraphs[0].text == "made-up data"


def test_text_that_looks_like_typst_or_markdown_stays_text(tmp_path):
    odd = r'#panic("x") *a* _b_ $c$ @d &lt;e&gt; \ ` [f] "g" // h'
    reader, word = made(tmp_path, page(f"<p>{odd}</p>", title='"; #panic("t") \\ $x$'))

    shown = odd.replace("&lt;", "<").replace("&gt;", ">")
    assert shown in " ".join(text_of(reader).split()).replace("“", '"').replace("”", '"')
    assert shown in [p.text for p in word.paragraphs]
    assert '"; #panic("t") \\ $x$' in reader.metadata.title


def test_a_formula_of_a_caption_is_native_in_a_docx_and_has_words_in_a_pdf(tmp_path):
    formula = rows_table(("Group", "n"), ("a", "1"), title=r"Of $\frac{a}{b}$ at $5")

    reader, word = made(tmp_path, page("<p>Text.</p>", formula))

    assert list(word.element.body.iter("{*}oMath"))
    caption = next(p for p in word.paragraphs if p.style.name == "Table Caption")
    assert caption.text.startswith("Table 1. Of ") and caption.text.endswith("at $5\nPeople.")
    assert "at $5" in text_of(reader)


def test_a_text_of_an_exhibit_is_never_code(tmp_path):
    odd = '#panic("x") *a* _b_ $c @d <e> \\ ` [f] ] "g" // h & ; = - 1.'
    word = made(tmp_path, page(rows_table(("Group", odd), (odd, odd), title=odd)))

    assert " ".join(text_of(word[0]).split()).count(odd) >= 4
    cells = [cell.text for row in word[1].tables[0].rows for cell in row.cells]
    assert cells == ["Group", odd, odd, odd]


def test_sentences_that_stand_for_an_exhibit_can_be_referred_to(tmp_path):
    said = Statement((paragraph(Piece("Not shown.", "strong"), " Why."),), "refusal")
    parts = (exhibit(said, "refused-1"), '<p>See <a href="#refused-1">Table</a>.</p>')

    reader, word = made(tmp_path, page(*parts))

    assert "Not shown. Why." in text_of(reader)
    assert "Not shown. Why." in [p.text for p in word.paragraphs]
    names = [node.get(qn("w:name")) for node in word.element.body.iter(qn("w:bookmarkStart"))]
    assert "refused-1" in names


def test_points_are_a_list_in_both(tmp_path):
    said = Statement((paragraph("Lead."), Block((line("one"), line("two")), "points")))

    reader, word = made(tmp_path, page(exhibit(said)))

    assert re.search(r"[•·]\s*one\s*[•·]\s*two", text_of(reader))
    points = [p for p in word.paragraphs if p.text in ("one", "two")]
    assert all(p._p.pPr.numPr is not None for p in points) and len(points) == 2
