"""Which tables lie open, and which are folded until somebody asks."""

import pytest

from evalkit.export.document import of_parts
from evalkit.export.exhibits import Exhibit
from evalkit.present.content import Statement, Table
from evalkit.present.markup import html
from evalkit.present.table import Layout, in_detail, laid_out, row_of


def rows(n):
    return [row_of(f"row {i}", [str(i)]) for i in range(n)]


def made(n, folded=""):
    return laid_out(Layout("A finding", "A note.", ["Row", "Value"], rows(n), folded=folded))


@pytest.mark.parametrize(("n", "folded"), [(1, ""), (6, ""), (7, "detail")])
def test_where_the_title_tells_all_a_long_table_is_folded(n, folded):
    assert in_detail(rows(n)) == folded


@pytest.mark.parametrize(
    ("n", "asked", "folded"),
    [(40, "", ""), (41, "", "detail"), (5, "drawn", "drawn"), (5000, "drawn", "drawn")],
)
def test_a_table_that_no_page_holds_is_folded_whoever_made_it(n, asked, folded):
    assert made(n, asked).folded == folded


def test_a_fold_tells_the_finding_and_its_rows_and_holds_the_whole_table():
    page = html(made(50), "en")

    assert page.startswith(
        '<details class="ek-fold"><summary><strong>A finding</strong> (rows: 50)'
    )
    assert page.count("<tr") == 51


def test_of_a_figure_s_table_the_fold_says_that_it_is_one():
    assert "The same numbers as a table" in html(made(3, "drawn"), "en")


def exhibit(content, elsewhere=""):
    return Exhibit("own", "table-1", "Table 1", "A finding", 3, content, "Table 1. ",
                   elsewhere=elsewhere)  # fmt: skip


def test_paper_names_a_folded_table_and_where_it_is():
    parts = [exhibit(made(50), " · elsewhere"), exhibit(made(5))]

    about = dict(
        lang="en", title="", status=("", ""), made_up="", all_made_up=False, made_at="",
        fingerprint="", facts=(),
    )  # fmt: skip
    first, second = of_parts(parts, page="p", **about).exhibits

    assert isinstance(first.content, Statement) and isinstance(second.content, Table)
    (line,) = first.content.blocks[0].lines
    assert line.text == "Table 1. A finding · elsewhere"
    assert first.id == "table-1", "a link leads to it still"
