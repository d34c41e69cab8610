"""Exhibits of the reach notebook."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    value_piece,
    value_text,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, refusal, sentences
from evalkit.present.style import ACCENT, INK_2, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

# Letters of a group's name in a line beside a narrow drawing.
NARROW = 14


def shares_table(reached: Result | Refusal) -> Shown:
    """Return the share reached by group with its interval.

    Parameters
    ----------
    reached : Result or Refusal
        From `reach.shares`.
    """
    if isinstance(reached, Refusal):
        return lacked(reached, "shares_table", "one_split", "reach.one_split")
    report, estimates = reached.report, reached.of("share_reached")
    split = _split(estimates)

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                words(e, "group", lang),
                [count_piece(e, "n", lang), count_piece(e, "events", lang),
                 value_piece(e, lang), interval_piece(e, lang)],
                strong=e is estimates[-1],
            )
            for e in estimates
        ]  # fmt: skip
        keys = ("group", "n", "reached", "share", "interval")
        by = report.study.label(split)
        title = say("exhibit.shares_table", lang, definition=estimates[0].definition, by=by)
        return Layout(
            title=title,
            note=note(report, lang, "note.interval", level=report.plan.level),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
            folded="drawn" if any(e.value is not None for e in estimates) else "",
        )

    return shown_table(report, f"shares_table_{split}", layout, estimates)


def shares_figure(reached: Result | Refusal) -> Shown:
    """Return the share reached by group as points with intervals.

    Parameters
    ----------
    reached : Result or Refusal
        From `reach.shares`.
    """
    if isinstance(reached, Refusal):
        return lacked(reached, "shares_figure", "one_split", "reach.one_split")
    report, estimates = reached.report, reached.of("share_reached")
    split = _split(estimates)
    if all(e.value is None for e in estimates):
        why = phrase("reach.nothing_to_draw", by=report.study.label(split))
        return sentences(report, f"shares_figure_{split}", [why], estimates)

    def picture(lang: str) -> Picture:
        by, what = report.study.label(split), estimates[0].definition
        shares = [
            say("alt.share", lang, name=e.group, value=value_text(e, lang)) for e in estimates
        ]
        return Picture(
            title=_title(estimates, by.text[lang], lang),
            note=note(report, lang, "note.interval", level=report.plan.level),
            alt=say("alt.shares", lang, definition=what, by=by, shares=shares),
            draw=lambda drawing: _draw_points(drawing, estimates, lang),
            size=(8.5, 0.8 + 0.29 * len(estimates)),
            phone=(PHONE, 0.9 + 0.42 * len(estimates)),
        )

    return shown_figure(report, f"shares_figure_{split}", picture, estimates)


def _title(estimates: list[Estimate], by: str, lang: str) -> str:
    """Return which group is farthest from everybody, where its interval does not hold them."""
    *groups, everyone = estimates
    what, whole = everyone.definition, everyone.value
    known = [e for e in groups if e.value is not None and e.low is not None and e.high is not None]
    if whole is None or not known:
        return say("exhibit.shares_figure", lang, definition=what, by=by)
    apart = [e for e in known if not (e.low or 0.0) <= whole <= (e.high or 0.0)]
    if apart:
        farthest = max(apart, key=lambda e: abs((e.value or 0.0) - whole))
        return say(
            "exhibit.shares_apart", lang, definition=what, group=farthest.group,
            share=value_text(farthest, lang), all=value_text(everyone, lang),
        )  # fmt: skip
    key = "shares_near" if len(known) == len(groups) else "shares_near_some"
    return say(f"exhibit.{key}", lang, definition=what, by=by, all=value_text(everyone, lang))


def _draw_points(drawing: Figure, estimates: list[Estimate], lang: str) -> None:
    axes = drawing.subplots()
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    for row, e in enumerate(reversed(estimates)):
        if e.value is None or e.low is None or e.high is None:
            axes.text(1, row, value_text(e, lang), va="center")
            continue
        everyone = e is estimates[-1]
        axes.barh(row, 100 * (e.high - e.low), left=100 * e.low, height=0.34, color=TINT)
        axes.plot(100 * e.value, row, "o", color=INK_2 if everyone else ACCENT)
        axes.text(100 * e.high + 1, row, value_text(e, lang), va="center", weight="bold")
    names = [words(e, "group", lang) for e in reversed(estimates)]
    if slim(drawing):
        names = ["\n".join(textwrap.wrap(name, language(lang).letters(NARROW))) for name in names]
    axes.set_yticks(range(len(estimates)), names)
    axes.set_xlim(0, 100)
    axes.set_xlabel(say("axis.share_people", lang))


def difference_statement(effect: Result | Refusal) -> Shown:
    """Return the difference in the share reached, with its standard error and interval.

    Parameters
    ----------
    effect : Result or Refusal
        From `reach.difference`.
    """
    if isinstance(effect, Refusal):
        return refusal(effect, "difference_statement")
    report = effect.report
    gap, p = effect.of("reach_difference")[0], effect.of("reach_difference_p")[0]
    if gap.value is None:
        return sentences(report, "difference", [phrase("agreement.withheld")], effect.estimates)

    a, b = effect.of("share_reached")
    values = {"gap": gap.value, "se": gap.se, "low": gap.low, "high": gap.high, "p": p.value,
              "a": a.value, "b": b.value, "group": a.group, "against": b.group,
              "level": gap.level, "method": gap.method}  # fmt: skip
    return sentences(report, "difference", [phrase("difference.reach", **values)], effect.estimates)


def _split(estimates: list[Estimate]) -> str:
    return estimates[0].dims[0][0]
