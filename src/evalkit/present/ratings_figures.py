"""Ratings of orders, drawn: every closed order with the unrated among them, and who rates."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Orders
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import words
from evalkit.present.numbers import closed, value_text
from evalkit.present.ratings import EVERYONE, foot, groups_of, nothing, untold
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.style import ACCENT, INK, INK_2, PALE, SEQUENCE
from evalkit.words import phrase, say

UNRATED = "unrated"
# A narrower part has no room for its number, which the table has; wide and on a phone.
LEAST = (5, 15)


def ratings_figure(rated: Result | Refusal, orders: Orders | Refusal) -> Shown:
    """Return every rating among the closed orders, with those that nobody rated.

    Parameters
    ----------
    rated : Result or Refusal
        From `satisfaction.ratings`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(rated, Refusal):
        return untold(rated, "ratings_figure")
    assert not isinstance(orders, Refusal)
    shares = rated.of("rating_share")
    rows = [
        [e for e in shares if e.dims[0] == group]
        for group in groups_of(shares)
    ]  # fmt: skip
    drawn = [row for row in rows if row[0].value is not None]
    if not drawn:
        return sentences(rated.report, "ratings_figure", [phrase("orders.withheld")], shares)

    def picture(lang: str) -> Picture:
        title, size = _rated_title(rated, lang), 1.3 + 0.42 * len(drawn)
        parts = [
            say("alt.share", lang, name=e.definition, value=value_text(e, lang)) for e in drawn[0]
        ]
        return Picture(
            title=title,
            note=foot(orders, lang, "note.ratings_figure"),
            alt=say("alt.ratings", lang, title=title, shares=parts, n=len(drawn) - 1),
            draw=lambda drawing: _draw_rated(drawing, drawn, lang),
            size=(8.5, size),
            phone=(PHONE, size + 0.9),
        )

    return shown_figure(rated.report, "ratings_figure", picture, rated.estimates)


def _rated_title(rated: Result, lang: str) -> str:
    """Return the share of the rated, never without what all closed orders could come to."""
    top = rated.one("top_rating", all=EVERYONE)
    bounds = rated.one("top_rating_bounds", all=EVERYONE)
    if top.value is None or bounds.low is None or bounds.n is None or bounds.events is None:
        return say("exhibit.ratings_withheld", lang)
    name = closed("ratings_figure", bounds)
    return say(
        f"exhibit.{name}", lang, share=top.value, definition=top.definition,
        unrated=1 - bounds.events / max(bounds.n, 1), low=bounds.low, high=bounds.high,
    )  # fmt: skip


def _draw_rated(drawing: Figure, rows: Sequence[Sequence[Estimate]], lang: str) -> None:
    axes = drawing.subplots()
    axes.grid(False)
    for place, row in enumerate(reversed(rows)):
        left = 0.0
        for e in row:
            colour, width = _shade(e), 100 * (e.value or 0.0)
            unrated = e.dim("rating") == UNRATED
            axes.barh(place, width, left=left, color=colour, height=0.72,
                      edgecolor=INK_2 if unrated else "white", linewidth=0.5,
                      hatch="////" if unrated else None)  # fmt: skip
            if width >= LEAST[slim(drawing)]:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if unrated else None
                axes.text(left + width / 2, place, value_text(e, lang), ha="center", va="center",
                          color="white" if colour == SEQUENCE[-1] else INK, bbox=box)  # fmt: skip
            left += width
    axes.set_yticks(range(len(rows)), [words(row[0], "group", lang) for row in reversed(rows)])
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(rows) - 0.4)
    axes.set_xlabel(say("axis.closed_orders", lang))
    _key(axes, rows[0], lang)


def _shade(e: Estimate) -> str:
    """Return a rating's shade: the higher the darker."""
    code = e.dim("rating") or ""
    return PALE if code == UNRATED else SEQUENCE[max(int(code.split("+")[-1]) - 2, 0)]


def _key(axes: Axes, row: Sequence[Estimate], lang: str) -> None:
    """Name each rating once: they are joined in all rows alike."""
    keys = [
        Patch(facecolor=_shade(e), edgecolor=INK_2, linewidth=0.5,
              label=words(e, "definition", lang),
              hatch="////" if e.dim("rating") == UNRATED else None)
        for e in row
    ]  # fmt: skip
    columns = 2 if slim(axes) else len(keys)
    axes.legend(handles=keys, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1.0),
                frameon=False, borderaxespad=0, handlelength=1.4, columnspacing=1.4)  # fmt: skip


def raters_figure(found: Result | Refusal, orders: Orders | Refusal) -> Shown:
    """Return how many of the closed orders were rated, group by group.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.raters`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(found, Refusal) or isinstance(orders, Refusal) or not found.estimates:
        return nothing(found, "raters_figure")
    rows = [e for e in found.estimates if e.value is not None]
    if not rows:
        said = [phrase("orders.withheld")]
        return sentences(found.report, "raters_figure", said, found.estimates)

    def picture(lang: str) -> Picture:
        title, size = _raters_title(rows, lang), 1.0 + 0.3 * len(rows)
        lines = [say("alt.share", lang, name=e.group, value=value_text(e, lang)) for e in rows]
        return Picture(
            title=title,
            note=foot(orders, lang, "note.raters"),
            alt=say("alt.raters", lang, title=title, shares=lines),
            draw=lambda drawing: _draw_raters(drawing, rows, lang),
            size=(8.5, size),
            phone=(PHONE, size + 0.4),
        )

    return shown_figure(found.report, "raters_figure", picture, found.estimates)


def _raters_title(rows: Sequence[Estimate], lang: str) -> str:
    bands = [e for e in rows if e.dims[0][0] == "speed"]
    if len(bands) < 2:
        return say("exhibit.raters_figure", lang)
    first, last = bands[0], bands[-1]
    more = (first.value or 0) > (last.value or 0)
    return say(
        "exhibit.raters_fast" if more else "exhibit.raters_slow", lang,
        a=first.value, b=last.value, first=first.group, last=last.group,
    )  # fmt: skip


def _draw_raters(drawing: Figure, rows: Sequence[Estimate], lang: str) -> None:
    axes = drawing.subplots()
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    places, place, before = [], 0.0, rows[0].dims[0][0]
    for e in rows:
        # A little room between what is split in another way.
        place -= 1.0 + (0.6 if e.dims[0][0] != before else 0.0)
        before = e.dims[0][0]
        places.append(place)
        axes.barh(place, 100 * (e.value or 0.0), color=ACCENT if before == "speed" else SEQUENCE[2],
                  height=0.7)  # fmt: skip
        axes.annotate(value_text(e, lang), (100 * (e.value or 0.0), place), xytext=(4, 0),
                      textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    axes.set_yticks(places, [words(e, "group", lang) for e in rows])
    most = max(100 * (e.value or 0.0) for e in rows)
    axes.set_xlim(0, min(max(1.2 * most, 1.0), 112))
    axes.set_xlabel(say("axis.rated_share", lang))
