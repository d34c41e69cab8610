"""Exhibits of who was asked in a survey, what the silent could change, and of two waves."""

from __future__ import annotations

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Represented
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, rule, words
from evalkit.present.gates import all_gates
from evalkit.present.numbers import (
    closed,
    count_piece,
    interval_piece,
    interval_text,
    level_of,
    value_piece,
    with_interval,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, INK_2, TINT
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def response_table(rate: Result | Refusal) -> Shown:
    """Return what became of everyone asked, and the outcome rates; or why there are none.

    Parameters
    ----------
    rate : Result or Refusal
        From `satisfaction.response_rate`.
    """
    if isinstance(rate, Refusal):
        return refusal(rate, "response_rate")
    report, first = rate.report, rate.one("response_rate")

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = [
            row_of(words(e, "definition", lang), [value_piece(e, lang), dash, dash])
            for e in rate.of("disposition")
        ]
        rows += [_rate_row(e, lang) for e in (first, *rate.of("outcome_rate"))]
        key = "response" if first.value is not None else "response_withheld"
        return Layout(
            title=say(f"exhibit.{key}", lang, share=first.value, n=first.n, done=first.events),
            note=note(report, lang, "note.response"),
            heads=[say(f"head.{key}", lang) for key in ("disposition", "n", "base", "share")],
            rows=rows,
        )

    return shown_table(report, "response_rate", layout, rate.estimates)


def _rate_row(e: Estimate, lang: str) -> Row:
    dash = say("shown.none", lang)
    if e.value is None:
        return row_of(words(e, "method", lang), [dash, dash, value_piece(e, lang)])
    base = count_piece(e, "n", lang) if e.n is not None else dash
    return row_of(
        words(e, "method", lang),
        [count_piece(e, "events", lang), base, value_piece(e, lang)],
    )


def bounds_figure(
    measured: Result | Refusal, silent: Result | Refusal, placed: Result | Refusal | None = None
) -> Shown:
    """Return the share of those who answered beside what it could be among all asked.

    Parameters
    ----------
    measured : Result or Refusal
        From `satisfaction.top_box`: its first share.
    silent : Result or Refusal
        From `satisfaction.silent`.
    placed : Result or Refusal, optional
        From `satisfaction.placed`.
    """
    if isinstance(silent, Refusal):
        return refusal(silent, "bounds_figure")
    report, bounds = silent.report, silent.one("silent_bounds")
    tip = silent.one("tipping")
    if bounds.low is None or bounds.high is None:
        said = [phrase("agreement.withheld")]
        return sentences(report, "bounds_figure", said, silent.estimates)
    rows = [("silent", bounds)]
    if isinstance(placed, Result) and (found := placed.one("placed_share")).value is not None:
        rows.insert(0, (found.method.code if found.method else "placed", found))
    raked = placed.of("raked_share") if isinstance(placed, Result) else []
    if raked and raked[0].value is not None:
        rows.insert(0, ("raked", raked[0]))
    if isinstance(measured, Result) and (own := measured.of("top_box")[0]).value is not None:
        rows.insert(0, ("answered", own))
    share = silent.one("silent_share")
    estimates = (*silent.estimates, *(e for key, e in rows if key != "silent"))

    def picture(lang: str) -> Picture:
        ends = {"low": bounds.low, "high": bounds.high, "share": share.value}
        name = closed("bounds_figure", bounds)
        told = [
            say("alt.share", lang, name=say(f"bounds.{key}", lang), value=_told(e, lang))
            for key, e in rows
        ]
        level = level_of([e for _, e in rows], report.plan.level)
        return Picture(
            title=say(f"exhibit.{name}", lang, **ends),
            note=_tipping(tip, lang)
            + _unraked(raked, lang)
            + _alike(rows, lang)
            + note(report, lang, "note.bounds", level=level),
            alt=say("alt.bounds", lang, rows=told),
            draw=lambda drawing: _draw(drawing, rows, lang),
            size=(8.5, 1.0 + 0.5 * len(rows)),
            phone=(PHONE, 1.2 + 0.62 * len(rows)),
        )

    return shown_figure(report, "bounds_figure", picture, estimates)


def _alike(rows: list[tuple[str, Estimate]], lang: str) -> str:
    """Return whom the answers of a row stand for; empty where no row has them."""
    return "".join(
        say("bounds.stands_for", lang, row=say(f"bounds.{key}", lang), how=e.method)
        for key, e in rows
        if key in ("placed", "alike") and e.method is not None
    )


def _tipping(tip: Estimate, lang: str) -> str:
    """Return how different the silent would have to be, or that nothing they say turns it."""
    if tip.value is None:
        return say("bounds.stands", lang, reason=words(tip, "reason", lang))
    return say("bounds.tipping", lang, share=tip.value, threshold=tip.definition)


def _unraked(raked: list[Estimate], lang: str) -> str:
    """Return why the share that the plan asks for is not drawn; empty where it is."""
    if not raked or raked[0].reason is None:
        return ""
    return say("bounds.unraked", lang, reason=words(raked[0], "reason", lang))


def _told(e: Estimate, lang: str) -> str:
    if e.value is None:
        return interval_text(e, lang)
    return with_interval(e, lang)


def _draw(drawing: Figure, rows: list[tuple[str, Estimate]], lang: str) -> None:
    axes = drawing.subplots()
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    names, small = [], slim(drawing)
    for place, (key, e) in enumerate(reversed(rows)):
        low, high = 100 * (e.low or 0), 100 * (e.high or 0)
        names.append(say(f"bounds.{key}_short", lang) if small else say(f"bounds.{key}", lang))
        if e.value is None:
            axes.barh(place, high - low, left=low, color=TINT, edgecolor=ACCENT, height=0.5)
        else:
            axes.hlines(place, low, high, color=INK_2, linewidth=1.4)
            axes.plot(100 * e.value, place, "o", color=ACCENT)
        axes.annotate(
            _told(e, lang),
            (min(high, 100), place),
            (6, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=8.5,
        )
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    # Beyond the end of the scale stands what the last row says.
    axes.set_xlim(0, 150 if small else 130)
    axes.set_xticks(range(0, 101, 25 if small else 20))
    axes.set_xlabel(say("axis.share_satisfied", lang))


def represented_table(found: Result | Refusal) -> Shown:
    """Return those who answered beside the frame, stratum by stratum.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.represented`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "represented_table")
    report, rows = found.report, found.of("frame_share", of="frame")
    if not rows:
        said = [phrase("represented.none")]
        return sentences(report, "represented_table", said, [], frame="absent")
    assert isinstance(found, Represented)
    keys = ("frame", "asked", "answered", "weighted")

    def layout(lang: str) -> Layout:
        body = []
        for e in rows:
            stratum = e.dim("stratum") or ""
            cells = [found.one("frame_share", of=key, stratum=stratum) for key in keys]
            body.append(row_of(words(e, "definition", lang), [value_piece(c, lang) for c in cells]))
        stands = found.stood_for
        said = "" if stands is None else say("represented.stands", lang, share=stands)
        return Layout(
            title=_represented(found, lang),
            note=said + note(report, lang, "note.represented"),
            heads=[
                say("head.stratum", lang),
                *(say(f"head.{key}_share", lang) for key in keys),
            ],
            rows=body,
        )

    return shown_table(report, "represented_table", layout, found.estimates)


# Up to so much those who answered are like the frame; ours.
ALIKE = 0.10


def _represented(found: Represented, lang: str) -> str:
    if found.largest is None:
        return say("exhibit.represented_table", lang)
    key = "represented" if found.largest <= ALIKE else "represented_unlike"
    return say(f"exhibit.{key}", lang, gap=found.largest)


def wave_gates_table(judged: Result | Refusal) -> Shown:
    """Return every requirement of a comparison of waves, and how it came out.

    Parameters
    ----------
    judged : Result or Refusal
        From `satisfaction.wave_gates`.
    """
    if isinstance(judged, Refusal):
        return refusal(judged, "wave_gates_table")
    report = judged.report
    if not judged.estimates:
        return sentences(report, "wave_gates_table", [phrase("waves.one")], [], frame="absent")

    def foot(lang: str) -> str:
        return say("note.gates", lang) + rule(report).text(lang)

    return all_gates(judged, "wave_gates_table", "wave_gates", foot)


def change_table(found: Result | Refusal) -> Shown:
    """Return the share in two waves and what changed; or why that cannot be told.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.change`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "change_table")
    report, rows = found.report, found.of("wave_share")
    if not rows:
        return sentences(report, "change_table", [phrase("waves.one")], [], frame="absent")
    gap, p = found.one("wave_change"), found.one("wave_change_p")
    bounds = found.one("wave_bounds")
    level = level_of((*rows, gap), report.plan.level)

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        body = [
            row_of(
                words(e, "group", lang),
                [count_piece(e, "n", lang), value_piece(e, lang), interval_piece(e, lang), dash],
            )
            for e in rows
        ]
        change = say("waves.change", lang)
        ends = interval_piece(gap, lang) if gap.low is not None else dash
        body.append(
            row_of(
                change,
                [count_piece(gap, "n", lang), value_piece(gap, lang), ends, value_piece(p, lang)],
                strong=True,
            )
        )
        if bounds.low is not None:
            whole: list[Part] = [dash, dash, interval_piece(bounds, lang), dash]
            body.append(row_of(say("waves.bounds", lang), whole))
        heads = ("wave", "n", "share", "interval", "p")
        return Layout(
            title=_changed(gap, p, report.plan.alpha, lang),
            note=note(report, lang, "note.change", level=level),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=body,
        )

    return shown_table(report, "change_table", layout, found.estimates)


def _changed(gap: Estimate, p: Estimate, alpha: float, lang: str) -> str:
    if gap.value is None or gap.low is None or gap.high is None or p.value is None:
        return say("exhibit.change_table", lang)
    told = with_interval(gap, lang)
    clear = p.value <= alpha and not gap.low <= 0 <= gap.high
    side = ("rose" if gap.value > 0 else "fell") if clear else "unclear"
    return say(f"exhibit.change_{side}", lang, gap=told)
