"""Exhibits of the recidivism notebook."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Report, Result
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.headline import is_of_overlap
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    interval_text,
    value_piece,
    value_text,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, INK_2
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.protocol.outcomes.recidivism import ADJUSTED, SINGLE
from evalkit.words import Phrase, phrase, say


def comparison_table(effect: Result | Refusal) -> Shown:
    """Return the share with the event in each group, the difference and its test.

    Parameters
    ----------
    effect : Result or Refusal
        From `recidivism.compare`.
    """
    if isinstance(effect, Refusal):
        return refusal(effect, "comparison_table")
    report = effect.report
    if report.plan.design == SINGLE:
        return _levels_table(effect, None)
    gap = effect.one("risk_difference")
    if gap.verdict == "not_assessable":
        return _levels_table(effect, gap)
    p = effect.one("risk_difference_p")

    def layout(lang: str) -> Layout:
        rows = [_share_row(e, lang, say("shown.none", lang)) for e in effect.of("risk")]
        cells = [count_piece(gap, "n", lang), count_piece(gap, "events", lang)]
        cells += [value_piece(gap, lang), interval_piece(gap, lang), value_piece(p, lang)]
        rows.append(row_of(say("head.difference_points", lang), cells, strong=True))
        keys = ("group", "n", "events", "share", "interval", "p")
        title = say("exhibit.comparison_table", lang, definition=gap.definition, window=gap.window)
        return Layout(
            title=title,
            note=note(report, lang, "note.comparison", level=report.plan.level, method=gap.method),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
        )

    return shown_table(report, "comparison_table", layout, effect.estimates)


def _levels_table(effect: Result, gap: Estimate | None) -> Shown:
    """Return each group's own share where nothing may be said of their difference."""
    report, risks = effect.report, effect.of("risk")
    key = "crude" if report.plan.primary == ADJUSTED else "not_comparable"
    if gap is None:
        key = "level"

    def layout(lang: str) -> Layout:
        first = risks[0]
        keys = ("group", "n", "events", "share", "interval")
        title = say("exhibit.levels_table", lang, definition=first.definition, window=first.window)
        return Layout(
            title=title,
            note=note(report, lang, f"note.{key}", level=report.plan.level),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=[_share_row(e, lang) for e in risks],
        )

    return shown_table(report, "comparison_table", layout, (*risks, *([gap] if gap else [])))


def _share_row(e: Estimate, lang: str, *more: str) -> Row:
    cells: list[Part] = [count_piece(e, "n", lang), count_piece(e, "events", lang)]
    cells += [value_piece(e, lang), interval_piece(e, lang), *more]
    return row_of(words(e, "group", lang), cells)


def curve_figure(curve: Result | Refusal) -> Shown:
    """Return the cumulative incidence by group, with numbers at risk.

    Parameters
    ----------
    curve : Result or Refusal
        From `recidivism.curve`.
    """
    if isinstance(curve, Refusal):
        return refusal(curve, "curve_figure")
    report = curve.report
    codes = (report.plan.programme, report.plan.comparison)
    lines = {code: curve.of("cumulative_incidence", group=code) for code in codes}
    risks = {code: curve.of("at_risk", group=code) for code in codes}

    is_open = report.gate(report.table).open
    key = "note.curve" if is_open else "note.curve_rounded"
    if report.plan.primary == ADJUSTED:
        key = "note.curve_alike" if is_open else "note.curve_alike_rounded"

    def picture(lang: str) -> Picture:
        ends = [lines[code][-1] for code in codes]
        shown = {f"{k}{i}": v for i, e in enumerate(ends, start=1) for k, v in (
            ("group", e.group), ("value", value_text(e, lang)),
            ("interval", interval_text(e, lang)))}  # fmt: skip
        window, what = ends[0].window, ends[0].definition
        return Picture(
            title=_curve_title(ends, lang),
            note=note(report, lang, key, level=report.plan.level, method=ends[0].method),
            alt=say("alt.curve", lang, window=window, definition=what, **shown),
            draw=lambda drawing: _draw_curves(drawing, lines, risks, lang),
            size=(8.5, 3.4),
            phone=(PHONE, 4.4),
        )

    return shown_figure(report, "curve_figure", picture, curve.estimates)


