"""Dots of a hundred people, and the interval below them."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from evalkit.errors import PageError
from evalkit.present import hundred
from evalkit.present.hundred import Span, hundred_svg
from evalkit.present.style import INK, RING, family_style

ALT = "Of 100 people, some."


def gap(value, low, high):
    ends = (f"{abs(low):.2f} fewer", f"{abs(high):.2f} more")
    return Span(value, low, high, ends, True, ("fewer", "more"), "no gap")


def dots(svg):
    """Count the filled and the empty dots of a drawing."""
    uses = re.findall(r"<use [^>]*>", svg.decode())
    filled = sum(f"fill: {INK.lower()}" in use and f"stroke: {INK.lower()}" in use and "0.8" in use
                 for use in uses)  # fmt: skip
    return filled, sum(f"stroke: {RING.lower()}" in use for use in uses)


@pytest.mark.parametrize("count", [0, 1, 22, 99, 100])
def test_as_many_dots_are_filled_as_people_are_meant(count):
    assert dots(hundred_svg([("here", count)], None, ALT, "en", "p")) == (count, 100 - count)


def test_two_groups_have_two_hundred_dots_and_the_same_bytes_every_time():
    groups = [("here", 14), ("there", 18)]
    first = hundred_svg(groups, gap(-4, -10, 1), ALT, "en", "p")

    assert dots(first) == (32, 168)
    assert first == hundred_svg(groups, gap(-4, -10, 1), ALT, "en", "p")


def test_the_ends_stay_within_the_picture_and_apart():
    rng = np.random.default_rng(4)
    with family_style():
        for _ in range(60):
            low = rng.uniform(-100, 99)
            high = low + rng.choice([0.01, 1, 20]) * rng.random()
            canvas = Figure(figsize=(hundred.WIDTH, hundred.HEIGHT))
            hundred._span(canvas, gap((low + high) / 2, low, min(high, 100)))
            axes = canvas.axes[0]
            ends = [t for t in axes.texts if t.get_weight() == "bold"]
            boxes = [t.get_window_extent() for t in ends]
            left, right = axes.transAxes.transform([(0, 0), (1, 0)])[:, 0]
            assert boxes[0].x1 < boxes[1].x0
            assert min(b.x0 for b in boxes) > left - 1 and max(b.x1 for b in boxes) < right + 1


def test_a_name_without_a_glyph_is_refused():
    with pytest.raises(PageError, match="Figure p: the font lacks a glyph"):
        hundred_svg([("𠮷", 3)], None, ALT, "zh", "p")
