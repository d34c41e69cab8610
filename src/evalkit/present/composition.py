"""Whether those who are reached are like the target population, and of those counted how many."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    interval_text,
    value_piece,
    value_text,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, refusal, sentences
from evalkit.present.style import ACCENT, INK_2
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

# Shares that lie nearer than so much are told as alike.
ALIKE = 0.05
# Letters of a group's name in a line: wide, and on a phone.
LETTERS = (24, 12)


class _Pair(NamedTuple):
    """A group's share of the target population, and of those who were reached."""

    target: Estimate
    served: Estimate

    @property
    def gap(self) -> float | None:
        """How much larger the second is; None where one is not told."""
        if self.target.value is None or self.served.value is None:
            return None
        return self.served.value - self.target.value


def _pairs(found: Result) -> list[_Pair]:
    served = {e.dims: e for e in found.of("served_share")}
    return [_Pair(e, served[e.dims]) for e in found.of("target_share")]


def composition_figure(found: Result | Refusal) -> Shown:
    """Return each group's share of the target population and of those reached, as a dumbbell.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.composition`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "composition_figure")
    report, pairs = found.report, _pairs(found)
    if all(pair.gap is None for pair in pairs):
        said = [phrase("agreement.withheld")]
        return sentences(report, "composition_figure", said, found.estimates)

    def picture(lang: str) -> Picture:
        told = [
            say("alt.composition_line", lang, name=pair.target.group,
                target=value_text(pair.target, lang), served=value_text(pair.served, lang))
            for pair in pairs
        ]  # fmt: skip
        return Picture(
            title=_title(pairs, lang),
            note=note(report, lang, "note.composition"),
            alt=say("alt.composition", lang, lines=told),
            draw=lambda drawing: _draw(drawing, pairs, lang),
            size=(8.5, 1.0 + 0.27 * _rows(pairs)),
            phone=(PHONE, 1.3 + 0.42 * _rows(pairs)),
        )

    drawn = [e for pair in pairs for e in pair]
    return shown_figure(report, "composition_figure", picture, drawn)


def _rows(pairs: list[_Pair]) -> int:
    return len(pairs) + len({pair.target.dims[0][0] for pair in pairs})


def _title(pairs: list[_Pair], lang: str) -> str:
    """Return which group differs most, or that none differs much."""
    known = [pair for pair in pairs if pair.gap is not None]
    # Of whom something is not recorded is no group that is served or missed.
    named = [pair for pair in known if not pair.target.dims[0][1].endswith("_unknown")]
    worst = max(named or known, key=lambda pair: abs(pair.gap or 0.0))
    what = worst.target.definition
    if len(known) < len(pairs):
        return say("exhibit.composition_some", lang, definition=what)
    if abs(worst.gap or 0.0) < ALIKE:
        return say("exhibit.composition_alike", lang, definition=what, most=abs(worst.gap or 0.0))
    return say(
        "exhibit.composition_apart", lang, definition=what, group=worst.target.group,
        served=value_text(worst.served, lang), target=value_text(worst.target, lang),
    )  # fmt: skip


def _draw(drawing: Figure, pairs: list[_Pair], lang: str) -> None:
    axes, small = drawing.subplots(), slim(drawing)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    names, heads, at, before = [], [], 0, ""
    wide = language(lang).letters(LETTERS[small])
    for pair in pairs:
        if pair.target.dims[0][0] != before:
            # Groups of one column add up to everybody; a line of its own names the column.
            before = pair.target.dims[0][0]
            heads.append(at)
            names.append(textwrap.fill(words(pair.target, "population", lang), wide))
            at += 1
        names.append(textwrap.fill(words(pair.target, "group", lang), wide))
        known = [100 * e.value for e in pair if e.value is not None]
        if len(known) == 2:
            axes.plot(known, [at, at], "-", color=INK_2, linewidth=1.2)
        for e, colour, face in zip(pair, (INK_2, ACCENT), ("white", ACCENT), strict=True):
            if e.value is not None:
                axes.plot(100 * e.value, at, "o", color=colour, markerfacecolor=face, markersize=7)
        if len(known) < 2:
            axes.text(1, at, say("shown.withheld", lang), va="center", fontsize=8, color=INK_2)
        at += 1
    for key, colour, face in (("target", INK_2, "white"), ("served", ACCENT, ACCENT)):
        axes.plot([], [], "o", color=colour, markerfacecolor=face, markersize=7,
                  label=say(f"composition.{key}", lang))  # fmt: skip
    axes.set_yticks(range(at), names)
    for place, tick in enumerate(axes.get_yticklabels()):
        tick.set_fontweight("bold" if place in heads else "normal")
    axes.set_ylim(at - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel(say("axis.share_people", lang))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=1 if small else 2)


def composition_table(found: Result | Refusal) -> Shown:
    """Return each group's people, how many were reached and missed, and both shares.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.composition`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "composition_table")
    report, pairs = found.report, _pairs(found)
    missed = {e.dims: e for e in found.of("missed_count")}

    def row(pair: _Pair, lang: str) -> Row:
        gone, dash = missed.get(pair.target.dims), say("shown.none", lang)
        return row_of(
            words(pair.target, "group", lang),
            [count_piece(pair.target, "events", lang), count_piece(pair.served, "events", lang),
             value_piece(gone, lang) if gone is not None else dash,
             value_piece(pair.target, lang), value_piece(pair.served, lang)],
        )  # fmt: skip

    def layout(lang: str) -> Layout:
        keys = ("group", "target_people", "reached", "not_reached", "of_target", "of_reached")
        return Layout(
            title=_missed_title(found, lang),
            note=note(report, lang, "note.composition"),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=[row(pair, lang) for pair in pairs],
            folded="drawn" if any(pair.gap is not None for pair in pairs) else "",
        )

    return shown_table(report, "composition_table", layout, found.estimates)