def _curve_title(ends: list[Estimate], lang: str) -> str:
    """Return what the curves show at their end, where the groups were made alike."""
    one, two = ends
    about = {"window": one.window, "definition": one.definition}
    if two.group is None or two.group.code != "made_alike":
        return say("exhibit.curve_figure", lang, **about)
    key = "curve_overlap" if is_of_overlap(one) else "curve_alike"
    shares = {"a": one.value, "b": two.value, "group": one.group}
    return say(f"exhibit.{key}", lang, **about, **shares)


def _draw_curves(
    drawing: Figure,
    lines: dict[str, list[Estimate]],
    risks: dict[str, list[Estimate]],
    lang: str,
) -> None:
    top, below = drawing.subplots(2, 1, sharex=True, height_ratios=[5, 1])
    styles = ((ACCENT, "-"), (INK_2, "--"))
    ends = []
    for (colour, dash), points in zip(styles, lines.values(), strict=True):
        known = [e for e in points if e.value is not None]
        start = [0.0] if len(known) == len(points) else []
        times = start + [float(e.dim("time") or 0) for e in known]
        zeros = [0.0] * len(start)
        values = zeros + [100 * (e.value or 0) for e in known]
        low = zeros + [100 * (e.low or 0) for e in known]
        high = zeros + [100 * (e.high or 0) for e in known]
        top.fill_between(times, low, high, step="post", color=colour, alpha=0.14, linewidth=0)
        top.step(times, values, where="post", color=colour, linestyle=dash)
        if known:
            ends.append((times[-1], values[-1], known[-1], colour))
    if slim(drawing):
        _label_corner(top, ends, lang)
    else:
        _label_ends(top, ends, lang)
    top.set_ylim(bottom=0)
    # Never rotated: a reader should not have to turn the head.
    top.set_title(say("axis.share_event", lang), fontsize=9, loc="left", color=INK_2)
    _draw_risks(below, risks, styles, lang)


def _curve_name(estimate: Estimate, lang: str) -> str:
    name = estimate.group.text[lang] if estimate.group else ""
    return name if estimate.disclosure == "rounded" else f"{name} {value_text(estimate, lang)}"


def _label_corner(axes: Axes, ends: list[tuple[float, float, Estimate, str]], lang: str) -> None:
    """Name the lines where none of them runs: on a narrow screen their ends have no room."""
    for row, (_, _, estimate, colour) in enumerate(sorted(ends, key=lambda end: -end[1])):
        y = 0.95 - 0.09 * row
        dash = "-" if colour == ACCENT else "--"
        axes.plot([0.02, 0.12], [y, y], transform=axes.transAxes, color=colour, linestyle=dash)
        axes.text(0.15, y, _curve_name(estimate, lang), transform=axes.transAxes, color=colour,
                  weight="bold", va="center")  # fmt: skip


def _label_ends(axes: Axes, ends: list[tuple[float, float, Estimate, str]], lang: str) -> None:
    # The upper line's label stands above its end and the lower one's below it,
    # so that they stay apart when the curves are close.
    order = sorted(ends, key=lambda end: -end[1])
    for (x, y, estimate, colour), shift in zip(order, (4, -4), strict=False):
        axes.annotate(
            _curve_name(estimate, lang),
            (x, y),
            xytext=(6, shift),
            textcoords="offset points",
            va="bottom" if shift > 0 else "top",
            color=colour,
            weight="bold",
            annotation_clip=False,
        )


