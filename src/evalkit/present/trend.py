"""Visits and new people month by month, and their mean so far with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Trend
from evalkit.present.figure import PHONE, Picture, shown_figure
from evalkit.present.flow import foot, words
from evalkit.present.numbers import (
    interval_piece,
    interval_text,
    level_of,
    value_piece,
    value_text,
)
from evalkit.present.run_chart import name_months
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.style import ACCENT, GRID, INK_2, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

COUNTS = ("month_visits", "month_people", "month_new")


def trend_figure(found: Result | Refusal, drawn: Trend | Refusal) -> Shown:
    """Return visits and new people by month, with the mean of new people so far.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.trend`.
    drawn : Trend or Refusal
        From `reach.draw_trend`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "trend_figure", "no_attendance", "visits.none")
    counted, rates = drawn, found.of("new_rate")
    visits, new = found.of("month_visits"), found.of("month_new")
    if len(visits) < 2 or all(e.value is None for e in (*visits, *new)):
        key = "trend.alone" if len(visits) < 2 else "agreement.withheld"
        return sentences(found.report, "trend_figure", [phrase(key)], found.estimates)
    known = [e for e in rates if e.value is not None]

    def picture(lang: str) -> Picture:
        level = level_of(rates, found.report.plan.level)
        told = [say("alt.trend_month", lang, month=e.window, visits=value_text(e, lang),
                    new=value_text(n, lang)) for e, n in zip(visits, new, strict=True)]  # fmt: skip
        return Picture(
            title=_title(known, lang),
            note=_left_out(found, counted, lang) + foot(counted, lang, "note.trend", level=level),
            alt=say("alt.trend", lang, months=told),
            draw=lambda drawing: _draw(drawing, found, lang),
            size=(8.5, 3.8),
            phone=(PHONE, 5.0),
        )

    return shown_figure(found.report, "trend_figure", picture, found.estimates)


def _title(known: Sequence[Estimate], lang: str) -> str:
    if not known:
        return say("exhibit.trend_figure", lang)
    first, last = known[0], known[-1]
    return say("exhibit.trend_finding", lang, value=value_text(last, lang),
               interval=interval_text(last, lang), first=first.window,
               last=last.window)  # fmt: skip


def _left_out(found: Result, drawn: Trend, lang: str) -> str:
    """Return the months and visits that are in none of these, and what is marked."""
    said = say("trend.lead", lang, n=drawn.lead) if drawn.lead else ""
    said += say("trend.cut", lang, months=list(drawn.cut)) if drawn.cut else ""
    for e in found.of("month_undated"):
        said += say("staffing.unknown_note", lang, what=e.definition, n=e.value) if e.value else ""
    changes = found.of("month_change")
    if changes:
        named = [say("trend.change", lang, month=e.window, what=e.definition, n=e.value)
                 for e in changes]  # fmt: skip
        said += say("trend.marked", lang, changes=named)
    return said


def _draw(drawing: Figure, found: Result, lang: str) -> None:
    above, below = drawing.subplots(2, 1, sharex=True)
    months = [e.dim("month") or "" for e in found.of("month_visits")]
    visits, new = (_values(found.of(name)) for name in ("month_visits", "month_new"))
    above.plot(range(len(months)), visits, "-o", color=ACCENT, markersize=4, linewidth=1.4)
    bars = [(i, n) for i, n in enumerate(new) if not math.isnan(n)]
    below.bar([i for i, _ in bars], [n for _, n in bars], color=TINT, width=0.7)
    rates = [(i, e) for i, e in enumerate(found.of("new_rate")) if e.value is not None]
    ends = [(i, e.value or 0.0, e.low or 0.0, e.high or 0.0) for i, e in rates]
    if ends:
        places, middle, low, high = zip(*ends, strict=True)
        below.plot(places, middle, color=ACCENT, linewidth=1.4)
        below.plot(places, low, color=INK_2, linewidth=0.9, linestyle="--")
        below.plot(places, high, color=INK_2, linewidth=0.9, linestyle="--")
    for axes, key, told in ((above, "visits_month", visits), (below, "new_month", new)):
        tops = [x for x in (*told, *(e[3] for e in ends if axes is below)) if not math.isnan(x)]
        axes.set_ylim(0, 1.12 * max(1.0, *tops) if tops else 1.0)
        axes.set_ylabel(say(f"axis.{key}", lang))
        _mark(axes, found, months)
        _hatch(axes, told, lang)
    name_months(below, months)


def _values(estimates: Sequence[Estimate]) -> list[float]:
    return [math.nan if e.value is None else e.value for e in estimates]


def _hatch(axes: Axes, told: Sequence[float], lang: str) -> None:
    """Hatch the months that have no number, and name what the hatch is."""
    missing = [i for i, x in enumerate(told) if math.isnan(x)]
    for place in missing:
        axes.axvspan(place - 0.5, place + 0.5, facecolor="none", edgecolor=GRID, hatch="////",
                     linewidth=0)  # fmt: skip
    if missing:
        key = Patch(
            facecolor="none", edgecolor=GRID, hatch="////", label=say("trend.hatched", lang)
        )
        axes.legend(handles=[key], loc="upper right", borderaxespad=0)


def _mark(axes: Axes, found: Result, months: list[str]) -> None:
    """Mark the months in which sites opened or closed."""
    for e in found.of("month_change"):
        style = ":" if e.dim("change") == "opened" else "-."
        axes.axvline(months.index(e.dim("month") or ""), color=INK_2, linewidth=0.9,
                     linestyle=style)  # fmt: skip


def trend_table(found: Result | Refusal, drawn: Trend | Refusal) -> Shown:
    """Return visits, people and new people of each month, and the mean so far.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.trend`.
    drawn : Trend or Refusal
        From `reach.draw_trend`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "trend_table", "no_attendance", "visits.none")
    counted, months = drawn, found.of("month_visits")

    def layout(lang: str) -> Layout:
        level, rows = level_of(found.of("new_rate"), found.report.plan.level), []
        for e in months:
            own = [found.one(name, month=e.dim("month") or "") for name in (*COUNTS, "new_rate")]
            cells = [value_piece(x, lang) for x in own]
            rows.append(row_of(words(e, "window", lang), [*cells, interval_piece(own[3], lang)]))
        return Layout(
            title=say("exhibit.trend_table", lang),
            note=foot(counted, lang, "note.trend", level=level),
            heads=[say(f"head.{key}", lang)
                   for key in ("month", "visits", "n", "new_people", "mean_new", "interval")],
            rows=rows,
            folded="drawn" if len(months) > 1 else "",
        )  # fmt: skip

    return shown_table(found.report, "trend_table", layout, found.estimates)
