"""A drawing on a dark page: every colour has its twin, and what must be read can be."""

import colorsys
import re

import pytest

from evalkit.present import style
from evalkit.present.theme import DARK, MARK, follows, themed

PAGE = "#11181F"
TEXT = (style.INK, style.INK_2, style.ACCENT, style.AGAINST, style.IN_FAVOUR)
# What the figures print upon what, on paper; on a dark page the same pairs meet.
PRINTED = [
    *((style.PAPER, under) for under in (style.ACCENT, style.INK_2, style.AGAINST)),
    *((style.INK, under) for under in (style.TINT, style.GRID, style.TRACK, style.MILD)),
    *((style.INK, under) for under in (style.PALE, *style.SEQUENCE[:3])),
    (style.PAPER, style.SEQUENCE[3]),
]


def light(colour):
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white_is_as_published():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", TEXT)
def test_words_can_be_read_on_both_papers(colour):
    assert contrast(colour, style.PAPER) >= 4.5
    assert contrast(DARK[colour], PAGE) >= 4.5


@pytest.mark.parametrize(("words", "under"), PRINTED)
def test_words_can_be_read_upon_every_bar(words, under):
    assert contrast(words, under) >= 4.5
    assert contrast(DARK[words], DARK[under]) >= 4.5


def test_marks_are_seen_on_both_papers():
    for colour in (style.RING, style.ACCENT, style.INK_2, style.AGAINST):
        assert contrast(colour, style.PAPER) >= 3
        assert contrast(DARK[colour], PAGE) >= 3


def test_a_sequence_goes_one_way_and_the_paper_is_the_page():
    steps = [light(DARK[colour]) for colour in style.SEQUENCE]
    assert steps == sorted(steps) and len(set(steps)) == 4
    assert DARK[style.PAPER] == PAGE
    # Warm and cold keep their sides.
    for colour in (style.ACCENT, style.AGAINST):
        hue = [
            colorsys.rgb_to_hsv(*(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]
            for c in (colour, DARK[colour])
        ]
        assert abs(hue[0] - hue[1]) < 0.06


def test_every_colour_of_the_family_has_a_twin():
    named = {value for value in vars(style).values() if isinstance(value, str)}
    named |= set(style.SEQUENCE)
    assert {value for value in named if re.fullmatch("#[0-9A-F]{6}", value)} == set(DARK)


SVG = (
    '<svg><g id="patch_1"><path style="fill: #ffffff"/></g>'
    '<path style="fill: #17222d; stroke: #1b5e91"/><pattern><rect fill="#f3f0ea"/></pattern></svg>'
)


def test_a_drawing_has_a_rule_for_each_colour_that_it_uses_and_no_other():
    made = themed(SVG)
    (style_,) = re.findall(f"{MARK}(.*?)</style>", made)

    assert made.replace(f"{MARK}{style_}</style>", "") == SVG and made.endswith("</svg>")
    assert '[style*="fill: #17222d"]{fill:#E6EBF0!important}' in style_
    assert '[style*="stroke: #1b5e91"]{stroke:#7DB8E8!important}' in style_
    assert '[fill="#f3f0ea"]{fill:#2A2721!important}' in style_
    assert style_.count("!important") == 4
    # Its paper is gone on both pages, and the colours change on the dark one alone.
    before, _, dark = style_.partition("@supports (color:light-dark(red,red))")
    assert before == "#patch_1>path{fill-opacity:0}"
    assert dark.startswith(
        "{@media (prefers-color-scheme:dark){svg{fill:#E6EBF0}["
    ) and dark.endswith("}}}")


@pytest.mark.parametrize("foreign", ["#123456", "#ABCDEF", "#17222D"])
def test_a_drawing_of_other_colours_stays_as_it_is(foreign):
    other = SVG.replace("#17222d", foreign)

    assert follows(SVG)
    assert not follows(other) and themed(other) == other
    assert themed("<p>no drawing</p>") == "<p>no drawing</p>"
