"""Tables of a DOCX: wide enough for their words, and kept with what belongs to them."""

import docx
import pytest
from docx.oxml.ns import qn

from evalkit.export import write_docx
from evalkit.export.columns import MARGINS, TWIPS
from evalkit.present.content import Piece, Statement
from evalkit.present.statement import paragraph

from .paper import exhibit, number, page, picture, printed
from .paper import rows_table as table

# Points between the margins of a sheet that stands, and the least width of a letter at 9 points.
ACROSS, LETTER = 493.3, 9 * 0.6


def word(folder, *parts, lang="en"):
    return docx.Document(str(printed(folder, page(*parts, lang=lang), write_docx)[0]))


def widths(made):
    grid = made.tables[0]._tbl.find(qn("w:tblGrid"))
    return [int(column.get(qn("w:w"))) / TWIPS for column in grid]


def test_no_number_and_no_short_word_is_wider_than_its_column(tmp_path):
    heads = ("Group", "People", "Kept", "Share", "Interval", "p")
    row = ("no-aid", "216", "48", number("22.2%"), number("17.2% to 28.2%"), number("0.0494"))
    made = word(tmp_path, table(heads, row))

    for width, head, cell in zip(widths(made), heads, row, strict=True):
        longest = max(head, getattr(cell, "text", cell), key=len)
        assert width - MARGINS > len(longest) * LETTER, longest
    interval = made.tables[0].rows[1].cells[4].text
    assert interval == "17.2%\u00a0to\u00a028.2%"


@pytest.mark.parametrize("lang, prose", [("en", "a word of prose " * 40), ("zh", "文字说明" * 80)])
def test_a_table_is_never_wider_than_its_sheet_and_only_prose_gives_way(tmp_path, lang, prose):
    row = ("planned", prose, number("[1,855,000, 1,865,000)"), prose)
    made = word(tmp_path, table(("Plan", "What", "Interval", "Why"), row), lang=lang)

    found = widths(made)
    assert ACROSS - 4 <= sum(found) <= ACROSS
    assert found[0] - MARGINS > len("planned") * LETTER
    assert found[2] - MARGINS > len("[1,855,000, 1,865,000)") * LETTER * 0.8
    assert found[1] == pytest.approx(found[3], abs=6)
    cells = made.tables[0].rows[1]._tr.findall(qn("w:tc"))
    assert [int(c.tcPr.find(qn("w:tcW")).get(qn("w:w"))) / TWIPS for c in cells] == found


def test_where_intervals_do_not_fit_whole_they_break_between_their_numbers(tmp_path):
    row = ("x", *[number("[1,855,000, 1,865,000)")] * 7)
    made = word(tmp_path, table(["h"] * 8, row))

    assert "\u00a0" not in made.tables[0].rows[1].cells[1].text
    assert sum(widths(made)) <= ACROSS


def test_in_prose_an_interval_may_break_at_its_space(tmp_path):
    # LibreOffice would break the number behind a space that may not break.
    said = Statement((paragraph("In [1,000, 2,000) or ", number("[3, 4)"), "."),))
    made = word(tmp_path, "<p>In [1,000,\u00a02,000).</p>", exhibit(said))

    texts = [p.text for p in made.paragraphs]
    assert "In [1,000, 2,000)." in texts and "In [1,000, 2,000) or [3,\u00a04)." in texts


def test_a_chip_and_the_lines_of_a_row_head_stay_whole(tmp_path):
    chip = Piece("无法核实", "chip", code="cannot_verify")
    row = ("GG-25\nGG-26", chip, "说明" * 200)
    made = word(tmp_path, table(("编号", "判定", "缺什么"), row), lang="zh")

    first, second, _ = made.tables[0].rows[1].cells
    assert first.text == "GG-25\nGG-26" and second.text == "?\u00a0无法核实"
    # Four Chinese letters and the mark, at nine points.
    assert widths(made)[1] - MARGINS > 5 * 9


def kept(made):
    return [
        all(p.paragraph_format.keep_with_next for c in row.cells for p in c.paragraphs)
        for row in made.tables[0].rows
    ]


def test_a_small_table_stays_on_one_page(tmp_path):
    made = word(tmp_path, table(("Row", "n"), *[(f"row {n}", str(n)) for n in range(4)]))

    assert kept(made) == [True, True, True, True, False]


def test_heads_last_rows_and_captions_are_kept_with_what_follows(tmp_path):
    rows = [(f"row {n}", str(n)) for n in range(20)]
    made = word(tmp_path, "<h2>When</h2>", picture(), table(("Row", "n"), *rows))

    assert kept(made) == [True, *[False] * 18, True, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in made.tables[0].rows)
    styles = made.styles
    for name in ("Heading 1", "Heading 2", "Table Caption", "Image Caption"):
        assert styles[name].paragraph_format.keep_with_next, name
    assert not styles["Captioned Figure"].paragraph_format.keep_with_next


def test_a_figure_stands_below_its_caption(tmp_path):
    made = word(tmp_path, picture())

    styles = [p.style.name for p in made.paragraphs]
    at = styles.index("Image Caption")
    assert styles[at + 1] == "Captioned Figure"
    assert made.paragraphs[at].text == "Figure 1. Reached"
    assert len(list(made.paragraphs[at + 1]._p.iter("{*}drawing"))) == 1
