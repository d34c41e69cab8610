"""Exhibits of groups that were made alike: the difference, and how alike they are."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Part
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.headline import is_of_overlap
from evalkit.present.numbers import count_piece, interval_piece, value_piece, value_text
from evalkit.present.own import stamp_before
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal
from evalkit.present.style import ACCENT, AGAINST, INK_2, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.protocol.house import AMBER, AT_MOST
from evalkit.words import say


def adjusted_table(adjusted: Result | Refusal) -> Shown:
    """Return the share with the event beside that of similar people, and the difference.

    Parameters
    ----------
    adjusted : Result or Refusal
        From `recidivism.adjust`.
    """
    if isinstance(adjusted, Refusal):
        return refusal(adjusted, "adjusted_table")
    report, gap = adjusted.report, adjusted.one("adjusted_difference")
    p = adjusted.one("adjusted_difference_p")
    worth = {e.dim("group"): e for e in adjusted.of("effective")}

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = []
        for e in adjusted.of("adjusted_risk"):
            cells: list[Part] = [count_piece(e, "n", lang), count_piece(e, "events", lang)]
            cells += [value_piece(worth[e.dim("group")], lang), value_piece(e, lang), dash, dash]
            rows.append(row_of(words(e, "group", lang), cells))
        cells = [count_piece(gap, "n", lang), count_piece(gap, "events", lang), dash]
        cells += [value_piece(gap, lang), interval_piece(gap, lang), value_piece(p, lang)]
        rows.append(row_of(say("head.difference_points", lang), cells, strong=True))
        keys = ("group", "n", "events", "effective", "share", "interval", "p")
        kind = "adjusted_overlap" if is_of_overlap(gap) else "adjusted"
        return Layout(
            title=say("exhibit.adjusted_table", lang, definition=gap.definition, window=gap.window),
            note=stamp_before(adjusted, lang)
            + note(report, lang, f"note.{kind}", level=gap.level, method=gap.method),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
        )

    shown = [*adjusted.of("adjusted_risk"), *worth.values(), gap, p]
    return shown_table(report, "adjusted_table", layout, shown)


def love_figure(balance: Result | Refusal, adjusted: Result | Refusal) -> Shown:
    """Return how alike the groups are in each characteristic, before and after the adjustment.

    Parameters
    ----------
    balance : Result or Refusal
        From `recidivism.profile`.
    adjusted : Result or Refusal
        From `recidivism.adjust`.
    """
    if isinstance(adjusted, Refusal):
        return refusal(adjusted, "love_figure")
    if isinstance(balance, Refusal):
        return refusal(balance, "love_figure")
    before = {e.dim("covariate"): e for e in balance.of("smd")}
    pairs = [(before.get(e.dim("covariate")), e) for e in adjusted.of("adjusted_smd")]
    pairs.sort(key=lambda pair: abs((pair[0].value if pair[0] else None) or 0.0))
    tall = 1.3 + 0.26 * len(pairs)

    def picture(lang: str) -> Picture:
        lines = [
            say(
                "alt.love_line",
                lang,
                name=words(after, "definition", lang),
                before=value_text(first, lang) if first else say("shown.none", lang),
                after=value_text(after, lang),
            )
            for first, after in reversed(pairs)
        ]
        return Picture(
            title=say("exhibit.love_figure", lang),
            note=stamp_before(adjusted, lang) + note(adjusted.report, lang, "note.love"),
            alt=say("alt.love", lang, lines=lines),
            draw=lambda drawing: _draw_love(drawing, pairs, lang),
            size=(8.5, tall),
            phone=(PHONE, tall + 0.3),
        )

    drawn = [e for pair in pairs for e in pair if e is not None]
    return shown_figure(adjusted.report, "love_figure", picture, drawn)


def _draw_love(drawing: Figure, pairs: list[tuple[Estimate | None, Estimate]], lang: str) -> None:
    axes = drawing.subplots()
    _zones(axes, pairs)
    for row, (before, after) in enumerate(pairs):
        first = abs(before.value) if before is not None and before.value is not None else None
        last = abs(after.value) if after.value is not None else None
        if first is not None and last is not None:
            axes.plot([first, last], [row, row], color=INK_2, linewidth=0.8)
        if first is not None:
            axes.plot(first, row, "o", color=INK_2, markerfacecolor="white")
        if last is not None:
            axes.plot(last, row, "o", color=ACCENT)
    wide = 16 if slim(drawing) else 40
    names = [textwrap.fill(words(after, "definition", lang), wide) for _, after in pairs]
    axes.set_yticks(range(len(pairs)), names)
    axes.set_ylim(-0.6, len(pairs) - 0.4)
    axes.set_xlabel(say("axis.smd", lang))
    axes.grid(False)


def _zones(axes: Axes, pairs: list[tuple[Estimate | None, Estimate]]) -> None:
    """Draw the zones that a difference may lie in: alike, amber, and beyond the limit."""
    found = [abs(e.value) for pair in pairs for e in pair if e is not None and e.value is not None]
    most = max([*found, 2 * AT_MOST["max_smd"]]) * 1.08
    axes.axvspan(0, AMBER, color=TINT, linewidth=0)
    axes.axvspan(AMBER, AT_MOST["max_smd"], color=TINT, alpha=0.4, linewidth=0)
    axes.axvline(AT_MOST["max_smd"], color=AGAINST, linewidth=0.9, linestyle="--")
    axes.set_xlim(0, most)
