"""Figures: one picture a language, text as shapes, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from evalkit.errors import PageError
from evalkit.estimate import Estimate
from evalkit.outcomes import Report
from evalkit.present.content import Drawing
from evalkit.present.shown import Shown, shown
from evalkit.present.style import family_style
from evalkit.words import say

# A page that carries more is not opened by mail or on a phone.
MOST_BYTES = 3_000_000
# Inches beyond an edge that no letter is cut by: the room around one.
EDGE = 0.04
# Inches: with text of nine points a drawing of this width fits a phone unscaled.
PHONE = 3.5
# Per cent: ends of an axis whose marks are whole numbers.
SHARE_ENDS = (5, 10, 20, 40, 60, 80)


@dataclass(frozen=True)
class Picture:
    """A figure in one language.

    Parameters
    ----------
    title, note : str
        The finding; then unit, period, rounding.
    alt : str
        What a reader who cannot see it must know: the finding, with its numbers.
    draw : callable
        Takes an empty matplotlib Figure and draws into it.
    size : tuple of float
        Width and height in inches.
    phone : tuple of float
        The same of the drawing for a narrow screen, which `draw` makes too: it asks
        `slim`.
    mark : str
        Words that the drawing itself carries, wherever it is copied to: of made-up data.
    """

    title: str
    note: str
    alt: str
    draw: Callable[[Figure], None]
    size: tuple[float, float] = (8.5, 3.4)
    phone: tuple[float, float] = (PHONE, 3.4)
    mark: str = ""


def shown_figure(
    report: Report,
    name: str,
    picture: Callable[[str], Picture],
    estimates: Iterable[Estimate],
) -> Shown:
    """Return a figure in every language.

    Raises
    ------
    PageError
        If a character has no glyph in the package's font, if nothing is drawn, or if
        so much is drawn that no page can carry it.
    """
    estimates = tuple(estimates)
    made_up = any(estimate.made_up for estimate in estimates)

    def build(lang: str) -> tuple[Drawing, str]:
        made = replace(picture(lang), mark=say("page.made_up", lang) if made_up else "")
        wide, cut = drawn(made, name)
        narrow, cut_narrow = drawn(replace(made, size=made.phone), name)
        # What is cut off is lost without a word; that it is, can be said.
        note = made.note + (say("note.cut", lang) if cut or cut_narrow else "")
        content = Drawing(made.title, note.strip(), made.alt, wide.decode(), narrow.decode())
        return content, f"{made.title}\n{made.alt}"

    return shown("figure", name, report.lang, report.languages, build, estimates)


def slim(drawing: Figure | Axes) -> bool:
    """Return whether a drawing is the one for a narrow screen."""
    whole = drawing.get_figure(root=True)
    assert whole is not None
    return bool(whole.get_size_inches()[0] <= PHONE)


def share_axis(most: float) -> int:
    """Return where an axis of per cent ends that starts at 0.

    Parameters
    ----------
    most : float
        The largest value or end of an interval on it, in per cent. A fifth of the axis is left
        for the number behind it, unless that would go beyond 100.
    """
    return next((end for end in SHARE_ENDS if 1.25 * most <= end), 100)


def svg(made: Picture, name: str) -> bytes:
    """Return a picture as SVG: text as shapes, the same bytes every time."""
    return drawn(made, name)[0]


def drawn(made: Picture, name: str) -> tuple[bytes, bool]:
    """Return a picture as SVG, and whether a text is wider than it and is cut off.

    Raises
    ------
    PageError
        If a character has no glyph in the package's font, if nothing is drawn, or if
        so much is drawn that no page can carry it.
    """
    with family_style():
        drawing = Figure(figsize=made.size, layout="constrained")
        made.draw(drawing)
        if made.mark:
            drawing.suptitle(made.mark, x=0.99, ha="right", fontsize=7, fontweight="bold")
        return saved(drawing, made.mark, name)


def saved(drawing: Figure, mark: str, name: str) -> tuple[bytes, bool]:
    """Return a drawing as SVG, and whether something of it is cut off; in the family style.

    Parameters
    ----------
    mark : str
        Of made-up data, which it carries already; empty where there are none.

    Raises
    ------
    PageError
        As `drawn` does.
    """
    stream, dpi = io.BytesIO(), drawing.dpi
    canvas = FigureCanvasSVG(drawing)
    try:
        # A date would change the bytes of an unchanged figure.
        about = {"Date": None, **({"Title": mark} if mark else {})}
        # Not `savefig`, which draws everything once before for the layout: to draw lays out.
        canvas.print_svg(stream, metadata=about)
    except UserWarning as problem:
        raise PageError("glyph_missing_figure", figure=name, problem=str(problem)) from None
    # An SVG has points, and leaves the drawing so.
    drawing.dpi = dpi
    cut = _is_cut(drawing)
    if not any(axes.has_data() for axes in drawing.axes):
        raise PageError("figure_empty", figure=name)
    data = stream.getvalue()
    if len(data) > MOST_BYTES:
        size, most = (f"{n / 1_000_000:.1f}" for n in (len(data), MOST_BYTES))
        raise PageError("figure_large", figure=name, size=size, most=most)
    return data, cut


def _is_cut(drawing: Figure) -> bool:
    """Return whether something that was drawn goes beyond the edges of its drawing."""
    found = drawing.get_tightbbox(FigureCanvasAgg(drawing).get_renderer())
    width, height = drawing.get_size_inches()
    return bool(
        min(found.x0, found.y0) < -EDGE or found.x1 > width + EDGE or found.y1 > height + EDGE
    )