def _missed_title(found: Result, lang: str) -> str:
    """Return in which group most are missed."""
    # Of the plan's first characteristic: groups of several are no parts of one whole.
    first = next((e.dims[0][0] for e in found.of("missed_count")), "")
    known = [
        e for e in found.of("missed_count")
        if e.value is not None and e.dims[0][0] == first and not e.dims[0][1].endswith("_unknown")
    ]  # fmt: skip
    if not known:
        return say("exhibit.composition_table", lang)
    most = max(known, key=lambda e: e.value or 0.0)
    return say("exhibit.composition_missed", lang, n=most.value, group=most.group)


def coverage_table(found: Result | Refusal) -> Shown:
    """Return of those who live in an area how many are registered, and how many were reached.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.coverage`.
    """
    if isinstance(found, Refusal):
        return lacked(found, "coverage_table", "no_population", "coverage.none")
    report, rows = found.report, found.of("coverage")
    counted = {e.dims: e for e in found.of("counted_people")}
    registered = {e.dims: e for e in found.of("registered_people")}
    last = rows[-1]

    def layout(lang: str) -> Layout:
        told = {"source": last.population, "as_of": last.window}
        return Layout(
            title=_covered(last, lang),
            note=note(report, lang, "note.coverage", **told),
            heads=[say(f"head.{key}", lang) for key in
                   ("group", "counted_there", "counted_ends", "registered", "reached", "covered",
                    "between")],
            rows=[_coverage_row(e, counted[e.dims], registered[e.dims], lang) for e in rows],
        )  # fmt: skip

    return shown_table(report, f"coverage_table_{last.dims[0][0]}", layout, found.estimates)


def _covered(last: Estimate, lang: str) -> str:
    if last.value is None or last.dim(last.dims[0][0]) != "all":
        return say("exhibit.coverage_table", lang)
    key = "coverage_between" if last.low is not None else "coverage_point"
    if last.low is not None and interval_text(last, lang) == value_text(last, lang):
        key = "coverage_exact"
    return say(
        f"exhibit.{key}", lang, share=value_text(last, lang), between=interval_text(last, lang)
    )


def _coverage_row(e: Estimate, counted: Estimate, registered: Estimate, lang: str) -> Row:
    dash = say("shown.none", lang)
    told = e.value is not None or e.disclosure == "withheld"
    return row_of(
        words(e, "group", lang),
        [value_piece(counted, lang),
         interval_piece(counted, lang) if counted.low is not None else dash,
         value_piece(registered, lang), count_piece(e, "events", lang) if told else dash,
         value_piece(e, lang) if told else words(e, "reason", lang),
         interval_piece(e, lang) if e.low is not None else dash],
        strong=e.dims[0][1] == "all",
    )  # fmt: skip
