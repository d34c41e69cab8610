"""What a page shows: numbers, anchors, cells and their code."""

from dataclasses import replace

import nbformat
import pytest
from nbformat import v4

from evalkit.errors import PageError
from evalkit.export.exhibits import (
    by_name,
    check_twins,
    exhibit_list,
    in_language,
    number_exhibits,
)
from evalkit.present.content import Cell, Drawing, Line, Piece, Statement, Table
from evalkit.present.shown import Shown
from evalkit.present.statement import paragraph
from evalkit.record import read_notebook

TABLE = Table("Shares of $x^2$", "People.", (Cell((Line((Piece("Group"),)),)),), ())
FIGURE = Drawing("Curve", "Months.", "A curve that rises to the end", "<svg/>", "<svg/>")
REFUSED = Statement((paragraph("not produced"),), "absent")


def shows(name, held, source="present.it()"):
    kind = {Table: "table", Drawing: "figure", Statement: "statement"}[type(held)]
    texts = dict.fromkeys(("en", "zh"), "words")
    thing = Shown(kind, name, "en", dict.fromkeys(texts, held), texts, ())
    output = v4.new_output("display_data", thing._repr_mimebundle_())
    return v4.new_code_cell(source, outputs=[output])


def record_of(cells, folder):
    path = folder / "done.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return read_notebook(path, ("en", "zh"))


@pytest.fixture
def record(tmp_path):
    made = [
        v4.new_markdown_cell("## 一", metadata={"tags": ["lang-zh"]}),
        v4.new_code_cell("area = 'x'", metadata={"tags": ["parameters"]}),
        v4.new_code_cell("area = 'SECRET'", metadata={"tags": ["injected-parameters"]}),
        v4.new_code_cell("import evalkit"),
        shows("shares_table", TABLE),
        shows("curve_figure", FIGURE),
        shows("balance_table", REFUSED),
        shows("other_table", replace(TABLE, title="Others")),
    ]
    return record_of(made, tmp_path)


def test_cells_are_counted_as_in_the_notebook_that_people_edit(record):
    kept = in_language(record, record.seen, "en")

    assert [cell.metadata["evalkit"]["cell"] for cell in kept] == [4, 5, 6, 7]
    assert kept[0].metadata["evalkit"]["code"] == "Code of cell 4"
    # Neither setup nor parameters are exhibits: their code is not on the page.
    assert not any("SECRET" in cell.source or "import" in cell.source for cell in kept)


def test_exhibits_have_numbers_anchors_and_a_list(record):
    kept = in_language(record, record.seen, "zh")
    found = number_exhibits(kept, "zh", "report.zh.html")

    assert [e.id for e in found] == ["table-1", "figure-1", "refused-3", "table-2"]
    html = [cell.outputs[0].data["text/html"] for cell in kept if cell.cell_type == "code"]
    assert (
        'class="ek-table" id="table-1"' in html[0]
        and 'href="#table-1" aria-label="表 1的链接"' in html[0]
    )
    assert 'class="ek-figure" id="figure-1"' in html[1]
    assert '<div id="refused-3" class="ek-absent">' in html[2]
    rows = exhibit_list(found, "zh")["rows"]
    assert [(row["label"], row["cell"]) for row in rows] == [
        ("表 1", "4"),
        ("图 1", "5"),
        ("表 2", "7"),
    ]
    assert set(by_name(found)) == {"shares_table", "curve_figure", "balance_table", "other_table"}


def test_a_formula_in_a_caption_becomes_mathml_and_a_broken_one_stops_the_page(record, tmp_path):
    kept = in_language(record, record.seen, "en")
    number_exhibits(kept, "en", "report.en.html")
    broken = record_of([shows("shares_table", replace(TABLE, title=r"Of $\frac{$"))], tmp_path)

    assert "<msup>" in kept[0].outputs[0].data["text/html"]
    with pytest.raises(PageError, match=r"report.en.html: the formula \\frac\{ cannot be read"):
        number_exhibits(in_language(broken, broken.seen, "en"), "en", "report.en.html")


def test_a_cell_of_one_language_needs_its_twin():
    one, other = (
        v4.new_markdown_cell("x", metadata={"tags": [f"lang-{lang}"]}) for lang in ("zh", "en")
    )
    check_twins([one, other], ["en", "zh"], "report.en.html")
    lonely = [one, one, other]

    with pytest.raises(PageError, match=r"html: Markdown cells by language: en 1, zh 2"):
        check_twins(lonely, ["en", "zh"], "report.en.html")
    check_twins(lonely, ["zh"], "report.zh.html")
