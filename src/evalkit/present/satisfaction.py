"""Exhibits of the satisfaction notebook."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.headline import is_weighted
from evalkit.present.numbers import count_piece, interval_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import INK, SEQUENCE
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def _by_group(result: Result) -> list[list[Estimate]]:
    groups: dict[str, list[Estimate]] = {}
    for estimate in result.of("answer_share"):
        assert estimate.group is not None
        groups.setdefault(estimate.group.code, []).append(estimate)
    return list(groups.values())


def distribution_table(spread: Result | Refusal) -> Shown:
    """Return the full distribution of answers by group.

    Parameters
    ----------
    spread : Result or Refusal
        From `satisfaction.distribution`.
    """
    if isinstance(spread, Refusal):
        return refusal(spread, "distribution_table")
    report, groups = spread.report, _by_group(spread)

    def layout(lang: str) -> Layout:
        answers = [words(e, "definition", lang) for e in groups[0]]
        rows = [
            row_of(
                words(group[0], "group", lang),
                [count_piece(group[0], "n", lang), *(value_piece(e, lang) for e in group)],
                strong=group is groups[-1],
            )
            for group in groups
        ]
        return Layout(
            title=say("exhibit.distribution_table", lang, item=groups[0][0].population),
            note=_of_the_answers(groups[0], lang) + note(report, lang, "note.distribution"),
            heads=[say("head.group", lang), say("head.n", lang), *answers],
            rows=rows,
        )

    return shown_table(report, "distribution_table", layout, spread.estimates)


def distribution_figure(spread: Result | Refusal) -> Shown:
    """Return the full distribution of answers as bars that add up to 100 %.

    Parameters
    ----------
    spread : Result or Refusal
        From `satisfaction.distribution`.
    """
    if isinstance(spread, Refusal):
        return refusal(spread, "distribution_figure")
    report, groups = spread.report, _by_group(spread)
    if all(e.value is None for e in spread.estimates):
        why = phrase("satisfaction.nothing_to_draw")
        return sentences(report, "distribution_figure", [why], spread.estimates)

    def picture(lang: str) -> Picture:
        everyone = groups[-1]
        parts = [
            say("alt.share", lang, name=e.definition, value=value_text(e, lang)) for e in everyone
        ]
        item = everyone[0].population
        return Picture(
            title=say("exhibit.distribution_figure", lang, item=item),
            note=_of_the_answers(everyone, lang) + note(report, lang, "note.distribution"),
            alt=say("alt.distribution", lang, item=item, shares=parts, n=len(groups) - 1),
            draw=lambda drawing: _draw_bars(drawing, groups, lang),
            size=(8.5, 1.1 + 0.46 * len(groups)),
            phone=(PHONE, 1.6 + 0.46 * len(groups)),
        )

    return shown_figure(report, "distribution_figure", picture, spread.estimates)


def _draw_bars(drawing: Figure, groups: list[list[Estimate]], lang: str) -> None:
    axes = drawing.subplots()
    axes.grid(False)
    # A narrower part has no room for its number, which the table has.
    least = 15 if slim(drawing) else 5
    shades = _shades(len(groups[0]))
    for row, group in enumerate(reversed(groups)):
        left = 0.0
        for estimate, shade in zip(group, shades, strict=True):
            width = 100 * (estimate.value or 0)
            axes.barh(row, width, left=left, color=shade, edgecolor="white", height=0.72)
            if estimate.value is None:
                axes.text(1, row, value_text(estimate, lang), va="center", color=INK)
                break
            dark = shade in (shades[-1], SEQUENCE[-1])
            if width >= least:
                axes.text(left + width / 2, row, value_text(estimate, lang), ha="center",
                          va="center", color="white" if dark else INK)  # fmt: skip
            left += width
    axes.set_yticks(range(len(groups)), [words(g[0], "group", lang) for g in reversed(groups)])
    axes.set_ylim(-0.5, len(groups) - 0.15)
    axes.set_xlim(0, 100)
    axes.set_xlabel(say("axis.share_answers", lang))
    _name_answers(axes, groups, shades, lang)


def _shades(n: int) -> list[str]:
    """Return n shades from light to dark, as many as there are answers."""
    if n == 3:
        return list(SEQUENCE[1:])
    if n <= len(SEQUENCE):
        return list(SEQUENCE[:n])
    scale = LinearSegmentedColormap.from_list("answers", SEQUENCE)
    return [to_hex(scale(i / (n - 1))) for i in range(n)]


def _name_answers(axes: Axes, groups: list[list[Estimate]], shades: list[str], lang: str) -> None:
    """Write each answer over its part of the first bar, or all in a key where they are narrow."""
    drawn = next((group for group in groups if group[0].value is not None), groups[0])
    names = [words(estimate, "definition", lang) for estimate in drawn]
    widths = [100 * (estimate.value or 0) for estimate in drawn]
    # A character's width in parts of a hundred of the axis; a full one takes two.
    one = (3.0 if slim(axes) else 1.1) * (2 if language(lang).full_width else 1)
    if all(len(name) * one <= width for name, width in zip(names, widths, strict=True)):
        left = 0.0
        for name, width in zip(names, widths, strict=True):
            axes.text(left + 0.5, len(groups) - 0.45, name, va="bottom", weight="bold")
            left += width
        return
    keys = [Patch(color=shade, label=name) for shade, name in zip(shades, names, strict=True)]
    columns = 2 if slim(axes) else len(keys)
    axes.legend(handles=keys, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1.0),
                frameon=False, borderaxespad=0, handlelength=1.2, columnspacing=1.2)  # fmt: skip


def top_box_table(measured: Result | Refusal) -> Shown:
    """Return the share of the top answers with its interval, by group.

    Parameters
    ----------
    measured : Result or Refusal
        From `satisfaction.top_box`.
    """
    if isinstance(measured, Refusal):
        return refusal(measured, "top_box_table")
    report, estimates = measured.report, measured.of("top_box")

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                words(e, "group", lang),
                [count_piece(e, "n", lang), count_piece(e, "events", lang),
                 value_piece(e, lang), interval_piece(e, lang)],
                strong=e is estimates[0],
            )
            for e in estimates
        ]  # fmt: skip
        keys = ("group", "n", "top", "share", "interval")
        first = estimates[0]
        return Layout(
            title=say("exhibit.top_box_table", lang, definition=first.definition),
            note=_of_the_design(first, lang)
            + note(report, lang, "note.interval", level=first.level or report.plan.level),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
        )

    return shown_table(report, "top_box_table", layout, estimates)


def _of_the_design(estimate: Estimate, lang: str) -> str:
    """Return that a share is weighted, where it is: it is then not one count by the other."""
    return say("note.weighted", lang) if is_weighted(estimate) else ""


def _of_the_answers(row: list[Estimate], lang: str) -> str:
    """Return how answers are counted: weighted or not, and which of them were joined."""
    weighted = any(e.method is not None and e.method.code == "weighted" for e in row)
    joined = any("+" in (e.dim("answer") or "") for e in row)
    parts = [("note.weighted_answers", weighted), ("note.joined", joined)]
    return "".join(say(key, lang) for key, holds in parts if holds)


def silent_statement(silent: Result | Refusal) -> Shown:
    """Return what the share could be, whatever those would say who did not answer.

    Parameters
    ----------
    silent : Result or Refusal
        From `satisfaction.silent`.
    """
    if isinstance(silent, Refusal):
        return refusal(silent, "silent_statement")
    report, share, bounds = silent.report, silent.one("silent_share"), silent.one("silent_bounds")
    if share.value is None:
        said = phrase("agreement.withheld")
    else:
        said = phrase("satisfaction.silent", share=share.value, low=bounds.low, high=bounds.high,
                      method=bounds.method)  # fmt: skip
    return sentences(report, "silent_statement", [said], silent.estimates)


def response_statement(rate: Result | Refusal) -> Shown:
    """Return the response rate, or why there is none.

    Parameters
    ----------
    rate : Result or Refusal
        From `satisfaction.response_rate`.
    """
    if isinstance(rate, Refusal):
        return refusal(rate, "response_rate")
    report, found = rate.report, rate.one("response_rate")

    def layout(lang: str) -> Layout:
        cells = [count_piece(found, "n", lang), count_piece(found, "events", lang)]
        return Layout(
            title=say("exhibit.response_rate", lang),
            note=note(report, lang, "note.response_rate"),
            heads=[say(f"head.{key}", lang) for key in ("question", "asked", "completed", "share")],
            rows=[row_of(words(found, "population", lang), [*cells, value_piece(found, lang)])],
        )

    return shown_table(report, "response_rate", layout, rate.estimates)
