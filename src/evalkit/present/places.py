"""Townships beside what chance gives: a funnel, and no ranks."""

from __future__ import annotations

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, AGAINST, INK, INK_2
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

FAR = ("far_below", "far_above")


def places_figure(found: Result | Refusal) -> Shown:
    """Return the share reached in each township by its size, with the limits of chance.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.places`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "places_figure")
    report, rows = found.report, found.of("place_share")
    known = [e for e in rows if e.value is not None and e.n is not None]
    whole = found.one("place_target")
    if not known or whole.value is None:
        said = [phrase("agreement.withheld")]
        return sentences(report, "places_figure", said, found.estimates)

    def picture(lang: str) -> Picture:
        sides = {e.dim("side"): e for e in found.of("place_count")}
        counts = [
            say("alt.places_side", lang, side=e.definition, n=e.value) for e in sides.values()
        ]
        hidden = found.one("place_count", side="untold").value
        left = say("note.places_hidden", lang, n=hidden) if hidden else ""
        return Picture(
            title=_title(found, lang),
            note=left + note(report, lang, "note.places"),
            alt=say("alt.places", lang, n=len(known), share=value_text(whole, lang), sides=counts),
            draw=lambda drawing: _draw(drawing, known, found, lang),
            size=(8.5, 3.0),
            phone=(PHONE, 3.6),
        )

    return shown_figure(report, "places_figure", picture, found.estimates)


def _title(found: Result, lang: str) -> str:
    """Return how many townships lie beyond the far limits."""
    many = {e.dim("side"): int(e.value or 0) for e in found.of("place_count")}
    many.pop("untold")
    total, far = sum(many.values()), sum(many[side] for side in FAR)
    what = found.one("place_target").definition
    if not far:
        return say("exhibit.places_none", lang, n=total, definition=what)
    low, high = (many[side] for side in FAR)
    return say("exhibit.places_far", lang, n=total, low=low, high=high, definition=what)


def _draw(drawing: Figure, known: list[Estimate], found: Result, lang: str) -> None:
    axes = drawing.subplots()
    middle = found.one("place_target").value or 0.0
    axes.axhline(100 * middle, color=INK_2, linewidth=0.9)
    by_size = sorted(known, key=lambda e: e.n or 0)
    sizes = [float(e.n or 0) for e in by_size]
    limits = {(e.dims[0][1], e.dim("level")): e for e in found.of("place_limit")}
    for level, style in (("0.95", "--"), ("0.998", "-")):
        own = [limits[e.dims[0][1], level] for e in by_size]
        for side in ("low", "high"):
            ends = [100 * getattr(e, side) for e in own]
            # To both sides of the places, so that of equal ones there is a line.
            wide = [0.97 * sizes[0], *sizes, 1.03 * sizes[-1]]
            axes.plot(wide, [ends[0], *ends, ends[-1]], style, color=INK_2, linewidth=0.8)
    for e in known:
        far = e.method is not None and e.method.code in FAR
        axes.plot(float(e.n or 0), 100 * float(e.value or 0.0), "o", markersize=5,
                  color=AGAINST if far else ACCENT)  # fmt: skip
        if far:
            axes.annotate(words(e, "group", lang), (float(e.n or 0), 100 * float(e.value or 0.0)),
                          (5, 4), textcoords="offset points", fontsize=8, color=INK)  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel(say("axis.people_of_place", lang))
    label = say("axis.share_people", lang)
    axes.set_ylabel(label)


def places_table(found: Result | Refusal) -> Shown:
    """Return each township in the order of its name, with how it lies to the limits.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.places`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "places_table")
    report, rows = found.report, found.of("place_share")
    if not rows:
        # The figure's place says that nothing can be told of any.
        none = [phrase("agreement.withheld")]
        return sentences(report, "places_table", none, found.estimates, frame="absent")

    def layout(lang: str) -> Layout:
        return Layout(
            title=say("exhibit.places_table", lang, definition=rows[0].definition),
            note=note(report, lang, "note.places"),
            heads=[
                say(f"head.{key}", lang)
                for key in ("place", "target_people", "reached", "share", "to_limits")
            ],
            rows=[
                row_of(
                    words(e, "group", lang),
                    [
                        count_piece(e, "n", lang),
                        count_piece(e, "events", lang),
                        value_piece(e, lang),
                        # Of whom nothing is told, how they lie is not told either.
                        words(e, "method", lang) if e.value is not None
                        else say("shown.none", lang),
                    ],
                )
                for e in rows
            ],
            text_columns=(3,),
            folded="drawn" if any(e.value is not None for e in rows) else "",
        )  # fmt: skip

    return shown_table(report, "places_table", layout, rows)


def gradient_statement(found: Result | Refusal) -> Shown:
    """Return whether townships where more are in special need are reached more.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.gradient`.
    """
    if isinstance(found, Refusal):
        if not found.report.from_offices:
            # A table of one's own says nothing of need, and nothing of it is missing.
            none = [phrase("gradient.none")]
            return sentences(found.report, "gradient", none, [], frame="absent")
        return refusal(found, "gradient")
    report, e = found.report, found.one("need_gradient")
    if e.value is None or e.low is None or e.high is None:
        return sentences(report, "gradient", [phrase("agreement.withheld")], found.estimates)
    side = "more" if e.low > 0 else "fewer" if e.high < 0 else "open"
    said = phrase(f"gradient.{side}", value=e.value, level=e.level,
                  between=phrase("gradient.ends", low=e.low, high=e.high))  # fmt: skip
    return sentences(report, "gradient", [said], found.estimates)
