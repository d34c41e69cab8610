"""Run charts: one number a month, with the median of the months."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.present.figure import slim
from evalkit.present.style import ACCENT, INK_2
from evalkit.words import say

# Months that have room for their names, wide and on a phone.
NAMED = (14, 5)


def draw_run(
    drawing: Figure, months: Sequence[str], values: Sequence[float], middle: float, lang: str
) -> Axes:
    """Draw one number a month as a line, and the median of the months.

    Parameters
    ----------
    months : sequence of str
        Their names, in order.
    values : sequence of float
        As many numbers.
    middle : float
        The median.
    """
    axes = drawing.subplots()
    axes.axhline(middle, color=INK_2, linewidth=0.9)
    axes.plot(range(len(values)), values, "-o", color=ACCENT, markersize=4, linewidth=1.4)
    axes.annotate(say("staffing.median", lang), (0, middle), (0, 4), textcoords="offset points",
                  fontsize=8, color=INK_2)  # fmt: skip
    name_months(axes, months)
    return axes


def name_months(axes: Axes, months: Sequence[str]) -> None:
    """Write the names of as many months as there is room for."""
    step = max(1, -(-len(months) // NAMED[slim(axes)]))
    places = range(0, len(months), step)
    axes.set_xticks(places, [months[i] for i in places], fontsize=8)
