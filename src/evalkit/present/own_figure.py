"""A researcher's own figure: drawn with matplotlib, of released numbers, in every language.

What is drawn is held against the numbers: a bar, a line or a point that is none of them could
be a person.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter
from numpy.typing import NDArray

from evalkit.errors import UsageError
from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.own.asked import words_of
from evalkit.present.content import Drawing
from evalkit.present.figure import PHONE, saved
from evalkit.present.numbers import interval_text, value_text
from evalkit.present.own import Words, checked, name_of, noted, refused_own, text_of
from evalkit.present.shown import Shown, shown
from evalkit.present.statement import sentences
from evalkit.present.style import FAMILY, family_style
from evalkit.words import phrase, say

WIDE = 8.5
# A drawn value is a number that was released, but for what floating point adds.
NEAR = 1e-6
# Of made-up data: what stands above the drawing takes this part of its height.
MARK = 0.05
# What writes ticks that are not the numbers of a scale.
WRITTEN = (FixedFormatter, FuncFormatter, StrCategoryFormatter)
TERMS = ("group", "definition", "population", "against", "method", "window")


def figure(
    result: Result | Refusal,
    drawing: Figure,
    *,
    title: Words,
    alt: Words,
    note: Words | None = None,
    texts: Mapping[str, Words] | None = None,
) -> Shown:
    """Show a matplotlib figure of released numbers.

    Parameters
    ----------
    result : Result or Refusal
        The numbers that it draws, from `own.counts`, `own.coefficients` or an outcome; a
        refusal gives its reason.
    drawing : matplotlib.figure.Figure
        Bars, lines, points, error bars and bands whose values are the results' own, as they
        are or in per cent.
    title, alt : mapping of str to str
        The finding, and what a reader who cannot see it must know, by language; a result is
        named in braces: ``{sex=male}``.
    note : mapping of str to str, optional
        What a reader must know, before the source and the disclosure rule.
    texts : mapping of str to mapping, optional
        Words for what the drawing writes, by language; groups and terms are known by code.

    Raises
    ------
    UsageError
        If it is no figure, states no number, draws another value than the results', or
        writes words that a language lacks.
    PageError
        If a character has no glyph in the package's font, or so much is drawn that no page
        can carry it.

    Examples
    --------
    >>> drawing, axes = plt.subplots()
    >>> axes.bar([e.group.code for e in by_risk.estimates], [e.value for e in by_risk.estimates])
    >>> present.figure(by_risk, drawing, title=title, alt=alt)
    """
    _close(drawing)
    checked(result)
    if isinstance(result, Refusal):
        return refused_own(result, "figure", title)
    if not isinstance(drawing, Figure):
        raise UsageError("own_not_drawing", found=type(drawing).__name__)
    report, name = result.report, name_of(result, "figure")
    if all(e.value is None for e in result.estimates):
        return sentences(report, name, [phrase("own.withheld")], result.estimates)
    _check_values(result, drawing)
    titled, spoken = text_of(result, "title", title), text_of(result, "alt", alt)
    said = text_of(result, "note", note) if note is not None else None
    written = _Written(result, drawing, texts or {})
    made_up = any(e.made_up for e in result.estimates)

    def build(lang: str) -> tuple[Drawing, str]:
        mark = say("page.made_up", lang) if made_up else ""
        wide, narrow = (written.svg(lang, mark, width, name) for width in (WIDE, PHONE))
        about = noted(result, said(lang) if said else "", lang)
        cut = say("note.cut", lang) if wide[1] or narrow[1] else ""
        pictures = (wide[0].decode(), narrow[0].decode())
        made = Drawing(titled(lang), (about + cut).strip(), spoken(lang), *pictures)
        return made, f"{made.title}\n{made.alt}"

    return shown("figure", name, report.lang, report.languages, build, result.estimates)


def _close(drawing: object) -> None:
    """Take a figure from pyplot, which would show it once more below the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and isinstance(drawing, Figure):
        pyplot.close(drawing)


def _check_values(result: Result, drawing: Figure) -> None:
    known = np.array(sorted(_released(result.estimates)))
    most = len(result.estimates) + 1
    other = 0
    for points in _points(drawing):
        stated = [_near(points[:, k], known) for k in (0, 1)]
        # A place of a group is a whole number; what is drawn along the other axis is a result's.
        placed = [_place(points[:, k], most) for k in (0, 1)]
        good = (stated[0] & stated[1]) | (stated[0] & placed[1]) | (stated[1] & placed[0])
        other += int((~good).sum())
    other += _unseen(result, drawing)
    if other:
        raise UsageError("own_drawn_other", n=str(other))


def _released(estimates: tuple[Estimate, ...]) -> Iterator[float]:
    """Yield every number that a drawing may state, shares in per cent too."""
    for e in estimates:
        for value in (e.value, e.low, e.high, e.n, e.events):
            if value is not None:
                yield float(value)
                yield float(value) * 100
        for _, held in e.dims:
            if held.replace(".", "", 1).isdigit():
                yield float(held)


def _near(values: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.bool_]:
    at = np.searchsorted(known, values).clip(1, max(len(known) - 1, 1))
    gaps = [np.abs(values - known[np.minimum(at - k, len(known) - 1)]) for k in (0, 1)]
    near: NDArray[np.bool_] = np.minimum(*gaps) <= NEAR * (1 + np.abs(values))
    return near


