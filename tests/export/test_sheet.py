"""Columns of a table on a sheet: as wide as their words, and rows as low as can be."""

import pytest

from evalkit.export.sheet import UPRIGHT, shares, spread
from evalkit.export.typst_form import INSET, STANDING
from evalkit.present.content import Piece

from .paper import rows_table

# Points of a letter of a table: nine points at 0.6, as those of "doubt" are.
LETTER = 9 * 0.6


def columns(heads, *rows):
    return shares(rows_table(heads, *rows).content)[0]


def test_a_short_word_keeps_its_column_where_a_table_just_fits_its_sheet():
    # Natural widths that fill the sheet left "doubt" no room, and it broke before its last letter.
    long = "records were not searched, so no later contact can be known"
    for more in range(12):
        row = (long + "x" * more, "Population counts", "doubt", "155", "2,600")
        found = columns(("Finding", "Table", "Level", "Rows", "Of"), row)

        assert found[2] * STANDING - INSET > len("doubt") * LETTER, more


def test_what_stands_at_an_interval_without_a_blank_has_room_beside_it():
    arithmetic = "[24,372,650, 24,372,750)÷129＝[188,935, 188,936)元／个项目。"
    prose = "总量属于它所除的对象，原文如此表述。" * 6
    found = columns(("编号", "数量", "算式", "前提"), ("LJ-14", prose, arithmetic, prose))

    # A line may end behind the sign of division, and nowhere before it.
    assert found[2] * STANDING - INSET > len("[24,372,650, 24,372,750)÷") * LETTER * 0.9


def test_a_column_of_prose_is_not_kept_narrow_for_the_sake_of_one_of_marks():
    chip = Piece("cannot be verified", "chip", code="cannot_verify")
    prose = "The whole total belongs to what it is divided by. The text prints the two so. " * 2
    row = ("GG-1", prose, chip, "135 of 160", prose)
    found = columns(("No.", "Finding", "Verdict", "Arithmetic", "Rests on"), row, row)

    # What does not wrap asks for its own width, and the two of prose share what is left.
    assert found[2] * UPRIGHT < len("cannot be verified") + 10
    assert found[1] == pytest.approx(found[4]) and found[1] > 0.25


def test_the_highest_cells_of_rows_decide_how_room_is_shared():
    # Four times the text in every row: a share by its root would leave its rows twice as high.
    first, second = spread([5, 5], [400, 100], [[400] * 9, [100] * 9], 100)

    assert first + second == pytest.approx(100, abs=0.01)  # halved to a thousandth of a letter
    assert max(400 / first, 100 / second) < 1.35 * 500 / 100


def test_no_column_gets_less_than_its_least_or_more_than_helps():
    found = spread([30, 5, 5], [40, 10, 900], [[40], [10], [900]], 100)

    assert found[0] >= 30 and found[1] <= 10
    assert sum(found) == pytest.approx(100, abs=0.01)  # halved to a thousandth of a letter
