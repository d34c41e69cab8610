"""A page's table read back, and a printed number as a typed one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.export.grid import Cell, Grid, parted, read_grid
from evalkit.export.workbook import typed, unit_text
from evalkit.words import number

TABLE = (
    '<table class="ek-table"><caption><strong><span class="ek-no">Table 1. </span>Shares</strong>'
    '<span class="ek-note">People. A &amp; B.</span></caption>'
    '<thead><tr><th scope="col" class="ek-words">No.</th>'
    '<th scope="col" class="ek-figures">Share</th></tr></thead>'
    '<tbody><tr><th scope="row">A-1\nA-2</th><td class="ek-figures" data-head="Share">'
    '<span class="ek-number" data-ek="x">37.5%</span><span class="ek-note">visits</span></td></tr>'
    '<tr><th scope="row">=1+1</th><td class="ek-words">'
    '<span class="ek-chip"><span class="ek-mark" aria-hidden="true">×</span>contradicts</span>'
    "</td></tr></tbody></table>"
)


def test_a_table_is_read_back_as_a_reader_sees_it():
    grid = read_grid(TABLE)

    assert (grid.title, grid.note, grid.heads) == ("Shares", "People. A & B.", ["No.", "Share"])
    assert grid.rows == [
        [Cell("A-1\nA-2"), Cell("37.5%\nvisits", figures=True)],
        [Cell("=1+1"), Cell("contradicts")],
    ]


@pytest.mark.parametrize(
    "text,value,pattern",
    [
        ("432", 432, "0;−0;0"),
        ("1,681", 1681, "#,##0;−#,##0;#,##0"),
        ("0.0494", 0.0494, "0.0000;−0.0000;0.0000"),
        ("37.5%", 0.375, "0.0%;−0.0%;0.0%"),
        ("−8.3", -8.3, "0.0;−0.0;0.0"),
        ("+4.5", 4.5, "+0.0;−0.0;0.0"),
    ],
)
def test_a_printed_number_becomes_a_number_that_prints_alike(text, value, pattern):
    assert typed(text) == (value, pattern)


@pytest.mark.parametrize(
    "text", ["", "–", "withheld", "7/11", "12 to 14", "[3, 4)", "=1", "1e5", "< 0.0001", "1,23"]
)
def test_what_is_more_or_less_than_one_number_stays_a_text(text):
    assert typed(text) is None


def test_what_stands_below_a_number_gets_a_column_of_its_own():
    rows = [[Cell("A"), Cell("32\ndepartments\nexact", figures=True), Cell("x\ny")],
            [Cell("B"), Cell("[3, 4)\nvisits", figures=True), Cell("z")],
            [Cell("C"), Cell("–", figures=True), Cell("z")]]  # fmt: skip
    grid = Grid("T", "N", ["No.", "Figure", "Why"], rows)

    made = parted(grid, {1}, lambda head: f"{head} in")

    assert made.heads == ["No.", "Figure", "Figure in", "Why"]
    assert made.rows[0] == [
        Cell("A"), Cell("32", figures=True), Cell("departments\nexact"), Cell("x\ny")
    ]  # fmt: skip
    assert made.rows[1][1:3] == [Cell("[3, 4)", figures=True), Cell("visits")]
    assert made.rows[2][1:3] == [Cell("–", figures=True), Cell("")]
    assert parted(grid, set(), str) == grid


@pytest.mark.parametrize(
    "code, english, chinese",
    [
        ("persons", "people", "人"),
        ("CNY/wishes", "yuan per wish", "元／个心愿"),
        ("share", "share, as a fraction of 1", "比例（以1为整体）"),
        ("findings", "findings", "条核对结果"),
        ("none", "no unit", "无单位"),
    ],
)
def test_a_unit_is_said_in_the_language_of_the_reader(code, english, chinese):
    assert (unit_text(code, "en"), unit_text(code, "zh")) == (english, chinese)


@given(
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from(["int", "num0", "num1", "num2", "num3"]),
    st.sampled_from(["en", "zh"]),
)
def test_no_digit_is_lost_on_the_way_to_a_number(value, spec, lang):
    text = number(value, spec, lang)

    got, pattern = typed(text)

    places = len(pattern.split(";")[0].partition(".")[2])
    assert number(got, f"num{places}", lang) == text
    # Half a unit of the last digit, and what a float of this size cannot tell.
    assert abs(got - value) <= 0.5 * 10.0**-places + abs(value) * 1e-15 + 1e-15
