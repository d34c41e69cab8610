"""What a page shows: numbers, anchors, cells and their code."""

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
from evalkit.present.shown import mime

NO = '<span class="ek-no"></span>'
TABLE = f'<table class="ek-table"><caption><strong>{NO}Shares of $x^2$</strong></caption></table>'
FIGURE = (
    f'<figure><figcaption><strong>{NO}Curve</strong></figcaption><img alt="A" src="data:"></figure>'
)


def shows(name, html, source="present.it()", tags=()):
    noun = {"name": name, "html": {"en": html, "zh": html}}
    output = v4.new_output("display_data", {mime("table"): noun})
    return v4.new_code_cell(source, outputs=[output], metadata={"tags": list(tags)})


@pytest.fixture
def cells():
    made = [
        v4.new_markdown_cell("## 一", metadata={"tags": ["lang-zh"]}),
        v4.new_code_cell("area = 'x'", metadata={"tags": ["parameters"]}),
        v4.new_code_cell("area = 'SECRET'", metadata={"tags": ["injected-parameters"]}),
        v4.new_code_cell("import evalkit"),
        shows("shares_table", TABLE),
        shows("curve_figure", FIGURE),
        shows("balance_table", "<p>not produced</p>"),
        shows("other_table", TABLE.replace("Shares", "Others")),
    ]
    nbformat.validate(v4.new_notebook(cells=made))
    return made


def test_cells_are_counted_as_in_the_notebook_that_people_edit(cells):
    kept = in_language(cells, "en")

    assert [cell.metadata["evalkit"]["cell"] for cell in kept] == [4, 5, 6, 7]
    assert kept[0].metadata["evalkit"]["code"] == "Code of cell 4"
    # Neither setup nor parameters are exhibits: their code is not on the page.
    assert not any("SECRET" in cell.source or "import" in cell.source for cell in kept)


def test_exhibits_have_numbers_anchors_and_a_list(cells):
    kept = in_language(cells, "zh")
    found = number_exhibits(kept, "zh", "report.zh.html")

    assert [e.id for e in found] == ["table-1", "figure-1", "refused-3", "table-2"]
    html = [cell.outputs[0].data["text/html"] for cell in kept if cell.cell_type == "code"]
    assert '<table id="table-1"' in html[0] and 'href="#table-1" aria-label="表 1的链接"' in html[0]
    assert '<figure id="figure-1"' in html[1]
    assert '<p id="refused-3">' in html[2]
    rows = exhibit_list(found, "zh")["rows"]
    assert [(row["label"], row["cell"]) for row in rows] == [
        ("表 1", "4"),
        ("图 1", "5"),
        ("表 2", "7"),
    ]
    assert set(by_name(found)) == {"shares_table", "curve_figure", "balance_table", "other_table"}


def test_a_formula_in_a_caption_becomes_mathml_and_a_broken_one_stops_the_page(cells):
    kept = in_language(cells, "en")
    number_exhibits(kept, "en", "report.en.html")
    broken = [shows("shares_table", TABLE.replace("x^2", r"\frac{"))]

    assert "<msup>" in kept[0].outputs[0].data["text/html"]
    with pytest.raises(PageError, match=r"report.en.html: the formula \\frac\{ cannot be read"):
        number_exhibits(in_language(broken, "en"), "en", "report.en.html")


def test_a_cell_of_one_language_needs_its_twin():
    one, other = (
        v4.new_markdown_cell("x", metadata={"tags": [f"lang-{lang}"]}) for lang in ("zh", "en")
    )
    check_twins([one, other], ["en", "zh"], "report.en.html")
    lonely = [one, one, other]

    with pytest.raises(PageError, match=r"html: Markdown cells by language: en 1, zh 2"):
        check_twins(lonely, ["en", "zh"], "report.en.html")
    check_twins(lonely, ["zh"], "report.zh.html")
