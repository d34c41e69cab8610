"""What PDF and DOCX are made from, and pages at their worst."""

import base64
import re

import docx
import pypdf
import pytest

from evalkit.errors import PageError
from evalkit.export import read_hub, write_docx, write_pdf
from evalkit.export.hub import MOST_COLUMNS

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#1B5E91"/></svg>'
)


def page(main, title="River Town: Reach", lang="en", made_up=""):
    mark = f'<p class="made-up"><strong>{made_up}</strong></p>' if made_up else ""
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">
    <meta name="dcterms.created" content="2026-11-24T10:00:00Z"><title>x</title></head><body>
    <header>{mark}<h1>{title}</h1><p class="status"><span class="pill">Draft</span> A study.</p>
    </header><main id="main"><section class="ek-headline"><span class="ek-chip ek-no-clear">
    <span class="ek-mark">~</span>no clear evidence</span>
    <p class="ek-sentence">Nothing is clear.</p></section>{main}
    <section class="origin"><h2 id="origin">Origin</h2><dl>
    <div class="cover"><dt>Software</dt><dd>evalkit 9.9</dd></div></dl></section>
    </main></body></html>"""


def table(columns, rows, cell="{r}.{c}"):
    heads = "".join(f'<th scope="col">head {c}</th>' for c in range(columns))
    lines = "".join(
        f'<tr><th scope="row">row {r}</th>'
        + "".join(f'<td class="ek-figures">{cell.format(r=r, c=c)}</td>' for c in range(1, columns))
        + "</tr>"
        for r in range(rows)
    )
    return (
        '<table class="ek-table"><caption><strong><span class="ek-no">Table 1. </span>Big</strong>'
        f'<span class="ek-note">People.</span></caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )


def picture(alt="Bars of what people were reached, by month"):
    data = base64.b64encode(SVG.encode()).decode()
    return (
        '<figure class="ek-figure"><figcaption><strong>Figure 1. Reached</strong></figcaption>'
        f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}"></figure>'
    )


def made(tmp_path, html):
    hub = read_hub(html)
    reader = pypdf.PdfReader(write_pdf(tmp_path, hub))
    return reader, docx.Document(str(write_docx(tmp_path, hub)))


def text_of(reader):
    return "\n".join(p.extract_text() for p in reader.pages)


def test_what_only_a_screen_can_do_stays_there():
    hub = read_hub(page('<div class="ek-screen"><button>Search</button></div><p>Stays.</p>'))

    assert "Search" not in hub.body and "Stays." in hub.body
    assert hub.status == ("Draft", "A study.") and hub.cover == (("Software", "evalkit 9.9"),)


def test_what_is_folded_on_a_screen_lies_open():
    hub = read_hub(page("<details><summary>All</summary><p>Inside.</p></details>"))

    assert "Inside." in hub.body and "details" not in hub.body and "All" not in hub.body


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
        write_pdf(tmp_path, read_hub(page(f"<p>{character}</p>")))

    assert stopped.value.key == "document_refused"
    assert character in str(stopped.value) and str(tmp_path) not in str(stopped.value)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_alternative_text_stops_the_pdf(tmp_path):
    with pytest.raises(PageError) as stopped:
        write_pdf(tmp_path, read_hub(page(picture(alt=""))))

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