def _points(drawing: Figure) -> Iterator[NDArray[np.float64]]:
    """Yield all that is drawn as pairs of numbers: of a bar how wide and tall it is."""
    for axes in drawing.axes:
        for line in axes.lines:
            yield _line(line, axes)
        for artist in (*axes.patches, *axes.collections, *axes.images, *axes.artists):
            if isinstance(artist, Rectangle):
                yield _bar(artist)
            elif isinstance(artist, PathCollection):
                yield np.asarray(np.ma.filled(artist.get_offsets(), np.nan), dtype=float)
            elif isinstance(artist, LineCollection):
                yield from (np.asarray(line, dtype=float) for line in artist.get_segments())
            elif isinstance(artist, PolyCollection):
                yield from (np.asarray(path.vertices, dtype=float) for path in artist.get_paths())
            else:
                raise UsageError("own_drawn_kind", found=type(artist).__name__)
    for artist in (*drawing.images, *drawing.patches, *drawing.lines):
        raise UsageError("own_drawn_kind", found=type(artist).__name__)


def _place(values: NDArray[np.float64], most: int) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = (values == np.round(values)) & (np.abs(values) <= most)
    return whole


def _bar(bar: Rectangle) -> NDArray[np.float64]:
    """Return where a bar stands, as 0, and how far it goes: up from nothing, or across from it."""
    across = bar.get_x() == 0 and bar.get_y() != 0
    begins = bar.get_x() if across else bar.get_y()
    # One that begins elsewhere tells a number where it begins.
    length = bar.get_width() if across else bar.get_height()
    return np.array([[begins, length]], dtype=float)


def _unseen(result: Result, drawing: Figure) -> int:
    """Return how much is drawn by ways in which no number can be read."""
    found, codes = len(drawing.artists), {held for e in result.estimates for _, held in e.dims}
    for axes in drawing.axes:
        found += len(axes.child_axes) + len(axes.tables)
        found += sum("$" in str(line.get_marker()) for line in axes.lines)
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), WRITTEN):
                labels = [label.get_text() for label in axis.get_ticklabels()]
                found += sum(_only_digits(label) and label not in codes for label in labels)
    return found


def _only_digits(label: str) -> bool:
    return any(c.isdigit() for c in label) and not _has_words(label)


def _line(line: Line2D, axes: Axes) -> NDArray[np.float64]:
    points = np.array(line.get_xydata(), dtype=float)
    if line.get_transform() == axes.transData:
        return points
    # What runs through the whole drawing tells one number; at nothing it tells none.
    return points[:1] if points[0].any() else points[:0]


class _Written:
    """A drawing with what it writes, to be written in each language."""

    def __init__(self, result: Result, drawing: Figure, texts: Mapping[str, Words]) -> None:
        self.result, self.drawing = result, drawing
        self.tall = float(drawing.get_size_inches()[1])
        report = result.report
        self.known = dict(_terms(result))
        self.known |= {key: words_of(report, "texts", said).text for key, said in texts.items()}
        for axes in drawing.axes:
            # As in every figure of a report; other projections have other edges.
            for edge in {"top", "right"} & {*axes.spines}:
                axes.spines[edge].set_visible(False)
        FigureCanvasAgg(drawing).draw()
        self.ticks = list(self._ticks())
        scales = {id(text) for axis in _axes_of(drawing) for text in _of_scale(axis)}
        self.texts = [
            (text, text.get_text())
            for text in drawing.findobj(Text)
            if text.get_text().strip() and id(text) not in scales
        ]
        written = [said for _, said in self.texts]
        written += [label for _, _, labels in self.ticks for label in labels]
        missing = [said for said in written if self._lacks(said)]
        if missing:
            raise UsageError("own_drawn_words", n=str(len(missing)))

    def _ticks(self) -> Iterator[tuple[Axis, list[float], list[str]]]:
        """Yield the axes whose ticks are words, with their places and words."""
        for axis in _axes_of(self.drawing):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if any(_has_words(label) for label in labels):
                yield axis, list(axis.get_majorticklocs()), labels

    def _lacks(self, said: str) -> bool:
        return said not in self.known and (_has_words(said) or any(c.isdigit() for c in said))

    def _in(self, said: str, lang: str) -> str:
        return self.known[said][lang] if said in self.known else said

    def svg(self, lang: str, mark: str, width: float, name: str) -> tuple[bytes, bool]:
        """Return the drawing in one language and width."""
        with family_style():
            drawing = self.drawing
            drawing.set_size_inches(width, self.tall)
            drawing.set_layout_engine("constrained", rect=(0, 0, 1, 1 - MARK * bool(mark)))
            for axis, places, labels in self.ticks:
                axis.set_ticks(places, labels=[self._in(label, lang) for label in labels])
            for text, said in self.texts:
                text.set_text(self._in(said, lang))
            for text in drawing.findobj(Text):
                text.set_fontfamily(FAMILY)
            shown_mark = drawing.text(0.99, 0.99, mark, ha="right", va="top", fontsize=7,
                                      fontweight="bold", fontfamily=FAMILY)  # fmt: skip
            try:
                return saved(drawing, mark, name)
            finally:
                shown_mark.remove()


def _axes_of(drawing: Figure) -> Iterator[Axis]:
    for axes in drawing.axes:
        yield from (axes.xaxis, axes.yaxis)


def _of_scale(axis: Axis) -> Iterator[Text]:
    """Yield what a scale writes: its numbers are formatted the same in every language."""
    yield from (text for text in axis.findobj(Text) if text is not axis.label)


def _has_words(said: str) -> bool:
    return any(c.isalpha() for c in said)


def _terms(result: Result) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what results are called, by code and by their words in any language."""
    for e in result.estimates:
        for field in TERMS:
            term = getattr(e, field)
            if term is not None:
                yield from ((said, term.text) for said in (term.code, *term.text.values()))
        told = {lang: value_text(e, lang) for lang in result.report.languages}
        yield from ((said, told) for said in told.values())
        spans = {lang: interval_text(e, lang) for lang in result.report.languages}
        yield from ((said, spans) for said in spans.values())