def _draw_risks(
    axes: Axes,
    risks: dict[str, list[Estimate]],
    styles: tuple[tuple[str, str], ...],
    lang: str,
) -> None:
    axes.set_ylim(-0.6, 1.6)
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    # The first number stands at the axis: the names keep clear of it.
    axes.tick_params(axis="y", pad=18)
    rows = list(risks.values())
    for row, (points, (colour, _)) in enumerate(zip(rows, styles, strict=True)):
        for e in points:
            axes.text(float(e.dim("time") or 0), 1 - row, value_text(e, lang),
                      ha="center", va="center", color=colour)  # fmt: skip
    names = [points[0].group.text[lang] if points[0].group else "" for points in rows]
    axes.set_yticks([1, 0], names)
    axes.set_xticks([float(e.dim("time") or 0) for e in rows[0]])
    axes.set_title(say("axis.at_risk", lang), fontsize=9, loc="left", color=INK_2)
    last = rows[0][-1]
    label = say("axis.time", lang, window=last.window)
    axes.set_xlabel("\n".join(textwrap.wrap(label, 32)) if slim(axes) else label)


def agreement(
    effect: Result | Refusal, test: Result | Refusal, adjusted: Result | Refusal | None = None
) -> Shown:
    """Return whether the second opinion agrees with the primary method, and which decides.

    Parameters
    ----------
    effect : Result or Refusal
        From `recidivism.compare`.
    test : Result or Refusal
        From `recidivism.second_opinion`.
    adjusted : Result or Refusal, optional
        From `recidivism.adjust`, where the plan decides by it.
    """
    if isinstance(test, Refusal):
        return refusal(test, "agreement")
    if test.of("second_difference"):
        return _beside(test, adjusted)
    report, chi2, other = test.report, test.one("log_rank"), test.one("log_rank_p")
    if isinstance(effect, Refusal) or effect.one("risk_difference").verdict is not None:
        # It allows for shorter follow-up, and stands alone where a share cannot.
        return _test_alone(report, chi2, other)
    p, gap = effect.one("risk_difference_p"), effect.one("risk_difference")
    estimates = (gap, p, chi2, other)
    if p.value is None or other.value is None or chi2.value is None:
        return sentences(report, "agreement", [phrase("agreement.withheld")], estimates)
    opening = "test" if chi2.disclosure == "public" else "test_rounded"
    line = phrase(f"agreement.{opening}", chi2=chi2.value, q=other.value)
    lines = [line, _agreed(report, gap, p.value, other.value, "disagree")]
    return sentences(report, "agreement", lines, estimates)


def _agreed(report: Report, gap: Estimate, p: float, q: float, disagree: str) -> Phrase:
    """Return whether two methods fall on the same side of the plan's threshold."""
    agree = (p <= report.plan.alpha) == (q <= report.plan.alpha)
    named = phrase(f"named.{report.study.plan.status}")
    values = {"p": p, "q": q, "alpha": report.plan.alpha, "primary": gap.method, "named": named}
    return phrase(f"agreement.{'agree' if agree else disagree}", **values)


def _beside(test: Result, adjusted: Result | Refusal | None) -> Shown:
    """Return what the other adjustment says, and whether it agrees."""
    report, other, q = test.report, test.one("second_difference"), test.one("second_difference_p")
    if other.value is None or q.value is None:
        return sentences(report, "agreement", [phrase("agreement.withheld")], (other, q))
    values = {"gap": other.value, "low": other.low, "high": other.high, "q": q.value}
    lines = [phrase("agreement.second", other=other.method, level=other.level, **values)]
    if isinstance(adjusted, Refusal) or adjusted is None:
        return sentences(report, "agreement", lines, (other, q))
    gap, p = adjusted.one("adjusted_difference"), adjusted.one("adjusted_difference_p")
    if p.value is not None:
        lines.append(_agreed(report, gap, p.value, q.value, "second_disagree"))
    return sentences(report, "agreement", lines, (other, q, gap, p))


def _test_alone(report: Report, chi2: Estimate, p: Estimate) -> Shown:
    if chi2.value is None or p.value is None:
        return sentences(report, "agreement", [phrase("agreement.withheld")], (chi2, p))
    opening = "test" if chi2.disclosure == "public" else "test_rounded"
    said = phrase(f"agreement.{opening}", chi2=chi2.value, q=p.value)
    return sentences(report, "agreement", [said], (chi2, p))
