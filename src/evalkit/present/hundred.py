"""The pictures of a summary: of 100 people with an interval, and printed figures by verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from evalkit.language import language
from evalkit.present.figure import Picture, svg
from evalkit.present.style import ACCENT, AGAINST, IN_FAVOUR, INK, INK_2, RING, TINT
from evalkit.words import MINUS

ACROSS = 10
# Inches: as wide as a third of a page of A4, at which nine points stay legible.
WIDTH, HEIGHT = 2.4, 2.6
# Latin letters of a group's name in one line.
LETTERS = 18
# Ends of a scale of points either side of no gap.
SCALES = (5, 10, 15, 20, 30, 40, 50, 75, 100)


@dataclass(frozen=True)
class Span:
    """The interval below the dots.

    Parameters
    ----------
    value, low, high : float
        In people of 100; a gap has a sign.
    ends : tuple of str
        What is written at the lower and the upper end.
    gap : bool
        Whether it is a gap, around no gap, or a level between 0 and 100.
    sides : tuple of str
        What lies to the left and to the right.
    middle : str
        What stands below no gap; of no use for a level.
    """

    value: float
    low: float
    high: float
    ends: tuple[str, str]
    gap: bool
    sides: tuple[str, str]
    middle: str = ""


def hundred_svg(
    groups: Sequence[tuple[str, int]], span: Span | None, alt: str, lang: str, name: str
) -> bytes:
    """Return the picture as SVG, with its text as shapes.

    Parameters
    ----------
    groups : sequence of (str, int)
        One or two groups: the name, and how many of 100 people.
    span : Span or None
        The interval; None where there is none.
    alt : str
        What a reader who cannot see it must know.

    Raises
    ------
    PageError
        As `evalkit.present.figure` does.
    """

    def draw(drawing: Figure) -> None:
        drawing.set_layout_engine("none")
        for position, (group, count) in enumerate(groups):
            _dots(drawing, 0.02 + 0.5 * position, group, count, lang)
        if span is not None:
            _span(drawing, span)

    tall = HEIGHT if span is not None else HEIGHT - 0.85
    return svg(Picture(title="", note="", alt=alt, draw=draw, size=(WIDTH, tall)), name)


def _dots(drawing: Figure, left: float, group: str, count: int, lang: str) -> None:
    width, height = drawing.get_size_inches()
    side = 1.0
    top = height - 0.62
    drawing.text(left, 1 - 0.14 / height, str(count), fontsize=15, weight="bold", va="center")
    lines = textwrap.wrap(group, language(lang).letters(LETTERS), max_lines=2, placeholder="…")
    drawing.text(left, 1 - 0.28 / height, "\n".join(lines), fontsize=8.5, color=INK_2, va="top",
                 linespacing=1.1)  # fmt: skip
    axes = drawing.add_axes((left, (top - side) / height, side / width, side / height))
    axes.axis("off")
    for filled in (True, False):
        chosen = [k for k in range(ACROSS**2) if (k < count) == filled]
        axes.plot(
            [k % ACROSS for k in chosen],
            [-(k // ACROSS) for k in chosen],
            linestyle="none",
            marker="o",
            markersize=5,
            markerfacecolor=INK if filled else "none",
            markeredgecolor=INK if filled else RING,
            markeredgewidth=0.8,
        )
    axes.set_xlim(-0.6, ACROSS - 0.4)
    axes.set_ylim(0.4 - ACROSS, 0.6)


def _span(drawing: Figure, span: Span) -> None:
    height = drawing.get_size_inches()[1]
    axes = drawing.add_axes((0.08, 0.42 / height, 0.84, 0.3 / height))
    axes.grid(visible=False)
    least, most = _scale(span)
    axes.barh(0.5, span.high - span.low, left=span.low, height=0.46, facecolor=TINT,
              edgecolor=ACCENT)  # fmt: skip
    axes.plot([span.value], [0.5], marker="o", color=ACCENT, markersize=5)
    axes.set_xlim(least, most)
    axes.set_ylim(0, 1)
    middle = (least + most) / 2
    if span.gap:
        axes.plot([0, 0], [0, 0.95], color=INK, linewidth=1, linestyle="-")
    names = (span.middle,) if span.gap else (f"{middle:.0f}",)
    axes.set_yticks([])
    first = f"{least:.0f}".replace("-", MINUS)
    axes.set_xticks([least, middle, most], [first, *names, f"{most:.0f}"])
    axes.tick_params(axis="x", labelsize=8, length=2.5, pad=1.5)
    for at, side, edge in ((least, span.sides[0], "left"), (most, span.sides[1], "right")):
        axes.text(at, -0.95, side, fontsize=8, color=INK_2, ha=edge, va="top")
    _ends(axes, span)


def _scale(span: Span) -> tuple[float, float]:
    if not span.gap:
        return 0.0, 100.0
    widest = max(abs(span.low), abs(span.high))
    most = next((s for s in SCALES if s >= widest), SCALES[-1])
    return float(-most), float(most)


def _ends(axes: Axes, span: Span) -> None:
    """Write both ends above the bar, moved so far that they neither touch nor leave it."""
    drawn = [
        axes.text(at, 1.0, words, fontsize=8.5, weight="bold", ha="center", va="bottom")
        for at, words in zip((span.low, span.high), span.ends, strict=True)
    ]
    least, most = axes.get_xlim()
    low, high = (_width(axes, text) / 2 for text in drawn)
    gap = (most - least) * 0.02
    left, right = span.low, span.high
    touch = max(0.0, left + low + gap - (right - high)) / 2
    right = min(right + touch, most - high)
    left = max(min(left - touch, right - high - gap - low), least + low)
    # One that stopped at the left edge pushes the other.
    right = max(right, left + low + gap + high)
    drawn[0].set_x(left)
    drawn[1].set_x(right)


def _width(axes: Axes, text: Text) -> float:
    drawing = axes.figure
    assert isinstance(drawing, Figure)
    box = text.get_window_extent(FigureCanvasAgg(drawing).get_renderer())
    ends = axes.transData.inverted().transform([(box.x0, 0), (box.x1, 0)])
    return float(ends[1][0] - ends[0][0])


# The printed figures by verdict: a fill, and a hatch where none of the colours is meant.
FILLS = {
    "agrees": (IN_FAVOUR, ""),
    "contradicts": (AGAINST, ""),
    "not_reachable": (INK, ""),
    "units_differ": ("#FFFFFF", "///"),
    "cannot_verify": ("#FFFFFF", ""),
    "unquantified": (TINT, ""),
}
BAR = (4.6, 0.34)


def bar_svg(parts: Sequence[tuple[str, int]], alt: str, name: str) -> bytes:
    """Return printed figures by verdict as one bar, each part as long as its count.

    Parameters
    ----------
    parts : sequence of (str, int)
        Verdict, and how many figures have it.
    """

    def draw(drawing: Figure) -> None:
        drawing.set_layout_engine("none")
        axes = drawing.add_axes((0.005, 0.05, 0.99, 0.9))
        axes.axis("off")
        left = 0
        for verdict, count in parts:
            fill, hatch = FILLS[verdict]
            axes.barh(0, count, left=left, color=fill, hatch=hatch, edgecolor=INK, linewidth=0.9)
            left += count
        axes.set_xlim(0, left)

    return svg(Picture(title="", note="", alt=alt, draw=draw, size=BAR), name)
