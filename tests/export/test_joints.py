"""Intervals and units are not parted where a line ends."""

import pytest

from evalkit.export.joints import joined, page_text


@pytest.mark.parametrize("text", ["[1,000, 2,000)", "(12.28%, 14.74%]", "[−3, 4)", "[0, 1]"])
def test_the_ends_of_an_interval_stay_on_one_line(text):
    kept = text.replace(", ", ",\u00a0")

    assert joined(f"In {text}, or so") == f"In {kept}, or so"


def test_a_unit_stays_with_what_it_is_for():
    assert joined("4元／人次。") == "4元\u2060／\u2060人次。"


def test_a_line_may_end_behind_a_sign_of_division_before_an_interval():
    assert joined("737÷[5, 6)＝1") == "737÷\u200b[5,\u00a06)＝1"
    assert joined("[5, 6)÷737＝1") == "[5,\u00a06)÷\u200b737＝1"
    assert joined("10÷43") == "10÷43"


@pytest.mark.parametrize("text", ["(2024, the year)", "a, b, 1, 2", "1/2"])
def test_nothing_else_changes(text):
    assert joined(text) == page_text(text) == text


@pytest.mark.parametrize("word, written", [("w" * 31, "w" * 31), ("a&b" * 11, "a&amp;b" * 11)])
def test_only_a_word_that_no_cell_holds_may_break_anywhere(word, written):
    assert page_text(f"<one> {word}") == f'&lt;one&gt; <span class="ek-long">{written}</span>'
    assert page_text(f"{'w' * 30} {'字' * 60}") == f"{'w' * 30} {'字' * 60}"


@pytest.mark.parametrize("sign", "<>=≤≥")
def test_a_p_value_is_not_parted_at_its_sign(sign):
    assert joined(f"by chance, p {sign} 0.05.") == f"by chance, p\u00a0{sign}\u00a00.05."
    assert joined(f"step {sign} 3") == f"step {sign} 3"
