"""Intervals and units are not parted where a line ends."""

import pytest

from evalkit.export.joints import joined


@pytest.mark.parametrize("text", ["[1,000, 2,000)", "(12.28%, 14.74%]", "[−3, 4)", "[0, 1]"])
def test_the_ends_of_an_interval_stay_on_one_line(text):
    kept = text.replace(", ", ",\u00a0")

    assert joined(f"<p>In {text}, or so</p>") == f"<p>In {kept}, or so</p>"


def test_a_unit_stays_with_what_it_is_for():
    assert joined("<b>4元／人次。</b>") == "<b>4元\u2060／\u2060人次。</b>"


def test_a_line_may_end_behind_a_sign_of_division_before_an_interval():
    assert joined("<b>737÷[5, 6)＝1</b>") == "<b>737÷\u200b[5,\u00a06)＝1</b>"
    assert joined("<b>10÷43</b>") == "<b>10÷43</b>"


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="[1, 2)">',
        "<p>(2024, the year)</p>",
        "<p>a, b, 1, 2</p>",
        "<p>1/2</p>",
        "<math><mi>" + "x" * 40 + "</mi></math>",
    ],
)
def test_nothing_else_changes(html):
    assert joined(html) == html


@pytest.mark.parametrize("word", ["w" * 31, "a&amp;b" * 9])
def test_only_a_word_that_no_cell_holds_may_break_anywhere(word):
    assert joined(f"<td>one {word}</td>") == f'<td>one <span class="ek-long">{word}</span></td>'
    assert joined(f"<td>{'w' * 30} {'字' * 60}</td>") == f"<td>{'w' * 30} {'字' * 60}</td>"
