"""A picture is laid out while it is drawn, and is the one that matplotlib's `savefig` writes."""

import io

import pytest
from matplotlib.figure import Figure

from evalkit.present.figure import Picture, drawn
from evalkit.present.style import family_style


def one_panel(drawing):
    axes = drawing.subplots()
    axes.plot([1, 2, 30], [0.2, 0.3, 0.1], label="项目组")
    axes.set_xlabel("入组后的月数")
    axes.legend()


def two_panels(drawing):
    for axes in drawing.subplots(1, 2):
        axes.barh(["甲乡", "a long name of a place"], [3, 1], hatch="//")
        axes.set_title("Share", loc="left")
    drawing.supxlabel("0 to 1")


@pytest.mark.parametrize("draw", [one_panel, two_panels])
@pytest.mark.parametrize("size", [(8.5, 3.4), (3.5, 3.4)])
def test_a_picture_is_the_one_that_savefig_writes(draw, size):
    made, _ = drawn(Picture("t", "n", "a", draw, size), "x")

    stream = io.BytesIO()
    with family_style():
        twice = Figure(figsize=size, layout="constrained")
        draw(twice)
        twice.savefig(stream, format="svg", metadata={"Date": None})
    assert made == stream.getvalue()
