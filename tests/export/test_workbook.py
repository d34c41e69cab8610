"""A printed number as a typed one, and the cells of a workbook."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.export.typed import ended, number_format, number_of, parted
from evalkit.export.workbook import sheet_name, unit_text
from evalkit.present.content import Cell, Line, Piece, Row, Table
from evalkit.words import number, printed


def piece(value, spec, unit="", lang="en"):
    shown, digits = printed(value, spec)
    return Piece(number(value, spec, lang), "number", "a.b.c", shown, unit, digits)


@pytest.mark.parametrize(
    "value,spec,unit,typed,pattern",
    [
        (432, "int", "persons", 432, "0;−0;0"),
        (1681, "int", "persons", 1681, "#,##0;−#,##0;#,##0"),
        (999.96, "num1", "mean", 1000, "#,##0.0;−#,##0.0;#,##0.0"),
        (0.04936, "p", "p", 0.0494, "0.0000;−0.0000;0.0000"),
        (0.37512, "pct1", "share", 0.375, "0.0%;−0.0%;0.0%"),
        (-0.083, "pts1", "points", -8.3, "0.0;−0.0;0.0"),
        (0.0451, "pts1", "points", 4.5, "+0.0;−0.0;0.0"),
        (7 / 11, "fig", "people", 0.6364, "0.0000;−0.0000;0.0000"),
    ],
)
def test_a_printed_number_becomes_a_number_that_prints_alike(value, spec, unit, typed, pattern):
    made = piece(value, spec, unit)

    assert (made.number, number_format(made)) == (typed, pattern)


def line(*pieces):
    return Line(tuple(Piece(p) if isinstance(p, str) else p for p in pieces))


def test_what_is_more_or_less_than_one_number_stays_a_text():
    assert printed(0.00001, "p") is None, "a bound is no number"
    assert number_of(line("12")) is None, "words that look like a number are words"
    assert number_of(line(piece(3, "int"), " of 4")) is None
    # A float has no more digits.
    assert number_of(line(piece(10**16, "int"))) is None
    assert number_of(line(piece(3, "int"))).number == 3


def figures(*lines):
    return Cell(tuple(line(each) for each in lines), "right")


def test_what_stands_below_a_number_gets_a_column_of_its_own():
    rows = [
        Row((figures("A"), figures(piece(32, "int"), "departments", "exact"), figures("x", "y"))),
        Row((figures("B"), figures("[3, 4)", "visits"), figures("z"))),
        Row((figures("C"), figures("–"), figures("z"))),
    ]
    table = Table("T", "N", tuple(map(figures, ("No.", "Figure", "Why"))), tuple(rows))

    made = parted(table, lambda head: f"{head} in")

    assert [head.text for head in made.heads] == ["No.", "Figure", "Figure in", "Why"]
    texts = [[cell.text for cell in row.cells] for row in made.rows]
    assert texts[0] == ["A", "32", "departments\nexact", "x\ny"]
    assert texts[1][1:3] == ["[3, 4)", "visits"] and texts[2][1:3] == ["–", ""]
    plain = replace(table, rows=tuple(rows[1:]))
    assert parted(plain, str) == plain


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
    got, places = printed(value, spec)

    assert number(got, f"num{places}", lang) == number(value, spec, lang)
    # Half a unit of the last digit, and what a float of this size cannot tell.
    assert abs(got - value) <= 0.5 * 10.0**-places + abs(value) * 1e-15 + 1e-15


@given(
    st.floats(-1, 1, allow_nan=False),
    st.sampled_from(["pct0", "pct1", "pts1", "pts2", "fig", "figpct", "p"]),
)
def test_a_share_is_typed_as_it_is_printed(value, spec):
    value = abs(value) if spec == "p" else value
    made = printed(value, spec)

    if made is None:
        assert spec == "p" and value < 0.0001
        return
    percent = "pct" in spec
    text = number(made[0], f"pct{made[1]}" if percent else f"num{made[1]}", "en")
    assert text == number(value, spec, "en").lstrip("+")


def interval(low, high, unit="share"):
    return Piece("x", "number", "a.b.c", unit=unit, digits=1, low=low, high=high)


def test_an_interval_has_its_ends_in_two_columns():
    rows = (
        Row((figures("A"), figures(interval(0.135, 0.201)))),
        Row((figures("B"), figures("withheld"))),
    )
    made = ended(
        Table("T", "", (figures("Group"), figures("Interval")), rows),
        lambda head: (f"{head} low", f"{head} high"),
    )

    assert [head.text for head in made.heads] == ["Group", "Interval low", "Interval high"]
    ends = [number_of(cell.lines[0]) for cell in made.rows[0].cells[1:]]
    assert [(end.number, number_format(end)) for end in ends] == [
        (0.135, "0.0%;−0.0%;0.0%"),
        (0.201, "0.0%;−0.0%;0.0%"),
    ]
    assert [cell.text for cell in made.rows[1].cells] == ["B", "withheld", ""]


def test_a_table_without_intervals_stays_as_it_is():
    table = Table("T", "", (figures("A"), figures("B")), (Row((figures("x"), figures("y"))),))

    assert ended(table, lambda head: (head, head)) == table


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A: [b] 1/2 of *c*?", "1 A b 1 2 of c"),
        ("x" * 40, "1 " + "x" * 29),
        ("Who's in'", "1 Who's in"),
        ("", "1"),
    ],
)
def test_a_sheet_is_named_by_its_title_as_excel_takes_it(title, name):
    assert sheet_name(1, title) == name
